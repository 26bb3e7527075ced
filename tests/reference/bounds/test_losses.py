from functools import partial

import numpy as np
import pytest
from hypothesis import given

from npnet import activations
from npnet.losses import BinaryCrossentropy, CategoricalCrossentropy, Huber, MeanSquaredError
from reference.bounds import cases
from reference.bounds.activations import ACTIVATION
from reference.bounds.losses import (
    LOSSES,
    folded,
    gradient_moved,
    gradient_rounded,
    kind,
    logarithm_rounded,
    sizes,
    unsmoothed,
    value_moved,
    value_rounded,
)
from reference.bounds.multiples import Multiple
from reference.bounds.tolerance import Inexact, assert_within, bound, excess
from tests.strategies import seeds

every = pytest.mark.parametrize("name", LOSSES)
ON_LOGITS = ["softmax_crossentropy", "softmax_kl_divergence", "sigmoid_crossentropy"]
of_nets = pytest.mark.parametrize("name", ["mse", "huber", *ON_LOGITS])
rounding = partial(bound, dtype="float32")


def example(name, seed, batch=5, units=3, dtype="float32"):
    rng = np.random.default_rng(seed)
    y = cases.labels(rng, LOSSES[name], batch, units).astype(dtype)
    p = cases.predictions(rng, LOSSES[name], batch, units, dtype)
    return y, p, y.astype("longdouble"), p.astype("longdouble")


def moved_by(error, seed):
    """Predictions of a net's loss, an error of each, and the predictions moved by it to either side."""
    rng = np.random.default_rng([seed, 1])
    p = rng.normal(size=(5, 3)).astype("longdouble")
    error = (error * rng.random(p.shape)).astype("longdouble")
    return Inexact(p, error), p + error * rng.choice([-1, 1], p.shape)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@every
def test_the_largest_errors_are_near_their_bounds(name, dtype):
    loss, rounding = LOSSES[name], partial(bound, dtype=dtype)
    shares = []
    for seed in range(30):
        y, p, *_ = example(name, seed, batch=2 + seed % 5, dtype=dtype)
        if name in ON_LOGITS:
            # Of logits of all sizes, one size would be all
            p = np.random.default_rng(seed).normal(size=p.shape).astype(dtype)
        wide_y, wide_p = y.astype("longdouble"), p.astype("longdouble")
        limit = gradient_rounded(loss, wide_y, wide_p, rounding)
        assert limit.shape == p.shape
        value = excess(loss(y, p), loss(wide_y, wide_p), value_rounded(loss, wide_y, wide_p, rounding))
        shares.append((value, excess(loss.gradient(y, p), loss.gradient(wide_y, wide_p), limit).max()))
    assert np.max(shares) <= 1
    assert (np.max(shares, axis=0) >= 1e-2).all()


@of_nets
def test_errors_of_the_predictions_can_move_a_gradient_as_far_as_the_bound(name):
    loss, shares = LOSSES[name], []
    for seed in range(10):
        p, moved = moved_by(1e-4, seed)
        y = cases.labels(np.random.default_rng(seed), loss, 5, 3).astype("longdouble")
        shares.append((abs(loss.gradient(y, moved) - loss.gradient(y, p.value)) / gradient_moved(loss, y, p)).max())
    assert 0.25 <= max(shares) <= 1 + 1e-3


@of_nets
def test_where_a_gradient_is_0_the_loss_moves_by_the_square_of_an_error(name):
    loss, (p, moved) = LOSSES[name], moved_by(1e-2, 0)
    # The labels that these predictions are right for
    outputs = {"softmax": activations.softmax, "sigmoid": activations.sigmoid}
    y = outputs.get(name.partition("_")[0], np.copy)(p.value)
    limit = value_moved(loss, y, p)
    assert limit <= 1e-3
    # The extended type rounds too
    assert 0.1 * limit <= loss(y, moved) - loss(y, p.value) <= (1 + 1e-9) * limit


