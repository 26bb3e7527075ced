import copy
import pickle
import tracemalloc
from functools import partial

import numpy as np
import pytest
from hypothesis import given

from npnet import MLP, Ensemble, activations, losses, regularizers
from npnet.activations import LeakyReLU, ReLU, Softmax
from npnet.initializers import Constant, HeNormal
from npnet.losses import BinaryCrossentropy, CategoricalCrossentropy
from npnet.metrics import binary_accuracy
from npnet.optimizers import SGD
from npnet.regularizers import L1, L2
from npnet.schedules import ExponentialDecay
from reference.bounds import cases
from reference.bounds.errors import network_bounds, output_bound
from reference.bounds.tolerance import assert_within, bound
from tests import complex_step
from tests.strategies import problems, seeds


def bounds(problem, dtype="float64", weights=None):
    """How far roundings can move the loss and the gradient of a problem."""
    wide, units = problem.net.astype("longdouble"), problem.net.widths[-1]
    x = problem.x.astype("longdouble")
    y = np.eye(units)[problem.y] if problem.y.ndim == 1 and units > 1 else problem.y
    y = y.reshape(len(x), -1).astype("longdouble")
    return network_bounds(wide, x, y, problem.loss, problem.regularizer, dtype, weights=weights)


def complex_step_gradient(problem, weights=None):
    """The gradient from the shipped forward pass alone, run on complex numbers."""
    complex_net = problem.net.astype("complex128")

    def value(parameters):
        complex_net.parameters = parameters
        return complex_net.loss_and_gradient(problem.x, problem.y, problem.loss, problem.regularizer, weights)[0]

    return complex_step.gradient(value, problem.net.parameters)


@given(problems(max_hidden=3, max_width=4, max_batch=6))
def test_the_backward_pass_is_the_derivative_of_the_forward_pass(problem):
    _, gradient = problem.net.loss_and_gradient(problem.x, problem.y, problem.loss, problem.regularizer)
    # Both are rounded, and each complex product is four real ones
    assert_within(gradient, complex_step_gradient(problem), 6 * bounds(problem)[1])


@given(problems(max_hidden=3, max_width=4, max_batch=6), seeds)
def test_the_weighted_backward_pass_is_the_derivative_of_the_weighted_forward_pass(problem, seed):
    weights = cases.sample_weights(np.random.default_rng(seed), len(problem.x), "float64")
    _, gradient = problem.net.loss_and_gradient(problem.x, problem.y, problem.loss, problem.regularizer, weights)
    assert_within(gradient, complex_step_gradient(problem, weights), 6 * bounds(problem, weights=weights)[1])


@given(problems(max_hidden=2, max_width=5, max_batch=8), seeds)
def test_a_weighted_loss_is_the_mean_of_the_weighted_losses_of_single_samples(problem, seed):
    net, x, y, loss, regularizer = vars(problem).values()
    weights = cases.sample_weights(np.random.default_rng(seed), len(x), "float64")
    value, gradient = net.loss_and_gradient(x, y, loss, regularizer, weights)
    alone = [net.loss_and_gradient(x[s : s + 1], y[s : s + 1], loss) for s in range(len(x))]
    expected, slope = (sum(w * part for w, part in zip(weights, parts)) / len(x) for parts in zip(*alone))
    if regularizer is not None:
        with_penalty, slopes = net.loss_and_gradient(x, y, loss, regularizer)
        without, plain = net.loss_and_gradient(x, y, loss)
        expected, slope = expected + (with_penalty - without), slope + (slopes - plain)
    value_limit, gradient_limit = (
        a + b for a, b in zip(bounds(problem, weights=weights), bounds(problem, weights=weights + 1))
    )
    assert_within(value, expected, 2 * value_limit)
    assert_within(gradient, slope, 2 * gradient_limit)
    assert net.evaluate(x, y, loss, regularizer, weights).loss == value


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
    of_layers = regularizers.of_layers(problem.regularizer, len(problem.net.weights))
    expected += sum(rule(W) for rule, W in zip(of_layers, problem.net.weights) if rule is not None)
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


