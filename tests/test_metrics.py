import numpy as np
import pytest

from npnet.metrics import Accuracy, accuracy, binary_accuracy, is_classification


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


def test_the_accuracy_of_one_net_is_a_python_float():
    assert type(accuracy([0, 1], [[0.9, 0.1], [0.8, 0.2]])) is float


def test_predictions_are_a_batch_of_rows():
    for predictions, advice in (([0, 1], "the accuracy of class indices is numpy.mean"), ([0.2, 1], "numpy.reshape")):
        with pytest.raises(ValueError, match=rf"y_pred: expected shape \(batch, units\), .*, got \(2,\); {advice}"):
            accuracy([0, 1], predictions)
    for shape in [(0, 1), (2, 0), (2, 1, 1)]:
        with pytest.raises(ValueError, match=r"y_pred: expected shape \(batch, units\), none of them 0, got"):
            accuracy([0, 1], np.ones(shape))


def test_labels_must_name_classes():
    with pytest.raises(ValueError, match="y_true: expected class indices, one-hot rows, or 0 and 1"):
        accuracy([[0.5, 0.5]], [[0.5, 0.5]])
    with pytest.raises(ValueError, match="y_true: expected class indices, one-hot rows, or 0 and 1"):
        accuracy([[1, 0], [1, 1]], [[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(ValueError, match=r"got \[1\. 1\.\]"):
        accuracy([[1, 0], [1, 1]], [[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(ValueError, match="y_pred: expected finite numbers"):
        accuracy([0], [[np.nan, 1]])
    with pytest.raises(ValueError, match="threshold: expected a finite number"):
        accuracy([0], [[0.5]], threshold="high")
    with pytest.raises(
        ValueError, match=r"y_pred: expected shape .* got \(1,\); the accuracy of class indices is numpy"
    ):
        accuracy([0], np.ones(1))
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
    with pytest.raises(ValueError, match="y_true: expected labels that are 0 or 1"):
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
