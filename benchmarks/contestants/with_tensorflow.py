"""TensorFlow compiled: a step as a `tf.function`, the same by XLA, and the whole loop as one XLA program."""

from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.cases import Arrays, Case, Formula, Members, Prediction, Training
from benchmarks.contestants.base import Call, CannotExpressError, Contestant
from benchmarks.contestants.rules import update
from npnet import losses
from npnet.activations import Activation
from npnet.optimizers import Optimizer
from reference.tensorflow import activations as activation_counterparts
from reference.tensorflow import losses as loss_counterparts
from reference.tensorflow.network import forward, loss_value, variables


def make(name: str, case: Case, arrays: Arrays) -> Contestant:
    """Return the contestant for a case."""
    compiled = name != "tf function"
    if isinstance(case, Training):
        return Loop(case, arrays) if name == "tf xla loop" else Steps(case, arrays, compiled)
    if isinstance(case, Members):
        if case.members > 100:
            raise CannotExpressError("one net after another takes as many times longer as there are nets")
        return OneByOne(case, arrays)
    if isinstance(case, Prediction):
        net = case.net()
        parameters, x = variables(net), arrays["x"]
        function = tf.function(lambda x: forward(net, parameters, x), jit_compile=compiled)
        return Call(case, arrays, lambda: function(x).numpy())
    assert isinstance(case, Formula)
    return _formula(case, arrays)


