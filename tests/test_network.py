import copy
import pickle

import numpy as np
import pytest
from hypothesis import given

from npnet import MLP, losses
from npnet.activations import LeakyReLU, ReLU, Softmax
from npnet.initializers import Constant, HeNormal
from npnet.losses import BinaryCrossentropy, CategoricalCrossentropy
from npnet.regularizers import L2
from reference.bounds.errors import network_bounds, output_bound
from reference.bounds.tolerance import assert_within, bound
from tests import complex_step
from tests.strategies import problems


def bounds(problem, dtype="float64"):
    """How far roundings can move the loss and the gradient of a problem."""
    wide, units = problem.net.astype("longdouble"), problem.net.widths[-1]
    x = problem.x.astype("longdouble")
    y = np.eye(units)[problem.y] if problem.y.ndim == 1 and units > 1 else problem.y
    return network_bounds(wide, x, y.reshape(len(x), -1).astype("longdouble"), problem.loss, problem.regularizer, dtype)


def complex_step_gradient(problem):
    """The gradient from the shipped forward pass alone, run on complex numbers."""
    complex_net = problem.net.astype("complex128")

    def value(parameters):
        complex_net.parameters = parameters
        return complex_net.loss_and_gradient(problem.x, problem.y, problem.loss, problem.regularizer)[0]

    return complex_step.gradient(value, problem.net.parameters)


@given(problems(max_hidden=3, max_width=4, max_batch=6))
def test_the_backward_pass_is_the_derivative_of_the_forward_pass(problem):
    _, gradient = problem.net.loss_and_gradient(problem.x, problem.y, problem.loss, problem.regularizer)
    # Both are rounded, and each complex product is four real ones
    assert_within(gradient, complex_step_gradient(problem), 6 * bounds(problem)[1])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_losses_and_gradients_are_right_to_the_roundings_of_their_dtype(dtype):
    @given(problems(dtype))
    def holds(problem):
        arguments = problem.y, problem.loss, problem.regularizer
        x = problem.x = problem.x.astype(dtype)
        if problem.y.dtype.kind == "f":
            arguments = (problem.y.astype(dtype), *arguments[1:])
            problem.y = arguments[0]
        value, gradient = problem.net.loss_and_gradient(x, *arguments)
        exact_value, exact_gradient = problem.net.astype("longdouble").loss_and_gradient(x, *arguments)
        value_limit, gradient_limit = bounds(problem, dtype)
        assert_within(value, exact_value, value_limit)
        assert_within(gradient, exact_gradient, gradient_limit)

    holds()


@given(problems(max_hidden=2, max_width=5, max_batch=8))
def test_the_value_is_the_loss_of_the_prediction_plus_the_penalty(problem):
    value, _ = problem.net.loss_and_gradient(problem.x, problem.y, problem.loss, problem.regularizer)
    p = problem.net.predict(problem.x)
    expected = losses.get(problem.loss)(problem.y, p)
    # A probability's rounding, of 16 units and those of its logit, counts for more where it is near 0 or 1
    p_limit = output_bound(problem.net.astype("longdouble"), problem.x.astype("longdouble"), "float64")
    slope = abs(problem.loss.gradient(problem.y, p)).sum() * 2
    if problem.regularizer is not None:
        expected += sum(problem.regularizer(W) for W in problem.net.weights)
    assert_within(value, expected, 2 * bounds(problem)[0] + slope * p_limit.max() + bound(40, abs(expected), "float64"))
    assert problem.net.evaluate(problem.x, problem.y, problem.loss, problem.regularizer).loss == value


def test_the_forward_pass_is_the_notes():
    net = MLP([2, 3, 1], seed=0, dtype="float64", bias_initializer="normal")
    x = np.random.default_rng(1).normal(size=(5, 2))
    w1, w2, b1, b2 = *net.weights, *net.biases
    np.testing.assert_array_equal(net(x), np.maximum(x @ w1 + b1, 0) @ w2 + b2)


def test_the_gradient_has_the_parameters_layout_and_belongs_to_the_caller():
    net = MLP([2, 3, 1], seed=0)
    x, y = np.ones((4, 2)), np.zeros((4, 1))
    _, first = net.loss_and_gradient(x, y)
    kept = first.copy()
    net.loss_and_gradient(2 * x, y)
    np.testing.assert_array_equal(first, kept)
    assert (first.shape, first.dtype) == (net.parameters.shape, net.dtype)


def test_biases_are_not_regularized():
    net = MLP([2, 3, 1], seed=0, dtype="float64", bias_initializer="normal")
    x, y = np.ones((4, 2)), np.zeros((4, 1))
    value, gradient = net.loss_and_gradient(x, y)
    with_penalty, other = net.loss_and_gradient(x, y, regularizer=L2(0.5))
    assert with_penalty == value + sum(0.25 * (W**2).sum() for W in net.weights)
    extra = other - gradient
    np.testing.assert_allclose(extra[:6], 0.5 * net.weights[0].ravel(), rtol=0, atol=bound(4, 9, "float64"))
    assert extra[6:9].tolist() == [0, 0, 0]
    assert extra[12] == 0


