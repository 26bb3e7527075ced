import numpy as np
import pytest

from npnet.metrics import Accuracy, accuracy, is_classification


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
    for shape in [(0, 1), (2, 0), (2, 1, 1)]:
        with pytest.raises(ValueError, match=r"y_pred: expected shape \(batch, units\), none of them 0, got"):
            accuracy([0, 1], np.ones(shape))


def test_labels_must_name_classes():
    with pytest.raises(ValueError, match="y_true: expected class indices, one-hot rows, or 0 and 1"):
        accuracy([[0.5, 0.5]], [[0.5, 0.5]])
    with pytest.raises(ValueError, match="y_true: expected class indices, one-hot rows, or 0 and 1"):
        accuracy([[1, 1]], [[0.5, 0.5]])
    with pytest.raises(ValueError, match="y_pred: expected finite numbers"):
        accuracy([0], [[np.nan, 1]])
    with pytest.raises(ValueError, match="threshold: expected a finite number"):
        accuracy([0], [[0.5]], threshold="high")
    with pytest.raises(ValueError, match="y_pred: expected shape"):
        accuracy([0], np.ones(1))