@every
@given(seed=seeds)
def test_values_and_gradients_are_within_their_bounds(name, seed):
    loss, (y, p, wide_y, wide_p) = LOSSES[name], example(name, seed)
    assert_within(loss(y, p), loss(wide_y, wide_p), value_rounded(loss, wide_y, wide_p, rounding))
    exact = loss.gradient(wide_y, wide_p)
    assert_within(loss.gradient(y, p), exact, gradient_rounded(loss, wide_y, wide_p, rounding))


@every
@given(seed=seeds)
def test_weighted_values_and_gradients_are_within_their_bounds(name, seed):
    loss, (y, p, wide_y, wide_p) = LOSSES[name], example(name, seed)
    w = cases.sample_weights(np.random.default_rng(seed), 5, "float32")
    wide_w = w.astype("longdouble")
    assert_within(loss(y, p, w), loss(wide_y, wide_p, wide_w), value_rounded(loss, wide_y, wide_p, rounding, wide_w))
    exact = loss.gradient(wide_y, wide_p, wide_w)
    assert_within(loss.gradient(y, p, w), exact, gradient_rounded(loss, wide_y, wide_p, rounding, wide_w))


@every
def test_bounds_are_proportional_to_the_weights(name):
    loss, (_, _, y, p), w = LOSSES[name], example(name, 0), np.arange(5, dtype="longdouble")
    for weighted, plain in (
        (value_rounded(loss, y, p, rounding, np.full(5, 4)), 4 * value_rounded(loss, y, p, rounding)),
        (gradient_rounded(loss, y, p, rounding, w), w[:, np.newaxis] * gradient_rounded(loss, y, p, rounding)),
    ):
        # But for their own roundings, and for the smallest subnormal number that each counted rounding may cost
        assert_within(weighted, plain, bound(40, plain, "longdouble") + bound(999, 0, "float32"))


@every
def test_an_error_of_a_thousandth_is_far_over_the_bounds(name):
    loss, (_, _, y, p) = LOSSES[name], example(name, 0)
    value, gradient = loss(y, p), loss.gradient(y, p)
    assert excess(1.001 * value, value, value_rounded(loss, y, p, rounding)) > 30
    assert excess(1.001 * gradient, gradient, gradient_rounded(loss, y, p, rounding)).max() > 30


@every
@given(seed=seeds)
def test_the_terms_are_at_least_what_they_add_up_to(name, seed):
    loss, (_, _, y, p) = LOSSES[name], example(name, seed)
    # Rows of float32 labels are divided by their sum, which is 1 but for their roundings
    size, slack = sizes(loss, y, p), 1 + 4 * 2.0**-24
    assert loss(y, p) <= slack * size.value.sum()
    assert (abs(loss.gradient(y, p)) <= slack * size.slope).all()


@pytest.mark.parametrize("name", ["mse", "mae", "categorical_crossentropy", "binary_crossentropy"])
def test_terms_of_one_sign_are_the_loss_itself(name):
    loss, (_, _, y, p) = LOSSES[name], example(name, 0)
    # Labels that are 1 but for the roundings of float32
    assert_within(sizes(loss, y, p).value.sum(), loss(y, p), bound(4, loss(y, p), "float32"))


@of_nets
@given(seed=seeds)
def test_an_error_of_the_predictions_moves_a_loss_by_no_more_than_its_bound(name, seed):
    loss, (p, moved) = LOSSES[name], moved_by(1e-2, seed)
    y = cases.labels(np.random.default_rng(seed), loss, 5, 3).astype("longdouble")
    rounded = bound(40, sizes(loss, y, p.value).value.sum(), "longdouble")
    assert_within(loss(y, moved), loss(y, p.value), value_moved(loss, y, p) + rounded)
    # To first order: errors of a hundredth leave terms of a hundredth of the bound
    difference = gradient_moved(loss, y, p) * 1.02 + bound(40, 1, "longdouble")
    assert_within(loss.gradient(y, moved), loss.gradient(y, p.value), difference)


