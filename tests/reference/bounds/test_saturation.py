"""Losses of probabilities that frameworks limit: in float32 and float64 they are within the bounds, and no others."""

from dataclasses import replace

import numpy as np
import pytest

from npnet import MLP, activations, losses
from npnet.losses import BinaryCrossentropy, CategoricalCrossentropy, KLDivergence, LabelSmoothing
from reference.bounds import errors
from reference.bounds.cases import single
from reference.bounds.linear import Linear
from reference.bounds.multiples import Multiple
from reference.bounds.saturation import Clipped, Limited
from reference.bounds.tolerance import Inexact, assert_within, exactly, excess

LOW = 1e-7
BINARY, CATEGORICAL, DIVERGENCE = BinaryCrossentropy(), CategoricalCrossentropy(), KLDivergence()


def logits(dtype, spread=30.0, shape=(40, 3)):
    return (spread * np.random.default_rng(0).normal(size=shape)).astype(dtype)


def labels(kind, shape=(40, 3)):
    rng = np.random.default_rng(1)
    if kind == "hard":
        return np.eye(3)[rng.integers(0, 3, shape[0])]
    return activations.softmax(rng.normal(size=shape))


def clipped(p, dtype, low=LOW, high=1 - LOW):
    return np.clip(p.astype(dtype), np.dtype(dtype).type(low), np.dtype(dtype).type(high))


def slope(p, dtype, *limits):
    """1 where p is not clipped."""
    return (clipped(p, dtype, *limits) == p.astype(dtype)).astype(dtype)


# Each as a framework writes it: the value, and the gradient by the probabilities


def keras_binary(y, p, dtype):
    q, y = clipped(p, dtype), y.astype(dtype)
    value = -(y * np.log(q) + (1 - y) * np.log(1 - q))
    return value.mean(), (-y / q + (1 - y) / (1 - q)) * slope(p, dtype) / dtype(y.size)


def keras_categorical(y, p, dtype):
    p = p.astype(dtype)
    p, y = p / p.sum(axis=1, keepdims=True), y.astype(dtype)
    q = clipped(p, dtype)
    return -(y * np.log(q)).sum() / dtype(len(y)), -y / q * slope(p, dtype) / dtype(len(y))


def keras_sparse(y, p, dtype):
    q, y = clipped(p, dtype), y.astype(dtype)
    s = activations.softmax(np.log(q))
    return -(y * np.log(s)).sum() / dtype(len(y)), (s - y) / q * slope(p, dtype) / dtype(len(y))


def keras_divergence(y, p, dtype):
    q, y = clipped(p, dtype, LOW, 1), clipped(y, dtype, LOW, 1)
    return (y * np.log(y / q)).sum() / dtype(len(y)), -y / q * slope(p, dtype, LOW, 1) / dtype(len(y))


KERAS = {
    "binary": (keras_binary, BINARY, activations.sigmoid, {}),
    "categorical": (keras_categorical, CATEGORICAL, activations.softmax, {"divides_before": True}),
    "sparse": (keras_sparse, CATEGORICAL, activations.softmax, {"divides_after": True}),
    "divergence": (keras_divergence, DIVERGENCE, activations.softmax, {"high": 1.0, "clips_labels": True}),
}
DTYPES = [np.float32, np.float64]


def rule(name, dtype):
    _, loss, _, options = KERAS[name]
    return Clipped(loss, dtype, **{"low": LOW, "high": 1 - LOW, **options})


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("spread", [1.0, 10.0, 100.0])
@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for name in KERAS for kind in ("hard", "soft") if (name, kind) != ("sparse", "soft")],
)
def test_clipped_losses_are_within_their_bounds(name, spread, dtype, kind):
    compute, _, activation, _ = KERAS[name]
    p, y = activation(logits(np.float64, spread)), labels(kind)
    value, gradient = compute(y, p, dtype)
    y, found = y.astype(dtype).astype(np.longdouble), exactly(p.astype(np.longdouble))
    assert_within(value, *rule(name, dtype).value(y, found))
    by_logits = rule(name, dtype).by_logits(y, found)
    assert_within(activation.backward(gradient.astype(np.float64), p), *by_logits)
    # The bound is of the size of roundings, where a loss and its slope are of the size of 1
    assert rule(name, dtype).value(y, found).error < 2000 * np.finfo(dtype).eps * max(1, spread / 4)
    assert np.median(by_logits.error) < 50 * np.finfo(dtype).eps * (1e7 / 40 if name == "binary" else 1)
    # Whether a probability of nearly 1 is clipped or not, hardly a logit feels it
    assert name != "categorical" or by_logits.error.max() < 100 * np.finfo(dtype).eps


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", KERAS)
def test_what_is_not_clipped_is_not_within_the_bounds(name, dtype):
    _, loss, activation, _ = KERAS[name]
    z, y = logits(np.float64), labels("hard")
    p = exactly(activation(z).astype(np.longdouble))
    on_logits = type(loss)(from_logits=True)
    assert excess(on_logits(y, z), *rule(name, dtype).value(y, p)) > 100
    assert excess(on_logits.gradient(y, z), *rule(name, dtype).by_logits(y, p)).max() > 100


