"""What a column becomes: the features of its cells. Each is fitted to the rows that are trained on, and these alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from npnet._checks import number
from npnet._text import short, some
from npnet.tabular.cells import NUMBER, Kind
from npnet.tabular.columns import Column, in_order
from npnet.typing import Array

UNKNOWN = -2
"""The code of a category that was not among those trained on."""


class Statistics:
    r"""Mean and standard deviation of numbers that come in parts, in float64.

    .. math:: \bar x = \bar a + \delta \frac{n_b}{n}, \quad
              M = M_a + M_b + \delta^2 \frac{n_a n_b}{n}, \quad \sigma = \sqrt{M / n}

    with :math:`\delta = \bar b - \bar a` for numbers :math:`b` that come to numbers :math:`a`, and :math:`M` the sum of
    the squared differences from the mean. The first number is subtracted from all, so that a large offset costs no
    digits. Source: T. Chan, G. Golub and R. LeVeque, "Updating formulae and a pairwise algorithm for computing
    sample variances", 1979.

    Examples
    --------
    >>> found = Statistics()
    >>> for part in ([1e9, 1e9 + 2], [1e9 + 4, 1e9 + 6]):
    ...     found.add(np.array(part))
    >>> found.mean - 1e9, round(found.deviation**2, 6)
    (3.0, 5.0)
    """

    def __init__(self) -> None:
        self.count = 0
        self._first: float
        # That of the numbers less the first
        self._mean = 0.0
        self._squares = 0.0
        self._low, self._high = np.inf, -np.inf

    def add(self, numbers: Array) -> None:
        """Add numbers, of which none is NaN."""
        if not numbers.size:
            return
        self._low, self._high = min(self._low, float(numbers.min())), max(self._high, float(numbers.max()))
        if not self.count:
            self._first = float(numbers[0])
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            rest = numbers - self._first
            mean = np.mean(rest)
            rest -= mean
            delta, share = mean - self._mean, numbers.size / (self.count + numbers.size)
            self._squares += float(rest @ rest + delta * delta * (self.count * share))
            self._mean += float(delta * share)
        self.count += numbers.size

    @property
    def mean(self) -> float:
        """The mean."""
        return self._first + self._mean

    @property
    def deviation(self) -> float:
        """The standard deviation, exactly 0 where all numbers are the same."""
        return float(np.sqrt(self._squares / self.count))

    def checked(self) -> tuple[float, float]:
        """Return mean and standard deviation, of numbers whose squares float64 can hold."""
        underflow = self.deviation == 0 and self._low < self._high
        if underflow or not np.isfinite(self.deviation):
            raise ValueError(
                f"expected numbers whose squares fit float64, got some from {self._low:g} to {self._high:g}"
            )
        return self.mean, self.deviation


class NumberFeature:
    """A number, less the mean of those trained on, divided by their standard deviation; 0 where all were the same."""

    kind: ClassVar[Kind] = "number"
    width = 1

    def __init__(self, name: str, mean: float, deviation: float) -> None:
        self.name, self.mean, self.deviation = name, mean, deviation
        self.names = (name,)
        self.typical = mean

    def match(self, column: Column) -> Array:
        """Return the numbers of a column."""
        return column.values

    def missing(self, cells: Array) -> Array:
        """Return which cells are missing."""
        return np.isnan(cells)

    def write(self, cells: Array, out: Array) -> None:
        """Write the features of cells into `out`, of the same shape, which holds zeros."""
        if self.deviation:
            out[:] = self.scaled(cells)

    def scaled(self, numbers: Array) -> Array:
        """Return numbers in standard deviations from the mean."""
        return (numbers - self.mean) / self.deviation

    def settings(self) -> dict[str, Any]:
        """Return what makes the same feature again."""
        return {"name": self.name, "kind": self.kind, "mean": self.mean, "deviation": self.deviation}


class TruthFeature:
    """A truth value: 1 where it is true, 0 where it is false."""

    kind: ClassVar[Kind] = "truth"
    width = 1

    def __init__(self, name: str, typical: float) -> None:
        self.name, self.typical = name, typical
        self.names = (name,)

    def match(self, column: Column) -> Array:
        """Return the truth values of a column."""
        return column.values

    def missing(self, cells: Array) -> Array:
        """Return which cells are missing."""
        return np.isnan(cells)

    def write(self, cells: Array, out: Array) -> None:
        """Write the features of cells into `out`, of the same shape."""
        out[:] = cells

    def settings(self) -> dict[str, Any]:
        """Return what makes the same feature again."""
        return {"name": self.name, "kind": self.kind, "typical": self.typical}


class CategoryFeature:
    """One of several categories: 1 in the place of the cell's own, 0 in all others."""

    kind: ClassVar[Kind] = "category"

    def __init__(self, name: str, categories: tuple[str, ...], typical: int) -> None:
        self.name, self.categories, self.typical = name, categories, typical
        self.width = len(categories)
        self.names = tuple(f"{name}={category}" for category in categories)
        self._places = {category: place for place, category in enumerate(categories)}

    def match(self, column: Column) -> Array:
        """Return the places of the cells among the categories trained on: -1 is a missing cell, -2 an unknown one."""
        if column.categories == self.categories:
            return column.values
        to = [self._place(category) for category in column.categories]
        return np.array([*to, -1], np.int32)[column.values]

    def _place(self, category: str) -> int:
        place = self._places.get(category)
        if place is None and NUMBER.fullmatch(category):
            # The number 1 of a data frame is the category 1.0 of a file, where there is one such category
            same = [at for at, known in enumerate(self.categories) if _same_number(category, known)]
            place = same[0] if len(same) == 1 else None
        return UNKNOWN if place is None else place

    def missing(self, cells: Array) -> Array:
        """Return which cells are missing."""
        return cells == -1

    def settings(self) -> dict[str, Any]:
        """Return what makes the same feature again."""
        return {
            "name": self.name,
            "kind": self.kind,
            "categories": list(self.categories),
            "typical": self.typical,
        }


