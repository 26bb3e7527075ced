"""Metrics: what a net's predictions are worth, in numbers that are not minimized.

Of classes: `accuracy`, the share of samples that are right, `confusion_matrix`, and by class `precision`, `recall` and
`f1_score`. Of labels that do not exclude each other: `binary_accuracy`. Of numbers: `r2_score`.

Predictions are a net's outputs, of an ensemble one member's: ``ensemble.predict(x)[..., 0]``.
"""

from typing import Any

import numpy as np

from npnet._arrays import as_numbers
from npnet._checks import advice_on_text, as_integers, finite, number, numeric, one_hot, real, same_shape, targets
from npnet.typing import Array

__all__ = [
    "Accuracy",
    "accuracy",
    "binary_accuracy",
    "classes_of",
    "confusion_matrix",
    "f1_score",
    "is_classification",
    "precision",
    "r2_score",
    "recall",
]


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
    if y.shape[1] == 1:
        return (y[:, 0] > threshold).astype(np.intp)
    return y.argmax(axis=1) if y.ndim == 2 else _largest(y)


def _largest(y: Array) -> Array:
    """Return the place of the largest unit for each sample and member, the first one of equals.

    It is how many units stand before it. argmax looks at the units of one sample after the other, which takes many
    times as long as what looks at a unit of all members.
    """
    largest = np.maximum.reduce(y, axis=1)
    if np.isnan(largest).any():
        # To argmax it is the largest
        return y.argmax(axis=1)
    before = y[:, 0] < largest
    place = before.astype(np.min_scalar_type(y.shape[1]))
    for unit in range(1, y.shape[1] - 1):
        before &= y[:, unit] < largest
        place += before
    return place


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
    y_pred : array_like, shape (batch, units) or (batch,)
        Probabilities or logits. The largest of several units is the class; one unit says class 1
        where it is over `threshold`. Or class indices, which are integers, a vector or one column.
    threshold : float
        0.5 for probabilities, the default; 0 for logits.

    Examples
    --------
    >>> accuracy([0, 1], [[0.9, 0.1], [0.8, 0.2]]), accuracy([0, 1], [0, 0])
    (0.5, 0.5)
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
        Probabilities or logits; a unit says 1 where it is over `threshold`. `accuracy`'s class indices are taken too.
    threshold : float
        0.5 for probabilities, the default; 0 for logits.

    Examples
    --------
    >>> binary_accuracy([[1, 1, 0], [0, 0, 0]], [[0.9, 0.8, 0.1], [0.2, 0.7, 0.6]])
    0.6666666666666666
    """
    return _checked(y_true, y_pred, threshold, per_label=True)


def confusion_matrix(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Array:
    """Return how many samples of each class are predicted as each class.

    Parameters
    ----------
    y_true : array_like, shape (batch, units) or (batch,)
        Class indices, one-hot rows, or 0 and 1 for one unit.
    y_pred : array_like, shape (batch, units) or (batch,)
        Probabilities or logits, or class indices, as for `accuracy`.
    threshold : float
        Where one unit turns to class 1: 0.5 for probabilities, the default; 0 for logits.

    Returns
    -------
    ndarray of int64, shape (classes, classes)
        In row i, column j the number of samples of class i that are predicted as class j: those that are right stand on
        the diagonal. One unit has two classes; where all are class indices, there are as many as the largest names.

    Notes
    -----
    Keras and scikit-learn have the labels as rows too. scikit-learn leaves out classes without a sample and without a
    prediction, where it is not given ``labels``.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 2], [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.2, 0.5, 0.3], [0.1, 0.8, 0.1]])
    array([[1, 1, 0],
           [0, 1, 0],
           [0, 1, 0]])
    >>> confusion_matrix([0, 0, 1, 2], [0, 1, 1, 1]).diagonal()
    array([1, 1, 0])
    """
    labels, predictions, threshold = _checked_pair(y_true, y_pred, threshold, per_label=False)
    classes = max(labels.shape[1], 2)
    places = classes_of(labels) * classes + classes_of(predictions, threshold)
    try:
        return np.bincount(places, minlength=classes**2).reshape(classes, classes)
    except (MemoryError, OverflowError, ValueError):
        got = f"got {classes} classes"
        raise ValueError(f"y_true, y_pred: expected class indices whose matrix fits into the memory, {got}") from None


def precision(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Array:
    r"""Return for each class the share of its predictions that are right.

    .. math:: P_k = \frac{C_{kk}}{\sum_i C_{ik}}

    with the `confusion_matrix` :math:`C`. A class that is never predicted has a precision of 0, as scikit-learn (after
    a warning) and Keras have it, though 0/0 could be anything: its column of the confusion matrix tells.

    Parameters
    ----------
    y_true, y_pred, threshold
        As for `confusion_matrix`.

    Returns
    -------
    ndarray of float64, shape (classes,)
        From 0 to 1. Its mean is the precision that scikit-learn names ``average="macro"``; of one unit, element 1 is
        the precision of the class 1, which Keras's ``Precision`` is.

    Examples
    --------
    >>> precision([0, 0, 1, 2], [0, 1, 1, 1])
    array([1.        , 0.33333333, 0.        ])
    """
    matrix = confusion_matrix(y_true, y_pred, threshold)
    return _shares(matrix.diagonal(), matrix.sum(axis=0))


def recall(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Array:
    r"""Return for each class the share of its samples that are predicted as it.

    .. math:: R_k = \frac{C_{kk}}{\sum_j C_{kj}}

    with the `confusion_matrix` :math:`C`. A class without samples has a recall of 0, see `precision`.

    Parameters
    ----------
    y_true, y_pred, threshold
        As for `confusion_matrix`.

    Returns
    -------
    ndarray of float64, shape (classes,)
        From 0 to 1. Its mean, if each class has samples, is the balanced accuracy.

    Examples
    --------
    >>> recall([0, 0, 1, 2], [0, 1, 1, 1])
    array([0.5, 1. , 0. ])
    """
    matrix = confusion_matrix(y_true, y_pred, threshold)
    return _shares(matrix.diagonal(), matrix.sum(axis=1))


def f1_score(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Array:
    r"""Return for each class the harmonic mean of its precision and its recall.

    .. math:: F_k = \frac{2 P_k R_k}{P_k + R_k} = \frac{2 C_{kk}}{\sum_i C_{ik} + \sum_j C_{kj}}

    with the `confusion_matrix` :math:`C`. A class without samples and predictions has 0, see `precision`.

    Parameters
    ----------
    y_true, y_pred, threshold
        As for `confusion_matrix`.

    Returns
    -------
    ndarray of float64, shape (classes,)
        From 0 to 1.

    Examples
    --------
    >>> f1_score([0, 0, 1, 2], [0, 1, 1, 1])
    array([0.66666667, 0.5       , 0.        ])
    """
    matrix = confusion_matrix(y_true, y_pred, threshold)
    return _shares(2 * matrix.diagonal(), matrix.sum(axis=0) + matrix.sum(axis=1))


def r2_score(y_true: Any, y_pred: Any) -> float:
    r"""Return the coefficient of determination R², of several units the mean of theirs.

    .. math:: R^2 = 1 - \frac{\sum (y - \hat y)^2}{\sum (y - \bar y)^2}

    It is 1 where all predictions are right, and 0 of predictions that are the mean of the labels; worse ones have less,
    without a limit. Labels that are all the same have no variance to explain: as in scikit-learn, their R² is 1 if all
    predictions are right, else 0.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (batch, units) or (batch,)
        Labels and predictions, which are numbers, of at least two samples.

    Examples
    --------
    >>> r2_score([1, 2, 3], [1, 2, 4])
    0.5
    """
    predictions, labels = real("y_pred", y_pred), real("y_true", y_true)
    if predictions.ndim == 1:
        predictions = predictions[:, np.newaxis]
    if labels.ndim == 1:
        labels = labels[:, np.newaxis]
    if predictions.ndim != 2 or len(predictions) < 2 or predictions.size == 0:
        raise ValueError(f"y_pred: expected shape (batch, units) of at least two samples, got {np.shape(y_pred)}")
    same_shape("y_true", labels, "y_pred", predictions)
    wide = np.result_type(labels, predictions, np.float64)
    with np.errstate(over="ignore", under="ignore"):
        return float(_explained(labels.astype(wide), predictions.astype(wide)).mean())


def _explained(labels: Array, predictions: Array) -> Array:
    """Return each unit's R²."""
    # Sums and squares of very large or small numbers would be infinite or 0; a power of 2 changes no digit
    power = -np.frexp(abs(labels).max(axis=0))[1]
    labels, predictions = np.ldexp(labels, power), np.ldexp(predictions, power)
    # Of equal labels the rounded mean may be another number
    constant = (labels == labels[0]).all(axis=0)
    unexplained = np.square(labels - predictions).sum(axis=0)
    variation = np.where(constant, 1, np.square(labels - labels.mean(axis=0)).sum(axis=0))
    return np.where(constant, (labels == predictions).all(axis=0), 1 - unexplained / variation)


