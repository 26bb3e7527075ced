"""The data sets of the notes, read from CSV files that come with the package, and what prepares them."""

from __future__ import annotations

import contextlib
import csv
import gzip
import math
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from npnet._arrays import read, with_article
from npnet._checks import integer, is_finite, one_hot, real
from npnet._labels import EncodedLabels, encode_labels
from npnet.typing import Array

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt


__all__ = [
    "Dataset", "EncodedLabels", "Split", "batches", "encode_labels", "iris_split", "load_digits", "load_dots",
    "load_iris", "one_hot", "read_csv", "standardize",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__


class Dataset(NamedTuple):
    """Features, labels and the names of the classes."""

    features: Array
    """float64, shape (samples, features)."""
    labels: Array
    """int64, shape (samples,): the index of each sample's class in `names`."""
    names: tuple[str, ...]
    """The name of each class."""


class Split(NamedTuple):
    """Training and test data."""

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array


def _file(name: str) -> str:
    package = os.path.dirname(os.path.abspath(__file__))
    installed, checkout = (os.path.join(folder, "data", name) for folder in (package, os.path.dirname(package)))
    return installed if os.path.exists(installed) else checkout


def read_csv(path: str | Path, label: str) -> Dataset:
    """Read a CSV file (plain or gzipped) with one column of labels; the other columns are features.

    Parameters
    ----------
    path : str or Path
        The file, with a header line.
    label : str
        The column of the labels. Their distinct values, sorted, are the names of the classes.

    Returns
    -------
    Dataset
        The features in the order of their columns, and the labels.

    Raises
    ------
    ValueError
        If there is not one such column, and others beside it, or a feature is not a finite number.
    OSError
        If the file can't be read.
    """
    header, *rows = _rows(path)
    count = header.count(label)
    if count != 1:
        several = f", which {count} of them are named" * (count > 1)
        alone = f"; {header[0]!r} is one column, as commas part them" * (len(header) == 1)
        raise ValueError(f"label: expected one of the columns {', '.join(header)}, got {label!r}{several}{alone}")
    if len(header) == 1:
        raise ValueError(f"path: expected a column beside {label!r}, got none in {path}")
    column = header.index(label)
    kinds = [row[column] for row in rows]
    labels = _numbers_if_all_are(kinds)
    missing = kinds.count("") or int(np.count_nonzero(labels != labels))
    if missing:
        raise ValueError(f"path: expected a label in each row of {path}, got none in {missing}")
    names = [*header[:column], *header[column + 1 :]]
    features = [_features(path, number, names, row[:column] + row[column + 1 :]) for number, row in enumerate(rows, 2)]
    classes, indices = np.unique(labels, return_inverse=True)
    return Dataset(np.array(features), indices.astype(np.int64), tuple(str(name) for name in classes))


def _features(path: str | Path, number: int, names: list[str], cells: list[str]) -> list[float]:
    """Return the numbers in the cells of a row, counted from 1, the header among them."""
    with contextlib.suppress(ValueError):
        found = _numbers(cells, float)
        if all(map(math.isfinite, found)):
            return found
    name, cell = next((name, cell) for name, cell in zip(names, cells) if not _is_finite(cell))
    raise ValueError(
        f"path: expected a number in each feature of {path}, got {cell!r} in row {number}, column {name!r}"
    )


def _is_finite(cell: str) -> bool:
    with contextlib.suppress(ValueError):
        return math.isfinite(_numbers([cell], float)[0])
    return False


def _rows(path: str | Path) -> list[list[str]]:
    """Return the cells of a CSV file, all rows as long as the first; blank lines are skipped."""
    if not isinstance(path, (str, os.PathLike)):
        raise ValueError(f"path: expected the path of a file, got {with_article(path)}")
    opener = gzip.open if os.fspath(path).endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file) if row]
    except (csv.Error, UnicodeDecodeError) as error:
        raise ValueError(f"path: expected a CSV file, got {path}: {error}") from error
    if len(rows) < 2:
        raise ValueError(f"path: expected a CSV file with a header and rows, got {path} with {len(rows)} lines")
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise ValueError(
                f"path: expected a CSV file, got {path}: row {number} has {len(row)} cells, the header {len(rows[0])}"
            )
    return rows


def _numbers_if_all_are(cells: list[str]) -> Array:
    """Return cells as whole numbers of any size, else as floats, else as they are, sorted as what they are."""
    for kind, dtype in ((int, object), (float, np.float64)):
        with contextlib.suppress(ValueError):
            return np.array(_numbers(cells, kind), dtype)
    return np.array(cells)


def _numbers(cells: list[str], kind: type) -> list[Any]:
    """Return the numbers in cells; ValueError where one has none."""
    if "_" in "".join(cells):
        raise ValueError("expected numbers, got an underscore, as in 1_0, which is 10 in Python's source")
    return [*map(kind, cells)]