def test_labels_that_do_not_exclude_each_other_are_counted_one_by_one():
    net, x = MLP([2, 3], output="sigmoid", seed=0), np.random.default_rng(0).normal(size=(20, 2))
    y = np.random.default_rng(1).integers(0, 2, (20, 3))
    assert net.evaluate(x, y, "binary_crossentropy").accuracy == binary_accuracy(y, net(x)) != 1 / 3
    # Whatever the labels: of single rows, some have just one 1
    assert net.evaluate(x[:1], [[0, 1, 0]], "binary_crossentropy").accuracy == binary_accuracy([[0, 1, 0]], net(x[:1]))
    assert net.evaluate(x, y, "mse").accuracy is None
    assert net.evaluate(x, y / 2, "binary_crossentropy").accuracy is None
    logits = MLP([2, 3], seed=1)
    evaluation = logits.evaluate(x, y, BinaryCrossentropy(from_logits=True))
    assert evaluation.accuracy == binary_accuracy(y, logits(x), threshold=0)


# Batches of samples


@pytest.fixture(params=[None, 3], ids=["one", "many"])
def regressor(request):
    return (MLP if request.param is None else partial(Ensemble, members=request.param))([3, 20, 20, 2], "tanh")


def peak(run):
    tracemalloc.start()
    run()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_an_evaluation_needs_no_memory_for_a_gradient():
    net, x, y = MLP([4, 64, 3], output="softmax"), np.ones((1000, 4), "float32"), np.zeros(1000, int)
    evaluation = peak(lambda: net.evaluate(x, y, "categorical_crossentropy"))
    assert evaluation < 1.5 * peak(lambda: net.predict(x))


@pytest.mark.parametrize("size", [1, 7, 49, 50, 51, None])
def test_predictions_in_batches_are_the_same_rows(regressor, size):
    x = np.random.default_rng(0).normal(size=(50, 3))
    expected = regressor(x)
    predicted = regressor.predict(x, batch_size=size)
    assert (predicted.shape, predicted.dtype) == (expected.shape, expected.dtype)
    limit = output_bound(first(regressor).astype("longdouble"), x.astype("longdouble"), "float32")
    assert_within(first(predicted), first(expected), 2 * limit)


def first(many):
    """A net, or the first of several; its predictions, or those of the first of several."""
    if isinstance(many, np.ndarray):
        return many[..., 0] if many.ndim == 3 else many
    return many[0] if isinstance(many, Ensemble) else many


@pytest.mark.parametrize("size", [1, 7, 49])
@pytest.mark.parametrize("weights", [None, np.arange(50.0)], ids=["without", "with weights"])
def test_an_evaluation_in_batches_is_the_mean_over_all_samples(regressor, size, weights):
    x, y = np.random.default_rng(0).normal(size=(50, 3)), np.random.default_rng(1).normal(size=(50, 2))
    options = {"regularizer": L2(0.1), "sample_weight": weights}
    at_once, in_batches = (regressor.evaluate(x, y, batch_size=n, **options).loss for n in (None, size))
    assert_within(in_batches, at_once, bound(200, at_once, "float32"))
    assert np.asarray(in_batches).dtype == (np.float64 if isinstance(regressor, MLP) else np.float32)


def test_a_batch_that_is_large_enough_changes_no_bit(regressor):
    x, y = np.random.default_rng(0).normal(size=(50, 3)), np.random.default_rng(1).normal(size=(50, 2))
    for size in (50, 2048, None):
        np.testing.assert_array_equal(regressor.evaluate(x, y, batch_size=size).loss, regressor.evaluate(x, y).loss)
        np.testing.assert_array_equal(regressor.predict(x, size), regressor(x))


def test_the_accuracy_of_batches_is_that_of_all_samples():
    x, y = np.random.default_rng(0).normal(size=(50, 2)), np.arange(50) % 3
    for net in (MLP([2, 3], output="softmax", seed=0), Ensemble([2, 3], output="softmax", seeds=[0, 1])):
        at_once, in_batches = (net.evaluate(x, y, batch_size=n).accuracy for n in (None, 7))
        np.testing.assert_array_equal(in_batches, at_once)
    labels = np.eye(3)[y] + np.eye(3)[::-1][y]
    net = MLP([2, 3], output="sigmoid", seed=0)
    evaluation = net.evaluate(x, np.minimum(labels, 1), "binary_crossentropy", batch_size=7)
    assert evaluation.accuracy == binary_accuracy(np.minimum(labels, 1), net(x))


