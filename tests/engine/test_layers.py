"""The products of a layer, of one net and of many; forward and backward over layers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import MLP, Ensemble, activations
from npnet.activations import Elementwise
from npnet.engine import tuning
from npnet.engine.layers import Layer, MembersLayer, backward, forward, layers_of, passes_of, with_ones
from npnet.gradcheck import check
from reference.bounds.tolerance import assert_within, bound
from tests.strategies import seeds


def passed(layer, batch, x):
    """A layer's arrays, with an input that ends with a row of ones."""
    (p,) = passes_of([layer], batch, training=True)
    p.x = x
    layer.gradient = np.empty_like(layer.W)
    return p


@given(seed=seeds, batch=st.integers(1, 8), features=st.integers(1, 9), units=st.integers(1, 9))
def test_products_are_the_notes(seed, batch, features, units):
    rng = np.random.default_rng(seed)
    for dtype in ("float32", "float64"):
        layer = Layer(rng.normal(size=(features + 1, units)).astype(dtype), activations.identity)
        x = with_ones(rng.normal(size=(batch, features)).astype(dtype)).T
        p, delta = passed(layer, batch, x), rng.normal(size=(units, batch)).astype(dtype)
        layer.forward(x, p)
        layer.gradients(delta, p)
        dx = layer.back(delta, p, np.empty((features, batch), dtype))
        W, b, rows, back = (a.astype("longdouble") for a in (layer.W[:-1], layer.W[-1], x[:-1].T, delta.T))
        for actual, exact, size in (
            (p.z.T, rows @ W + b, abs(rows) @ abs(W) + abs(b)),
            (layer.gradient[:-1], rows.T @ back, abs(rows).T @ abs(back)),
            (layer.gradient[-1], back.sum(axis=0), abs(back).sum(axis=0)),
            (dx.T, back @ W.T, abs(back) @ abs(W).T),
        ):
            assert_within(actual, exact, bound(max(features, units, batch) + 2, size, dtype))


@given(
    seed=seeds, batch=st.integers(1, 8), features=st.integers(1, 9), units=st.integers(1, 9), members=st.integers(1, 6)
)
def test_products_are_those_of_each_member_in_either_form(seed, batch, features, units, members):
    rng = np.random.default_rng(seed)
    for dtype in ("float32", "float64"):
        many = MembersLayer(rng.normal(size=(features + 1, units, members)).astype(dtype), activations.identity)
        own = rng.normal(size=(features + 1, batch, members)).astype(dtype)
        own[-1] = 1
        shared = with_ones(rng.normal(size=(batch, features)).astype(dtype)).T
        delta = rng.normal(size=(units, batch, members)).astype(dtype)
        for x in (own, shared):
            p = passed(many, batch, x)
            many.forward(x, p)
            many.gradients(delta, p)
            dx = many.back(delta, p, np.empty((features, batch, members), dtype))
            for k in range(members):
                x_k = np.ascontiguousarray(x[..., k]) if x.ndim == 3 else x
                one, delta_k = Layer(many.W[..., k].copy(), activations.identity), np.ascontiguousarray(delta[..., k])
                alone = passed(one, batch, x_k)
                one.forward(x_k, alone)
                one.gradients(delta_k, alone)
                dx_k = one.back(delta_k, alone, np.empty((features, batch), dtype))
                for actual, value, size in (
                    (p.z, alone.z, abs(one.W).T @ abs(x_k)),
                    (many.gradient, one.gradient, abs(x_k) @ abs(delta_k).T),
                    (dx, dx_k, abs(one.W[:-1]) @ abs(delta_k)),
                ):
                    assert_within(actual[..., k], value, bound(2 * (max(features, units, batch) + 1), size, dtype))


def test_a_layer_that_is_followed_has_a_row_of_ones_under_its_output():
    net = MLP([2, 3, 1], seed=0)
    first, last = passes_of(layers_of(net.parameters, net.widths, net.activations, net.use_bias), 4)
    assert first.y.shape == (3, 4)
    assert first.with_ones.shape == (4, 4)
    assert (first.with_ones[-1] == 1).all()
    assert last.with_ones is last.y


def test_a_layer_before_one_without_biases_has_no_row_of_ones():
    net = MLP([2, 3, 4, 1], seed=0, use_bias=[True, False, True])
    first, second, last = passes_of(layers_of(net.parameters, net.widths, net.activations, net.use_bias), 5)
    assert first.with_ones is first.y
    assert [p.with_ones.shape for p in (first, second, last)] == [(3, 5), (5, 5), (1, 5)]
    assert (second.with_ones[-1] == 1).all()