Feature = NumberFeature | TruthFeature | CategoryFeature


class Fitting:
    """What is learnt of a column whose cells come in parts."""

    def __init__(self, name: str, kind: Kind) -> None:
        self.name, self.kind = name, kind
        self._statistics = Statistics()
        self._counts: dict[str, int] = {}

    def add(self, column: Column) -> None:
        """Add cells, of which some may be missing."""
        present = column.values[~column.missing()]
        if self.kind == "number":
            self._statistics.add(present)
        else:
            names = column.categories if self.kind == "category" else ("false", "true")
            counts = np.bincount(present.astype(np.intp), minlength=len(names))
            for word, count in zip(names, counts.tolist()):
                self._counts[word] = self._counts.get(word, 0) + count

    def feature(self) -> Feature:
        """Return the feature that these cells have."""
        if self.kind == "number":
            if not self._statistics.count:
                raise ValueError(f"column {short(self.name)}: expected values, got none: all cells are missing")
            try:
                return NumberFeature(self.name, *self._statistics.checked())
            except ValueError as error:
                raise ValueError(f"column {short(self.name)}: {error}") from None
        words = in_order(word for word, count in self._counts.items() if count)
        if not words:
            raise ValueError(f"column {short(self.name)}: expected values, got none: all cells are missing")
        # The first of several that are as frequent
        most = max(words, key=lambda word: self._counts[word])
        if self.kind == "truth":
            return TruthFeature(self.name, float(most == "true"))
        return CategoryFeature(self.name, words, words.index(most))


def _same_number(one: str, other: str) -> bool:
    return bool(NUMBER.fullmatch(other)) and float(one) == float(other)


def from_settings(settings: Mapping[str, Any]) -> Feature:
    """Return the feature that settings describe; all of them are checked."""
    name, kind = settings.get("name"), settings.get("kind")
    if not isinstance(name, str) or not name:
        raise ValueError(f"name: expected the name of a column, got {short(name)}")
    made: Feature
    if kind == "number":
        mean = number(f"column {short(name)}, mean", settings.get("mean"))
        made = NumberFeature(name, mean, number(f"column {short(name)}, deviation", settings.get("deviation"), low=0))
    elif kind == "truth":
        most = number(f"column {short(name)}, typical", settings.get("typical"))
        if most not in (0, 1):
            raise ValueError(f"column {short(name)}, typical: expected 0 or 1, got {most}")
        made = TruthFeature(name, most)
    elif kind == "category":
        made = CategoryFeature(name, *_categories(name, settings))
    else:
        raise ValueError(f"column {short(name)}, kind: expected number, category or truth, got {short(kind)}")
    if set(settings) != set(made.settings()):
        raise ValueError(f"column {short(name)}: expected {', '.join(made.settings())}, got {some(map(str, settings))}")
    return made


def _categories(name: str, settings: Mapping[str, Any]) -> tuple[tuple[str, ...], int]:
    words, most = settings.get("categories"), settings.get("typical")
    if not isinstance(words, (list, tuple)) or not words or not all(isinstance(word, str) and word for word in words):
        raise ValueError(f"column {short(name)}, categories: expected a list of names, got {short(words)}")
    if len(set(words)) < len(words):
        raise ValueError(
            f"column {short(name)}, categories: expected each once, got {len(words) - len(set(words))} again"
        )
    if isinstance(most, bool) or not isinstance(most, int) or not 0 <= most < len(words):
        raise ValueError(
            f"column {short(name)}, typical: expected a place from 0 to {len(words) - 1}, got {short(most)}"
        )
    return tuple(words), most