def test_labels_have_an_accuracy_only_if_those_of_all_batches_name_classes():
    net, x = MLP([2, 2], output="softmax", seed=0), np.ones((3, 2))
    for y in ([[1, 0], [0.5, 0.5], [0, 1]], [[0.5, 0.5], [1, 0], [0, 1]]):
        assert net.evaluate(x, y, batch_size=1).accuracy is None


def test_sums_of_batches_are_added_in_float64():
    net = MLP([1, 1], kernel_initializer="zeros")
    x, y = np.zeros((1000, 1)), np.where(np.arange(1000) == 0, 2.0**12, 2.0**-7).reshape(-1, 1)
    exact = (2.0**24 + 999 * 2.0**-14) / 1000
    assert net.evaluate(x, y, batch_size=1).loss == exact
    many = Ensemble.from_nets([net, net])
    assert many.evaluate(x, y, batch_size=1).loss.tolist() == [np.float32(exact)] * 2


CALLS = {
    "predict": lambda net, x, y: net.predict(x),
    "evaluate": lambda net, x, y: net.evaluate(x, y),
    "validation": lambda net, x, y: net.fit(x[:10], y[:10], validation_data=(x, y)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_memory_does_not_grow_with_the_samples(call, regressor):
    """Of one more sample, its input, label and outputs are in memory, its 40 hidden units of each member are not."""
    x, y, members = np.zeros((12_000, 3), "float32"), np.zeros((12_000, 2), "float32"), regressor.members or 1
    half, whole = (peak(lambda n=n: call(regressor, x[:n], y[:n])) for n in (6000, 12_000))
    assert (whole - half) / 6000 < 4 * (4 + 3 * 2 + 2 * members) + 16 < 4 * 40 * members


def test_an_evaluation_in_one_batch_takes_the_memory_of_all():
    net, x = MLP([3, 500, 500, 1]), np.zeros((20_000, 3), "float32")
    assert peak(lambda: net.predict(x, batch_size=None)) > 2 * 500 * 20_000 * 4 > 5 * peak(lambda: net.predict(x))


def test_the_size_of_a_batch_is_checked():
    net, x = MLP([2, 1], seed=0), np.ones((3, 2))
    for wrong in (0, -1, 2.0, True, "all"):
        message = f"batch_size: expected a whole number >= 1, got {wrong!r}"
        with pytest.raises(ValueError, match=message):
            net.predict(x, batch_size=wrong)
        with pytest.raises(ValueError, match=message):
            net.evaluate(x, np.ones(3), batch_size=wrong)
        with pytest.raises(ValueError, match=f"validation_{message}"):
            net.fit(x, np.ones(3), validation_data=(x, np.ones(3)), validation_batch_size=wrong)


# Weights of samples and classes


def test_class_weights_are_the_sample_weights_of_their_samples():
    net, x, y = MLP([2, 3], output="softmax", seed=0), np.random.default_rng(0).normal(size=(6, 2)), [0, 1, 2, 1, 1, 0]
    own, by_class = np.array([2.0, 3, 5])[y], {"class_weight": {0: 2, 1: 3, 2: 5}}
    for call in (net.loss_and_gradient, net.evaluate):
        for a, b in zip(call(x, y, **by_class), call(x, y, sample_weight=own)):
            np.testing.assert_array_equal(a, b)
        for a, b in zip(call(x, y, sample_weight=own, **by_class), call(x, y, sample_weight=own * own)):
            np.testing.assert_array_equal(a, b)


def test_weights_leave_the_penalty_and_the_accuracy_as_they_are():
    net, x, y = MLP([2, 3], output="softmax", seed=0, dtype="float64"), np.ones((4, 2)), [0, 1, 2, 1]
    plain = net.evaluate(x, y, regularizer=L2(0.5))
    weighted = net.evaluate(x, y, regularizer=L2(0.5), sample_weight=[0, 0, 0, 0])
    assert weighted.loss == L2(0.5)(net.weights[0])
    assert weighted.accuracy == plain.accuracy
    for weights in ([1, 1, 1, 1], [5, 0, 9, 2]):
        assert net.evaluate(x, y, sample_weight=weights).accuracy == plain.accuracy
    yes_or_no, labels = MLP([2, 2], output="sigmoid", seed=0), [[1, 1], [0, 1], [0, 0], [1, 0]]
    assert yes_or_no.evaluate(x, labels, "binary_crossentropy", sample_weight=[5, 0, 9, 2]).accuracy == 0.5


def test_weights_that_a_net_can_not_take_are_refused_by_name():
    net, x, y = MLP([2, 3], output="softmax", seed=0), np.ones((3, 2)), [0, 1, 2]
    for call in (net.loss_and_gradient, net.evaluate, net.fit):
        for wrong, message in (
            ([1, 2], r"sample_weight: expected shape \(3,\), one weight for each sample, got \(2,\)"),
            ([1, -1, 1], "sample_weight: expected no negative weight, got -1.0"),
            ([1, np.nan, 1], "sample_weight: expected finite numbers, got nan"),
            ([1, 1e300, 1], "sample_weight: expected numbers that fit float32"),
        ):
            with pytest.raises(ValueError, match=message):
                call(x, y, sample_weight=wrong)
        with pytest.raises(ValueError, match="class_weight: expected 3 weights, one for each class, got 2"):
            call(x, y, class_weight=[1, 2])
        for own, names in ((None, "class_weight"), ([1, 1, 1], r"sample_weight \* class_weight")):
            with pytest.raises(ValueError, match=rf"^{names}: expected numbers that fit float32, .* 1e\+39$"):
                call(x, y, sample_weight=own, class_weight={0: 1e39})


@pytest.mark.parametrize("make", [partial(MLP, seed=0), partial(Ensemble, seeds=range(2))], ids=["net", "nets"])
def test_a_net_leaves_the_callers_activations_as_they_are(make):
    own = Softmax()
    z, before = np.array([[1.0, 2.0, 4.0], [0.0, 0.0, 1.0]]), repr(own)
    values = own(z)
    net = make([2, 3, 3], hidden=own, output=own)
    x, y = np.ones((4, 2)), [0, 1, 2, 0]
    net.fit(x, y, loss="categorical_crossentropy", epochs=2)
    net.predict(x)
    net.evaluate(x, y, loss="categorical_crossentropy")
    assert (repr(own), own.axis) == (before, -1)
    np.testing.assert_array_equal(own(z), values)


def test_each_fit_begins_its_schedule_anew():
    # 0.5, 0.125, …
    x, y, decay = np.ones((4, 2)), np.ones((4, 1)), ExponentialDecay(0.5, 0.5, 0.5)
    net, other = MLP([2, 1], seed=0), MLP([2, 1], seed=0)
    optimizer = SGD(decay)
    for _ in range(2):
        history = net.fit(x, y, optimizer=optimizer, epochs=2)
        assert history.learning_rate.tolist() == [0.5, 0.125]
        for rate in (0.5, 0.125):
            other.fit(x, y, optimizer=SGD(rate), epochs=1)
        np.testing.assert_array_equal(net.parameters, other.parameters)


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


@pytest.mark.parametrize(
    ("given", "value", "dtype", "message"),
    [
        ("float64", 1e300, "float32", r"parameters: expected numbers that fit float32, got one of size 1e\+300"),
        ("complex128", 1 + 1j, "float64", "parameters: expected numbers that fit a float64 net, got dtype complex128"),
        ("float32", np.nan, "float64", r"parameters: expected finite numbers, got nan at index \(0,\)"),
        ("object", object(), "float64", "parameters: expected numbers that fit a float64 net, got dtype object"),
    ],
)
def test_a_dtype_that_can_not_hold_the_parameters_is_refused(given, value, dtype, message):
    net = MLP([2, 1], dtype=given, seed=0)
    net.parameters[0] = value
    with pytest.raises(ValueError, match=message):
        net.astype(dtype)
    np.testing.assert_array_equal(net.astype(given).parameters, net.parameters)


def test_a_net_has_as_many_activations_as_layers():
    x, inputs = np.ones((3, 2)), ([], ["tanh", activations.tanh], [activations.tanh], [activations.tanh] * 3)
    message = "activations: expected an Activation for each of 2 layers, got "
    for wrong in (*inputs, None, "tanh", activations.tanh, iter([activations.tanh] * 2)):
        net = MLP([2, 4, 1], seed=0)
        before = net.predict(x)
        with pytest.raises(ValueError, match=message):
            net.activations = wrong
        np.testing.assert_array_equal(net.predict(x), before)
    for wrong in inputs:
        net.activations[:] = wrong
        for use in (net.predict, lambda x, net=net: net.fit(x, x[:, 0]), lambda x, net=net: net.evaluate(x, x[:, 0])):
            with pytest.raises(ValueError, match=message + r"\["):
                use(x)


def test_activations_that_are_assigned_are_the_nets_own():
    chosen = [activations.tanh, activations.identity]
    for net in (MLP([2, 4, 1], seed=0), Ensemble([2, 4, 1], members=2)):
        for those in (chosen, tuple(chosen)):
            net.activations = those
            assert net.activations == chosen
            assert net.activations is not those
        with pytest.raises(ValueError, match="activations: expected at least 2 units for a softmax"):
            net.activations = [activations.tanh, activations.softmax]
        assert net.activations == chosen


@pytest.mark.parametrize("wrong", [None, 5, np.random, np.random.PCG64(0)])
def test_the_source_of_orders_is_a_generator(wrong):
    for net in (MLP([2, 1], seed=0), Ensemble([2, 1], seeds=[0, 1])):
        before = net.rng
        with pytest.raises(ValueError, match="rng: expected one of type Generator, got"):
            net.rng = wrong
        assert net.rng is before
        net.rng = other = np.random.default_rng(3)
        assert net.rng is other


def test_a_softmax_that_is_put_on_one_unit_later_is_refused():
    net, x = MLP([2, 4, 1], seed=0), np.ones((3, 2))
    before = net.predict(x)
    net.activations[-1] = activations.softmax
    for _ in range(2):
        with pytest.raises(ValueError, match="output: expected at least 2 units for a softmax, got 1 in layer 2"):
            net.predict(x)
    net.activations[-1] = activations.identity
    np.testing.assert_array_equal(net.predict(x), before)


def test_a_shallow_copy_has_activations_and_orders_of_its_own():
    net = MLP([2, 4, 1], seed=0)
    other, x = copy.copy(net), np.random.default_rng(0).normal(size=(50, 2))
    other.activations[0] = activations.tanh
    other.fit(x, x[:, 0])
    assert repr(net.activations) == "[relu, identity]"
    fresh = MLP([2, 4, 1], seed=0)
    for one in (net, fresh):
        one.fit(x, x[:, 0])
    np.testing.assert_array_equal(net.parameters, fresh.parameters)


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_outputs_that_are_no_numbers_name_no_class(output):
    units = 2 if output == "softmax" else 1
    x, y = np.ones((4, 2)), [0, 0, 0, 1]
    net, nets = (kind([2, units], output=output, **{seed: [0, 1] if seed == "seeds" else 0})
                 for kind, seed in ((MLP, "seed"), (Ensemble, "seeds")))  # fmt: skip
    net.parameters[:] = nets.parameters[:, 1] = np.nan
    loss, accuracy = net.evaluate(x, y)
    assert (np.isnan(loss), np.isnan(accuracy)) == (True, True)
    assert np.isnan(nets.evaluate(x, y).accuracy).tolist() == [False, True]
    assert nets.evaluate(x, y).accuracy[0] == nets[0].evaluate(x, y).accuracy


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
    net = MLP([2, 3, 4, 5, 1], hidden=["tanh", LeakyReLU(0.1), "gelu"], output="sigmoid")
    assert repr(net.activations) == "[tanh, LeakyReLU(0.1), gelu, sigmoid]"
    assert [net.layer_of(i) for i in (0, 8, 9, 24, 25, 29)] == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"widths": [4]}, r"widths: expected at least two numbers"),
        ({"widths": "43"}, r"widths: expected at least two numbers"),
        ({"widths": 4}, r"widths: expected at least two numbers"),
        ({"widths": [4, 0]}, r"widths: expected a whole number >= 1, got 0"),
        ({"widths": [4, 2.5]}, r"widths: expected a whole number >= 1, got 2.5"),
        ({"hidden": "mish"}, r"hidden: expected one of .* got 'mish'"),
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
        ({"hidden": ReLU}, r"hidden: expected one of .*, got .*ReLU.*; did you mean ReLU\(\)\?"),
        ({"hidden": Softmax(axis=0)}, r"^hidden: expected Softmax over the units"),
        ({"output": Softmax(axis=2)}, r"^output: expected Softmax over the units, axis -1, got axis 2"),
        (
            {"widths": [4, 6, 1], "output": "softmax"},
            r"output: expected at least 2 units for a softmax, got 1 in layer 2, .* use 'sigmoid' for one unit",
        ),
        (
            {"widths": [4, 1], "hidden": [], "output": Softmax(1)},
            "output: expected at least 2 units for a softmax, got 1 in",
        ),
        (
            {"widths": [4, 5, 1, 2], "hidden": ["relu", "softmax"]},
            r"hidden: expected at least 2 units for a softmax, got 1 in layer 2, whose output would always be 1",
        ),
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
        (np.ones((3, 2, 2)), r"got \(3, 2, 2\); numpy.reshape\(x, \(len\(x\), -1\)\) makes a row of each sample$"),
        (np.ones((3, 2, 3)), r"got \(3, 2, 3\)$"),
        (np.ones(3), r"x: expected shape \(batch, 4\), batch > 0, got \(3,\)$"),
        (np.ones(4), r"got \(4,\); numpy.reshape\(x, \(1, -1\)\) makes a row of one sample$"),
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
    with pytest.raises(
        ValueError, match=r"x: expected .* got \(5,\); numpy.reshape\(x, \(-1, 1\)\) makes a row of each sample$"
    ):
        MLP([1, 1]).predict(np.ones(5))
    with pytest.raises(ValueError, match=r"y: expected at least 2 classes, got 1; for one unit there is the binary"):
        MLP([4, 1]).evaluate(x, [0, 1], CategoricalCrossentropy(from_logits=True))
    with pytest.raises(ValueError, match=r"loss: .* expects logits"):
        net.loss_and_gradient(x, [0, 1], loss=CategoricalCrossentropy(from_logits=True))
    with pytest.raises(ValueError, match="regularizer: expected one of"):
        net.loss_and_gradient(x, [0, 1], regularizer="l3")
    with pytest.raises(ValueError, match=r"parameters: expected shape \(15,\), got \(14,\)"):
        net.parameters = np.zeros(14)


