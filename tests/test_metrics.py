import re

import numpy as np
import pytest

from npnet.metrics import (
    Accuracy,
    accuracy,
    binary_accuracy,
    classes_of,
    confusion_matrix,
    f1_score,
    is_classification,
    precision,
    r2_score,
    recall,
)
from reference.bounds.tolerance import assert_within, bound


def test_the_class_of_several_units_is_the_largest():
    assert accuracy([0, 1, 1], [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9]]) == 2 / 3
    assert accuracy([[1, 0], [0, 1]], [[-3.0, -4.0], [0.0, 1.0]]) == 1
    assert accuracy([0, 1], [[0.5, 0.3, 0.2], [0.4, 0.35, 0.25]]) == 0.5


def test_one_unit_has_a_threshold():
    assert accuracy([0, 1], [[0.4], [0.6]]) == 1
    assert accuracy([0, 1], [[0.4], [0.6]], threshold=0) == 0.5
    assert accuracy([0, 0], [[0.5], [0.6]]) == 0.5


@pytest.mark.parametrize(
    ("labels", "name_classes"),
    [
        ([[0, 1, 0], [1, 0, 0]], True),
        ([[0], [1], [1]], True),
        ([[0], [0.5]], False),
        ([[0, 1], [0.5, 0.5]], False),
        ([[0, 1], [1, 1]], False),
        ([[0, 1], [0, 0]], False),
        ([[2, -1], [0, 1]], False),
    ],
)
def test_labels_name_classes_where_each_row_has_one_1_or_each_is_0_or_1(labels, name_classes):
    assert is_classification(np.array(labels, float)) is name_classes


def test_a_label_of_one_unit_is_0_or_1_whatever_the_threshold_of_the_predictions():
    assert accuracy([0, 1, 1], [[-3.0], [2.0], [0.1]], threshold=0) == 1
    assert accuracy([[0], [1]], [[0.8], [1.2]], threshold=1) == 1
    assert Accuracy(np.array([[0.0], [1.0]]))(np.array([[0.4], [0.6]])) == 1


@pytest.mark.parametrize(("units", "threshold"), [(1, 0.5), (1, 0.0), (3, 0.5)])
def test_an_ensemble_has_the_accuracy_of_each_member(units, threshold):
    rng = np.random.default_rng(0)
    y_pred = rng.normal(size=(7, units, 4))
    y_true = np.eye(3)[rng.integers(0, 3, 7)] if units == 3 else rng.integers(0, 2, (7, 1))
    one_by_one = [accuracy(y_true, y_pred[..., member], threshold) for member in range(4)]
    assert len(set(one_by_one)) > 1
    assert Accuracy(y_true[..., np.newaxis], threshold)(y_pred).tolist() == one_by_one


@pytest.mark.parametrize("shape", [(4, 1), (4, 3), (4, 1, 2), (4, 3, 2)])
def test_classes_are_whole_numbers(shape):
    assert classes_of(np.ones(shape)).dtype.kind in "iu"


@pytest.mark.parametrize("units", [2, 3, 10, 255, 300])
def test_of_equal_units_the_first_is_the_class_for_each_member(units):
    outputs = np.random.default_rng(0).integers(0, 4, (20, units, 5)).astype(float)
    outputs[0, -1] = 9
    classes = classes_of(outputs)
    assert (classes[0] == units - 1).all()
    assert classes.tolist() == [
        [row[:, member].tolist().index(row[:, member].max()) for member in range(5)] for row in outputs
    ]


def test_nan_is_the_largest_for_one_net_and_for_several():
    outputs = np.array([[1.0, 2, np.nan], [np.nan, 2, np.nan], [0, 1, 0]])
    assert classes_of(outputs).tolist() == [2, 0, 1]
    assert classes_of(np.stack([outputs, outputs], axis=2)).tolist() == [[2, 2], [0, 0], [1, 1]]


def test_the_accuracy_of_one_net_is_a_python_float():
    assert type(accuracy([0, 1], [[0.9, 0.1], [0.8, 0.2]])) is float


