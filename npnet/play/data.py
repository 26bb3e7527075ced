"""The points of the plane: made, read or clicked, split into training and test data, and the features of a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from npnet import datasets
from npnet.play.choices import CLASSES, IRIS, State, one_of
from npnet.tabular import Column, Table
from npnet.tabular.sources import open_source
from npnet.typing import Array

FEATURES: Mapping[str, Callable[[Array, Array], Array]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1_squared": lambda x1, x2: x1**2,
    "x2_squared": lambda x1, x2: x2**2,
    "product": lambda x1, x2: x1 * x2,
    "sin_x1": lambda x1, x2: np.sin(x1),
    "sin_x2": lambda x1, x2: np.sin(x2),
}
"""The features of a point, which a net is given, from its coordinates, standardized or not."""


@dataclass(frozen=True)
class Points:
    """Points of the plane, in the order in which they are trained on, and what a net is given of them."""

    plane_train: Array
    """The coordinates, (samples, 2)."""
    x_train: Array
    """The features, (samples, features)."""
    y_train: Array
    """The classes, or the numbers to learn, (samples,)."""
    plane_test: Array
    x_test: Array
    y_test: Array
    classes: int
    """How many; 0 where numbers from -1 to 1 are learned."""
    names: tuple[str, str]
    """What the two coordinates are."""
    labels: tuple[str, ...]
    """The names of the classes."""
    features: Callable[[Array], Array]
    """From coordinates to features, as those of the training data were made."""

    def bounds(self) -> tuple[float, float, float, float]:
        """Return the part of the plane that has all points, and some room: left, right, bottom, top."""
        both = np.concatenate([self.plane_train, self.plane_test])
        low, high = both.min(axis=0), both.max(axis=0)
        room = np.maximum((high - low) * 0.08, 0.5 * (high == low))
        (left, bottom), (right, top) = (low - room).tolist(), (high + room).tolist()
        return left, right, bottom, top


def prepared(state: State, file: str | Path | None = None) -> Points:
    """Return the points that a state asks for; the same state gives the same bits.

    Parameters
    ----------
    state : State
        The choices.
    file : str, path or None
        The file of the data set ``file``, CSV or Parquet.

    Examples
    --------
    >>> points = prepared(State(data="circles", samples=100, test_share=0.25, features=("x1", "x2", "product")))
    >>> points.x_train.shape, points.x_test.shape, points.classes
    ((75, 3), (25, 3), 2)
    """
    rng = np.random.default_rng(state.seed)
    plane, labels, names, classes = _raw(state, file, rng)
    order = rng.permutation(len(plane))[: len(plane) if state.data == "points" else state.samples]
    plane, labels = plane[order], labels[order]
    if state.noise and state.data != "points":
        plane = plane + state.noise * plane.std(axis=0) * rng.standard_normal(plane.shape)
    held_out = min(round(state.test_share * len(plane)), len(plane) - 1)
    train, test = plane[held_out:], plane[:held_out]

    def features(points: Array) -> Array:
        scaled = datasets.standardize(train, points)[1] if state.standardize and len(points) else points
        return np.stack([FEATURES[name](*scaled.T) for name in state.features], axis=1)

    return Points(train, features(train), labels[held_out:], test, features(test), labels[:held_out],
                  len(classes), names, classes, features)  # fmt: skip


def _raw(
    state: State, file: str | Path | None, rng: np.random.Generator
) -> tuple[Array, Array, tuple[str, str], tuple[str, ...]]:
    """Return coordinates, classes, the coordinates' names and those of the classes."""
    if state.data == "points":
        return _clicked(state)
    if state.data == "file":
        return _of_file(state, file)
    if state.data in MADE:
        half = -(-state.samples // 2)
        plane, labels = MADE[state.data](half, rng)
        return plane, labels, ("x1", "x2"), ("0", "1") if labels.dtype.kind == "i" else ()
    if state.data == "iris":
        features, labels, classes = datasets.load_iris()
        first, second = (IRIS.index(name) for name in state.columns)
        return features[:, [first, second]], labels, (state.columns[0], state.columns[1]), classes
    if state.data == "digits":
        plane, labels, classes = _components()
        return plane, labels, ("component 1", "component 2"), classes
    features, labels, classes = datasets.load_dots()
    return features, labels, ("x1", "x2"), classes


def _clicked(state: State) -> tuple[Array, Array, tuple[str, str], tuple[str, ...]]:
    if not state.points:
        raise ValueError("points: expected at least one point, got none")
    labels = np.array([label for _, _, label in state.points])
    classes = tuple(map(str, range(max(2, int(labels.max()) + 1))))
    return np.array([point[:2] for point in state.points]), labels, ("x1", "x2"), classes


def _circles(half: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return a disk, and a ring around it."""
    radius = np.concatenate([2 * np.sqrt(rng.random(half)), 3.5 + 1.5 * rng.random(half)])
    angle = 2 * np.pi * rng.random(2 * half)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), np.repeat([1, 0], half)


def _spirals(half: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return two spirals of one turn and three quarters, each around the other."""
    along = np.sqrt(rng.random(half)) * 3.5 * np.pi
    plane = np.stack([along * np.cos(along), along * np.sin(along)], axis=1) / 2
    return np.concatenate([plane, -plane]), np.repeat([0, 1], half)


def _xor(half: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return four squares, of which those on a diagonal are of one class."""
    plane = rng.uniform(0.3, 5, (2 * half, 2)) * rng.choice([-1, 1], (2 * half, 2))
    return plane, (plane[:, 0] * plane[:, 1] > 0).astype(np.int64)


def _blobs(half: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return two normal distributions."""
    return rng.standard_normal((2 * half, 2)) + np.repeat([[2.0], [-2.0]], half, axis=0), np.repeat([0, 1], half)


def _slope(half: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return points on a slope, and how high each is."""
    plane = rng.uniform(-5, 5, (2 * half, 2))
    return plane, plane.sum(axis=1) / 10


def _hills(half: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return points among three hills and three hollows, cones of radius 2, and how high each is."""
    tops = np.array([[x, y] for y in (-2.5, 2.5) for x in (-4, 0, 4)])
    plane = rng.uniform(-6, 6, (2 * half, 2))
    distance = np.linalg.norm(plane[:, np.newaxis] - tops, axis=2)
    return plane, np.maximum(1 - distance / 2, 0) @ [-1.0, 1.0, -1.0, 1.0, -1.0, 1.0]


MADE = {"circles": _circles, "spirals": _spirals, "xor": _xor, "blobs": _blobs, "slope": _slope, "hills": _hills}
"""Data sets of any number of points."""


@cache
def _components() -> tuple[Array, Array, tuple[str, ...]]:
    """Return the digits on the two axes along which they vary most; the largest number of an axis is positive."""
    pixels, labels, classes = datasets.load_digits()
    centred = pixels - pixels.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2]
    axes *= np.sign(axes[np.arange(2), abs(axes).argmax(axis=1)])[:, np.newaxis]
    return centred @ axes.T, labels, classes


@cache
def columns_of(file: str | Path) -> tuple[str, ...]:
    """Return the names of a file's columns."""
    return tuple(open_source(file).names)


def numbers_of(file: str | Path) -> tuple[str, ...]:
    """Return the names of a file's columns of numbers, which the plane can have, that of a target among them."""
    # As a target, a column of few numbers is one of classes
    names = columns_of(file)
    kinds = _table(file, names[-1]).kinds | {names[-1]: _table(file, names[0]).kinds[names[-1]]}
    return tuple(name for name in names if kinds[name] == "number")


@cache
def _table(file: str | Path, target: str) -> Table:
    return Table.read(file, target=target)


def _of_file(state: State, file: str | Path | None) -> tuple[Array, Array, tuple[str, str], tuple[str, ...]]:
    """Return two columns of numbers and the target, of the rows that have all three."""
    if file is None:
        raise ValueError("data: expected a file given as --data for 'file', got none")
    names = columns_of(file)
    target = one_of("target", state.target or names[-1], names)
    table = _table(file, target)
    numbers = [name for name, kind in table.kinds.items() if kind == "number" and name != target]
    if not numbers:
        raise ValueError(f"data: expected a column of numbers beside the target, {target!r}, got none")
    first, second = state.columns or (numbers[0], numbers[min(1, len(numbers) - 1)])
    columns = [table.columns[one_of("columns", name, numbers)] for name in (first, second)]
    there = ~np.logical_or.reduce([column.missing() for column in (*columns, table.columns[target])])
    labels, classes = _labels(table.columns[target].take(there), target)
    return np.stack([column.values[there] for column in columns], axis=1), labels, (first, second), classes


def _labels(column: Column, target: str) -> tuple[Array, tuple[str, ...]]:
    """Return the classes of a column; of numbers, these, from -1 to 1, and no classes."""
    if not len(column.values):
        raise ValueError(f"target: expected a row with numbers in both columns and {target!r}, got none")
    if column.kind == "number":
        low, high = column.values.min(), column.values.max()
        return 2 * (column.values - low) / (high - low or 1) - 1, ()
    classes = column.categories if column.kind == "category" else ("false", "true")
    if not 2 <= len(classes) <= CLASSES:
        raise ValueError(f"target: expected numbers or 2 to {CLASSES} classes, got {target!r} with {len(classes)}")
    return column.values.astype(np.int64), classes
