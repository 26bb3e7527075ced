"""The error analysis of whole nets; tests/test_network.py uses it on what hypothesis finds."""

import numpy as np
import pytest
from hypothesis import given

from npnet import MLP
from npnet.activations import LeakyReLU
from npnet.losses import CategoricalCrossentropy, MeanSquaredError
from npnet.regularizers import L1, L2
from reference.bounds import cases
from reference.bounds.errors import layer_outputs, loss_gradient, network_bounds, output_bound
from reference.bounds.losses import LOSSES, folded
from reference.bounds.tolerance import assert_within, excess
from tests.reference.bounds import nets
from tests.reference.bounds.newcomer import Arctan
from tests.strategies import seeds


def wide(*arrays):
    return [np.asarray(array, np.longdouble) for array in arrays]


def smooth(widths=(3, 5, 4, 2), hidden="tanh", output="identity", dtype="float32"):
    rng = np.random.default_rng(0)
    net = MLP(widths, hidden, output, dtype=dtype, seed=rng, bias_initializer="normal")
    x, y = rng.normal(size=(8, widths[0])), rng.normal(size=(8, widths[-1]))
    return net, x.astype(dtype), y.astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(seed=seeds)
def test_outputs_losses_and_gradients_are_within_their_bounds(dtype, seed):
    net, x, y, loss, regularizer = cases.network(np.random.default_rng(seed), dtype)
    x, y, exact = x.astype(dtype), y.astype(dtype), net.astype("longdouble")
    assert_within(net(x), exact(x), output_bound(exact, *wide(x), dtype))
    limits = network_bounds(exact, *wide(x, y), loss, regularizer, dtype)
    results = net.loss_and_gradient(x, y, loss, regularizer)
    for result, expected, limit in zip(results, exact.loss_and_gradient(x, y, loss, regularizer), limits):
        assert_within(result, expected, limit)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(seed=seeds)
def test_outputs_of_each_layer_and_loss_gradients_are_within_their_bounds(dtype, seed):
    net, x, y, loss, _ = cases.network(np.random.default_rng(seed), dtype)
    x, y, exact = x.astype(dtype), y.astype(dtype), net.astype("longdouble")
    found = layer_outputs(exact, *wide(x), dtype)
    output = x
    for W, b, f, one in zip(net.weights, net.biases, net.activations, found, strict=True):
        output = f(output @ W + (0 if b is None else b))
        assert_within(output, one.value, one.error)
    np.testing.assert_array_equal(found[-1].error, output_bound(exact, *wide(x), dtype))
    unfolded, last = folded(loss, net.activations[-1])
    net.activations[-1] = exact.activations[-1] = last
    gradient = loss_gradient(exact, *wide(x, y), unfolded, dtype)
    # Both are computed in the wide type, their sums in different orders
    assert_within(gradient.value, unfolded.gradient(wide(y)[0], exact(x)), gradient.error / 100)
    assert_within(unfolded.gradient(y, net(x)), gradient.value, gradient.error)


def test_a_loss_that_folds_has_its_gradient_by_the_logits():
    net, x, _ = smooth(output="softmax")
    exact, y = net.astype("longdouble"), np.eye(2)[np.arange(8) % 2]
    gradient = loss_gradient(exact, *wide(x, y), CategoricalCrossentropy(), "float32")
    assert_within(gradient.value, (exact(x) - y) / 8, 1e-17)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(seed=seeds)
def test_weighted_losses_and_gradients_are_within_their_bounds(dtype, seed):
    rng = np.random.default_rng(seed)
    net, x, y, loss, regularizer = cases.network(rng, dtype)
    x, y, w, exact = (
        x.astype(dtype),
        y.astype(dtype),
        cases.sample_weights(rng, len(x), dtype),
        net.astype("longdouble"),
    )
    limits = network_bounds(exact, *wide(x, y), loss, regularizer, dtype, weights=wide(w)[0])
    results = net.loss_and_gradient(x, y, loss, regularizer, w)
    for result, expected, limit in zip(results, exact.loss_and_gradient(x, y, loss, regularizer, w), limits):
        assert_within(result, expected, limit)


@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu", LeakyReLU(3), "softmax"])
def test_an_error_in_the_fourth_digit_is_over_the_bounds(hidden):
    net, x, y = smooth(hidden=hidden)
    exact, loss = net.astype("longdouble"), MeanSquaredError()
    value, gradient = exact.loss_and_gradient(x, y, loss)
    value_limit, gradient_limit = network_bounds(exact, *wide(x, y), loss, None, "float32")
    assert excess(1.0001 * value, value, value_limit) > 1
    assert excess(1.0001 * gradient, gradient, gradient_limit).max() > 1


