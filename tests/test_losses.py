from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import MLP, Ensemble, activations, losses
from npnet.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Huber,
    KLDivergence,
    LabelSmoothing,
    MeanAbsoluteError,
    MeanSquaredError,
)
from npnet.regularizers import L2
from reference.bounds import cases
from reference.bounds.tolerance import assert_within, bound
from tests import complex_step
from tests.strategies import DTYPES, SHAPES, drawn, hard_arrays, layouts, rounded_in, seeds, wide

# The study notes, section 3.2 (2)
LABELS = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]]
LOGITS = [[12, 3, 2], [3, 10, 1], [1, 2, 5], [4, 6.5, 1.2], [3, 6, 1]]
PRINTED = ["1.68795487e-04", "1.03475622e-03", "6.58839038e-02", "2.58349207e+00", "5.49852354e-02"]

ALL = [
    MeanSquaredError(),
    MeanAbsoluteError(),
    Huber(),
    Huber(delta=0.25),
    CategoricalCrossentropy(),
    CategoricalCrossentropy(from_logits=True),
    KLDivergence(),
    KLDivergence(from_logits=True),
    LabelSmoothing(CategoricalCrossentropy(), 0.1),
    LabelSmoothing(CategoricalCrossentropy(from_logits=True), 0.25),
    LabelSmoothing(KLDivergence(from_logits=True), 0.25),
    LabelSmoothing(BinaryCrossentropy(), 0.5),
    BinaryCrossentropy(),
    BinaryCrossentropy(from_logits=True),
]
every = pytest.mark.parametrize("loss", ALL, ids=repr)


