"""The data of a sweep: what its trials are trained and measured on, and the files through which workers get them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from npnet._arrays import as_numbers
from npnet._checks import integer
from npnet.metrics import classes_of, is_classification
from npnet.typing import Array

INDEX = "data.json"


class Split(NamedTuple):
    """What one fold is trained on, and measured on."""

    x: Array
    y: Array
    rows: Array | None
    """Those of `x` and `y` that are trained on; None for all."""
    val_x: Array | None
    val_y: Array | None
    val_rows: Array | None

    @property
    def samples(self) -> int:
        """How many samples are trained on."""
        return len(self.x if self.rows is None else self.rows)

    def training(self) -> tuple[Array, Array]:
        """Return samples and labels to train on."""
        return (self.x, self.y) if self.rows is None else (self.x[self.rows], self.y[self.rows])

    def validation(self) -> tuple[Array, Array] | None:
        """Return samples and labels to measure on, if there are some."""
        if self.val_x is None or self.val_y is None:
            return None
        return (
            (self.val_x, self.val_y)
            if self.val_rows is None
            else (self.val_x[self.val_rows], self.val_y[self.val_rows])
        )


class Data(NamedTuple):
    """A split for each fold; without folds there is one."""

    splits: tuple[Split, ...]

    def digest(self) -> str:
        """Return what tells these data from others."""
        arrays, places = self._distinct()
        found = hashlib.sha256(json.dumps(places).encode())
        for array in arrays:
            found.update(f"{array.dtype.str}{array.shape}".encode())
            found.update(array.data)
        return found.hexdigest()

    def _distinct(self) -> tuple[list[Array], list[list[int | None]]]:
        """Return each array once, and where those of each split are among them."""
        arrays: list[Array] = []
        known: dict[int, int] = {}
        places: list[list[int | None]] = []
        for split in self.splits:
            places.append([])
            for array in split:
                if array is not None and id(array) not in known:
                    known[id(array)] = len(arrays)
                    arrays.append(array)
                places[-1].append(None if array is None else known[id(array)])
        return arrays, places

    def write(self, folder: Path) -> None:
        """Write the arrays to files, which processes read without a copy of their own."""
        arrays, places = self._distinct()
        for number, array in enumerate(arrays):
            np.save(folder / f"{number}.npy", array)
        (folder / INDEX).write_text(json.dumps({"count": len(arrays), "places": places}), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Data:
        """Return the data of a folder; FileNotFoundError where there is none."""
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        arrays = [np.load(folder / f"{number}.npy", mmap_mode="r") for number in range(index["count"])]
        # Plain arrays over the same memory, which nobody can write to
        plain: list[Any] = [array.view(np.ndarray) for array in arrays]
        plain.append(None)
        return cls(tuple(Split(*(plain[-1 if at is None else at] for at in places)) for places in index["places"]))


def gathered(x: Any, y: Any, validation_data: Any, folds: int | None, seed: int) -> Data:
    """Return the data that `npnet.sweep` is given.

    Parameters
    ----------
    x, y : array_like
        Samples and labels.
    validation_data : (x, y) or None
        What trials are measured on.
    folds : int or None
        Into how many parts the samples are cut, each of which one fold is measured on; where labels name classes, each
        part has its share of each.
    seed : int
        What the parts are drawn from.
    """
    x, y = _array("x", x), _array("y", y)
    if len(x) != len(y):
        raise ValueError(f"y: expected a label for each of {len(x)} samples, got {len(y)}")
    if folds is not None:
        if validation_data is not None:
            raise ValueError("validation_data: expected None beside folds, got both")
        return _folded(x, y, integer("folds", folds, 2), seed)
    if validation_data is None:
        return Data((Split(x, y, None, None, None, None),))
    if not isinstance(validation_data, (tuple, list)) or len(validation_data) != 2:
        raise ValueError(f"validation_data: expected (x, y), got {validation_data!r:.60}")
    val_x, val_y = _array("validation_data[0]", validation_data[0]), _array("validation_data[1]", validation_data[1])
    return Data((Split(x, y, None, val_x, val_y, None),))


def _array(name: str, values: Any) -> Array:
    """Return values as an array that nobody can write to: its own, or a view of the caller's."""
    array = np.ascontiguousarray(as_numbers(name, values)).view()
    if array.dtype == object or not array.size:
        raise ValueError(f"{name}: expected numbers, got dtype {array.dtype} and shape {array.shape}")
    array.setflags(write=False)
    return array


def _folded(x: Array, y: Array, folds: int, seed: int) -> Data:
    if folds > len(x):
        raise ValueError(f"folds: expected at most one for each of {len(x)} samples, got {folds}")
    parts = parts_of(y, folds, seed)
    splits = [Split(x, y, np.flatnonzero(parts != fold), x, y, np.flatnonzero(parts == fold)) for fold in range(folds)]
    return Data(tuple(splits))


def parts_of(y: Array, folds: int, seed: int) -> Array:
    """Return the part of each sample, from 0 to `folds` - 1: as many of each class in one part as in another.

    Examples
    --------
    >>> np.bincount(parts_of(np.array([0, 1] * 6), 3, seed=0)).tolist()
    [4, 4, 4]
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    # One class after another, in a random order each; then part by part in turn
    order = order[np.argsort(_groups(y)[order], kind="stable")]
    parts = np.empty(len(y), int)
    parts[order] = np.arange(len(y)) % folds
    return parts


def _groups(y: Array) -> Array:
    """Return the class of each sample, or 0 for all where labels name no classes."""
    if y.ndim == 1 and y.dtype.kind in "iub":
        return y.astype(int)
    columns = y.reshape(len(y), -1).astype(float)
    return classes_of(columns) if is_classification(columns) else np.zeros(len(y), int)
