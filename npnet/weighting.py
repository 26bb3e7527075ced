"""Weights of samples, from those of their classes.

Where both are given, a sample's weight is the product of its own and that of its class. What weights do to a loss is
said in `npnet.losses.Weighted`.
"""

from typing import Any

import numpy as np

from npnet._checks import finite, integer, is_sequence, number, sample_weights
from npnet.metrics import classes_of, is_classification
from npnet.typing import Array

__all__ = ["class_weights", "named", "weights_of"]


def weights_of(name: str, y_true: Array, sample_weight: Any, class_weight: Any) -> Array | None:
    """Return the weight of each sample, for labels of shape (batch, units); None if there are neither weights."""
    if isinstance(sample_weight, str):
        raise ValueError(
            f"{name}: expected a number for each sample, got {sample_weight!r}; class_weight takes 'balanced'"
        )
    own = None if sample_weight is None else sample_weights(name, sample_weight, len(y_true))
    if class_weight is None:
        return own
    of_classes = class_weights(y_true, class_weight)
    if own is None:
        return of_classes
    with np.errstate(over="ignore", under="ignore"):
        return finite(named(name, sample_weight, class_weight), own * of_classes)


def named(name: str, sample_weight: Any, class_weight: Any) -> str:
    """Return what an error names: the arguments, of those that may be given, that the weights come from."""
    if class_weight is None:
        return name
    return "class_weight" if sample_weight is None else f"{name} * class_weight"


def class_weights(y_true: Array, class_weight: Any) -> Array:
    r"""Return the weight of each sample's class.

    Parameters
    ----------
    y_true : ndarray, shape (batch, units)
        One-hot rows, or 0 and 1 for one unit, which has two classes.
    class_weight : dict, sequence or "balanced"
        The weights of the classes by their indices, 1 for a class that has none (a pandas Series is a dict here); or
        one weight for each class; or ``"balanced"``, with which all classes count the same:

        .. math:: w_k = \frac{n}{K n_k}

        with :math:`n_k` of the :math:`n` samples in class :math:`k`, and :math:`K` classes that have samples. The mean
        of these weights over the samples is 1. Source: G. King and L. Zeng, "Logistic regression in rare events data",
        2001, by way of scikit-learn's `class_weight`.

    Returns
    -------
    ndarray of float64, shape (batch,)

    Examples
    --------
    >>> class_weights(np.array([[0.0], [0.0], [0.0], [1.0]]), "balanced").round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    >>> class_weights(np.array([[0.0], [1.0]]), {1: 5}).tolist()
    [1.0, 5.0]
    """
    if not is_classification(y_true):
        raise ValueError(
            "class_weight: expected labels that name classes (indices, one-hot rows, or 0 and 1 for one unit), got "
            "others, which can have a sample_weight"
        )
    classes = classes_of(y_true)
    counts = np.bincount(classes, minlength=max(y_true.shape[1], 2))
    if isinstance(class_weight, str) and class_weight == "balanced":
        weights = len(classes) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    else:
        weights = _by_class(class_weight, len(counts))
    return weights[classes]


def _by_class(class_weight: Any, classes: int) -> Array:
    """Return the weight of each class."""
    weights = np.ones(classes)
    if hasattr(class_weight, "items"):
        # False and True are the classes of labels that are so
        truths = (bool, np.bool_)
        given = {
            int(index) if isinstance(index, truths) else integer("class_weight", index, 0): weight
            for index, weight in class_weight.items()
        }
    elif is_sequence(class_weight):
        if len(class_weight) != classes:
            raise ValueError(f"class_weight: expected {classes} weights, one for each class, got {len(class_weight)}")
        given = dict(enumerate(class_weight))
    else:
        raise ValueError(
            "class_weight: expected a dict from class indices to weights, one weight for each class, or 'balanced', "
            f"got {class_weight!r}"
        )
    for index, weight in given.items():
        if index >= classes:
            raise ValueError(f"class_weight: expected class indices from 0 to {classes - 1}, got {index}")
        weights[index] = number(f"class_weight[{index}]", weight, low=0)
    return weights