def load_iris() -> Dataset:
    """Return the 150 irises: 4 lengths in cm, 3 species, 50 of each.

    Source: Fisher 1936, in the version that scikit-learn carries.

    Examples
    --------
    >>> features, labels, names = load_iris()
    >>> features.shape, names
    ((150, 4), ('setosa', 'versicolor', 'virginica'))
    """
    return read_csv(_file("iris.csv"), "species")


def load_dots() -> Dataset:
    r"""Return the 300 dots: points of the plane, of class 1 where :math:`x_1^2 + x_2^2 < 2`.

    The points are ``numpy.random.RandomState(2).randn(300, 2)``, rounded to 9 decimals. The first coordinate of the
    20th, 0.000009761, is 0.00000976: the notes' own file went through a spreadsheet, which left ``9.76E-06`` of it.

    Examples
    --------
    >>> load_dots().features.shape, int(load_dots().labels.sum())
    ((300, 2), 188)
    """
    features, labels, _ = read_csv(_file("dot.csv"), "y_c")
    return Dataset(features, labels, ("outside", "inside"))


def load_digits() -> Dataset:
    """Return 1797 handwritten digits of 8 × 8 pixels with values from 0 to 16.

    Source: Alpaydin and Kaynak 1998, UCI repository, in the version that scikit-learn carries.

    Examples
    --------
    >>> load_digits().features.shape
    (1797, 64)
    """
    return read_csv(_file("digits.csv.gz"), "digit")


def iris_split() -> Split:
    """Return the notes' split of the irises: shuffled with seed 116, the last 30 for testing.

    Features and labels take the order that ``numpy.random.shuffle`` gives after
    ``numpy.random.seed(116)``; here from a generator of our own, so that no global state changes.

    Examples
    --------
    >>> [part.shape for part in iris_split()]
    [(120, 4), (120,), (30, 4), (30,)]
    """
    features, labels, _ = load_iris()
    order = np.arange(len(features))
    np.random.RandomState(116).shuffle(order)
    features, labels = features[order], labels[order]
    return Split(features[:-30], labels[:-30], features[-30:], labels[-30:])


def batches(x: npt.ArrayLike, y: npt.ArrayLike, batch_size: int) -> Iterator[tuple[Array, Array]]:
    """Yield consecutive batches of samples and labels; the last may be smaller.

    Examples
    --------
    >>> [len(x) for x, _ in batches(np.zeros((120, 4)), np.zeros(120), 32)]
    [32, 32, 32, 24]
    """
    x, y, size = read("x", x), read("y", y), integer("batch_size", batch_size, 1)
    if x.ndim == 0 or x.shape[:1] != y.shape[:1]:
        raise ValueError(f"y: expected as many labels as samples, {x.shape[:1]}, got shape {y.shape}")
    return ((x[i : i + size], y[i : i + size]) for i in range(0, len(x), size))


def standardize(train: npt.ArrayLike, *others: npt.ArrayLike) -> tuple[Array, ...]:
    """Return all arrays less the training data's mean, divided by its standard deviation.

    A feature that never changes in the training data is only centred. Mean, standard deviation and quotient are
    computed in float64, then rounded to each array's own dtype.

    Parameters
    ----------
    train : array_like, shape (samples, features)
        The data whose mean and standard deviation are used.
    *others : array_like
        More data with the same features, such as the test data.

    Notes
    -----
    Source: the study notes, section 3.1 (5).

    Examples
    --------
    >>> print(*standardize([[0.0], [2.0]], [[4.0]]))
    [[-1.]
     [ 1.]] [[3.]]
    """
    arrays = [real("train", train), *(real(f"others[{i}]", other) for i, other in enumerate(others))]
    features = arrays[0].shape[1:]
    if any(array.ndim != 2 or array.shape[1:] != features or not array.size for array in arrays):
        raise ValueError(f"train, others: expected shapes (samples, features), got {[a.shape for a in arrays]}")
    wide = np.result_type(arrays[0], np.float64)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        mean, deviation = arrays[0].mean(axis=0, dtype=wide), arrays[0].std(axis=0, dtype=wide)
    # The rounding error of the mean of equal numbers would leave a standard deviation just above 0
    constant = (arrays[0] == arrays[0][0]).all(axis=0)
    mean[constant], deviation[constant] = arrays[0][0, constant], 1
    outside = ~((deviation > 0) & np.isfinite(deviation))
    if outside.any():
        low, high = (extreme(arrays[0][:, outside.argmax()]) for extreme in (np.min, np.max))
        raise ValueError(f"train: expected numbers whose squares fit {wide}, got a feature from {low:g} to {high:g}")
    names = ["train", *(f"others[{i}]" for i in range(len(others)))]
    return tuple(_scaled(name, array, mean, deviation) for name, array in zip(names, arrays))


def _scaled(name: str, array: Array, mean: Array, deviation: Array) -> Array:
    with np.errstate(over="ignore", under="ignore"):
        scaled = ((array - mean) / deviation).astype(array.dtype, copy=False)
    if not is_finite(scaled):
        largest = np.finfo(array.dtype).max
        raise ValueError(
            f"{name}: expected numbers up to {largest:g} standard deviations from the mean, got {abs(array).max():g}"
        )
    return scaled
