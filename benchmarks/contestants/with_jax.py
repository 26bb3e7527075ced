"""JAX: a jitted step in a Python loop; for ensembles a scan over the steps, mapped over the nets."""

from functools import partial
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.cases import Arrays, Case, Formula, Members, Prediction, Training
from benchmarks.contestants.base import Call, CannotExpressError, Contestant
from benchmarks.contestants.rules import update
from npnet.activations import Activation, LeakyReLU
from npnet.optimizers import Adam, Optimizer
from npnet.regularizers import L2

ACTIVATIONS = {
    "identity": lambda z: z, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh,
    "softmax": jax.nn.softmax,
}  # fmt: skip


def make(name: str, case: Case, arrays: Arrays) -> Contestant:
    """Return the contestant for a case."""
    if isinstance(case, Training):
        return Trainer(case, arrays)
    if isinstance(case, Members):
        return Nets(case, arrays)
    if isinstance(case, Prediction):
        parameters, x = _layers(case.net()), arrays["x"]
        function = jax.jit(lambda x: jax.nn.softmax(_logits(parameters, jax.nn.relu, x)))
        return Call(case, arrays, lambda: np.asarray(function(x)))
    if isinstance(case, Formula):
        return Step(case, arrays) if isinstance(case.formula, Optimizer) else _formula(case, arrays)
    raise CannotExpressError("not written for JAX")


def _layers(net: Any) -> list[Any]:
    return [(jnp.array(W), jnp.array(b)) for W, b in zip(net.weights, net.biases)]


def _logits(layers: Any, hidden: Any, x: Any) -> Any:
    for W, b in layers[:-1]:
        x = hidden(x @ W + b)
    W, b = layers[-1]
    return x @ W + b


def _loss(case: Training, layers: Any, x: Any, y: Any) -> Any:
    logits = _logits(layers, ACTIVATIONS[case.hidden], x)
    if case.loss == "categorical_crossentropy":
        loss = -jnp.mean(jnp.sum(y * jax.nn.log_softmax(logits), axis=1))
    else:
        loss = jnp.mean((ACTIVATIONS[case.output](logits) - y) ** 2)
    if isinstance(case.regularizer, L2):
        loss += case.regularizer.strength / 2 * sum(jnp.sum(W**2) for W, _ in layers)
    return loss


def _state(rule: Optimizer, parameters: Any) -> Any:
    """Return the parameters, the moments that the optimizer has, and the count of steps where it needs that."""
    moments = {name: jax.tree.map(jnp.zeros_like, parameters) for name in rule.slots}
    return parameters, moments, jnp.zeros(()) if isinstance(rule, Adam) else None


def _updated(rule: Optimizer, state: Any, gradients: Any, rate: Any = 1) -> Any:
    """Return the state after a step whose change is so many times the rule's."""
    parameters, moments, t = state
    t = None if t is None else t + 1
    leaves, tree = jax.tree.flatten(parameters)
    m, V = (jax.tree.leaves(moments[name]) if name in moments else [None] * len(leaves) for name in "mV")
    moved = []
    for w, g, m_w, V_w in zip(leaves, jax.tree.leaves(gradients), m, V):
        change, m_w, V_w = update(rule, g, m_w, V_w, t, jnp.sqrt)
        moved.append((w - rate * change, m_w, V_w))
    parameters, m, V = (jax.tree.unflatten(tree, part) for part in zip(*moved))
    return parameters, {name: {"m": m, "V": V}[name] for name in moments}, t


def _step(case: Training, state: Any, x: Any, y: Any, rate: Any = 1) -> Any:
    value, gradients = jax.value_and_grad(partial(_loss, case))(state[0], x, y)
    return _updated(case.optimizer, state, gradients, rate), value


def scanned(case: Training, x: Any, y: Any) -> Any:
    """Return the whole training of a net as one program: from its layers, epochs and rate to its layers.

    The rate is that over the case's own.
    """
    x, y, size = jnp.array(x), jnp.array(y), case.batch_size
    whole = len(x) // size
    full = [a[: whole * size].reshape(whole, size, -1) for a in (x, y)]
    rest = [a[whole * size :] for a in (x, y)]

    def train(layers: Any, epochs: Any, rate: Any) -> Any:
        def epoch(_: Any, state: Any) -> Any:
            state, _values = jax.lax.scan(lambda state, batch: _step(case, state, *batch, rate), state, full)
            return _step(case, state, *rest, rate)[0] if len(rest[0]) else state

        return jax.lax.fori_loop(0, epochs, epoch, _state(case.optimizer, layers))[0]

    return train


def stacked(parameters: Any, widths: Any) -> list[Any]:
    """Return the layers of all nets, whose parameters are of shape (parameters, members)."""
    flat, layers, start = parameters.T, [], 0
    for a, b in pairwise(widths):
        W, start = flat[:, start : start + a * b].reshape(-1, a, b), start + a * b
        layers.append((jnp.array(W), jnp.array(flat[:, start : start + b])))
        start += b
    return layers


