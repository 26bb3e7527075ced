"""Accuracy: the share of samples whose class is predicted right."""

from typing import Any

import numpy as np

from npnet._checks import finite, number, numeric, targets
from npnet.typing import Array


def is_classification(y_true: Array) -> bool:
    """Return whether labels of shape (batch, units) name classes: one-hot rows, or one unit of 0 and 1."""
    if not ((y_true == 0) | (y_true == 1)).all():
        return False
    return y_true.shape[1] == 1 or bool((np.add.reduce(y_true, axis=1) == 1).all())


class Accuracy:
    """The share of predictions that name the class of the labels.

    The class of several units is the largest one's place; one unit says class 1 where it is over
    the threshold.

    Parameters
    ----------
    y_true : ndarray, shape (batch, units), or (batch, units, 1) for an ensemble's predictions
        The labels.
    threshold : float
        Where one unit turns to class 1: 0.5 for probabilities, 0 for logits.
    """

    def __init__(self, y_true: Array, threshold: float = 0.5) -> None:
        self.threshold = threshold
        self.classes = self._classes(y_true, 0.5)

    @staticmethod
    def _classes(y: Array, threshold: float) -> Array:
        return y.argmax(axis=1) if y.shape[1] > 1 else y[:, 0] > threshold

    def __call__(self, y_pred: Array) -> Any:
        """Return the accuracy of predictions of shape (batch, units[, members]), from 0 to 1."""
        right = self._classes(y_pred, self.threshold) == self.classes
        if right.ndim == 1:
            return int(np.count_nonzero(right)) / len(right)
        return np.count_nonzero(right, axis=0) / len(right)


def accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> float:
    """Return the share of samples whose class is predicted right, from 0 to 1.

    Parameters
    ----------
    y_true : array_like, shape (batch, units) or (batch,)
        Class indices, one-hot rows, or 0 and 1 for one unit.
    y_pred : array_like, shape (batch, units)
        Probabilities or logits. The largest of several units is the class; one unit says class 1
        where it is over `threshold`.
    threshold : float
        0.5 for probabilities, the default; 0 for logits.

    Examples
    --------
    >>> accuracy([0, 1], [[0.9, 0.1], [0.8, 0.2]])
    0.5
    """
    predictions, threshold = finite("y_pred", numeric("y_pred", y_pred)), number("threshold", threshold)
    if predictions.ndim != 2 or predictions.size == 0:
        raise ValueError(f"y_pred: expected shape (batch, units), none of them 0, got {predictions.shape}")
    labels = targets("y_true", y_true, predictions.shape)
    if not is_classification(labels):
        raise ValueError("y_true: expected class indices, one-hot rows, or 0 and 1 for one unit")
    return Accuracy(labels, threshold)(predictions)