class Net(Contestant):
    """A net's variables, moments and step, of which the compiled forms are made."""

    case: Training

    def __init__(self, case: Training, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        self.net, self.loss = case.net(), losses.get(case.loss)
        self.variables = variables(self.net)
        slots = case.optimizer.slots
        self.moments = {name: [tf.Variable(tf.zeros_like(w)) for w in self.variables] for name in slots}
        self.t = tf.Variable(0.0)

    def reset(self) -> None:
        """Go back to the initial weights."""
        self.net.parameters = self.arrays["weights"]
        for variable, array in zip(self.variables, _arrays(self.net)):
            variable.assign(array)
        for variable in [self.t, *(v for part in self.moments.values() for v in part)]:
            variable.assign(tf.zeros_like(variable))

    def step(self, x: Any, y: Any) -> Any:
        """Take a step, and return the loss before it."""
        with tf.GradientTape() as tape:
            loss = loss_value(self.net, self.variables, x, y, self.loss, self.case.regularizer)
        gradients = tape.gradient(loss, self.variables)
        self.t.assign_add(1.0)
        m, V = (self.moments.get(name, [None] * len(gradients)) for name in "mV")
        for w, g, m_w, V_w in zip(self.variables, gradients, m, V):
            change, new_m, new_V = update(self.case.optimizer, g, m_w, V_w, self.t, tf.sqrt)
            for variable, value in ((m_w, new_m), (V_w, new_V)):
                if variable is not None:
                    variable.assign(value)
            w.assign_sub(change)
        return loss

    def test(self, x: Any, y: Any) -> Any:
        """Return the test loss and accuracy."""
        outputs = forward(self.net, self.variables, x)
        right = tf.equal(tf.argmax(outputs, 1), tf.argmax(y, 1))
        loss = loss_value(self.net, self.variables, x, y, self.loss, self.case.regularizer)
        return tf.stack([loss, tf.reduce_mean(tf.cast(right, tf.float32))])

    def outcome(self) -> Any:
        """Return the parameters."""
        return np.concatenate([variable.numpy().ravel() for variable in self.variables])


class Steps(Net):
    """A loop in Python around a compiled step; batches are cut once, and losses stay tensors until the epoch ends."""

    def __init__(self, case: Training, arrays: Arrays, compiled: bool | None) -> None:
        super().__init__(case, arrays)
        x, y, size = tf.constant(arrays["x"]), tf.constant(arrays["y"]), case.batch_size
        self.batches = [(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]
        self.test_data = [tf.constant(arrays[name]) for name in ("x_test", "y_test") if name in arrays]
        # None leaves both as they are, executed line by line
        self.step_function, self.test_function = self.step, self.test
        if compiled is not None:
            self.step_function = tf.function(self.step, jit_compile=compiled)
            self.test_function = tf.function(self.test, jit_compile=compiled)

    def run(self, units: int) -> None:
        """Train."""
        for _ in range(units):
            values = [self.step_function(x, y) for x, y in self.batches]
            sum(value.numpy() for value in values)
            if self.test_data:
                self.test_function(*self.test_data).numpy()


class Loop(Net):
    """All epochs and batches inside one XLA program; it returns the sum of the losses instead of their curve."""

    def __init__(self, case: Training, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        x, y, size = arrays["x"], arrays["y"], case.batch_size
        whole = len(x) // size
        self.full = [tf.constant(a[: whole * size].reshape(whole, size, -1)) for a in (x, y)]
        self.rest = [tf.constant(a[whole * size :]) for a in (x, y)]
        self.test_data = [tf.constant(arrays[name]) for name in ("x_test", "y_test") if name in arrays]
        self.function = tf.function(self._train, jit_compile=True)

    def _train(self, epochs: Any) -> Any:
        total, tested = tf.constant(0.0), tf.zeros(2)
        for _ in tf.range(epochs):
            for i in tf.range(len(self.full[0])):
                total += self.step(self.full[0][i], self.full[1][i])
            if len(self.rest[0]):
                total += self.step(*self.rest)
            if self.test_data:
                tested += self.test(*self.test_data)
        return total, tested

    def run(self, units: int) -> None:
        """Train."""
        self.function(tf.constant(units))[0].numpy()


class OneByOne(Contestant):
    """One net after another, each by the whole loop."""

    case: Members
    # Each net's variables are set and read once in a run, which only a whole run hardly feels
    fewest_units = 500

    def __init__(self, case: Members, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        self.loop = Loop(case.run, {name: arrays[name] for name in ("x", "y")} | {"weights": arrays["weights"][:, 0]})
        self.reset()

    def reset(self) -> None:
        """Go back to the initial weights."""
        self.parameters = self.arrays["weights"].copy()

    def run(self, units: int) -> None:
        """Train."""
        for k in range(self.case.members):
            self.loop.arrays["weights"] = self.parameters[:, k]
            self.loop.reset()
            self.loop.run(units)
            self.parameters[:, k] = self.loop.outcome()

    def outcome(self) -> Any:
        """Return the parameters, of shape (parameters, members)."""
        return self.parameters


class Step(Contestant):
    """An optimizer's step as an XLA program on one flat variable."""

    def __init__(self, case: Formula, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        self.g = tf.constant(arrays["gradient"])
        self.w = tf.Variable(arrays["parameters"])
        self.slots = {name: tf.Variable(tf.zeros_like(self.w)) for name in case.formula.slots}
        self.t = tf.Variable(0.0)
        self.function = tf.function(self._step, jit_compile=True)

    def _step(self, g: Any) -> None:
        assert isinstance(self.case, Formula)
        self.t.assign_add(1.0)
        m, V = self.slots.get("m"), self.slots.get("V")
        change, new_m, new_V = update(self.case.formula, g, m, V, self.t, tf.sqrt)
        for variable, value in ((m, new_m), (V, new_V)):
            if variable is not None:
                variable.assign(value)
        self.w.assign_sub(change)

    def reset(self) -> None:
        """Go back to the initial parameters."""
        self.w.assign(self.arrays["parameters"])
        for variable in (self.t, *self.slots.values()):
            variable.assign(tf.zeros_like(variable))

    def run(self, units: int) -> None:
        """Take `units` steps."""
        for _ in range(units):
            self.function(self.g)

    def outcome(self) -> Any:
        """Return the parameters."""
        return self.w.numpy()


def _arrays(net: Any) -> list[Any]:
    return [array for pair in zip(net.weights, net.biases) for array in pair]


def _formula(case: Formula, arrays: Arrays) -> Contestant:
    if isinstance(case.formula, Optimizer):
        return Step(case, arrays)
    if isinstance(case.formula, Activation):
        counterpart, inputs = (
            activation_counterparts.counterpart(case.formula),
            (tf.constant(arrays["z"]), tf.constant(arrays["grad_y"])),
        )
        value = lambda z, grad_y: counterpart(z)  # noqa: E731
    else:
        counterpart, inputs = (
            loss_counterparts.counterpart(case.formula),
            (tf.constant(arrays["p"]), tf.constant(arrays["y"])),
        )
        value = lambda p, y: counterpart(y, p)  # noqa: E731
    if case.kind == "value":
        function = tf.function(value, jit_compile=True)
        return Call(case, arrays, lambda: function(*inputs).numpy())
    both = tf.function(_with_gradient(value, isinstance(case.formula, Activation)), jit_compile=True)
    return Call(case, arrays, lambda: both(*inputs)[0].numpy())


def _with_gradient(value: Any, weighted: bool) -> Any:
    def gradient(z: Any, other: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(z)
            y = value(z, other)
        # The value is returned too, so that it is computed
        return tape.gradient(y, z, output_gradients=other if weighted else None), y

    return gradient
