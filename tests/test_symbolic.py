"""The shipped lines, run on symbols: the backward pass minus SymPy's derivative of the forward pass is zero."""

import numpy as np
import pytest
import sympy

from npnet import MLP, activations, losses
from npnet.activations import ELU, LeakyReLU
from npnet.derivations.engine import symbols
from npnet.engine.stepping import Objective
from npnet.losses import BinaryCrossentropy, CategoricalCrossentropy, MeanSquaredError
from npnet.regularizers import L1, L1L2, L2
from tests import strategies
from tests.test_losses import every as every_loss

ELEMENTWISE = [*strategies.ELEMENTWISE, LeakyReLU(0.25), LeakyReLU(1.5), ELU(0.25), ELU(1.5)]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=repr)
@pytest.mark.parametrize("value", [0.75, -0.75])
def test_an_activations_derivative_is_sympys(activation, value, rng):
    f = activations.get(activation)
    z = symbols.array("z", [value])
    y = f(z)
    (slope,) = symbols.expressions(f.derivative(f.kept(z, y)))
    (expected,) = [sympy.diff(e, z[0].expression) for e in symbols.expressions(y)]
    assert symbols.is_zero(slope - expected, rng)
    assert sympy.simplify((slope - expected).rewrite(sympy.exp)) == 0


def test_softmax_backward_is_sympys_jacobian_times_the_gradient(rng):
    z, g = symbols.array("z", [[0.5, -1, 2]]), symbols.array("g", [[1, -2, 3]])
    y = activations.softmax(z)
    backward = symbols.expressions(activations.softmax.backward(g, y))
    weighted = sum(a * b for a, b in zip(symbols.expressions(y), symbols.expressions(g)))
    for symbol, expression in zip(z.ravel(), backward):
        assert symbols.is_zero(expression - sympy.diff(weighted, symbol.expression), rng)


@every_loss
def test_a_losss_gradient_is_sympys(loss, rng):
    y = np.array([[0.25, 0.75], [1, 0]], object)
    p = symbols.array("p", [[0.4, 0.6], [0.7, 0.3]])
    value = loss(y, p).expression
    for symbol, expression in zip(p.ravel(), symbols.expressions(loss.gradient(y, p))):
        assert symbols.is_zero(expression - sympy.diff(value, symbol.expression), rng)


@every_loss
def test_a_weighted_losss_gradient_is_sympys_for_any_weights(loss, rng):
    y, w = np.array([[0.25, 0.75], [1, 0]], object), symbols.array("w", [0.5, 3])
    p = symbols.array("p", [[0.4, 0.6], [0.7, 0.3]])
    value = loss(y, p, w).expression
    of_samples = symbols.expressions(loss.per_sample(y, p))
    assert symbols.is_zero(value - sum(a.expression * b for a, b in zip(w, of_samples)) / 2, rng)
    for symbol, expression in zip(p.ravel(), symbols.expressions(loss.gradient(y, p, w))):
        assert symbols.is_zero(expression - sympy.diff(value, symbol.expression), rng)


@pytest.mark.parametrize("regularizer", [L1(0.5), L2(0.5), L1L2(0.25, 0.5)], ids=repr)
def test_a_regularizers_gradient_is_sympys(regularizer, rng):
    w = symbols.array("w", [[0.5, -1.5], [2, -3]])
    value = regularizer(w).expression
    for symbol, expression in zip(w.ravel(), symbols.expressions(regularizer.gradient(w))):
        assert symbols.is_zero(expression - sympy.diff(value, symbol.expression), rng)


NETS = [
    ([2, 2], [], "softmax", MeanSquaredError(), None),
    ([2, 2], [], "softmax", CategoricalCrossentropy(), None),
    ([2, 1], [], "sigmoid", BinaryCrossentropy(), None),
    ([2, 2], [], "identity", CategoricalCrossentropy(from_logits=True), L2(0.5)),
    ([2, 2, 1], ["relu"], "identity", MeanSquaredError(), L2(0.5)),
    ([2, 2, 1], [LeakyReLU(0.25)], "identity", MeanSquaredError(), L1(0.5)),
    ([1, 2, 1], ["sigmoid"], "tanh", MeanSquaredError(), None),
    ([1, 2, 1], ["tanh"], "sigmoid", BinaryCrossentropy(), L1L2(0.25, 0.5)),
    ([1, 2, 2], ["softmax"], "softmax", CategoricalCrossentropy(), None),
    ([1, 1, 1, 1], ["softplus", "silu"], "identity", MeanSquaredError(), None),
    ([1, 1, 1, 1], ["elu", "gelu"], "relu6", MeanSquaredError(), None),
    ([1, 1, 1, 1], ["tanh", "sigmoid"], "identity", MeanSquaredError(), None),
]


@pytest.mark.parametrize(("widths", "hidden", "output", "loss", "regularizer"), NETS)
def test_a_nets_backward_pass_is_sympys_derivative_of_its_forward_pass(widths, hidden, output, loss, regularizer, rng):
    assert_backward_is_sympys(
        MLP(widths, hidden, output, dtype=object, seed=1, bias_initializer="normal"), loss, regularizer, rng
    )


@pytest.mark.parametrize("use_bias", [[False, True], [True, False]])
def test_so_it_is_of_a_net_without_biases_and_with_penalties_of_each_layer(use_bias, rng):
    net = MLP([2, 2, 1], "tanh", dtype=object, seed=1, bias_initializer="normal", use_bias=use_bias)
    assert_backward_is_sympys(net, MeanSquaredError(), [L1(0.25), L2(0.5)], rng)


def assert_backward_is_sympys(net, loss, regularizer, rng):
    widths, hidden = net.widths, [activation.name for activation in net.activations[:-1]]
    net.parameters = symbols.array("w", [float(value) for value in net.parameters])
    batch = 1 if "softmax" in hidden else 2
    x = symbols.array("x", rng.normal(size=(batch, widths[0])))
    y = np.eye(2, dtype=int)[:batch, : widths[-1]].astype(object)
    for weights in (None, symbols.array("s", rng.uniform(0.5, 2, batch))):
        value, gradient = net.loss_and_gradient(x, y, loss, regularizer, weights)
        for symbol, expression in zip(net.parameters, symbols.expressions(gradient)):
            assert symbols.is_zero(expression - sympy.diff(value.expression, symbol.expression), rng)


def test_the_folded_loss_is_the_unfolded_one(rng):
    for loss, link in ((CategoricalCrossentropy, "softmax"), (BinaryCrossentropy, "sigmoid")):
        z = symbols.array("z", [[0.5, -1]])
        y = np.array([[0.25, 0.75]], object)
        folded = loss(from_logits=True)(y, z).expression
        unfolded = losses.get(loss())(y, activations.get(link)(z)).expression
        assert symbols.is_zero(folded - unfolded, rng)


def test_a_wrong_formula_is_seen(rng):
    z = symbols.array("z", [0.75])
    y = activations.sigmoid(z)
    (slope,) = symbols.expressions(y * (1 + y))
    assert not symbols.is_zero(slope - sympy.diff(y[0].expression, z[0].expression), rng)


def test_objects_take_the_objectives_own_lines():
    net = MLP([1, 1], dtype=object, seed=0)
    assert Objective(net, "mse", None).gradient.dtype == object