@pytest.mark.parametrize("change", [{"low": 2e-7}, {"high": 1 - 2e-7}, {"high": 1.0}], ids=str)
def test_other_limits_are_not_within_the_bounds(change):
    p, y = activations.sigmoid(logits(np.float64)), labels("hard")
    p[:4, 0], y[:4, 0] = [1.5e-7, 1 - 1.5e-7] * 2, [0, 0, 1, 1]
    value, gradient = keras_binary(y, p, np.float64)
    other = replace(rule("binary", np.float64), **{"high": 1 - LOW, **change})
    given = y.astype(np.longdouble), exactly(np.minimum(p, 1 - 1e-16).astype(np.longdouble))
    assert excess(value, *other.value(*given)) > 100
    assert excess(activations.sigmoid.backward(gradient, p), *other.by_logits(*given)).max() > 100


@pytest.mark.parametrize("part", ["value", "by_logits"])
@pytest.mark.parametrize("name", KERAS)
def test_an_error_of_the_probabilities_is_passed_on(name, part):
    compute, _, activation, _ = KERAS[name]
    p, y = activation(logits(np.float64, 8.0)), labels("hard")
    # Some of them just beside the limits, so that the error carries them over
    p[:6, 0] = [LOW * (1 - 1e-6), LOW * (1 + 1e-6), LOW, 1 - LOW - 1e-13, 1 - LOW + 1e-13, 1 - LOW]
    if activation is activations.softmax:
        p[:6, 1:] = (1 - p[:6, :1]) / 2
    error = np.minimum(1e-5 * p, 1e-12 + 0 * p)
    found = getattr(rule(name, np.float64), part)(y, Inexact(p, error))
    for sign in (-1, 0, 1):
        moved = p + 0.99 * sign * error
        value, gradient = compute(y, moved, np.float64)
        if part == "value":
            assert_within(value, *found)
        else:
            assert_within(activation.backward(gradient, moved), *found)
    exact = getattr(rule(name, np.float64), part)(y, exactly(p))
    assert np.all(found.error >= exact.error)
    assert np.any(found.error > exact.error)


def test_a_quotient_by_the_rounded_sum_may_be_clipped():
    # Beside the least probability, in float32; where the sum is rounded up, the quotient is less than it
    rest = np.random.default_rng(0).random(500)
    p = np.float32([[LOW, one, 1 - one + 1e-7 * (one > 0.5)] for one in rest])
    y = np.zeros_like(p)
    y[:, 0] = 1
    _, gradient = keras_categorical(y, p, np.float32)
    assert 0 < np.count_nonzero(gradient[:, 0]) < 500
    by_logits = rule("categorical", np.float32).by_logits(y.astype(float), exactly(p.astype(float)))
    assert_within(activations.softmax.backward(gradient.astype(float), p.astype(float)), *by_logits)


def torch_binary(y, p, dtype):
    """The value, and the gradient by the logits."""
    p, y = p.astype(dtype), y.astype(dtype)
    with np.errstate(divide="ignore"):
        value = -(y * np.maximum(np.log(p), -100) + (1 - y) * np.maximum(np.log(1 - p), -100))
    rest = (1 - p) * p
    return value.mean(), (p - y) / np.maximum(rest, dtype(single(1e-12))) * rest / dtype(y.size)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("spread", [1.0, 20.0, 200.0])
