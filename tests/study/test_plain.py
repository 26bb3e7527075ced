"""The formulas to read compute what npnet runs: within the bound on rounding errors, and on symbols."""

import inspect

import pytest

from npnet.activations import LeakyReLU, identity, relu, sigmoid, tanh
from npnet.derivations.engine import (
    Derivation,
    Variable,
    check,
    counts,
    distributions,
    has_sympy,
    normals,
    reals,
    uniform,
)
from npnet.derivations.engine.shipped import flat, net_of, take_steps
from npnet.losses import CategoricalCrossentropy, MeanSquaredError
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, RMSProp
from npnet.regularizers import L1, L2
from npnet.schedules import ExponentialDecay
from npnet.study import plain

ALPHA, STRENGTH = 0.25, 0.03
leaky_relu, l1, l2 = LeakyReLU(ALPHA), L1(STRENGTH), L2(STRENGTH)
mse, on_logits = MeanSquaredError(), CategoricalCrossentropy(from_logits=True)
LR, BETA = uniform("lr", 0.01, 1, example=0.25), uniform("a decay factor", 0.5, 0.99, example=0.75)
EPSILON = uniform("epsilon", 1e-7, 1e-3, example=0.125)
GRADIENTS = {"g": normals("gradients, one in each row", 5, 3, example=[[1], [-0.5]]), "lr": LR}
WEIGHTS = {"w": normals("weights", 4, 3, example=[[0.5, -1.5], [2, -3]])}
NET = {
    "x": normals("inputs", 3, 2, example=[[0.5]]),
    "w": normals("weights and biases", 29, example=[0.5, -1, 0.25, 0.75, 1, -0.5, 0.125, 2, -0.25]),
    "t": normals("what the outputs should be", 3, 2, example=[[1]]),
    "widths": Variable("widths", lambda rng: [2, 3, 3, 2], ([1, 2, 1, 1],), fixed=True),
}
HIDDEN = [tanh, sigmoid]


def steps(rule, w, gradients, count, **settings):
    """Return the parameters and moments after a step of a plain rule for each gradient."""
    w, moments = w.copy(), [0 * w for _ in range(count)]
    for t, g in enumerate(gradients, 1):
        rule(w, g, *moments, *([t] if rule is plain.adam else []), **settings)
    return flat(w, *moments)


def shipped_steps(kind, w, gradients, **settings):
    done = take_steps(kind, w, gradients, learning_rate=settings.pop("lr"), **settings)
    return flat(done.w, *(done.state[name] for name in kind.slots))


def plain_back(x, w, t, widths):
    net = net_of(w, widths, HIDDEN)
    y = [x]
    for W, b, f in zip(net.weights, net.biases, net.activations):
        y.append(f(y[-1] @ W + b))
    dW, db = plain.backward(net.weights, [*HIDDEN, identity], y, mse.gradient(t, y[-1]))
    return flat(*(part for i in range(len(dW)) for part in (dW[i], db[i])))


def plain_penalized(x, w, t, widths):
    net = net_of(w, widths, HIDDEN)
    value, gradient = net.loss_and_gradient(x, t)
    parts = net_of(gradient, widths)
    value = plain.penalized(value, net.weights, parts.weights, l2)
    return flat(value, parts.parameters)