def test_the_same_seed_gives_the_same_bits():
    np.testing.assert_array_equal(MLP([4, 3], seed=5).parameters, MLP([4, 3], seed=5).parameters)
    assert (MLP([4, 3], seed=5).parameters != MLP([4, 3], seed=6).parameters).any()
    np.testing.assert_array_equal(MLP([4, 3], seed=np.random.default_rng(5)).parameters, MLP([4, 3], seed=5).parameters)


def test_saturated_logits_have_a_finite_loss_and_gradient():
    net = MLP([1, 2], output="softmax", seed=0)
    net.weights[0][...] = [[1e4, -1e4]]
    value, gradient = net.loss_and_gradient([[1.0]], [1], loss=CategoricalCrossentropy())
    assert value == 2e4
    assert gradient.tolist() == [1, -1, 1, -1]
    assert net.evaluate([[1.0]], [1], loss="categorical_crossentropy") == (2e4, 0.0)


@pytest.mark.parametrize("dtype", ["float32", "float64", "longdouble", "complex128"])
def test_everything_has_the_nets_dtype(dtype):
    net = MLP([2, 3, 2], hidden="tanh", output="softmax", dtype=dtype, seed=0)
    x = np.random.default_rng(0).normal(size=(4, 2))
    value, gradient = net.loss_and_gradient(x, [0, 1, 1, 0], loss="categorical_crossentropy", regularizer="l1_l2")
    assert {net(x).dtype, value.dtype, gradient.dtype} == {np.dtype(dtype)}


def test_a_loss_that_overflows_is_infinite_without_a_warning():
    net = MLP([1, 1], kernel_initializer=Constant(1e30))
    assert net.loss_and_gradient([[1e30]], [0.0])[0] == net.evaluate([[1e30]], [0.0]).loss == np.inf


def test_accuracy_is_known_where_labels_name_classes():
    net = MLP([1, 2], output="softmax", seed=0)
    net.weights[0][...] = [[1, -1]]
    x = [[1.0], [2.0], [-1.0], [3.0]]
    assert net.evaluate(x, [0, 0, 0, 1]).accuracy == 0.5
    assert net.evaluate(x, np.full((4, 2), 0.5)).accuracy is None
    line = MLP([1, 1], output="identity", seed=0)
    line.weights[0][...] = 1
    assert line.evaluate(x, [1, 1, 0, 0]).accuracy == 0.75
    logits = BinaryCrossentropy(from_logits=True)
    assert line.evaluate([[0.25], [-0.25]], [1, 0], loss=logits).accuracy == 1
    assert line.evaluate([[0.25], [-0.25]], [1, 0]).accuracy == 0.5


def test_predictions_belong_to_the_caller():
    net = MLP([2, 3, 1], output="identity", seed=0)
    first = net.predict(np.ones((4, 2)))
    kept = first.copy()
    net.predict(np.zeros((4, 2)))
    np.testing.assert_array_equal(first, kept)


def test_a_copy_is_a_net_of_its_own():
    net = MLP([2, 3, 1], seed=0)
    other = net.copy()
    other.parameters[...] = 0
    assert net.parameters.any()
    assert net.astype("float64").dtype == np.float64


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_duplicates_layers_are_views_of_its_vector(duplicate):
    net = MLP([2, 3, 1], seed=0)
    other = duplicate(net)
    np.testing.assert_array_equal(other.parameters, net.parameters)
    other.parameters[...] = 0
    assert not any(W.any() for W in other.weights)
    other.biases[1] = [7]
    assert other.parameters[-1] == 7


def test_the_default_initializer_is_the_notes():
    net, rng = MLP([5, 4], seed=3, dtype="float64"), np.random.default_rng(3)
    np.testing.assert_array_equal(net.weights[0], HeNormal()((5, 4), rng))
    assert not net.biases[0].any()


def test_the_bias_gradient_of_a_large_batch_keeps_its_digits():
    net = MLP([1, 1], seed=0)
    x = np.random.default_rng(0).normal(size=(100_000, 1))
    y = x + 5
    exact = net.astype("float64").loss_and_gradient(x.astype("float32"), y.astype("float32"))[1]
    # A product sums blocks of some hundreds, then the blocks: not one number after another
    assert_within(net.loss_and_gradient(x, y)[1][1], exact[1], bound(512 + 100_000 / 256, abs(exact[1]), "float32"))


def test_objects_that_decide_comparisons_can_be_evaluated():
    net = MLP([1, 2], dtype=object, seed=0)
    assert net.evaluate([[0.5]], [0], loss="mse").accuracy in (0, 1)