@of_nets
@given(seed=seeds)
def test_an_error_of_the_predictions_moves_a_weighted_loss_by_no_more_than_its_bound(name, seed):
    loss, (p, moved), rng = LOSSES[name], moved_by(1e-2, seed), np.random.default_rng(seed)
    y = cases.labels(rng, loss, 5, 3).astype("longdouble")
    w = cases.sample_weights(rng, 5, "longdouble")
    rounded = bound(40, sizes(loss, y, p.value, w).value.sum(), "longdouble")
    assert_within(loss(y, moved, w), loss(y, p.value, w), value_moved(loss, y, p, w) + rounded)
    difference = gradient_moved(loss, y, p, w) * 1.02 + bound(40, w[:, np.newaxis], "longdouble")
    assert_within(loss.gradient(y, moved, w), loss.gradient(y, p.value, w), difference)


@of_nets
def test_errors_that_all_point_uphill_reach_the_bound_of_the_value(name):
    loss = LOSSES[name]
    y = cases.labels(np.random.default_rng(0), loss, 5, 3).astype("longdouble")
    p, _ = moved_by(1e-6, 0)
    uphill = loss(y, p.value + np.sign(loss.gradient(y, p.value)) * p.error)
    assert uphill - loss(y, p.value) >= 0.99 * value_moved(loss, y, p)


@pytest.mark.parametrize("weights", [None, np.array([2, 1, 1, 0, 3])], ids=["without", "with weights"])
@given(seed=seeds)
def test_an_error_that_carries_predictions_over_their_labels_turns_the_slopes_around(weights, seed):
    loss, rng = LOSSES["mae"], np.random.default_rng(seed)
    p, moved = moved_by(1e-2, seed)
    # Labels where the predictions are, within their reach and far away
    y = p.value + p.error * rng.choice([0, 0.5, -0.5, 0.9, -0.9, 100], p.value.shape)
    limit, value_limit = gradient_moved(loss, y, p, weights), value_moved(loss, y, p, weights)
    for other in (moved, p.value + p.error, p.value - p.error):
        change = abs(loss.gradient(y, other, weights) - loss.gradient(y, p.value, weights))
        assert_within(change, 0 * change, limit + bound(40, limit, "longdouble"))
        rounded = bound(40, sizes(loss, y, p.value, weights).value.sum(), "longdouble")
        assert_within(loss(y, other, weights), loss(y, p.value, weights), value_limit + rounded)


def test_slopes_turn_around_just_where_an_error_can_reach_a_label():
    loss, p = LOSSES["mae"], Inexact(np.array([[1.0, 1.0, 1.0]]), np.array([[0.5, 0.5, 0.5]]))
    limit = gradient_moved(loss, np.array([[0.5, 0.75, 0.25]]), p)
    assert limit.tolist() == [[2 / 3, 2 / 3, 0]]
    # A prediction that is right moves by its error, whose half a slope of 1 is for
    assert value_moved(loss, p.value, p) == 0.5


@pytest.mark.parametrize("delta", [0.25, 1, 3])
@given(seed=seeds)
def test_hubers_bounds_know_its_delta(delta, seed):
    loss, (y, p, wide_y, wide_p) = Huber(delta), example("huber", seed)
    value, gradient = loss(wide_y, wide_p), loss.gradient(wide_y, wide_p)
    size = sizes(loss, wide_y, wide_p)
    assert_within(loss(y, p), value, value_rounded(loss, wide_y, wide_p, rounding))
    assert_within(loss.gradient(y, p), gradient, gradient_rounded(loss, wide_y, wide_p, rounding))
    assert_within(size.slope, abs(gradient), bound(4, gradient, "longdouble"))
    # e**2 / 2 twice and once again, or the two terms of the line
    assert value <= size.value.sum() <= 3 * value * (1 + 1e-9)


@pytest.mark.parametrize("output", ["identity", "sigmoid", "tanh", "relu", "softmax"])
@every
def test_a_loss_that_folds_is_the_same_function_of_the_logits(name, output):
    loss, output = LOSSES[name], activations.get(output)
    z = np.random.default_rng(0).normal(size=(4, 3))
    y = cases.labels(np.random.default_rng(1), loss, 4, 3)
    of_logits, last = folded(loss, output)
    pairs = {
        "categorical_crossentropy": activations.softmax,
        "kl_divergence": activations.softmax,
        "binary_crossentropy": activations.sigmoid,
    }
    if type(pairs.get(name)) is type(output):
        assert kind(of_logits) == f"{output.name}_{name.rpartition('categorical_')[2].rpartition('binary_')[2]}"
        assert last.name == "identity"
        assert_within(of_logits(y, last(z)), loss(y, output(z)), bound(60, 1 + loss(y, output(z)), "float64"))
    else:
        assert (of_logits, last) == (loss, output)