def test_limited_logarithms_are_within_their_bounds(spread, dtype):
    p, y = activations.sigmoid(logits(dtype, spread)), np.random.default_rng(2).random((40, 3)).astype(dtype)
    y = np.where(y < 0.3, 0, np.where(y > 0.7, 1, y)).astype(dtype)
    given = y.astype(np.longdouble), exactly(p.astype(np.longdouble))
    value, gradient = torch_binary(y, p, dtype)
    assert_within(value, *Limited(BINARY, dtype).value(*given))
    assert_within(gradient, *Limited(BINARY, dtype).by_logits(*given))
    assert np.all(Limited(BINARY, dtype).by_logits(*given).error <= 20 * np.finfo(dtype).eps / y.size)
    if spread > 100:
        for wrong in (Limited(BINARY, dtype, logarithm=-90.0), Limited(BINARY, dtype, divisor=1e-20)):
            assert excess(value, *wrong.value(*given)) > 1 or excess(gradient, *wrong.by_logits(*given)).max() > 1


def test_a_limited_slope_passes_an_error_on():
    p = np.array([[1e-13], [1e-12], [0.3]])
    y, error = np.array([[0.5], [1.0], [0.0]]), 0.01 * p
    found = Limited(BINARY, np.float64).by_logits(y, Inexact(p, error))
    for sign in (-0.99, 0.99):
        assert_within(torch_binary(y, p + sign * error, np.float64)[1], *found)


def test_factors_and_smoothing_are_those_of_the_loss():
    p, y = exactly(activations.sigmoid(logits(np.float64, 5.0))), labels("hard")
    plain, multiple = Clipped(BINARY, np.float64), Clipped(Multiple(4.0, BINARY), np.float64)
    for part in ("value", "by_logits"):
        for found, one in zip(getattr(multiple, part)(y, p), getattr(plain, part)(y, p)):
            np.testing.assert_array_equal(found, 4 * one)
    smooth = Clipped(LabelSmoothing(BINARY, 0.1), np.float64).value(y, p)
    assert smooth.value == pytest.approx(plain.value(0.9 * y + 0.05, p).value, rel=1e-14)
    assert plain.value(y, p).value == pytest.approx(losses.BinaryCrossentropy()(y, p.value), rel=1e-13)


def test_own_outputs_are_taken_as_far_as_they_are_within_their_bounds():
    net = MLP([2, 1], output="sigmoid", seed=0)
    x = np.float32([[1, 2], [3, 4]])
    (limits,) = errors.layer_outputs(net.astype("float64"), x.astype("float64"), np.float32, flushed=True)
    own = np.array([[limits.value[0, 0] + limits.error[0, 0] / 2], [0.0]])
    found = Clipped(BINARY, np.float32, lambda net, x: own).probabilities(net, x, np.float64)
    np.testing.assert_array_equal(found.value, [own[0], limits.value[1] - limits.error[1]])
    np.testing.assert_array_equal(found.error, 0)
    without = Clipped(BINARY, np.float32).probabilities(net, x, np.float64)
    np.testing.assert_array_equal(without.value, limits.value)
    np.testing.assert_array_equal(without.error, limits.error)


def test_a_gradient_of_logits_is_carried_back_as_the_nets_own_is():
    net = MLP([3, 5, 2], ["tanh"], "softmax", dtype="float64", seed=0, kernel_regularizer="l2")
    x, y = np.random.default_rng(0).normal(size=(7, 3)), np.eye(2)[[0, 1, 1, 0, 1, 0, 0]]
    _, expected = net.loss_and_gradient(x, y, CATEGORICAL)
    delta = exactly((net(x) - y) / 7)
    found = errors.gradient_of_logits(net, x, delta, net.regularizer, np.float64, flushed=True)
    assert_within(expected, *found)
    assert found.error.max() < 1e-13
    wider = errors.gradient_of_logits(net, x, Inexact(delta.value, 1e-3 + 0 * y), net.regularizer, np.float64, True)
    moved = errors.gradient_of_logits(net, x, exactly(delta.value + 1e-3), net.regularizer, np.float64, True)
    np.testing.assert_array_equal(wider.value, found.value)
    assert_within(moved.value, *wider)
    assert net.activations[-1] == activations.softmax


def test_a_linear_loss_has_the_gradient_that_it_is_given():
    y, p = np.random.default_rng(0).normal(size=(2, 4, 3))
    np.testing.assert_array_equal(Linear().gradient(y, p), y / 4)
    assert Linear()(y, p) == pytest.approx((y * p).sum() / 4, rel=1e-14)
