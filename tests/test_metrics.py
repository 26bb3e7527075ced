import numpy as np
import pytest

from npnet.metrics import accuracy


def test_the_class_of_several_units_is_the_largest():
    assert accuracy([0, 1, 1], [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9]]) == 2 / 3
    assert accuracy([[1, 0], [0, 1]], [[-3.0, -4.0], [0.0, 1.0]]) == 1


def test_one_unit_has_a_threshold():
    assert accuracy([0, 1], [[0.4], [0.6]]) == 1
    assert accuracy([0, 1], [[0.4], [0.6]], threshold=0) == 0.5
    assert accuracy([0, 0], [[0.5], [0.6]]) == 0.5


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