def test_predictions_are_a_batch_of_rows():
    for predictions, advice in (([0.0, 1], r"astype\(int\) makes integers of these"), ([0.2, 1], "numpy.reshape")):
        for metric in (accuracy, binary_accuracy, confusion_matrix, precision):
            with pytest.raises(ValueError, match=rf"y_pred: expected .*, got \(2,\) of dtype float64; {advice}"):
                metric([0, 1], predictions)
    for shape in [(0,), (0, 1), (2, 0), (2, 1, 1)]:
        end = re.escape(f"got {shape} of dtype float64") + "$"
        with pytest.raises(ValueError, match=r"y_pred: expected shape \(batch, units\), none of them 0, .*" + end):
            accuracy([0, 1], np.ones(shape))
    with pytest.raises(ValueError, match=r"y_pred: expected shape .*, got \(0,\)"):
        confusion_matrix(np.zeros(0, int), np.zeros(0, int))


def test_labels_and_predictions_that_are_exchanged_are_told():
    for metric in (accuracy, confusion_matrix):
        for predictions in ([1, 0], [[1], [0]], [[0, 1], [1, 0]]):
            with pytest.raises(ValueError, match=r"^y_true: .* got \[0.2 0.8\]; y_true, the labels, comes before"):
                metric([[0.2, 0.8], [0.9, 0.1]], predictions)


def test_predictions_that_are_labels_are_to_be_encoded_with_the_classes_of_the_labels():
    with pytest.raises(
        ValueError, match=r"encode_labels\(y_pred, classes\) .* with the classes of encode_labels\(y_true\)"
    ):
        f1_score([0, 1], [-1, 1])