# For each formula its variables, the plain form, and what npnet runs
SAME = {
    "exponential_decay": (
        {"lr_0": LR, "r": BETA, "s": uniform("s", 1, 10, example=2.5), "e": counts("e", 50, example=3)},
        plain.exponential_decay,
        lambda lr_0, r, s, e: ExponentialDecay(lr_0, s, r)(e),
    ),
    "sigmoid": (
        {"z": reals("z", limit=300)},
        lambda z: flat(*plain.sigmoid(z)),
        lambda z: flat(sigmoid(z), sigmoid.derivative(sigmoid(z))),
    ),
    "tanh": (
        {"z": reals("z", limit=150, least=2.0**-40)},
        lambda z: flat(*plain.tanh(z)),
        lambda z: flat(tanh(z), tanh.derivative(tanh(z))),
    ),
    "relu": (
        {"z": reals("z")},
        lambda z: flat(*plain.relu(z)),
        lambda z: flat(relu(z), relu.derivative(relu(z))),
    ),
    "leaky_relu": (
        {"z": reals("z")},
        lambda z: flat(*plain.leaky_relu(z, ALPHA)),
        lambda z: flat(leaky_relu(z), leaky_relu.derivative(leaky_relu(z))),
    ),
    "mean_squared_error": (
        {"y": normals("y", 5, 3, example=[[1, 0]]), "p": normals("p", 5, 3, example=[[0.5, -1]])},
        lambda y, p: flat(*plain.mean_squared_error(y, p)),
        lambda y, p: flat(mse(y, p), mse.gradient(y, p)),
    ),
    "softmax_cross_entropy": (
        {"y": distributions("y", 4, 3, example=[[0.25, 0.75]]), "z": normals("z", 4, 3, example=[[0.5, -1]])},
        lambda y, z: flat(*plain.softmax_cross_entropy(y, z)),
        lambda y, z: flat(on_logits(y, z), on_logits.gradient(y, z)),
    ),
    "backward": (
        NET, plain_back, lambda x, w, t, widths: net_of(w, widths, HIDDEN).loss_and_gradient(x, t)[1]
    ),
    "l1": (WEIGHTS, lambda w: flat(*plain.l1(w, STRENGTH)), lambda w: flat(l1(w), l1.gradient(w))),
    "l2": (WEIGHTS, lambda w: flat(*plain.l2(w, STRENGTH)), lambda w: flat(l2(w), l2.gradient(w))),
    "penalized": (
        NET,
        plain_penalized,
        lambda x, w, t, widths: flat(*net_of(w, widths, HIDDEN).loss_and_gradient(x, t, regularizer=l2)),
    ),
    "update": (
        GRADIENTS,
        lambda g, lr: steps(lambda w, g: plain.update(w, g, 1 + 0 * g, lr), 0 * g[0], g, 0),
        lambda g, lr: shipped_steps(SGD, 0 * g[0], g, lr=lr),
    ),
    "sgd": (
        GRADIENTS,
        lambda g, lr: steps(plain.sgd, 0 * g[0], g, 0, lr=lr),
        lambda g, lr: shipped_steps(SGD, 0 * g[0], g, lr=lr),
    ),
    "sgdm": (
        {**GRADIENTS, "beta": BETA},
        lambda g, lr, beta: steps(plain.sgdm, 0 * g[0], g, 1, lr=lr, beta=beta),
        lambda g, lr, beta: shipped_steps(SGDM, 0 * g[0], g, lr=lr, beta=beta),
    ),
    "adagrad": (
        {**GRADIENTS, "epsilon": EPSILON},
        lambda g, lr, epsilon: steps(plain.adagrad, 0 * g[0], g, 1, lr=lr, epsilon=epsilon),
        lambda g, lr, epsilon: shipped_steps(Adagrad, 0 * g[0], g, lr=lr, epsilon=epsilon),
    ),
    "rmsprop": (
        {**GRADIENTS, "rho": BETA, "epsilon": EPSILON},
        lambda g, **numbers: steps(plain.rmsprop, 0 * g[0], g, 1, **numbers),
        lambda g, **numbers: shipped_steps(RMSProp, 0 * g[0], g, **numbers),
    ),
    "adam": (
        {**GRADIENTS, "beta_1": BETA, "beta_2": BETA, "epsilon": EPSILON},
        lambda g, **numbers: steps(plain.adam, 0 * g[0], g, 2, **numbers),
        lambda g, **numbers: shipped_steps(Adam, 0 * g[0], g, **numbers),
    ),
}  # fmt: skip
# Their code asks for floats: its roundings are those of the plain form
FLOATS_ONLY = {"exponential_decay", "adam"}


def compared(name, one, other):
    variables, _, _ = SAME[name]
    chain = Derivation(name, "0", "Both are the same", variables)
    chain.line("", "The formula.", unchecked="code only")(one)
    chain.line("", "What runs.", unchecked="code only", floats_only=name in FLOATS_ONLY)(other)
    return check(chain)


@pytest.mark.skipif(not has_sympy(), reason="SymPy is not installed")
@pytest.mark.parametrize("name", SAME)
def test_the_formula_to_read_is_what_runs(name):
    _, one, other = SAME[name]
    report = compared(name, one, other)
    assert report, [found.failure for found in report.failures]
    assert report.checks[1].symbolic in {"proved", "50 digits", *([None] if name in FLOATS_ONLY else [])}


@pytest.mark.parametrize("name", SAME)
def test_another_formula_is_found_out(name):
    _, one, other = SAME[name]
    assert not compared(name, lambda **variables: one(**variables) * (1 + 1e-9), other)


def test_each_formula_of_the_file_is_compared():
    assert set(SAME) == {name for name, value in vars(plain).items() if inspect.isfunction(value)}