@pytest.mark.parametrize("regularizer", [L1(100.0), L2(100.0)], ids=repr)
def test_an_error_in_the_fourth_digit_of_a_large_penaltys_gradient_is_over_the_bound(regularizer):
    net, x, y = smooth()
    exact, loss = net.astype("longdouble"), MeanSquaredError()
    _, gradient = exact.loss_and_gradient(x, y, loss, regularizer)
    _, limit = network_bounds(exact, *wide(x, y), loss, regularizer, "float32")
    # Biases have no penalty
    assert np.median(excess(1.0001 * gradient, gradient, limit)) > 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("epochs", [0, 50])
@pytest.mark.parametrize("name", nets.NARROW)
def test_the_largest_errors_of_real_nets_are_near_their_bounds(name, epochs, dtype):
    outputs, value, gradient = nets.NARROW[name](epochs).shares(dtype)
    assert 1e-2 <= outputs.max() <= 1
    assert 1e-3 <= gradient.max() <= 1
    assert value <= 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_largest_error_of_a_real_nets_loss_is_near_its_bound(dtype):
    # A loss is one number, whose errors may happen to cancel
    shares = [make(epochs).shares(dtype)[1] for make in nets.NARROW.values() for epochs in (0, 50)]
    assert 1e-2 <= max(shares) <= 1
    assert np.median(shares) >= 1e-3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["the notes' dots with L1", "the notes' dots with L2"])
def test_the_largest_error_of_a_loss_with_a_penalty_is_near_its_bound(name, dtype):
    assert max(nets.NARROW[name](epochs).shares(dtype)[1] for epochs in (0, 50)) >= 1e-3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", nets.WIDE)
def test_wide_and_deep_nets_have_errors_that_cancel_where_their_bounds_add_up(name, dtype):
    """A sum of n errors of either sign is their size times the root of n, and the bound, which holds for any signs, n.

    So each layer makes the bound of the outputs sqrt(n) times too large on the way forward, and that of the gradient
    again on the way back.
    """
    example = nets.WIDE[name](5)
    widths = np.array(example.net.widths, float)
    forward, back = np.sqrt(widths[:-1].prod()), np.sqrt(widths[1:].prod())
    outputs, value, gradient = example.shares(dtype)
    assert outputs.max() * forward >= 1e-2
    assert value * forward >= 1e-3
    assert gradient.max() * forward * back >= 1e-3
    assert max(outputs.max(), value, gradient.max()) <= 1


@pytest.mark.parametrize(
    "name", [name for name in nets.NARROW if "dots" in name or name in ("ReLU", "leaky ReLU", "XOR")]
)
def test_the_bound_of_a_net_with_kinks_is_far_under_its_gradient(name):
    net, x, y, *settings = nets.NARROW[name](0).of("longdouble")
    _, gradient = net.loss_and_gradient(x, y, *settings)
    _, limit = network_bounds(net, x, y, *settings, "float32")
    assert limit.max() < 1e-3 * abs(gradient).max()


def share(net, x, y, loss=LOSSES["mse"]):
    """The largest errors of outputs, loss and gradient, as shares of their bounds."""
    return [found.max() for found in nets.Example(net.astype("float64"), x, y, loss).shares("float32")]


@pytest.mark.parametrize("output", ["identity", "softmax", "sigmoid"])
def test_where_all_is_learned_the_gradient_is_the_error_of_the_outputs(output):
    net, x, _ = smooth(output=output)
    loss = {"identity": "mse", "softmax": "categorical_crossentropy", "sigmoid": "binary_crossentropy"}[output]
    _, value, gradient = share(net, x, net.astype("longdouble")(x), LOSSES[loss])
    assert 1e-3 <= gradient <= 1
    # A loss that is a square, or its entropy and the square of an error, is hardly moved by it
    assert value <= 1


def test_sums_that_cancel_pass_on_the_errors_of_their_terms():
    net, rng = MLP([8, 2, 1], "identity"), np.random.default_rng(0)
    net.weights[0] = 1000 * np.transpose([[1, -1] * 4, [1, 1, -1, -1] * 2])
    net.weights[1] = [[1], [-1]]
    x = (1 + 1e-5 * rng.normal(size=(16, 8))).astype("float32")
    for y in (0.0, 1e4):
        # Far from its label, a weight's derivative has the error of its input; near it, that of the output
        outputs, value, gradient = share(net, x, np.full((16, 1), y))
        assert 1e-3 <= outputs <= 1
        assert 1e-3 <= gradient <= 1
        assert value <= 1


def test_what_is_0_has_no_error_but_the_losses():
    net = MLP([2, 3, 1], "relu", seed=0)
    exact, x, y = net.astype("longdouble"), np.zeros((1, 2)), np.array([[0.1]])
    assert (output_bound(exact, *wide(x), "float32") == 0).all()
    value_limit, gradient_limit = network_bounds(exact, *wide(x, y), MeanSquaredError(), None, "float32")
    assert 0 < value_limit <= 20 * 0.01 * 2.0**-24
    # By weights, whose inputs are 0, and by biases
    assert (gradient_limit[[0, 1, 2, 3, 4, 5, 9, 10, 11]] <= 1e-40).all()
    assert gradient_limit[-1] > 0