def test_labels_must_name_classes():
    with pytest.raises(ValueError, match="y_true: expected class indices or one-hot rows"):
        accuracy([[0.5, 0.5]], [[0.5, 0.5]])
    with pytest.raises(ValueError, match="y_true: expected class indices or one-hot rows"):
        accuracy([[1, 0], [1, 1]], [[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(ValueError, match=r"got \[1\. 1\.\]"):
        accuracy([[1, 0], [1, 1]], [[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(ValueError, match="y_pred: expected finite numbers"):
        accuracy([0], [[np.nan, 1]])
    with pytest.raises(ValueError, match="threshold: expected a finite number"):
        accuracy([0], [[0.5]], threshold="high")
    with pytest.raises(
        ValueError, match=r"y_true: .* names two classes, got \[2\.\]; astype\(int\) makes integers of these$"
    ):
        accuracy([0.0, 1.0, 2.0], [0, 1, 1])
    with pytest.raises(ValueError, match=r"y_true: .*, as y_pred is one unit or names two classes, got \[2\.\]$"):
        accuracy([0, 1, 2], [[0.0], [1.0], [2.0]])
    with pytest.raises(ValueError, match=r"y_true: .*'b'; datasets.encode_labels\(y_true\) makes class indices"):
        accuracy(["b", "a"], [[0.9, 0.1], [0.8, 0.2]])


# Labels that do not exclude each other


def test_each_label_is_right_or_wrong_for_itself():
    y, p = [[1, 1, 0], [0, 0, 0]], [[0.9, 0.8, 0.1], [0.2, 0.7, 0.6]]
    assert binary_accuracy(y, p) == 4 / 6
    assert binary_accuracy(y, p, threshold=0.65) == 5 / 6
    assert binary_accuracy([[0, 1]], [[0.5, 0.6]]) == 1
    assert binary_accuracy([[0, 1]], [[-3.0, 0.1]], threshold=0) == 1
    assert type(binary_accuracy(y, p)) is float


def test_of_one_unit_both_accuracies_are_the_same():
    y, p = [0, 1, 1], [[0.4], [0.6], [0.2]]
    assert binary_accuracy(y, p) == accuracy(y, p) == 2 / 3


def test_of_one_hot_rows_each_zero_counts_too():
    y, p = [[1, 0, 0], [0, 1, 0]], [[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]]
    assert binary_accuracy(y, p) == 4 / 6
    assert accuracy(y, p) == 0
    assert binary_accuracy([0, 1], p) == binary_accuracy(y, p)


def test_labels_that_are_no_0_or_1_have_no_accuracy():
    assert is_classification(np.array([[1.0, 1.0], [0.0, 0.0]]), per_label=True)
    assert not is_classification(np.array([[1.0, 0.5]]), per_label=True)
    with pytest.raises(ValueError, match=r"y_true: expected labels that are 0 or 1, got \[1. +0.5\]"):
        binary_accuracy([[1, 0.5]], [[0.5, 0.5]])


def test_an_ensembles_labels_are_counted_for_each_member():
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.integers(0, 2, (7, 3)), rng.random(size=(7, 3, 4))
    one_by_one = [binary_accuracy(y_true, y_pred[..., member]) for member in range(4)]
    assert len(set(one_by_one)) > 1
    assert Accuracy(y_true[..., np.newaxis], 0.5, per_label=True)(y_pred).tolist() == one_by_one


def test_the_right_ones_of_parts_add_up_to_those_of_all():
    rng = np.random.default_rng(1)
    y_true, y_pred = rng.integers(0, 2, (9, 2)), rng.random(size=(9, 2))
    parts = [Accuracy(y_true[part], per_label=True) for part in (slice(0, 4), slice(4, 9))]
    right = parts[0].right(y_pred[:4]) + parts[1].right(y_pred[4:])
    assert right / 18 == binary_accuracy(y_true, y_pred)
    assert [len(part.classes) for part in parts] == [8, 10]


# By class

# Two of the first class are right and one is taken for the second; the third is always taken for the second
TRUE, PREDICTED = [0, 0, 0, 1, 2, 2], [0, 0, 1, 1, 1, 1]
MATRIX = [[2, 1, 0], [0, 1, 0], [0, 2, 0]]
BY_CLASS = pytest.mark.parametrize(
    ("metric", "expected"),
    [(precision, [1, 1 / 4, 0]), (recall, [2 / 3, 1, 0]), (f1_score, [4 / 5, 2 / 5, 0])],
)


def rows(classes, largest=0.8):
    """Probabilities of three classes, the largest of which is that of the class."""
    return np.where(np.eye(3)[classes] == 1, largest, (1 - largest) / 2)


def test_the_confusion_matrix_has_a_row_for_each_class_and_a_column_for_each_predicted_one():
    assert confusion_matrix(TRUE, rows(PREDICTED)).tolist() == MATRIX
    assert confusion_matrix(TRUE, PREDICTED).dtype == np.int64
    assert confusion_matrix(TRUE, PREDICTED).sum() == len(TRUE)


@pytest.mark.parametrize("true", [TRUE, np.eye(3)[TRUE], np.array(TRUE)[:, np.newaxis]])
@pytest.mark.parametrize("predicted", [rows(PREDICTED), np.log(rows(PREDICTED)), PREDICTED, np.uint8(PREDICTED)])
def test_labels_and_predictions_are_indices_or_rows(true, predicted):
    assert confusion_matrix(true, predicted).tolist() == MATRIX


@BY_CLASS
def test_a_metric_of_each_class(metric, expected):
    assert metric(TRUE, PREDICTED).tolist() == metric(np.eye(3)[TRUE], rows(PREDICTED)).tolist()
    assert_within(metric(TRUE, PREDICTED), np.array(expected), bound(2, expected, "float64"))


def test_one_unit_has_two_classes():
    y, p = [0, 0, 1, 1], [[0.2], [0.6], [0.4], [0.9]]
    assert confusion_matrix(y, p).tolist() == [[1, 1], [1, 1]]
    assert confusion_matrix(y, p, threshold=0.7).tolist() == [[2, 0], [1, 1]]
    assert precision(y, p, 0.7).tolist() == [2 / 3, 1]
    assert recall(y, p, 0.7).tolist() == [1, 1 / 2]
    assert f1_score(y, p, 0.7).tolist() == [4 / 5, 2 / 3]
    assert confusion_matrix([True, False], [True, True]).tolist() == [[0, 1], [0, 1]]
    assert confusion_matrix([0], [0]).tolist() == [[1, 0], [0, 0]]


def test_one_unit_is_class_1_over_one_half():
    y, p = [0, 1, 1], [[0.4], [0.6], [0.9]]
    for metric in (precision, recall, f1_score):
        assert metric(y, p).tolist() == [1, 1]
        assert metric([0, 1, 0], p).tolist() != [1, 1]


def column(indices):
    return [[index] for index in indices]


INDICES = [list, np.int8, column, lambda indices: np.array(column(indices), object)]


@pytest.mark.parametrize("form", INDICES)
def test_a_column_of_indices_is_no_logits(form):
    assert accuracy([0, 1, 1], form([0, 1, 2])) == 2 / 3
    assert accuracy([0, 1, 2], form([0, 1, 2])) == accuracy(np.eye(3), form([0, 1, 2])) == 1
    assert confusion_matrix([0, 1, 1], form([0, 1, 2])).tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 0]]
    assert recall(np.array([0, 1, 3], object), form([0, 1, 2])).tolist() == [1, 1, 0, 0]
    # As of class indices among the labels, each unit of a row counts
    assert binary_accuracy([0, 1, 1], form([0, 1, 2])) == 7 / 9
    with pytest.raises(ValueError, match="y_pred: expected class indices from 0 to 1, got -1"):
        accuracy([0, 1], form([0, -1]))


@pytest.mark.parametrize("form", [*INDICES, np.bool_])
@pytest.mark.parametrize("labels", [[0, 1, 1], [0.0, 1.0, 1.0], [[0.0], [1.0], [1.0]], [False, True, True]], ids=str)
def test_indices_of_two_classes_are_the_predictions_of_one_unit_at_any_threshold(form, labels):
    for threshold in (-1, 0.5, 1):
        assert accuracy(labels, form([0, 1, 0]), threshold) == 2 / 3
        assert binary_accuracy(labels, form([0, 1, 0]), threshold) == 2 / 3
        assert confusion_matrix(labels, form([0, 1, 0]), threshold).tolist() == [[1, 0], [1, 1]]
    assert confusion_matrix(np.eye(2), form([1, 1])).tolist() == [[0, 1], [0, 1]]


def test_a_column_of_floats_is_one_unit():
    assert accuracy([0, 1, 1], [[0.0], [1.0], [2.0]]) == 1
    assert confusion_matrix([0, 1, 1], [[0.0], [1.0], [2.0]]).tolist() == [[1, 0], [0, 2]]


def test_the_accuracy_of_indices_is_that_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(3)
    for classes in (2, 3, 7):
        y, p = rng.integers(0, classes, (2, 50))
        for predicted in (p, p[:, np.newaxis]):
            assert accuracy(y, predicted) == theirs.accuracy_score(y, p)
            np.testing.assert_array_equal(confusion_matrix(y, predicted), theirs.confusion_matrix(y, p))


@pytest.mark.parametrize("error", [MemoryError, OverflowError, ValueError])
def test_a_matrix_that_does_not_fit_into_the_memory_is_refused(error, monkeypatch):
    def refuse(*places, **least):
        raise error

    monkeypatch.setattr(np, "bincount", refuse)
    for metric in (confusion_matrix, precision):
        with pytest.raises(ValueError, match=r"^y_true, y_pred: .* fits into the memory, got 8 classes$"):
            metric([0], [7])
    with pytest.raises(ValueError, match=r"^y_pred: expected classes .* into the memory, got 1125899906842625"):
        accuracy([0], [2**50])


def test_integers_in_rows_are_outputs():
    assert confusion_matrix([0, 1], [[3, 1], [2, 1]]).tolist() == [[1, 0], [1, 0]]


def test_classes_are_those_of_rows_also_where_indices_name_fewer():
    assert confusion_matrix([0, 1], rows([0, 1])).shape == confusion_matrix(np.eye(4)[[0, 1]][:, :3], [0, 1]).shape
    assert confusion_matrix([0, 3], [0, 1]).shape == confusion_matrix([0, 1], [0, 3]).shape == (4, 4)


def test_the_diagonal_counts_the_samples_that_are_right():
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 3, 50), rng.random((50, 3))
    assert np.trace(confusion_matrix(y, p)) / 50 == accuracy(y, p)
    weights = np.bincount(y) / 50
    assert_within(weights @ recall(y, p), accuracy(y, p), bound(6, accuracy(y, p), "float64"))


def test_by_class_the_numbers_are_those_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    for classes in (2, 5):
        # The last class is never predicted
        y, p = rng.integers(0, classes, 60), rng.random((60, classes)) * (np.arange(classes) < classes - 1)
        predicted = p.argmax(axis=1)
        np.testing.assert_array_equal(confusion_matrix(y, p), theirs.confusion_matrix(y, predicted))
        expected = theirs.precision_recall_fscore_support(y, predicted, zero_division=0)
        for metric, numbers in zip((precision, recall, f1_score), expected):
            assert_within(metric(y, p), numbers, bound(4, numbers, "float64"))


def test_what_names_no_class_is_refused():
    for metric in (confusion_matrix, precision, recall, f1_score):
        with pytest.raises(ValueError, match="y_true: expected class indices or one-hot rows"):
            metric([[0.5, 0.5]], [[0.5, 0.5]])
        with pytest.raises(ValueError, match="threshold: expected a finite number"):
            metric([0], [[0.5]], threshold=None)
    with pytest.raises(ValueError, match=r"y_pred: expected shape .* got \(2,\) of dtype float64; numpy.reshape"):
        confusion_matrix([0, 1], [0.2, 0.9])
    with pytest.raises(ValueError, match="y_pred: expected class indices from 0 to 1, got -1"):
        confusion_matrix([0, 1], [0, -1])
    with pytest.raises(ValueError, match="y_pred: expected class indices from 0 to 2, got 3"):
        confusion_matrix(np.eye(3), [0, 1, 3])
    with pytest.raises(ValueError, match="y_pred: expected class indices from 0 to 1, got 2"):
        confusion_matrix(np.eye(2), [0, 2])
    with pytest.raises(ValueError, match=r"y_true: expected shape \(2, 1\) or \(2,\), got \(0,\)"):
        confusion_matrix(np.zeros(0, int), [0, 1])
    with pytest.raises(ValueError, match=r"y_true: expected shape \(2, 3\).*got \(3,\)"):
        confusion_matrix([0, 1, 0], [0, 2])
    with pytest.raises(ValueError, match=r"y_true: .* text such as 'a'; datasets.encode_labels\(y_true\) makes"):
        confusion_matrix(["a", "b"], [0, 1])
    with pytest.raises(ValueError, match="y_true: expected finite numbers, got nan"):
        confusion_matrix([0, np.nan], [0, 1])
    with pytest.raises(ValueError, match=r"y_pred: expected shape \(batch, units\), none of them 0, .*, got \(0,\) of"):
        confusion_matrix([], [])


# Of numbers


def test_the_share_of_the_variance_that_is_explained():
    y = [1.0, 2.0, 3.0, 6.0]
    assert r2_score(y, y) == 1
    assert r2_score(y, [3.0] * 4) == 0
    assert_within(r2_score(y, [6.0, 3.0, 2.0, 1.0]), 1 - 52 / 14, bound(10, 1 + 52 / 14, "float64"))
    assert r2_score([1, 2, 3], [1, 2, 4]) == r2_score([[1], [2], [3]], [1, 2, 4]) == 1 / 2
    assert type(r2_score(y, y)) is float


def test_of_several_units_it_is_their_mean():
    y, p = np.array([[1.0, 5.0], [2.0, 6.0], [3.0, 7.0]]), np.array([[1.0, 6.0], [2.0, 6.0], [4.0, 6.0]])
    assert r2_score(y, p) == (r2_score(y[:, 0], p[:, 0]) + r2_score(y[:, 1], p[:, 1])) / 2 == 1 / 4


def test_labels_without_variance_are_right_or_not():
    """The mean of three 0.1 is not 0.1 as a float: a quotient of rounding errors would be some large number."""
    assert np.mean([0.1] * 3) != 0.1
    assert r2_score([0.1] * 3, [0.1] * 3) == 1
    assert r2_score([0.1] * 3, [0.1, 0.1, 0.2]) == 0
    assert r2_score([[0.1, 0.1]] * 3, [[0.1, 0.1], [0.1, 0.1], [0.1, 0.2]]) == 1 / 2
    assert r2_score([[0.1, 1], [0.1, 2], [0.1, 3]], [[0.1, 1], [0.1, 2], [0.2, 4]]) == 1 / 4


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_the_size_of_the_numbers_does_not_matter(scale):
    y, p = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0])
    assert_within(r2_score(scale * y, scale * p), 0.5, bound(20, 1, "float64"))
    assert r2_score(np.float32(y) + 2**20, np.float32(p) + 2**20) == 0.5


def test_numbers_that_overflow_or_underflow_are_no_error():
    with np.errstate(all="raise"):
        assert r2_score([0, 1e-200, 2e-200], [0, 1e200, 0]) == -np.inf
        assert r2_score([0, 1, 2], [1e-200, 1, 2]) == 1


def test_sums_and_differences_of_the_largest_numbers_do_not_overflow():
    y, p = np.array([1.0, -1.0, 1.0]), np.array([-1.0, 1.0, 0.5])
    for scale in (2.0**1023, 1.5 * 2.0**1023, 2.0**-1074):
        assert r2_score(scale * y, scale * y) == 1
        assert r2_score(scale * y[:2], scale * p[:2]) == -3
        assert_within(r2_score(scale * y, 0 * p), -0.125, bound(10, 1, "float64"))
    # Labels that are small, of float32 too, and predictions that are not
    assert r2_score(np.array([0.0, 2.0**-140]), np.float32([0, 2.0**20])) == 1 - 2.0**320 * 2
    assert r2_score(np.array([0.0, 2.0**-1000]), np.float32([0, 2.0**-140])) == -np.inf
    assert r2_score([0, -(2.0**600)], [2.0**600, -(2.0**600)]) == -1
    big = 2.0**1023 * np.array([[1.0, 0], [-1.0, 1]])
    assert r2_score(big * [1, 2.0**-1500], big * [-1, 2.0**-1500]) == -1


def test_each_unit_has_its_own_size():
    y, p = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), np.array([[1.0, 2.0], [2.0, 2.0], [4.0, 2.0]])
    assert_within(r2_score(y * [1e-200, 1e200], p * [1e-200, 1e200]), 0.25, bound(20, 1, "float64"))