@given(seed=seeds, batch=st.integers(1, 8), features=st.integers(1, 9), units=st.integers(1, 9))
def test_products_without_biases_are_those_of_the_weights(seed, batch, features, units):
    rng = np.random.default_rng(seed)
    layer = Layer(rng.normal(size=(features, units)), activations.identity, bias=False)
    assert layer.weights is layer.W
    x, delta = rng.normal(size=(features, batch)), rng.normal(size=(units, batch))
    p = passed(layer, batch, x)
    layer.forward(x, p)
    layer.gradients(delta, p)
    dx = layer.back(delta, p, np.empty((features, batch)))
    for actual, a, b in ((p.z, layer.W.T, x), (layer.gradient, x, delta.T), (dx, layer.W, delta)):
        exact = a.astype("longdouble") @ b.astype("longdouble")
        assert_within(actual, exact, bound(a.shape[1] + 1, abs(a) @ abs(b), "float64"))


class Swish(Elementwise):
    """z · sigmoid(z), whose slope is no function of its output."""

    name = "swish"
    needs = "z"

    def value(self, z, out=None):
        return np.multiply(z, activations.sigmoid.value(z), out=out)

    def slope(self, z, out=None):
        y = activations.sigmoid.value(z)
        return np.add(y, z * y * (1 - y), out=out)


@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_an_activation_may_need_its_input(dtype):
    rng = np.random.default_rng(0)
    net = MLP([3, 4, 5, 1], Swish(), dtype="float64", seed=1, bias_initializer="normal")
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))

    def loss(parameters):
        copy = net.astype(parameters.dtype)
        copy.parameters = parameters
        return copy.loss_and_gradient(x, y)[0]

    assert check(loss, net.loss_and_gradient(x, y)[1], net.parameters)


def test_backward_is_one_loop_last_layer_included():
    net = MLP([2, 3, 1], "tanh", "sigmoid", dtype="float64", seed=0)
    layers = layers_of(net.parameters, net.widths, net.activations, net.use_bias)
    passes = passes_of(layers, 5, training=True)
    gradient = np.empty_like(net.parameters)
    start = 0
    for layer in layers:
        layer.gradient = gradient[start : start + layer.W.size].reshape(layer.W.shape)
        start += layer.W.size
    x, y = np.random.default_rng(1).normal(size=(5, 2)), np.zeros((5, 1))
    p = forward(layers, passes, with_ones(x).T)
    backward(layers, passes, 2 * p / 5)
    np.testing.assert_array_equal(gradient, net.loss_and_gradient(x, y, "mse")[1])


@given(seed=seeds, size=st.sampled_from([1e-20, 1.0, 1e15]))
def test_the_square_of_a_wide_layer_bounds_its_gradients_sum_of_squares(seed, size):
    rng = np.random.default_rng(seed)
    for features, units, batch in ((40, 50, 2), (3, 2, 8)):
        layer = Layer(np.empty((features + 1, units), "float32"), activations.identity)
        x = with_ones((size * rng.normal(size=(batch, features))).astype("float32")).T
        p = passed(layer, batch, x)
        p.delta = rng.normal(size=(units, batch)).astype("float32")
        layer.gradients(p.delta, p)
        exact, *factors = ((a.astype("float64") ** 2).sum() for a in (layer.gradient, p.x, p.delta))
        assert p.wide == (features == 40)
        assert layer.square(p) >= exact * (1 - bound(2 * batch + features * units, 1, "float32"))
        # Of a narrow layer it is the sum itself
        expected = np.prod(factors) if p.wide else exact
        assert_within(layer.square(p), expected, bound(p.x.size + p.delta.size + layer.W.size, expected, "float32"))
        p.delta[0, 0] = np.nan
        layer.gradients(p.delta, p)
        assert np.isnan(layer.square(p))


@pytest.mark.parametrize("output", [Swish(), "identity", "softmax"])
@pytest.mark.parametrize("widths", [[3, 1], [3, 4, 1], [3, 5, 5, 2]])
def test_members_may_need_their_inputs_too(widths, output):
    hidden, widths = Swish(), widths if output != "softmax" else [*widths[:-1], 2]
    rng = np.random.default_rng(0)
    ensemble = Ensemble(widths, hidden, output, dtype="float64", seeds=range(3), bias_initializer="normal")
    x, y = rng.normal(size=(7, 3)), rng.normal(size=(7, widths[-1]))
    values, gradients = ensemble.loss_and_gradient(x, y, "mse")
    np.testing.assert_allclose(ensemble(x), np.stack([net(x) for net in ensemble], axis=-1), rtol=0, atol=LIMIT)
    for k, net in enumerate(ensemble):
        value, gradient = net.loss_and_gradient(x, y, "mse")
        assert_within(values[k], value, LIMIT)
        assert_within(gradients[:, k], gradient, LIMIT)
        assert check(lambda w, net=net: loss_of(net, w, x, y), gradient, net.parameters)
    history = ensemble.fit(x, y, "mse", "adam", epochs=2, batch_size=3)
    assert (history.loss[1] < history.loss[0]).all()