# Layers without biases


@pytest.mark.parametrize("use_bias", [False, [False, True], [True, False]])
def test_a_layer_without_biases_is_one_whose_biases_stay_0(use_bias):
    net = MLP([2, 5, 2], "tanh", "softmax", dtype="float64", seed=3, use_bias=use_bias)
    twin = MLP([2, 5, 2], "tanh", "softmax", dtype="float64", seed=3)
    for W, own in zip(twin.weights, net.weights):
        np.testing.assert_array_equal(W, own)
    x, y = np.random.default_rng(0).normal(size=(8, 2)), np.arange(8) % 2
    wide, limits = net.astype("longdouble"), (x.astype("longdouble"), "float64")
    assert_within(net(x), twin(x), 2 * output_bound(wide, *limits))
    assert_within(net.predict(x, batch_size=3), net(x), 2 * output_bound(wide, *limits))
    value, gradient = net.loss_and_gradient(x, y)
    expected, whole = twin.loss_and_gradient(x, y)
    parts, start = [], 0
    for W, b, own in zip(twin.weights, twin.biases, net.biases):
        end = start + W.size + b.size
        parts.append(whole[start : end if own is not None else start + W.size])
        start = end
    one_hot = np.eye(2, dtype="longdouble")[y]
    value_limit, gradient_limit = network_bounds(wide, limits[0], one_hot, net.loss, None, "float64")
    assert_within(value, expected, 2 * value_limit)
    assert_within(gradient, np.concatenate(parts), 2 * gradient_limit)