def test_summary_counts_space_and_time():
    lines = MLP([4, 3], output="softmax").summary().splitlines()
    assert lines[0].split() == ["layer", "shape", "activation", "parameters", "multiply-adds"]
    assert lines[1].split() == ["1", "4", "->", "3", "softmax", "15", "12"]
    assert lines[-1].split() == ["total", "1", "layer", "15", "12"]


def test_each_layer_can_have_its_own_activation():
    net = MLP([2, 3, 4, 1], hidden=["tanh", LeakyReLU(0.1)], output="sigmoid")
    assert repr(net.activations) == "[tanh, leaky_relu(0.1), sigmoid]"
    assert [net.layer_of(i) for i in (0, 8, 9, 24, 25, 29)] == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"widths": [4]}, r"widths: expected at least two numbers"),
        ({"widths": "43"}, r"widths: expected at least two numbers"),
        ({"widths": 4}, r"widths: expected at least two numbers"),
        ({"widths": [4, 0]}, r"widths: expected a whole number >= 1, got 0"),
        ({"widths": [4, 2.5]}, r"widths: expected a whole number >= 1, got 2.5"),
        ({"hidden": "swish"}, r"hidden: expected one of .* got 'swish'"),
        (
            {"hidden": ["relu", "tanh"]},
            r"hidden: expected one activation, or 1 for 1 hidden layers, got \['relu', 'tanh'\]",
        ),
        ({"output": None}, r"output: expected one of .* got None"),
        ({"dtype": "int32"}, r"dtype: expected float32 or float64 .* got 'int32'"),
        ({"dtype": "float16"}, r"dtype: expected float32 or float64"),
        ({"dtype": None}, r"dtype: expected float32 or float64"),
        ({"dtype": "no such"}, r"dtype: expected float32 or float64"),
        ({"seed": -1}, r"seed: expected a whole number >= 0, got -1"),
        ({"seed": "x"}, r"seed: expected a whole number >= 0, got 'x'"),
        ({"kernel_initializer": "lecun"}, r"kernel_initializer: expected one of"),
        ({"bias_initializer": 0}, r"bias_initializer: expected one of .* got 0"),
        ({"kernel_initializer": Constant(1e300)}, r"kernel_initializer: expected numbers that fit float32"),
        ({"widths": b"43"}, r"widths: expected at least two numbers"),
        ({"widths": np.array(4)}, r"widths: expected at least two numbers"),
        ({"hidden": None}, r"hidden: expected one activation, or 1 for 1 hidden layers, got None"),
        ({"hidden": ReLU}, r"hidden: expected one activation"),
        ({"hidden": Softmax(axis=0)}, r"hidden, output: expected Softmax over the units"),
        ({"output": Softmax(axis=2)}, r"hidden, output: expected Softmax over the units, axis -1, got axis 2"),
    ],
)
def test_constructor_arguments_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        MLP(**{"widths": [4, 2, 3], **arguments})


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones((2, 3)), r"x: expected shape \(batch, 4\), batch > 0, got \(2, 3\)"),
        (np.ones(4), r"x: expected shape \(batch, 4\), batch > 0, got \(4,\)"),
        (np.ones((0, 4)), r"x: expected shape \(batch, 4\), batch > 0, got \(0, 4\)"),
        (np.full((2, 4), "a"), r"x: expected numbers, got dtype"),
        (np.ones((2, 4), complex), r"x: expected numbers that fit a float32 net, got dtype complex128"),
        ([[1, 2, 3, 4], [1]], r"x: expected a rectangular array"),
        ([[1, 2, np.nan, 4], [0, 0, 0, 0]], r"x: expected finite numbers, got nan at index \(0, 2\)"),
        ([[1e300, 2, 3, 4]], r"x: expected numbers that fit float32, got one of size 1e\+300"),
        (np.ma.masked_array(np.ones((2, 4)), True), r"x: expected an array without a mask"),
    ],
)
def test_inputs_are_checked(x, message):
    net = MLP([4, 3])
    for call in (net, net.predict, lambda x: net.loss_and_gradient(x, [0, 1]), lambda x: net.evaluate(x, [0, 1])):
        with pytest.raises(ValueError, match=message):
            call(x)


def test_labels_losses_and_parameters_are_checked():
    net = MLP([4, 3], output="softmax")
    x = np.ones((2, 4))
    with pytest.raises(ValueError, match="y: expected class indices from 0 to 2, got 3"):
        net.loss_and_gradient(x, [0, 3])
    with pytest.raises(ValueError, match=r"y: expected shape \(2, 3\)"):
        net.evaluate(x, [0, 1, 2])
    with pytest.raises(ValueError, match=r"loss: .* expects logits"):
        net.loss_and_gradient(x, [0, 1], loss=CategoricalCrossentropy(from_logits=True))
    with pytest.raises(ValueError, match="regularizer: expected one of"):
        net.loss_and_gradient(x, [0, 1], regularizer="l3")
    with pytest.raises(ValueError, match=r"parameters: expected shape \(15,\), got \(14,\)"):
        net.parameters = np.zeros(14)