def example(loss, seed, batch=5, units=3):
    """Labels, soft and hard, and predictions in the loss's domain."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(batch, units)) * 3
    y = activations.softmax(rng.normal(size=(batch, units)))
    y[0] = np.eye(units)[0]
    return y, z if getattr(loss, "from_logits", True) else activations.softmax(z)


def test_the_notes_five_cross_entropies_to_every_printed_digit():
    fused = CategoricalCrossentropy(from_logits=True).per_sample(LABELS, LOGITS)
    unfused = CategoricalCrossentropy().per_sample(LABELS, activations.softmax(LOGITS))
    assert [f"{value:.8e}" for value in fused] == PRINTED
    assert [f"{value:.8e}" for value in unfused] == PRINTED


@every
@given(seed=seeds)
def test_the_gradient_is_that_of_the_value(loss, seed):
    y, p = example(loss, seed)
    slope = complex_step.gradient(lambda q: loss(y, q), p)
    assert_within(loss.gradient(y, p), slope, bound(30, abs(slope) + 1, "float64"))


@every
def test_a_gradient_does_not_go_on_from_what_layers_compute_in(loss):
    y, p = (array.T.copy() for array in example(loss, 0))
    form = losses.for_labels(loss, y)
    _, saved = form.terms(y, p)
    expected = form.derivative(y, saved, 15)
    out, scratch = np.empty_like(p), np.empty_like(p)
    _, saved = form.terms(y, p, out, scratch)
    scratch.fill(np.nan)
    np.testing.assert_array_equal(form.derivative(y, saved, 15), expected)


@every
@given(seed=seeds)
def test_the_value_is_the_mean_of_the_samples(loss, seed):
    y, p = example(loss, seed)
    assert_within(loss(y, p), loss.per_sample(y, p).mean(), bound(30, loss.per_sample(y, p).max(), "float64"))


def test_mse_is_the_mean_over_all_elements():
    y, p = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [0.0, 4.0]])
    assert MeanSquaredError()(y, p) == 10 / 4
    np.testing.assert_array_equal(MeanSquaredError().gradient(y, p), 2 * (p - y) / 4)


def test_mae_is_the_mean_over_all_elements_and_pulls_none_that_is_right():
    y, p = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [0.0, 6.0]])
    assert MeanAbsoluteError()(y, p) == 6 / 4
    assert MeanAbsoluteError().gradient(y, p).tolist() == [[0, -0.25], [-0.25, 0.25]]


def test_huber_is_half_a_square_up_to_delta_and_a_line_beyond():
    y, p = np.zeros((1, 4)), np.array([[0.25, -0.5, 2.0, -8.0]])
    loss = Huber(delta=0.5)
    assert loss.per_sample(y.T, p.T).tolist() == [0.03125, 0.125, 0.875, 3.875]
    assert (4 * loss.gradient(y, p)).tolist() == [[0.25, -0.5, 0.5, -0.5]]


@given(seeds, st.sampled_from([0.1, 1.0, 7.0]))
def test_huber_is_half_the_mse_for_a_large_delta_and_delta_times_the_mae_for_a_small_one(seed, delta):
    y, p = np.random.default_rng(seed).normal(size=(2, 6, 3))
    error = abs(p - y)
    large, small = Huber(error.max() * 1.01), Huber(error.min() / 1.01)
    assert_within(large(y, p), MeanSquaredError()(y, p) / 2, bound(40, large(y, p), "float64"))
    line = small.delta * (MeanAbsoluteError()(y, p) - small.delta / 2)
    assert_within(small(y, p), line, bound(40, small.delta * error.max(), "float64"))
    pull = small.delta * MeanAbsoluteError().gradient(y, p)
    assert_within(small.gradient(y, p), pull, bound(4, pull, "float64"))
    # And in between, it is under both
    between = Huber(delta)(y, p)
    both = MeanSquaredError()(y, p) / 2, delta * MeanAbsoluteError()(y, p)
    assert between <= min(both) * (1 + 1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_huber_loss_keeps_its_digits_at_any_size(dtype):
    sizes = np.array([1e-15, 1e-4, 0.999, 1.001, 30, 1e15], dtype)
    e = sizes.astype("longdouble")
    exact = np.where(e <= 1, e * e / 2, e - 0.5)
    assert_within(Huber().per_sample(np.zeros(6), sizes), exact, bound(4, exact, dtype))


@pytest.mark.parametrize("delta", [0, -1, np.nan, np.inf, "1", None])
def test_hubers_delta_must_be_above_zero(delta):
    with pytest.raises(ValueError, match="delta: expected a finite number > 0, got"):
        Huber(delta)


@every
@given(seed=seeds)
def test_a_divergence_is_the_cross_entropy_less_the_entropy_of_the_labels(loss, seed):
    if not isinstance(loss, KLDivergence):
        return
    y, p = example(loss, seed)
    of_labels = CategoricalCrossentropy(from_logits=loss.from_logits)
    entropy = -np.sum(y * np.log(np.where(y == 0, 1, y)), axis=1)
    expected, size = of_labels.per_sample(y, p) - entropy, of_labels.per_sample(y, p) + entropy
    assert_within(loss.per_sample(y, p), expected, bound(60, 1 + size, "float64"))
    assert_within(loss.gradient(y, p), of_labels.gradient(y, p), bound(8, 1 + abs(loss.gradient(y, p)), "float64"))
    # Of one class that is right for certain, there is no entropy
    assert_within(loss(y[:1], p[:1]), of_labels(y[:1], p[:1]), bound(20, of_labels(y[:1], p[:1]), "float64"))


def test_a_divergence_of_nothing_is_0_and_one_from_nothing_is_infinite():
    loss = KLDivergence()
    assert loss([[1.0, 0.0]], [[1.0, 0.0]]) == 0
    assert loss.gradient([[1.0, 0.0]], [[1.0, 0.0]]).tolist() == [[-1, 0]]
    assert loss([[0.5, 0.5]], [[1.0, 0.0]]) == np.inf
    assert loss.gradient([[0.5, 0.5]], [[1.0, 0.0]]).tolist() == [[-0.5, -np.inf]]
    assert str(loss([[0.25, 0.75]], [[0.25, 0.75]])) == str(KLDivergence(from_logits=True)([[0.5, 0.5]], [[2, 2]]))
    # A label under the smallest normal number, and logits further apart than the largest
    tiny = np.float32([[1, 1e-40]])
    on_logits = KLDivergence(from_logits=True)
    assert np.isfinite([on_logits(tiny, np.float32([[0, 80]])), loss(tiny, np.float32([[0, 1]]) + 1e-30)]).sum() == 2
    assert on_logits([0], np.float32([[3e38, -3e38]])) == 0
    assert on_logits([1], np.float32([[3e38, -3e38]])) == np.inf


@pytest.mark.parametrize("exponent", [2, 13, 26])
def test_a_divergence_of_probabilities_loses_no_digits_near_its_labels(exponent):
    e = 2.0**-exponent
    found = KLDivergence()([[0.5, 0.5]], [[0.5 + e, 0.5 - e]])
    # Each logarithm, of 1 + 2e and 1 - 2e, is rounded; it is at most 3e
    assert_within(found, -np.log1p(-4 * e * e) / 2, bound(4, 3 * e, "float64"))


def test_a_square_under_the_smallest_number_is_0_whatever_numpy_is_told():
    with np.errstate(all="raise"):
        assert MeanSquaredError()([[0.0]], [[1e-200]]) == 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(seed=seeds, size=st.sampled_from([1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-12, 0]))
def test_a_divergence_near_0_is_not_negative_and_as_exact_as_the_difference(dtype, seed, size):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(4, 5))
    p = activations.softmax(z).astype(dtype)
    y = activations.softmax(z + size * rng.normal(size=z.shape)).astype(dtype)
    wide_y = y.astype("longdouble") / y.sum(axis=1, keepdims=True, dtype="longdouble")
    on_logits = KLDivergence(from_logits=True).per_sample(y, z.astype(dtype))
    q = np.exp(z.astype(dtype).astype("longdouble"))
    q /= q.sum(axis=1, keepdims=True)
    ratio = np.log(q / wide_y)
    # What the roundings of labels, logits and exponentials move it by, all of them in proportion to the difference
    unit, sizes = np.finfo(dtype).eps / 2, 4 + abs(z) + abs(z).max(axis=1, keepdims=True)
    first_order = (wide_y * abs(ratio) * sizes).sum(axis=1) * 12 * unit
    limit = first_order + (wide_y * (12 * unit * sizes) ** 2).sum(axis=1)
    assert (on_logits >= 0).all()
    # The sum of all q - y is 0, without which the wider type would not be wide enough
    assert_within(on_logits, (wide_y * (np.expm1(ratio) - ratio)).sum(axis=1), limit)
    on_probabilities = KLDivergence().per_sample(y, p)
    ratio = np.log(p.astype("longdouble") / wide_y)
    # Here each term is as exact as the difference of its two numbers
    moved = (wide_y * (abs(ratio) * 12 + 2)).sum(axis=1) * unit
    assert_within(on_probabilities, -(wide_y * ratio).sum(axis=1), moved)


@pytest.mark.parametrize("loss", [KLDivergence(), KLDivergence(from_logits=True)], ids=repr)
def test_a_divergence_has_no_error_where_labels_and_predictions_are_equal(loss):
    for dtype in ("float32", "float64"):
        p = activations.softmax(np.random.default_rng(0).normal(size=(50, 4))).astype(dtype)
        p = np.round(p * 64) / 64
        p[:, 0] += 1 - p.sum(axis=1)
        predictions = np.log(np.maximum(p, 1e-30)) if loss.from_logits else p
        found = loss.per_sample(p, predictions)
        assert (found >= 0).all()
        assert found.max() <= (np.finfo(dtype).eps * 40) ** 2 if loss.from_logits else found.max() == 0


# Smoothed labels


def test_labels_are_smoothed_by_their_number_of_classes():
    y, p = np.array([[0.0, 1.0, 0.0]]), np.array([[0.2, 0.5, 0.3]])
    categorical, binary = (LabelSmoothing(kind(), 0.25) for kind in (CategoricalCrossentropy, BinaryCrossentropy))
    assert categorical.prepared(y.T).T.tolist() == [[0.25 / 3, 0.75 + 0.25 / 3, 0.25 / 3]]
    assert binary.prepared(y.T).T.tolist() == [[0.125, 0.875, 0.125]]
    assert_within(categorical(y, p), CategoricalCrossentropy()([[1 / 12, 10 / 12, 1 / 12]], p), bound(20, 2, "float64"))
    assert_within(binary(y, p), BinaryCrossentropy()([[0.125, 0.875, 0.125]], p), bound(20, 2, "float64"))
    # Class indices are smoothed as the one-hot rows that they stand for
    assert categorical([1], p) == categorical(y, p)
    assert losses.Weighted(binary).prepared(y.T).tolist() == binary.prepared(y.T).tolist()


@pytest.mark.parametrize("on_logits", [False, True])
@pytest.mark.parametrize("kind", [CategoricalCrossentropy, BinaryCrossentropy])
@given(seed=seeds)
def test_a_smoothed_cross_entropy_is_part_that_of_the_labels_and_part_that_of_no_knowledge(kind, on_logits, seed):
    loss = kind(from_logits=on_logits)
    y, p = example(loss, seed)
    classes = 3 if kind is CategoricalCrossentropy else 2
    expected = 0.75 * loss(y, p) + 0.25 * loss(np.full_like(y, 1 / classes), p)
    assert_within(LabelSmoothing(loss, 0.25)(y, p), expected, bound(60, expected, "float64"))


def test_no_smoothing_changes_nothing_but_the_form():
    y, p = example(BinaryCrossentropy(), 0)
    assert LabelSmoothing(BinaryCrossentropy(), 0)(y, p) == BinaryCrossentropy()(y, p)


@pytest.mark.parametrize(
    ("output", "loss", "labels"),
    [
        ("softmax", CategoricalCrossentropy(), "classes"),
        ("softmax", KLDivergence(), "classes"),
        ("identity", CategoricalCrossentropy(from_logits=True), "classes"),
        ("sigmoid", BinaryCrossentropy(), "units"),
    ],
)
@pytest.mark.parametrize("members", [None, 3])
def test_a_net_learns_smoothed_labels_and_is_right_about_those_given(output, loss, labels, members):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    y = rng.integers(0, 2, (40, 3)) if labels == "units" else np.eye(3)[rng.integers(0, 3, 40)]
    smooth = LabelSmoothing(loss, 0.25)
    by_hand = np.ascontiguousarray(smooth.prepared(np.ascontiguousarray(y.T)).T)
    made = [MLP([2, 3], output=output, dtype="float64", seed=0) if members is None
            else Ensemble([2, 3], output=output, dtype="float64", seeds=range(members)) for _ in range(2)]  # fmt: skip
    weights = rng.random(40)
    common = {"epochs": 3, "batch_size": 16, "shuffle": False, "sample_weight": weights}
    history = made[0].fit(x, y, smooth, validation_data=(x, y), **common)
    other = made[1].fit(x, by_hand, loss, validation_data=(x, by_hand), **common)
    np.testing.assert_array_equal(made[0].parameters, made[1].parameters)
    np.testing.assert_array_equal(history.val_loss, other.val_loss)
    # Smoothed labels name no classes, but those that they were made of do
    assert other.val_accuracy is None
    assert np.array_equal(history.val_accuracy[-1], made[0].evaluate(x, y, loss).accuracy)
    evaluated = made[0].evaluate(x, y)
    assert np.array_equal(evaluated.loss, history.val_loss[-1])
    assert repr(made[0].loss) == repr(smooth)


def test_labels_as_they_were_given_are_known_where_they_name_classes():
    for loss in (LabelSmoothing(CategoricalCrossentropy(), 0.1), LabelSmoothing(BinaryCrossentropy(), 0.9)):
        y = np.float32([[1, 0, 0.3], [0, 1, 0.3], [0, 0, 0.4]])
        found = loss.original(loss.prepared(y))
        assert found[:, :2].tolist() == y[:, :2].tolist()
        assert found.dtype == np.float32
        assert not ((found[:, 2] == 0) | (found[:, 2] == 1)).any()
    # No digit of them is left
    lost = LabelSmoothing(BinaryCrossentropy(), 1 - 1e-12)
    assert lost.original(lost.prepared(np.float32([[0, 1]]))).tolist() == [[0.5, 0.5]]


def test_smoothing_is_for_losses_whose_labels_name_classes():
    for wrong in (MeanSquaredError(), LabelSmoothing("kld", 0.1)):
        with pytest.raises(ValueError, match="loss: expected one whose labels name classes, as a cross-entropy's, got"):
            LabelSmoothing(wrong)
    with pytest.raises(ValueError, match="and a sample_weight, got a Weighted loss"):
        LabelSmoothing(losses.Weighted(BinaryCrossentropy()))
    for wrong in (-0.1, 1, np.nan):
        with pytest.raises(ValueError, match="smoothing: expected a finite number >= 0 and < 1, got"):
            LabelSmoothing(BinaryCrossentropy(), wrong)
    with pytest.raises(ValueError, match="expects the output activation softmax, got relu"):
        LabelSmoothing("categorical_crossentropy").fold(activations.relu)
    assert LabelSmoothing(KLDivergence(), 0.2).fold(activations.softmax) == LabelSmoothing(KLDivergence(True), 0.2)
    assert LabelSmoothing(KLDivergence(True)).fold(activations.identity) is None
    assert repr(LabelSmoothing("binary_crossentropy")) == "LabelSmoothing(BinaryCrossentropy(from_logits=False), 0.1)"


@given(seeds, st.sampled_from(["float32", "float64"]))
def test_fused_and_unfused_gradients_agree(seed, dtype):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(6, 4)).astype(dtype)
    for loss, link, y in (
        (CategoricalCrossentropy, activations.softmax, rng.integers(0, 4, 6)),
        (BinaryCrossentropy, activations.sigmoid, rng.integers(0, 2, (6, 4))),
    ):
        p = link(z)
        unfused = link.backward(loss().gradient(y, p), p)
        fused = loss(from_logits=True).gradient(y, z)
        assert_within(unfused, fused, bound(20, 1, dtype))
        assert_within(loss()(y, p), loss(from_logits=True)(y, z), bound(60, abs(z).max(), dtype))


@given(hard_arrays("float64", shape=(3, 4)))
def test_fused_gradients_are_p_minus_y_over_n(z):
    y = np.eye(4)[[0, 1, 3]]
    fused = CategoricalCrossentropy(from_logits=True).gradient(y, z)
    assert_within(fused, (activations.softmax(z) - y) / 3, bound(12, 1, "float64"))
    fused = BinaryCrossentropy(from_logits=True).gradient(y[:, :1], z[:, :1])
    assert_within(fused, (activations.sigmoid(z[:, :1]) - y[:, :1]) / 3, bound(12, 1, "float64"))


@pytest.mark.parametrize("dtype", ["float32", "float64", "longdouble"])
@pytest.mark.parametrize("z", [1.0, 17.0, 37.0, 80.0])
def test_gradients_keep_their_digits_where_the_right_answer_is_nearly_certain(dtype, z):
    wide = np.longdouble(z)
    wrong = np.exp(-wide) / (1 + np.exp(-wide))
    binary = BinaryCrossentropy(from_logits=True).gradient(np.array([1, 0]), np.array([z, -z], dtype))
    assert_within(binary, np.array([-wrong, wrong]) / 2, bound(8, float(wrong), dtype))
    logits = np.array([[z, 0, -1e4], [0, z, -1e4]], dtype)
    categorical = CategoricalCrossentropy(from_logits=True).gradient([0, 1], logits)
    expected = np.array([[-wrong, wrong, 0], [wrong, -wrong, 0]]) / 2
    assert_within(categorical, expected, bound(12, float(wrong), dtype))


def test_a_nearly_certain_right_answers_gradient_is_the_known_number():
    assert BinaryCrossentropy(from_logits=True).gradient([1.0], [37.0])[0] == -np.exp(-37.0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_finite_logits_never_give_nan(dtype):
    largest = np.finfo(dtype).max
    z = np.array([[largest, -largest], [-largest, largest], [-largest, -largest]], dtype)
    loss = CategoricalCrossentropy(from_logits=True)
    assert loss([0], z[:1]) == 0
    assert loss.gradient([0, 0, 0], z).tolist()[0] == [0, 0]
    assert not np.isnan(loss.per_sample([0, 0, 0], z)).any()
    assert not np.isnan(BinaryCrossentropy(from_logits=True).per_sample([1, 0, 1], z[:, :1])).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_logits_of_ten_thousand_give_the_right_finite_loss(dtype):
    z = np.array([[1e4, -1e4], [-1e4, 1e4]], dtype)
    assert CategoricalCrossentropy(from_logits=True).per_sample([0, 0], z).tolist() == [0, 2e4]
    assert CategoricalCrossentropy(from_logits=True).gradient([0, 0], z).tolist() == [[0, 0], [-0.5, 0.5]]
    binary = BinaryCrossentropy(from_logits=True)
    assert binary.per_sample([[1], [1]], z[:, :1]).tolist() == [0, 1e4]
    assert binary.gradient([[1], [1]], z[:, :1]).tolist() == [[0], [-0.5]]


def test_a_probability_of_zero_is_exact_where_the_label_is_zero():
    assert CategoricalCrossentropy()([0], [[1.0, 0.0]]) == 0
    assert CategoricalCrossentropy().gradient([0], [[1.0, 0.0]]).tolist() == [[-1, 0]]
    assert BinaryCrossentropy()([0.0, 1.0], [0.0, 1.0]) == 0
    assert BinaryCrossentropy().gradient([0.0, 1.0], [0.0, 1.0]).tolist() == [0.5, -0.5]


def test_a_probability_of_zero_for_the_true_class_is_an_infinite_loss_and_slope():
    assert CategoricalCrossentropy()([1], [[1.0, 0.0]]) == np.inf
    assert CategoricalCrossentropy().gradient([1], [[1.0, 0.0]]).tolist() == [[0, -np.inf]]
    assert BinaryCrossentropy()([1.0], [0.0]) == np.inf


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_losses_far_under_one_keep_their_digits(dtype):
    z = np.array([[17, 0], [40, 0]], dtype)
    exact = np.exp(-z[:, 0].astype(float))
    limit = bound(8, exact, dtype)
    assert_within(CategoricalCrossentropy(from_logits=True).per_sample([0, 0], z), np.log1p(exact), limit)
    assert_within(BinaryCrossentropy(from_logits=True).per_sample([1, 1], z[:, 0]), np.log1p(exact), limit)
    p = np.array([1e-5, 1e-17], dtype)
    assert_within(BinaryCrossentropy().per_sample([0, 0], p), -np.log1p(-p.astype(float)), bound(8, p, dtype))


def test_probabilities_near_zero_have_an_infinite_slope_without_a_warning():
    tiny = np.float32([[1.0, 1e-40]])
    assert CategoricalCrossentropy().gradient([1], tiny).tolist() == [[0, -np.inf]]
    assert BinaryCrossentropy().gradient([1, 1], tiny[0])[1] == -np.inf


def test_soft_labels_are_divided_by_their_sum():
    y, z = np.float32([[0.1, 0.2, 0.7]]), np.array([[0.5, -1.0, 0.25]])
    loss = CategoricalCrossentropy(from_logits=True)
    slope = complex_step.gradient(lambda q: loss(y, q), z)
    assert_within(loss.gradient(y, z), slope, bound(20, 1, "float64"))


@every
def test_logits_and_predictions_must_be_finite(loss):
    with pytest.raises(ValueError, match=r"y_pred: expected (finite numbers|probabilities)"):
        loss([[1.0, 0.0]], [[np.inf, 1.0]])


def test_nothing_is_clipped():
    p = 1e-30
    assert CategoricalCrossentropy()([1], [[1 - p, p]]) == -np.log(p)
    assert CategoricalCrossentropy().gradient([1], [[1 - p, p]])[0, 1] == -1 / p


@every
def test_float32_stays_float32(loss):
    y, p = example(loss, 0)
    p = p.astype("float32")
    assert loss(y, p).dtype == loss.per_sample(y, p).dtype == loss.gradient(y, p).dtype == np.float32


@every
def test_class_indices_are_one_hot_rows(loss):
    _, p = example(loss, 1)
    labels = np.array([0, 2, 1, 1, 0])
    assert loss(labels, p) == loss(np.eye(3)[labels], p)


def test_a_vector_is_a_batch_of_one_unit():
    for loss in (MeanSquaredError(), BinaryCrossentropy()):
        y, p = np.array([1.0, 0.0, 1.0]), np.array([0.5, 0.25, 0.75])
        assert loss(y, p) == loss(y[:, None], p[:, None])
        assert loss.gradient(y, p).shape == (3,)


@every
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 3, 0, 0], r"y_true: expected class indices from 0 to 2, got 3"),
        ([0, -1, 0, 0, 0], r"y_true: expected class indices from 0 to 2, got -1"),
        ([0, 1], r"y_true: expected shape \(5, 3\), or class indices, integers of shape \(5,\), got \(2,\)"),
        (np.ones((3, 5)) / 5, r"y_true: expected shape \(5, 3\).* got \(3, 5\)"),
        (np.full((5, 3), np.nan), r"y_true: expected finite numbers, got nan at index \(0, 0\)"),
        (np.full((5, 3), "a"), r"y_true: expected numbers, got dtype"),
        ([[1, 2], [1]], r"y_true: expected a rectangular array"),
        (
            np.array([0.0, 1, 1, 0, 0]),
            r"y_true: expected shape \(5, 3\), or class indices, .*, got \(5,\) of dtype float64; astype\(int\) makes",
        ),
    ],
)
def test_labels_that_do_not_fit_are_refused_by_name(loss, labels, message):
    _, p = example(loss, 2)
    for call in (loss, loss.per_sample, loss.gradient):
        with pytest.raises(ValueError, match=message):
            call(labels, p)


def test_labels_out_of_a_losss_range_are_refused():
    with pytest.raises(ValueError, match=r"y_true: expected rows with sum 1, got the sum 1.5"):
        CategoricalCrossentropy()([[1.0, 0.5]], [[0.5, 0.5]])
    with pytest.raises(ValueError, match=r"y_true: expected no negative label, got -1.0"):
        CategoricalCrossentropy()([[-1.0, 2.0]], [[0.5, 0.5]])
    with pytest.raises(ValueError, match=r"y_true: expected labels from 0 to 1, got 2.0"):
        BinaryCrossentropy()([2.0], [0.5])
    float32_rows = np.float32([[0.1, 0.2, 0.7], [1 / 3, 1 / 3, 1 / 3]])
    CategoricalCrossentropy()(float32_rows, [[0.2, 0.3, 0.5]] * 2)


def test_one_label_out_of_range_is_found_among_others():
    p = [[0.5, 0.5]] * 2
    with pytest.raises(ValueError, match=r"y_true: expected rows with sum 1, got the sum 0.75"):
        CategoricalCrossentropy()([[0.5, 0.5], [0.5, 0.25]], p)
    for wrong in (-0.5, 2.0):
        with pytest.raises(ValueError, match=f"y_true: expected labels from 0 to 1, got {wrong}"):
            BinaryCrossentropy()([[1.0, 0.0], [0.5, wrong]], p)


@pytest.mark.parametrize("classes", [2, 4, 8])
@pytest.mark.parametrize("sign", [1, -1])
def test_each_label_of_a_row_may_be_off_by_a_float32s_unit_in_the_last_place(classes, sign):
    unit, p = float(np.spacing(np.float32(1))), np.full((1, classes), 1 / classes)
    # In float64, these sums are exact
    row = p + sign * unit
    assert CategoricalCrossentropy()(row, p) == CategoricalCrossentropy()(p, p)
    row[0, -1] += sign * unit / 1024
    with pytest.raises(ValueError, match="y_true: expected rows with sum 1"):
        CategoricalCrossentropy()(row, p)


def test_labels_that_are_objects_such_as_symbols_are_not_judged_by_their_values():
    on_logits, labels = CategoricalCrossentropy(from_logits=True), np.array([[Fraction(1), Fraction(3)]])
    for loss in (on_logits, BinaryCrossentropy()):
        assert losses.checked_labels(loss, labels) is labels
    # A symbol that is 0 or 1 here may be another number elsewhere
    assert losses.for_labels(on_logits, np.eye(2).astype(object)) is not on_logits


@pytest.mark.parametrize("loss", [CategoricalCrossentropy(), BinaryCrossentropy()], ids=repr)
@pytest.mark.parametrize("wrong", [-0.1, 1.1, np.nan])
def test_predictions_that_are_no_probabilities_are_refused(loss, wrong):
    with pytest.raises(ValueError, match="y_pred: expected probabilities from 0 to 1"):
        loss([[1.0, 0.0]], [[0.5, wrong]])


@every
@pytest.mark.parametrize("shape", [(), (2, 3, 4), (0, 3), (2, 0)])
def test_predictions_must_be_a_batch(loss, shape):
    with pytest.raises(ValueError, match="y_pred: expected shape"):
        loss(np.zeros(shape), np.zeros(shape))


def test_cross_entropy_needs_two_classes():
    with pytest.raises(ValueError, match="at least 2 classes"):
        CategoricalCrossentropy()([[1.0]], [[1.0]])
    with pytest.raises(ValueError, match="labels: expected at least 2 classes, got 1"):
        losses.checked_labels(CategoricalCrossentropy(), np.ones((3, 1)), "labels")


def test_which_losses_follow_which_outputs():
    assert CategoricalCrossentropy().fold(activations.softmax).from_logits
    assert BinaryCrossentropy().fold(activations.sigmoid).from_logits
    assert CategoricalCrossentropy(from_logits=True).fold(activations.identity) is None
    assert BinaryCrossentropy(from_logits=True).fold(activations.identity) is None
    assert MeanSquaredError().fold(activations.softmax) is None
    for kind in (CategoricalCrossentropy, BinaryCrossentropy):
        for link in (activations.softmax, activations.sigmoid):
            with pytest.raises(ValueError, match=f"expects logits, but the output activation is {link}"):
                kind(from_logits=True).fold(link)
    for wrong in ("identity", "relu", "tanh", "softmax"):
        with pytest.raises(ValueError, match=f"expects the output activation sigmoid, got {wrong}"):
            BinaryCrossentropy().fold(activations.get(wrong))
    with pytest.raises(ValueError, match="expects the output activation softmax, got sigmoid"):
        CategoricalCrossentropy().fold(activations.sigmoid)


def test_names_and_options():
    assert isinstance(losses.get("mse"), MeanSquaredError)
    for name in ("mae", "mean_absolute_error"):
        assert isinstance(losses.get(name), MeanAbsoluteError)
    for name in ("kl_divergence", "kld"):
        assert losses.get(name) == KLDivergence()
    assert repr(KLDivergence(from_logits=True)) == "KLDivergence(from_logits=True)"
    assert losses.get("huber") == Huber(delta=1) != Huber(delta=2)
    assert repr(Huber(0.5)) == "Huber(delta=0.5)"
    with pytest.raises(ValueError, match=r"loss: expected one of binary_crossentropy, .* got 'hinge'"):
        losses.get("hinge")
    with pytest.raises(ValueError, match="from_logits: expected True or False, got 'yes'"):
        BinaryCrossentropy(from_logits="yes")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_logits_that_tie_for_the_largest_count_each(dtype):
    z = np.array([[5, 5, 0, 5], [0, 0, 0, 0], [7, 7, -1e4, -1e4]], dtype)
    exact = np.log([3 + np.exp(-5.0), 4, 2])
    actual = CategoricalCrossentropy(from_logits=True).per_sample([0, 1, 1], z)
    assert_within(actual, exact, bound(8, exact, dtype))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@given(seed=seeds, shape=st.sampled_from(SHAPES), layout=layouts, other=layouts)
def test_a_sum_of_products_is_the_plain_sum(dtype, seed, shape, layout, other):
    rng = np.random.default_rng(seed)
    a, b = layout(drawn(rng, shape, dtype)), other(drawn(rng, shape, dtype))
    total = losses.sum_of_products(a, b, b)
    exact, size = (np.sum(terms, axis=(0, 1)) for terms in (wide(a) * wide(b), abs(wide(a) * wide(b))))
    assert np.shape(total) == shape[2:]
    # Four real products and two sums make a complex product
    assert_within(total, exact, bound(shape[0] * shape[1] + 6, size, rounded_in(dtype)))


def test_a_loss_is_computed_in_the_form_that_its_labels_have():
    one_hot, on_logits = np.eye(2)[np.arange(50) % 2].T, CategoricalCrossentropy(from_logits=True)
    assert losses.for_labels(on_logits, one_hot) is on_logits
    soft = activations.softmax(np.random.default_rng(1).normal(size=(50, 2))).T
    other = losses.for_labels(on_logits, soft)
    assert isinstance(other, losses.SoftmaxCrossentropy)
    assert other is not on_logits
    # One-hot labels are soft ones too
    assert losses.for_labels(other, one_hot) is other
    z = np.random.default_rng(2).normal(size=(2, 50))
    for labels in (one_hot, soft):
        assert_within(other.largest(labels).sum(axis=0), np.ones(50), 0)
    (a, b), saved = on_logits.terms(one_hot, z)
    (c, d), kept = other.terms(one_hot, z)
    np.testing.assert_array_equal(a * b, c * d)
    np.testing.assert_array_equal(on_logits.derivative(one_hot, saved, 50), other.derivative(one_hot, kept, 50))
    for loss in (MeanSquaredError(), BinaryCrossentropy(from_logits=True)):
        assert losses.for_labels(loss, soft) is loss
    # So is what the samples' weights multiply
    for labels, form in ((one_hot, losses.SoftmaxCrossentropy), (soft, type(other))):
        weighted = losses.for_labels(losses.Weighted(on_logits), labels)
        assert (type(weighted), type(weighted.loss)) == (losses.Weighted, form)


def test_a_million_equal_terms_keep_their_digits():
    """Pairs are added: their rounding errors grow with the logarithm of the number of terms."""
    loss, p = MeanSquaredError(), np.full((1_000_000, 1), 0.3, "float32")
    assert_within(loss(np.zeros_like(p), p), float(np.float32(0.3)) ** 2, bound(128 + 20, 0.09, "float32"))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_loss_over_the_largest_number_is_infinite(dtype):
    largest = np.finfo(dtype).max
    loss = CategoricalCrossentropy(from_logits=True)
    assert loss([1], np.array([[largest, -largest]], dtype)) == np.inf
    assert loss([0], np.array([[largest, -largest]], dtype)) == 0


def test_a_subclass_of_a_loss_keeps_its_own_formulas():
    class Mine(CategoricalCrossentropy):
        pass

    class Doubled(losses.SoftmaxCrossentropy):
        def terms(self, y, p, out=None, scratch=None):
            (a, b), saved = super().terms(y, p, out, scratch)
            return (a, 2 * b), saved

    assert Mine().fold(activations.softmax) is None
    with pytest.raises(ValueError, match="expects the output activation softmax, got relu"):
        Mine().fold(activations.relu)
    with pytest.raises(ValueError, match="from_logits: Mine is a loss on probabilities"):
        Mine(from_logits=True)
    for y in ([[1.0, 0.0]], [[0.5, 0.5]]):
        assert Doubled()(y, [[0.0, 0.0]]) == 2 * losses.SoftmaxCrossentropy()(y, [[0.0, 0.0]])
    with pytest.raises(TypeError):
        losses.SoftmaxCrossentropy(from_logits=False)


def test_soft_labels_that_are_nearly_certain_keep_their_digits():
    """The sum of these labels is rounded to 1, and what it lacks is as large as the loss."""
    y, z, share = np.array([[1.0, 1e-17]]), np.array([[40.0, 0.0]]), np.longdouble(1e-17)
    wrong = np.exp(np.longdouble(-40))
    loss = CategoricalCrossentropy(from_logits=True)
    value = (1 + share) * np.log1p(wrong) + share * 40
    assert_within(loss.per_sample(y, z), [value], bound(12, value, "float64"))
    net = MLP([1, 2], output="softmax", dtype="float64", kernel_initializer="zeros")
    net.weights[0][...] = z
    assert_within(net.evaluate([[1.0]], y, "categorical_crossentropy").loss, value, bound(12, value, "float64"))


# Weights of samples


@every
@given(seed=seeds)
def test_a_weighted_gradient_is_that_of_the_weighted_value(loss, seed):
    (y, p), w = example(loss, seed), cases.sample_weights(np.random.default_rng(seed), 5, "float64")
    slope = complex_step.gradient(lambda q: loss(y, q, w), p)
    assert_within(loss.gradient(y, p, w), slope, bound(30, abs(slope) + w[:, np.newaxis], "float64"))


@every
@given(seed=seeds)
def test_a_weighted_value_is_the_sum_of_the_weighted_samples_over_their_number(loss, seed):
    (y, p), w = example(loss, seed), cases.sample_weights(np.random.default_rng(seed), 5, "float64")
    samples = loss.per_sample(y, p)
    assert_within(loss(y, p, w), (w * samples).sum() / 5, bound(30, (w * samples).sum(), "float64"))
    for s in range(5):
        own = loss.gradient(y[s : s + 1], p[s : s + 1])[0]
        assert_within(loss.gradient(y, p, w)[s], w[s] / 5 * own, bound(30, w[s] * abs(own), "float64"))


@every
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_of_1_change_no_bit_and_weights_of_2_double_all(loss, dtype):
    y, p = example(loss, 3)
    p = p.astype(dtype)
    value, gradient = loss(y, p), loss.gradient(y, p)
    assert loss(y, p, np.ones(5)) == value
    np.testing.assert_array_equal(loss.gradient(y, p, np.ones(5)), gradient)
    assert loss(y, p, [2] * 5) == 2 * value
    np.testing.assert_array_equal(loss.gradient(y, p, [2] * 5), 2 * gradient)
    assert loss(y, p, np.ones(5)).dtype == loss.gradient(y, p, np.ones(5)).dtype == dtype


@every
def test_a_sample_with_a_weight_of_2_counts_as_two_and_one_with_0_as_none(loss):
    y, p = example(loss, 4)
    repeated = [0, 1, 1, 3, 4]
    total = loss(y, p, [1, 2, 0, 1, 1])
    assert_within(total, loss(y[repeated], p[repeated]), bound(30, total, "float64"))
    by_rows = loss.gradient(y[repeated], p[repeated])
    expected = np.array([by_rows[0], by_rows[1] + by_rows[2], 0 * by_rows[0], by_rows[3], by_rows[4]])
    assert_within(loss.gradient(y, p, [1, 2, 0, 1, 1]), expected, bound(30, abs(expected), "float64"))


@pytest.mark.parametrize("loss", [CategoricalCrossentropy(), BinaryCrossentropy()], ids=repr)
def test_a_weight_of_0_is_0_even_where_the_loss_is_infinite(loss):
    y, p = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [0.5, 0.5]])
    assert loss(y, p) == np.inf
    assert loss(y, p, [0, 1]) == loss(y[1:], p[1:]) / 2
    np.testing.assert_array_equal(loss.gradient(y, p, [0, 1]), [[0, 0], loss.gradient(y[1:], p[1:])[0] / 2])


def test_independent_labels_share_the_weight_of_their_sample():
    y, p = [[1, 0, 1], [0, 0, 1]], [[0.5, 0.25, 0.5], [0.5, 0.5, 0.5]]
    value = BinaryCrossentropy()(y, p, [1, 3])
    assert_within(value, (3 * 3 * np.log(2) + 2 * np.log(2) - np.log(0.75)) / 6, bound(20, 2, "float64"))


def test_soft_labels_have_weights():
    y, z = activations.softmax([[0.5, 1.0], [2.0, 0.0]]), np.array([[1.0, -1.0], [0.5, 3.0]])
    loss, p = CategoricalCrossentropy(from_logits=True), activations.softmax(z)
    expected = np.array([[0.5], [4]]) * (p - y) / 2
    assert_within(loss.gradient(y, z, [0.5, 4]), expected, bound(30, [[0.5], [4]], "float64"))


@every
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 2], r"sample_weight: expected shape \(5,\), one weight for each sample, got \(2,\)"),
        (2.0, r"sample_weight: expected shape \(5,\), one weight for each sample, got \(\)"),
        (np.ones((5, 3)), r"sample_weight: expected shape \(5,\), one weight for each sample, got \(5, 3\)"),
        ([1, 1, -0.5, 1, 1], r"sample_weight: expected no negative weight, got -0.5"),
        ([1, 1, np.nan, 1, 1], r"sample_weight: expected finite numbers, got nan at index \(2,\)"),
        ([1, 1, np.inf, 1, 1], r"sample_weight: expected finite numbers, got inf at index \(2,\)"),
        (np.ones(5) * 1j, r"sample_weight: expected real numbers, got dtype complex128"),
        (list("aaaaa"), r"sample_weight: expected numbers, got dtype"),
        (np.full(5, 1e300), r"sample_weight: expected numbers that fit float32"),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_name(loss, weights, message):
    y, p = example(loss, 2)
    for call in (loss, loss.gradient):
        with pytest.raises(ValueError, match=message):
            call(y, p.astype("float32"), weights)


def test_a_subclass_of_a_loss_has_weights_without_a_line():
    class AbsoluteError(losses.Loss):
        name = "absolute_error"

        def terms(self, y, p, out=None, scratch=None):
            error = np.subtract(p, y, out=out)
            return (error, np.sign(error)), error

        def derivative(self, y, saved, count):
            return np.sign(saved) / count

    assert AbsoluteError()([1.0, 1.0], [3.0, 0.0], [1, 4]) == 3
    assert AbsoluteError().gradient([1.0, 1.0], [3.0, 0.0], [1, 4]).tolist() == [0.5, -2]


@pytest.mark.parametrize("widths", [[1, 1], [1, 3]])
def test_the_loss_of_many_samples_in_float32_keeps_its_digits(widths):
    # ln 2 of each sample, or ln 3: float32 sums of equal numbers lose a digit in ten of them
    samples, units = 300_000, widths[-1]
    output, loss = ("sigmoid", "binary_crossentropy") if units == 1 else ("softmax", "categorical_crossentropy")
    x, y = np.ones((samples, 1), "float32"), np.zeros(samples, int)
    single = MLP(widths, output=output, kernel_initializer="zeros")
    ensemble = Ensemble(widths, output=output, members=2, kernel_initializer="zeros")
    exact = np.log(max(units, 2))
    # Roundings of the term, of its product and of the quotient; and of a sum in pairs of blocks of 128 terms, which
    # eight sums of 16 terms each make
    roundings = 3 + 15 + 3 + np.ceil(np.log2(samples / 128))
    for net in (single, ensemble):
        for value in (net.evaluate(x, y, loss).loss, net.loss_and_gradient(x, y, loss)[0]):
            assert_within(value, np.full(np.shape(value), exact), bound(roundings, exact, "float32"))
    in_order = np.add.accumulate(np.full(samples, exact, "float32"))[-1] / samples
    assert abs(in_order - exact) > bound(roundings, exact, "float32")


def test_the_loss_of_a_sample_of_many_units_in_float32_keeps_its_digits():
    p = np.full((1, 300_000), 0.3, "float32")
    exact = float(np.float32(0.3)) ** 2
    assert_within(MeanSquaredError().per_sample(np.zeros_like(p), p), [exact], bound(3, exact, "float32"))
    assert MeanSquaredError().per_sample(np.zeros_like(p), p).dtype == np.float32


def test_losses_that_compute_the_same_are_equal():
    class WeightedError(MeanSquaredError):
        def __init__(self, weight):
            self.weight = weight

    assert [[a == b for a in ALL] for b in ALL] == np.eye(len(ALL), dtype=bool).tolist()
    assert CategoricalCrossentropy(from_logits=True) == losses.SoftmaxCrossentropy()
    assert WeightedError([1, 2]) == WeightedError([1, 2]) != WeightedError([1, 3])
    assert WeightedError(1) != MeanSquaredError() != "mse"
    assert {MeanSquaredError(): 1}[MeanSquaredError()] == 1


# Sums that are larger than any number of their dtype


@pytest.mark.parametrize(
    ("loss", "size", "value"),
    [
        (MeanAbsoluteError(), 3e38, 3e38),
        (MeanSquaredError(), 1.5e19, 2.25e38),
        (BinaryCrossentropy(from_logits=True), 3e38, 3e38),
        (Huber(), 3e38, 3e38),
    ],
    ids=repr,
)
def test_the_loss_of_a_sample_is_finite_where_the_sum_of_its_units_is_not(loss, size, value):
    y, p = np.zeros((2, 3)), np.float32([[size] * 3, [0.1, 0.2, 0.3]])
    with np.errstate(all="raise"):
        found = loss.per_sample(y, p)
    assert found.dtype == np.float32
    assert_within(found[0], value, bound(8, value, "float32"))
    assert_within(found[0], loss(y[:1], p[:1]), bound(8, value, "float32"))
    assert found[1] == loss.per_sample(y[1:], p[1:])[0]
    assert MeanSquaredError().per_sample([[0.0, 0.0]], np.float32([[3e38, 1]])).tolist() == [np.inf]
    assert MeanSquaredError().per_sample([[0, 0]], np.array([[3, 1]], object)).tolist() == [5]


@pytest.mark.parametrize("samples", [1000, 10000])
def test_a_mean_is_finite_where_the_sum_is_not(samples):
    p = np.full((samples, 1), 1e18, "float32")
    assert_within(MeanSquaredError()(np.zeros(samples), p), 1e36, bound(8, 1e36, "float32"))
    net = MLP([1, 1], seed=0)
    net.parameters[:] = 0
    value, gradient = net.loss_and_gradient(p, p[:, 0])
    assert_within(value, 1e36, bound(8, 1e36, "float32"))
    assert np.isfinite(gradient).all()
    assert MeanSquaredError()(np.zeros(2), np.full(2, 1e20, "float32")) == np.inf


def test_half_precision_is_computed_in_float32():
    p = np.full(70000, 16, "float16")
    loss = MeanSquaredError()
    assert (loss(np.zeros(70000), p), loss(np.zeros(70000), p).dtype) == (256, np.float32)
    assert_within(loss.gradient(np.zeros(70000), p), np.full(70000, 32 / 70000), bound(3, 32 / 70000, "float32"))
    penalty = L2(1.0)
    assert (penalty(p), penalty(p).dtype, penalty.gradient(p).dtype) == (70000 * 128, np.float32, np.float32)


def test_a_weighted_loss_is_made_by_weights_alone():
    """Called without its row of weights, it would take the last unit's labels for them."""
    weighted, message = losses.Weighted(MeanSquaredError()), r"loss: expected MeanSquaredError\(\) and a sample_weight"
    for use in (weighted, weighted.per_sample, weighted.gradient, lambda y, p: weighted(y, p, [1, 2])):
        with pytest.raises(ValueError, match=message):
            use([1.0, 1.0], [0.0, 3.0])
    with pytest.raises(ValueError, match=message):
        losses.get(weighted)
    with pytest.raises(ValueError, match=message):
        MLP([1, 1]).fit([[1.0], [2.0]], [1.0, 2.0], loss=weighted)


def test_labels_of_two_classes_have_a_way_out():
    for y, advice in (
        ([-1, 1, 1], r"; datasets.encode_labels\(y_true\) makes 0 and 1 of two classes"),
        ([-1, 1, 2], ""),
    ):
        with pytest.raises(ValueError, match=f"y_true: expected labels from 0 to 1, got -1.0{advice}$"):
            BinaryCrossentropy()(y, [0.1, 0.2, 0.3])