@pytest.mark.skipif(np.finfo(np.longdouble).max == np.finfo(np.float64).max, reason="longdouble is float64")
def test_numbers_beyond_float64_have_an_r2():
    y = np.ldexp(np.longdouble([1, -1]), 2000)
    with np.errstate(all="raise"):
        assert (r2_score(y, y), r2_score(y, -y), r2_score(y, [0, 0]), r2_score([1, -1], y)) == (1, -3, 0, -np.inf)


def test_means_are_computed_in_float64():
    """In float32 the mean, 2.5 over 2**24, would be rounded to an even number."""
    y = np.float32([0, 2, 2, 6]) + np.float32(2**24)
    assert_within(r2_score(y, y + np.float32([0, 0, 0, 2])), 1 - 4 / 19, bound(10, 1, "float64"))


def test_it_is_that_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(2)
    for shape in [(40,), (40, 1), (40, 3)]:
        y = rng.normal(size=shape)
        p = y + rng.normal(size=shape)
        expected = theirs.r2_score(y, p)
        assert_within(r2_score(y, p), expected, bound(100, 1 + abs(1 - expected), "float64"))


def test_what_has_no_r2_is_refused():
    with pytest.raises(ValueError, match=r"y_pred: .* of at least two samples, got \(1,\)"):
        r2_score([1], [1])
    for shape in [(3, 0), (3, 2, 1), ()]:
        with pytest.raises(ValueError, match="y_pred: expected shape"):
            r2_score(np.ones(shape), np.ones(shape))
    with pytest.raises(ValueError, match=r"y_true: expected the shape of y_pred, \(2, 1\), got \(3, 1\)"):
        r2_score([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="y_true: expected finite numbers, got nan"):
        r2_score([1, np.nan], [1, 2])
    with pytest.raises(ValueError, match="y_pred: expected finite numbers, got inf"):
        r2_score([1, 2], [1, np.inf])