@pytest.mark.parametrize("name", cases.SMOOTHED)
@given(seed=seeds)
def test_smoothed_labels_have_the_bounds_of_the_labels_that_they_become(name, seed):
    loss, (y, p, wide_y, wide_p) = cases.SMOOTHED[name], example(name, seed)
    of_labels, smoothed = unsmoothed(loss, wide_y)
    assert (of_labels, kind(loss)) == (LOSSES[name], name)
    assert sizes(loss, wide_y, wide_p).value.tolist() == sizes(of_labels, smoothed, wide_p).value.tolist()
    value = loss(wide_y, wide_p)
    # Rows of float32 labels are divided by their sum, before they are smoothed or after it
    assert_within(of_labels(smoothed, wide_p), value, bound(8, sizes(loss, wide_y, wide_p).value.sum(), "float32"))
    assert_within(loss(y, p), value, value_rounded(loss, wide_y, wide_p, rounding))
    exact = loss.gradient(wide_y, wide_p)
    assert_within(loss.gradient(y, p), exact, gradient_rounded(loss, wide_y, wide_p, rounding))


def test_a_smoothed_loss_folds_as_the_loss_of_the_labels_given():
    smoothed, last = folded(cases.SMOOTHED["kl_divergence"], activations.softmax)
    assert (smoothed, last.name) == (cases.SMOOTHED["softmax_kl_divergence"], "identity")
    binary = cases.SMOOTHED["binary_crossentropy"]
    assert folded(binary, activations.softmax) == (binary, activations.softmax)
    assert unsmoothed(LOSSES["mse"], 1.0) == (LOSSES["mse"], 1.0)


@pytest.mark.parametrize("name", ["categorical_crossentropy", "binary_crossentropy"])
def test_a_class_that_is_not_there_has_no_term(name):
    y = np.array([[1.0, 0.0]])
    size = sizes(LOSSES[name], y, y)
    assert size.value.tolist() == [[0, 0]]
    # The other class of a binary label is there
    assert size.slope.tolist() == ([[1, 0]] if name == "categorical_crossentropy" else [[0.5, 0.5]])


def test_the_form_that_subtracts_is_within_the_bound_too():
    loss, rng = LOSSES["sigmoid_crossentropy"], np.random.default_rng(0)
    z, y = (100 * rng.normal(size=(20, 1))).astype("float32"), (1 - 1e-3 * rng.random((20, 1))).astype("float32")
    for i in range(20):
        wide_y, wide_z = y[i : i + 1].astype("longdouble"), z[i : i + 1].astype("longdouble")
        found = np.maximum(z[i], 0) - z[i] * y[i] + np.log1p(np.exp(-abs(z[i])))
        assert_within(found, [loss(wide_y, wide_z)], value_rounded(loss, wide_y, wide_z, rounding))


def test_a_logarithm_near_0_is_off_by_a_rounding_of_1():
    for loss, factor in ((CategoricalCrossentropy(), 1), (Multiple(8, BinaryCrossentropy()), 8)):
        found = logarithm_rounded(loss, 2.0, np.float32)
        assert found == pytest.approx(ACTIVATION * (factor + 2) * 2**-24)
    assert logarithm_rounded(Huber(), 2.0, np.float32) == 0


def test_each_loss_has_a_name_of_its_own():
    assert [kind(loss) for loss in LOSSES.values()] == list(LOSSES)
    assert kind(MeanSquaredError()) == "mse"
    assert kind(CategoricalCrossentropy(from_logits=True)) == "softmax_crossentropy"


def test_other_losses_are_refused():
    other = type("LogCosh", (MeanSquaredError,), {})()
    with pytest.raises(ValueError, match=r"loss: expected one of npnet's losses, got LogCosh\(\)"):
        kind(other)
