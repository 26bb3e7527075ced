"""Class indices of labels."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from npnet._arrays import TEXT, is_missing, read, with_article
from npnet.typing import Array

if TYPE_CHECKING:
    import numpy.typing as npt


class EncodedLabels(NamedTuple):
    """Class indices, and what they stand for."""

    indices: Array
    """int64, shape (samples,): the place of each label in `classes`."""
    classes: Array
    """The distinct labels, shape (classes,): ``classes[indices]`` are the labels again."""


def encode_labels(labels: Any, classes: npt.ArrayLike | None = None) -> EncodedLabels:
    """Return class indices for labels of any kind: text, booleans, numbers, dates.

    Parameters
    ----------
    labels : array_like, shape (samples,) or (samples, 1)
        Labels of one kind, none of them missing.
    classes : array_like, shape (classes,), or None
        The classes in their order, such as those of the training data for the test data. By default they are the
        distinct labels, sorted; the categories, in their order, of labels that have some, as pandas' categoricals do,
        be there samples of each or not; and False and True for booleans.

    Returns
    -------
    EncodedLabels
        ``(indices, classes)``.

    Examples
    --------
    >>> indices, classes = encode_labels(["no", "yes", "no"])
    >>> print(indices, classes)
    [0 1 0] ['no' 'yes']
    >>> print(encode_labels(["yes", "yes"], classes).indices)
    [1 1]
    """
    if hasattr(labels, "iloc") and labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels.iloc[:, 0]
    coded: Any = labels if hasattr(labels, "codes") else getattr(labels, "cat", None)
    if classes is None and hasattr(coded, "categories"):
        indices, known = _vector("labels", np.array(coded.codes, np.int64)), np.asarray(coded.categories)
        _refuse_missing(indices < 0, np.asarray(labels))
        return EncodedLabels(indices, known)
    values = _one_kind("labels", labels)
    known = _distinct(values) if classes is None else _one_kind("classes", classes)
    times = values.dtype.kind in "mM" and known.dtype.kind == values.dtype.kind
    # Days and nanoseconds are other objects in Python
    unit = np.result_type(values, known) if times else None
    places = {label: place for place, label in enumerate(known.astype(unit or known.dtype).tolist())}
    if len(places) != len(known):
        raise ValueError(f"classes: expected each class once, got {len(known)} of which {len(places)} are distinct")
    found = values.astype(unit or values.dtype).tolist()
    indices = np.array([places.get(label, -1) for label in found], np.int64)
    if indices.min() < 0:
        unknown = int(indices.argmin())
        got = str(values[unknown]) if times else repr(found[unknown])
        raise ValueError(f"labels: expected one of the classes, got {got} at index {unknown}")
    return EncodedLabels(indices, known)


def _one_kind(name: str, labels: Any) -> Array:
    """Return labels of one kind as an array with one axis; text and objects that are numbers become what they are."""
    array = read(name, labels)
    if isinstance(labels, (list, tuple)) and (array.dtype.kind in f"{TEXT}fO" or _has_booleans(labels, array)):
        # NumPy makes text of all beside a text, numbers of booleans, and floats of integers beyond its own
        array = np.array(labels, object)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    _vector(name, array)
    # Of NumPy's numbers and dates, only the missing ones differ from themselves
    missing = np.array([is_missing(label) for label in array]) if array.dtype.kind in "OT" else array != array
    _refuse_missing(missing, array, name)
    if array.dtype != object:
        return array
    kinds = {_kind(name, label) for label in array}
    if len(kinds) > 1:
        raise ValueError(f"{name}: expected labels of one kind, got {' and '.join(sorted(kinds))}")
    if not kinds <= {"booleans", "numbers", "text"}:
        return array
    found = array.tolist()
    typed = np.array(found)
    # An integer as a float, or a text that ends in a NUL, would be another label
    return typed if typed.tolist() == found else array


def _has_booleans(labels: Any, array: Array) -> bool:
    """Return whether there are booleans among integers."""
    flat = labels if array.ndim == 1 else np.array(labels, object).ravel()
    return array.dtype.kind in "iu" and not {bool, np.bool_}.isdisjoint(map(type, flat))


def _vector(name: str, labels: Array) -> Array:
    """Return labels that have one axis, and are some."""
    if labels.ndim != 1 or labels.size == 0:
        raise ValueError(f"{name}: expected at least one label, of shape (samples,), got shape {labels.shape}")
    return labels


def _distinct(labels: Array) -> Array:
    """Return each label once, sorted; both booleans, be there one of each or not."""
    if labels.dtype == bool:
        return np.array([False, True])
    try:
        distinct = sorted(set(labels.tolist()))
    except TypeError:
        kind = type(labels.flat[0]).__name__
        raise ValueError(f"classes: expected them in their order, as labels of type {kind} have none") from None
    # Labels that are tuples would become rows of an array
    return np.fromiter(distinct, object, len(distinct)) if labels.dtype == object else np.array(distinct, labels.dtype)


def _kind(name: str, label: Any) -> str:
    """Return the kind of a label: those of one kind can be sorted."""
    for kinds, kind in (((bool, np.bool_), "booleans"), (Real, "numbers"), (str, "text")):
        if isinstance(label, kinds):
            return kind
    try:
        hash(label)
    except TypeError:
        raise ValueError(f"{name}: expected text, booleans or numbers, got {with_article(label)}") from None
    return type(label).__name__


def _refuse_missing(missing: Array, labels: Array, name: str = "labels") -> None:
    if missing.any():
        place = int(missing.argmax())
        raise ValueError(
            f"{name}: expected a label for each sample, got {labels[place]} at index {place}; "
            f"{int(missing.sum())} of {labels.size} are missing"
        )
