"""Accuracy: the share of samples whose class is predicted right, or of labels where a sample has several."""

from typing import Any

import numpy as np

from npnet._checks import finite, number, numeric, targets
from npnet.typing import Array

__all__ = ["Accuracy", "accuracy", "binary_accuracy", "classes_of", "is_classification"]


def __dir__() -> list[str]:
    return __all__


def is_classification(y_true: Array, per_label: bool = False) -> bool:
    """Return whether labels of shape (batch, units) name classes: one-hot rows, or one unit of 0 and 1.

    With `per_label`, each unit has two classes of its own, and all labels are 0 or 1.
    """
    if not ((y_true == 0) | (y_true == 1)).all():
        return False
    return per_label or y_true.shape[1] == 1 or bool((np.add.reduce(y_true, axis=1) == 1).all())


def classes_of(y: Array, threshold: float = 0.5) -> Array:
    """Return the class of each row of labels or predictions, (batch, units[, members]).

    It is the place of the largest of several units; one unit says 1 where it is over the threshold.
    """
    return y.argmax(axis=1) if y.shape[1] > 1 else (y[:, 0] > threshold).astype(np.intp)


class Accuracy:
    """The share of predictions that name the class of the labels.

    The class of several units is the largest one's place; one unit says class 1 where it is over
    the threshold, and so does each of several units with `per_label`.

    Parameters
    ----------
    y_true : ndarray, shape (batch, units), or (batch, units, 1) for an ensemble's predictions
        The labels.
    threshold : float
        Where a unit turns to class 1: 0.5 for probabilities, 0 for logits.
    per_label : bool
        Whether each unit is a prediction of its own, right or wrong.
    """

    def __init__(self, y_true: Array, threshold: float = 0.5, per_label: bool = False) -> None:
        self.threshold, self.per_label = threshold, per_label
        self.classes = self._classes(y_true, 0.5).ravel()

    def _classes(self, y: Array, threshold: float) -> Array:
        if self.per_label:
            return (y > threshold).reshape(-1, *y.shape[2:])
        return classes_of(y, threshold)

    def right(self, y_pred: Array) -> Any:
        """Return how many predictions, of shape (batch, units[, members]), are right."""
        predicted = self._classes(y_pred, self.threshold)
        if predicted.ndim == 1:
            return int(np.count_nonzero(predicted == self.classes))
        return np.count_nonzero(predicted == self.classes[:, np.newaxis], axis=0)

    def __call__(self, y_pred: Array) -> Any:
        """Return the accuracy of predictions of shape (batch, units[, members]), from 0 to 1."""
        return self.right(y_pred) / len(self.classes)


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
    return _checked(y_true, y_pred, threshold, per_label=False)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> float:
    """Return the share of labels that are predicted right, each unit for itself, from 0 to 1.

    It is the accuracy of labels that do not exclude each other, of which a sample may have none or several.

    Parameters
    ----------
    y_true : array_like, shape (batch, units)
        0 and 1; `accuracy`'s other labels are taken too.
    y_pred : array_like, shape (batch, units)
        Probabilities or logits; a unit says 1 where it is over `threshold`.
    threshold : float
        0.5 for probabilities, the default; 0 for logits.

    Examples
    --------
    >>> binary_accuracy([[1, 1, 0], [0, 0, 0]], [[0.9, 0.8, 0.1], [0.2, 0.7, 0.6]])
    0.6666666666666666
    """
    return _checked(y_true, y_pred, threshold, per_label=True)


def _checked(y_true: Any, y_pred: Any, threshold: float, per_label: bool) -> float:
    predictions, threshold = finite("y_pred", numeric("y_pred", y_pred)), number("threshold", threshold)
    if predictions.ndim != 2 or predictions.size == 0:
        advice = _advice(predictions) if predictions.ndim == 1 else ""
        raise ValueError(f"y_pred: expected shape (batch, units), none of them 0, got {predictions.shape}{advice}")
    labels = targets("y_true", y_true, predictions.shape)
    if not is_classification(labels, per_label):
        expected = "labels that are 0 or 1" if per_label else "class indices, one-hot rows, or 0 and 1 for one unit"
        wrong = [row for row in labels if not is_classification(row[np.newaxis], per_label)]
        raise ValueError(f"y_true: expected {expected}, got {wrong[0]}")
    return float(Accuracy(labels, threshold, per_label)(predictions))


def _advice(predictions: Array) -> str:
    """Return what to do with predictions that have one axis."""
    if (predictions == np.rint(predictions)).all():
        return "; the accuracy of class indices is numpy.mean(y_pred == y_true)"
    return "; numpy.reshape(y_pred, (-1, 1)) makes rows of one unit"