def test_bounds_of_a_flushed_type_have_the_smallest_normal_number_as_their_floor():
    net, x = MLP([3, 1], seed=0).astype("longdouble"), 1e-38 * np.random.default_rng(0).normal(size=(8, 3))
    for flushed, floor in ((False, 2.0**-149), (True, 2.0**-126)):
        limit = output_bound(net, *wide(x), "float32", flushed)
        assert floor <= limit.min()
        assert limit.max() <= 100 * floor


def test_the_outputs_bound_is_that_of_the_activation_too():
    net, x, _ = smooth(widths=(3, 2), output="sigmoid")
    net.weights[0][...] *= 100
    exact = net.astype("longdouble")
    saturated = abs(exact(wide(x)[0]) - 0.5) > 0.499
    assert saturated.any()
    # Where a sigmoid is flat, an error of z hardly counts
    limit = output_bound(exact, *wide(x), "float32")
    assert limit[saturated].max() < 1e-5
    deep, x, _ = smooth(widths=(3, 4, 5, 2), output="sigmoid")
    assert output_bound(deep.astype("longdouble"), *wide(x), "float32").shape == (8, 2)


def test_a_wrong_element_anywhere_is_over_its_bound():
    net, x, y = smooth()
    exact, loss = net.astype("longdouble"), MeanSquaredError()
    _, gradient = exact.loss_and_gradient(x, y, loss)
    _, limit = network_bounds(exact, *wide(x, y), loss, None, "float32")
    assert limit.shape == gradient.shape == net.parameters.shape
    assert (limit < 1e-3 * abs(gradient).max()).all()


def test_bounds_shrink_with_the_unit_roundoff():
    net, x, y = smooth()
    arguments = net.astype("longdouble"), *wide(x, y), MeanSquaredError(), L2(0.1)
    single, double = (network_bounds(*arguments, dtype) for dtype in ("float32", "float64"))
    for wider, narrower in zip(single, double):
        # Errors of second order are those of first order, times as many roundings of float32 as these consist of
        roundings = float(np.max(narrower)) * 2.0**53
        np.testing.assert_allclose(np.asarray(wider / narrower, float), 2.0**29, rtol=roundings * 2.0**-24)


def test_a_penalty_adds_its_own_roundings():
    net, x, y = smooth()
    arguments = net.astype("longdouble"), *wide(x, y), MeanSquaredError()
    without, strong = (network_bounds(*arguments, penalty, "float32") for penalty in (None, L2(100)))
    assert strong[0] > without[0]
    weights, biases = slice(0, 15), slice(15, 20)
    assert (strong[1][weights] > without[1][weights]).all()
    np.testing.assert_array_equal(strong[1][biases], without[1][biases])


def test_where_roundings_decide_on_which_side_of_a_kink_z_is_the_gradient_is_unknown():
    net = MLP([2, 1, 1], "relu", dtype="float32")
    net.parameters = [1, -1, 2.0**-30, 1, 0]
    exact, x, y = net.astype("longdouble"), [[1.0, 1.0]], [[-1.0]]
    _, gradient = exact.loss_and_gradient(x, y)
    _, limit = network_bounds(exact, *wide(x, y), MeanSquaredError(), None, "float32")
    assert (limit[:3] >= abs(gradient[:3])).all()
    net.parameters[2] = 2.0**-10
    _, limit = network_bounds(net.astype("longdouble"), *wide(x, y), MeanSquaredError(), None, "float32")
    assert (limit[:3] <= 1e-5).all()


def test_logits_are_bounded_where_the_loss_folds_with_the_output():
    net, x, _ = smooth(output="softmax")
    net.weights[-1][...] *= 1000
    exact, y = net.astype("longdouble"), np.eye(2)[[0, 1] * 4]
    loss = CategoricalCrossentropy()
    value, _ = exact.loss_and_gradient(x, y, loss)
    assert value > 100
    assert network_bounds(exact, *wide(x, y), loss, None, "float32")[0] < 1e-3 * value


def test_a_new_activation_needs_no_entry():
    net, x, y = smooth(hidden=Arctan(), output=Arctan())
    exact, loss = net.astype("longdouble"), MeanSquaredError()
    value_limit, gradient_limit = network_bounds(exact, *wide(x, y), loss, None, "float32")
    value, gradient = net.loss_and_gradient(x, y, loss)
    exact_value, exact_gradient = exact.loss_and_gradient(x, y, loss)
    assert_within(value, exact_value, value_limit)
    assert_within(gradient, exact_gradient, gradient_limit)
    assert gradient_limit.max() < 1e-4 * abs(gradient).max()