def test_the_forward_pass_without_biases_is_a_product():
    net = MLP([2, 3, 1], seed=0, dtype="float64", bias_initializer="normal", use_bias=[True, False])
    x = np.random.default_rng(1).normal(size=(5, 2))
    (first, second), (biases, none) = net.weights, net.biases
    assert none is None
    limit = output_bound(net.astype("longdouble"), x.astype("longdouble"), "float64")
    assert_within(net(x), np.maximum(x @ first + biases, 0) @ second, 2 * limit)


def test_a_net_without_biases_counts_and_shows_what_it_has():
    net = MLP([2, 11, 1], use_bias=[False, True], seed=0)
    assert net.parameters.size == 22 + 12
    assert net.use_bias == (False, True)
    assert [net.layer_of(index) for index in (0, 21, 22, 33)] == [1, 1, 2, 2]
    assert [line.split()[-2] for line in net.summary().splitlines()[1:]] == ["22", "12", "34"]
    assert repr(net) == "MLP([2, 11, 1], [relu, identity], float32, use_bias=[False, True])"
    assert repr(MLP([2, 1], use_bias=False)) == "MLP([2, 1], [identity], float32, use_bias=False)"


@pytest.mark.parametrize("way", [MLP.copy, copy.copy, copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_has_the_same_layers_without_biases_and_penalties(way):
    net = MLP([2, 3, 1], use_bias=[False, True], kernel_regularizer=[L1(0.5), None], seed=0)
    copied = way(net)
    assert repr(copied) == repr(net)
    x, y = np.ones((4, 2)), np.zeros(4)
    assert copied.loss_and_gradient(x, y)[0] == net.loss_and_gradient(x, y)[0]
    assert not np.shares_memory(copied.parameters, net.parameters)


def test_what_is_one_for_each_layer_may_be_an_array():
    rules = np.array([L1(0.5), None], object)
    net = MLP([2, 3, 1], np.array(["tanh"]), use_bias=np.array([True, False]), kernel_regularizer=rules)
    assert (net.use_bias, net.regularizer, net.activations[0]) == ((True, False), (L1(0.5), None), activations.tanh)
    assert all(type(bias) is bool for bias in net.use_bias)


@pytest.mark.parametrize("wrong", [None, 1, "yes", b"ab", [True], [True, 0], [True, True, True], np.array(True)])
def test_use_bias_is_checked(wrong):
    with pytest.raises(ValueError, match="use_bias: expected True or False"):
        MLP([2, 3, 1], use_bias=wrong)


@pytest.mark.parametrize("shuffle", [True, False])
def test_training_without_biases_leaves_the_samples_alone(shuffle):
    x, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2
    kept = x.copy()
    net = MLP([2, 2], output="softmax", dtype="float64", seed=0, use_bias=False)

    def spoil(*_):
        # The batches are copies
        x[...] = np.nan

    history = net.fit(x, y, optimizer=SGD(0.5), epochs=20, shuffle=shuffle, callbacks=[spoil])
    assert history.loss[-1] < history.loss[0]
    x[...] = kept
    assert np.isfinite(net.evaluate(x, y).loss)


# Penalties of each layer, and a net's own


def test_each_layer_may_have_a_penalty_of_its_own():
    net = MLP([2, 3, 3, 1], "tanh", seed=0, dtype="float64", bias_initializer="normal", use_bias=[True, False, True])
    x, y = np.ones((4, 2)), np.zeros((4, 1))
    value, gradient = net.loss_and_gradient(x, y)
    with_penalties, other = net.loss_and_gradient(x, y, regularizer=[L2(0.5), None, L1(0.25)])
    first, second, third = net.weights
    penalty = 0.25 * (first**2).sum() + 0.25 * abs(third).sum()
    assert_within(with_penalties - value, penalty, bound(30, value + penalty, "float64"))
    slope = np.concatenate([0.5 * first.ravel(), np.zeros(3 + second.size), 0.25 * np.sign(third).ravel(), np.zeros(1)])
    assert_within(other - gradient, slope, bound(3, abs(other) + abs(gradient), "float64"))
    assert net.evaluate(x, y, regularizer=[L2(0.5), None, L1(0.25)]).loss == with_penalties
    assert (
        net.evaluate(x, y, regularizer=["l2", "none", None]).loss
        == net.evaluate(x, y, regularizer=["l2", None, None]).loss
    )


def test_a_nets_own_penalty_is_taken_where_none_is_given():
    x, y = np.ones((4, 2)), np.zeros((4, 1))
    net, plain = (MLP([2, 3, 1], seed=0, kernel_regularizer=rule) for rule in (L2(0.5), None))
    assert net.regularizer == L2(0.5)
    assert plain.regularizer is None
    assert net.evaluate(x, y).loss == plain.evaluate(x, y, regularizer=L2(0.5)).loss
    for one, other in zip(net.loss_and_gradient(x, y), plain.loss_and_gradient(x, y, regularizer=L2(0.5))):
        np.testing.assert_array_equal(one, other)
    # Another one takes its place, and "none" leaves it out
    assert net.evaluate(x, y, regularizer=L1(0.1)).loss == plain.evaluate(x, y, regularizer=L1(0.1)).loss
    assert net.evaluate(x, y, regularizer="none").loss == plain.evaluate(x, y).loss
    losses_ = [one.fit(x, y, epochs=3, regularizer=rule).loss for one, rule in ((net, None), (plain, L2(0.5)))]
    np.testing.assert_array_equal(*losses_)
    np.testing.assert_array_equal(net.parameters, plain.parameters)
    # A fit's own is not kept
    assert plain.regularizer is None
    net.regularizer = "none"
    assert net.regularizer is None


def test_a_nets_penalty_is_one_for_all_layers_or_one_for_each():
    net = MLP([2, 3, 1], kernel_regularizer="l1")
    assert net.regularizer == L1(0.01)
    net.regularizer = [None, "l2"]
    assert net.regularizer == (None, L2(0.01))
    assert repr(net).endswith("regularizer=(None, L2(0.01)))")
    for wrong, message in (
        ([L2(0.1)], "regularizer: expected one regularizer, or 2 for 2 layers, got"),
        (0.1, "regularizer: expected one of l1, l1_l2, l2, none, or an instance of Regularizer, got 0.1"),
        (["l2", "l3"], "regularizer: expected one of l1, l1_l2, l2, none, or an instance of Regularizer, got 'l3'"),
        (L2([0.1, 0.2]), "strength: expected one number for a single net"),
    ):
        with pytest.raises(ValueError, match=message):
            net.regularizer = wrong
        with pytest.raises(ValueError, match=message):
            MLP([2, 3, 1], kernel_regularizer=wrong)
    with pytest.raises(ValueError, match=r"^kernel_regularizer: expected one of"):
        MLP([2, 1], kernel_regularizer="l3")
    assert net.regularizer == (None, L2(0.01))


def test_a_copys_penalty_is_its_own():
    net = MLP([2, 3, 1], kernel_regularizer=L2(0.5))
    copied = net.copy()
    copied.regularizer.strength = 0.25
    assert net.regularizer == L2(0.5)
    # One for all layers stays one
    assert copied.regularizer == L2(0.25)


@pytest.mark.parametrize("members", [None, 3])
def test_a_callback_may_change_a_strength_of_the_nets_own_penalty(members):
    x, y = np.ones((4, 2)), np.zeros(4)
    net = MLP([2, 1], seed=0) if members is None else Ensemble([2, 1], seeds=range(3))
    net.regularizer = L2(0.5)

    def weaken(net, history):
        net.regularizer.strength = 0.0

    history = net.fit(x, y, epochs=2, optimizer=SGD(1e-30), callbacks=[weaken])
    np.testing.assert_array_equal(history.loss[1], net.evaluate(x, y, regularizer="none").loss)