# Nets of some hundred products of numbers of at most 100
LIMIT = bound(300, 100, "float64")


def loss_of(net, parameters, x, y):
    """A net's loss at other parameters, of any number type."""
    copy = net.astype(parameters.dtype)
    copy.parameters = parameters
    return copy.loss_and_gradient(x, y, "mse")[0]


@pytest.mark.parametrize("wide", [2, 4])
@pytest.mark.parametrize("shape", [(12, 24), (24, 12), (16, 16), (2, 3)])
def test_a_layer_is_wide_by_the_sizes_of_its_arrays(shape, wide, monkeypatch):
    monkeypatch.setattr(tuning, "WIDE", wide)
    found = set()
    for batch in range(1, 9):
        layer = Layer(np.ones(shape), activations.identity)
        p = passed(layer, batch, np.ones((shape[0], batch)))
        # For (12, 24) and a batch of 2 or 4 both sides are equal
        assert p.wide == (layer.W.size > wide * (p.x.size + p.y.size))
        found.add(p.wide)
        many = MembersLayer(np.ones((*shape, 3)), activations.identity)
        assert not passed(many, batch, np.ones((shape[0], batch))).wide
    assert found == ({False} if shape == (2, 3) else {True, False})


def test_the_way_back_has_arrays_that_are_used_again_and_the_way_forward_has_none():
    net = MLP([2, 3, 5, 1], seed=0)
    layers = layers_of(net.parameters, net.widths, net.activations, net.use_bias)
    for p in passes_of(layers, 4):
        assert p.grad is None
        assert p.scratch is None
    passes = passes_of(layers, 4, training=True)
    for p in passes:
        assert p.grad.shape == p.scratch.shape == p.y.shape
        assert not np.shares_memory(p.grad, p.y)
        assert not np.shares_memory(p.grad, p.scratch)
        assert np.shares_memory(p.scratch, passes[0].scratch)


def test_copies_with_the_members_in_front_are_always_in_the_same_memory():
    a = np.arange(24.0).reshape(2, 3, 4)
    p = passed(MembersLayer(np.ones((3, 2, 4)), activations.identity), 3, np.ones((3, 3, 4)))
    front = p.front("x", a)
    np.testing.assert_array_equal(front, np.moveaxis(a, 2, 0))
    assert front.flags.c_contiguous
    assert p.front("x", 2 * a) is front
    np.testing.assert_array_equal(front, np.moveaxis(2 * a, 2, 0))
    assert not np.shares_memory(p.front("W", a), front)
    # Of another shape it is another copy
    assert p.front("x", a[:1]).shape == (4, 1, 3)


def test_an_activation_that_needs_its_input_keeps_it():
    net = MLP([2, 3, 1], Swish(), Swish(), seed=0)
    first, last = passes_of(layers_of(net.parameters, net.widths, net.activations, net.use_bias), 4)
    for p in (first, last):
        assert p.saved is p.z
        assert not np.shares_memory(p.z, p.y)
    plain = MLP([2, 3, 1], "tanh", seed=0)
    for p in passes_of(layers_of(plain.parameters, plain.widths, plain.activations, plain.use_bias), 4):
        assert p.saved is p.y is p.z


@pytest.mark.parametrize("needs", ["y", "z"])
@pytest.mark.parametrize("members", [None, 2])
def test_a_value_that_an_activation_returns_counts_wherever_it_is(needs, members):
    """A value that is not written to `out` would leave there what was before: the input, or nothing."""

    class Softsign(Elementwise):
        def value(self, z, out=None):
            return z / (1 + abs(z))

        def slope(self, a, out=None):
            return (1 - abs(a)) ** 2 if needs == "y" else 1 / (1 + abs(a)) ** 2

    class InPlace(Softsign):
        def value(self, z, out=None):
            return np.divide(z, 1 + abs(z), out=out)

    Softsign.needs, x = needs, np.random.default_rng(0).normal(size=(5, 2))
    results = []
    for kind in (Softsign, InPlace):
        if members is None:
            net = MLP([2, 3, 1], kind(), kind(), "float64", seed=0)
        else:
            net = Ensemble([2, 3, 1], kind(), kind(), "float64", seeds=range(members))
        results.append((net.predict(x), *net.loss_and_gradient(x, x[:, 0])))
    for one, other in zip(*results):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "wrong", [[], [activations.relu], [activations.relu] * 3, ["relu", activations.tanh], [activations.relu, np.tanh]]
)
def test_each_layer_has_an_activation(wrong):
    with pytest.raises(ValueError, match=r"activations: expected an Activation for each of 2 layers, got \["):
        layers_of(np.zeros(17), (2, 4, 1), wrong, (True, True))
    assert len(layers_of(np.zeros(17), (2, 4, 1), [activations.relu] * 2, (True, True))) == 2