def _shares(parts: Array, of: Array) -> Array:
    """Return parts as shares of a count; nothing is a share of 0."""
    return parts / np.maximum(of, 1)


def _checked(y_true: Any, y_pred: Any, threshold: float, per_label: bool) -> float:
    labels, predictions, threshold = _checked_pair(y_true, y_pred, threshold, per_label)
    return float(Accuracy(labels, threshold, per_label)(predictions))


def _checked_pair(y_true: Any, y_pred: Any, threshold: float, per_label: bool) -> tuple[Array, Array, float]:
    """Return labels that name classes and predictions, both of shape (batch, units), and the predictions' threshold."""
    given, threshold = as_numbers("y_pred", y_pred), number("threshold", threshold)
    indices = given.size and given.shape in ((given.size,), (given.size, 1)) and given.dtype.kind in "iub"
    if indices:
        # Classes are what they are at any threshold of outputs
        given, threshold = _rows_of_indices(y_true, given.ravel()), 0.5
    predictions = finite("y_pred", numeric("y_pred", given))
    if predictions.ndim != 2 or predictions.size == 0:
        raise ValueError(
            "y_pred: expected shape (batch, units), none of them 0, or class indices, integers of shape (batch,), got "
            f"{predictions.shape} of dtype {predictions.dtype}{_advice(predictions)}"
        )
    labels = targets("y_true", y_true, predictions.shape)
    if not is_classification(labels, per_label):
        single = "labels that are 0 or 1" + ", as y_pred is one unit or names two classes" * (not per_label)
        expected = single if per_label or labels.shape[1] == 1 else "class indices or one-hot rows"
        wrong = [row for row in labels if not is_classification(row[np.newaxis], per_label)]
        # Of whole numbers beside class indices, classes were meant
        advice = as_integers(labels) if indices else ""
        if not advice and is_classification(predictions, per_label):
            advice = "; y_true, the labels, comes before y_pred"
        raise ValueError(f"y_true: expected {expected}, got {wrong[0]}{advice}")
    return labels, predictions, threshold


def _rows_of_indices(y_true: Any, predicted: Array) -> Array:
    """Return predicted class indices as one-hot rows, or as one unit where the labels have no more than that."""
    labels = as_numbers("y_true", y_true, advice=advice_on_text("y_true"))
    if labels.ndim == 2 and labels.shape[1] > 1:
        return one_hot(predicted, labels.shape[1], "y_pred")
    largest = max(int(indices.max()) for indices in (predicted, labels) if indices.size and indices.dtype.kind in "iub")
    rows = one_hot(predicted, max(largest + 1, 2), "y_pred")
    return rows[:, 1:] if largest < 2 else rows


def _advice(predictions: Array) -> str:
    """Return what to do with predictions that have one axis."""
    if predictions.ndim != 1 or predictions.size == 0:
        return ""
    return as_integers(predictions) or "; numpy.reshape(y_pred, (-1, 1)) makes rows of one unit"