class Trainer(Contestant):
    """A jitted step that takes over its arguments' memory, in a Python loop."""

    case: Training

    def __init__(self, case: Training, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        x, y, size = jnp.array(arrays["x"]), jnp.array(arrays["y"]), case.batch_size
        self.batches = [(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]
        self.test_data = [jnp.array(arrays[name]) for name in ("x_test", "y_test") if name in arrays]
        self.step = jax.jit(self._summing_step, donate_argnums=(0, 1))
        self.test = jax.jit(self._test)

    def _summing_step(self, state: Any, total: Any, x: Any, y: Any) -> Any:
        state, value = _step(self.case, state, x, y)
        return state, total + value

    def _test(self, layers: Any, x: Any, y: Any) -> Any:
        right = jnp.argmax(_logits(layers, ACTIVATIONS[self.case.hidden], x), 1) == jnp.argmax(y, 1)
        return _loss(self.case, layers, x, y), jnp.mean(right)

    def reset(self) -> None:
        """Go back to the initial weights."""
        self.state = _state(self.case.optimizer, _layers(self.case.net()))

    def run(self, units: int) -> None:
        """Train."""
        state = self.state
        for _ in range(units):
            total = jnp.zeros(())
            for x, y in self.batches:
                state, total = self.step(state, total, x, y)
            float(total)
            if self.test_data:
                jax.block_until_ready(self.test(state[0], *self.test_data))
        self.state = jax.block_until_ready(state)

    def outcome(self) -> Any:
        """Return the parameters."""
        return np.concatenate([np.asarray(array).ravel() for array in jax.tree.leaves(self.state[0])])


class Nets(Contestant):
    """`vmap` over the nets of a `scan` over the steps, as one program for each number of epochs."""

    case: Members

    def __init__(self, case: Members, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        self.train = jax.jit(jax.vmap(scanned(case.run, arrays["x"], arrays["y"]), in_axes=(0, None, None)))

    def reset(self) -> None:
        """Go back to the initial weights."""
        self.layers = stacked(self.arrays["weights"], self.case.run.widths)

    def run(self, units: int) -> None:
        """Train."""
        self.layers = jax.block_until_ready(self.train(self.layers, units, 1))

    def outcome(self) -> Any:
        """Return the parameters, of shape (parameters, members)."""
        leaves = jax.tree.leaves(self.layers)
        return np.concatenate([np.asarray(a).reshape(self.case.members, -1) for a in leaves], axis=1).T


class Step(Contestant):
    """An optimizer's jitted step on one flat array."""

    def __init__(self, case: Formula, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        self.g = jnp.array(arrays["gradient"])
        self.step = jax.jit(partial(_updated, case.formula), donate_argnums=0)

    def reset(self) -> None:
        """Go back to the initial parameters."""
        assert isinstance(self.case, Formula)
        self.state = _state(self.case.formula, jnp.array(self.arrays["parameters"]))

    def run(self, units: int) -> None:
        """Take `units` steps."""
        state = self.state
        for _ in range(units):
            state = self.step(state, self.g)
        self.state = jax.block_until_ready(state)

    def outcome(self) -> Any:
        """Return the parameters."""
        return np.asarray(self.state[0])


def _formula(case: Formula, arrays: Arrays) -> Contestant:
    formula = case.formula
    if isinstance(formula, Activation):
        z, other = jnp.array(arrays["z"]), jnp.array(arrays["grad_y"])
        leaky = partial(jax.nn.leaky_relu, negative_slope=formula.alpha) if isinstance(formula, LeakyReLU) else None
        f = leaky or ACTIVATIONS[formula.name]
        value = f if case.kind == "value" else lambda z: _backward(f, z, other)
    else:
        z, y = jnp.array(arrays["p"]), jnp.array(arrays["y"])
        f = {"MeanSquaredError": _mse, "SoftmaxCrossentropy": _categorical, "SigmoidCrossentropy": _binary}[
            type(formula).__name__
        ]
        value = partial(f, y) if case.kind == "value" else lambda p: jax.value_and_grad(partial(f, y))(p)[::-1]
    function = jax.jit(value)
    if case.kind == "value":
        return Call(case, arrays, lambda: np.asarray(function(z)))
    return Call(case, arrays, lambda: np.asarray(function(z)[0]))


def _backward(f: Any, z: Any, grad_y: Any) -> Any:
    """Return the vector-Jacobian product, and the value, so that it is computed."""
    y, product = jax.vjp(f, z)
    return product(grad_y)[0], y


def _mse(y: Any, p: Any) -> Any:
    return jnp.mean((p - y) ** 2)


def _categorical(y: Any, z: Any) -> Any:
    return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(z), axis=1))


def _binary(y: Any, z: Any) -> Any:
    return jnp.mean(jax.nn.softplus(z) - y * z)
