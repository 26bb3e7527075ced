"""Rows in little memory: the features that are numbers, and of each category the place of its 1 among all features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from npnet._checks import is_finite
from npnet.tabular.features import CategoryFeature, Feature
from npnet.tabular.table import Table
from npnet.typing import Array

BLOCK = 4096
"""Rows that are written at once, so that they stay in the cache from column to column."""


class Layout:
    """Which features each column becomes, one after another.

    Rows are kept as records, arrays with two fields of what all their features can be made of: "numbers", those of
    numbers and truth values, and "ones", for each category the feature that is 1, negative where none is.

    Examples
    --------
    >>> from npnet.tabular.features import CategoryFeature, NumberFeature
    >>> layout = Layout([CategoryFeature("colour", ("blue", "red"), 0), NumberFeature("length", 2.0, 0.5)])
    >>> records = np.empty(2, layout.fields(np.dtype("float32")))
    >>> layout.write([np.array([1, 0]), np.array([2.0, 3.0])], records)
    >>> records["numbers"].tolist(), records["ones"].tolist()
    ([[0.0], [2.0]], [[1], [0]])
    >>> layout.features(records)
    array([[0., 1., 0.],
           [1., 0., 2.]], dtype=float32)
    """

    def __init__(self, features: Sequence[Feature]) -> None:
        starts: list[int] = np.cumsum([0, *(one.width for one in features)]).tolist()
        self.width = starts[-1]
        """The number of features."""
        self._numbers = [(i, one) for i, one in enumerate(features) if not isinstance(one, CategoryFeature)]
        self._categories = [(i, starts[i]) for i, one in enumerate(features) if isinstance(one, CategoryFeature)]
        places = np.array([starts[i] for i, _ in self._numbers], np.intp)
        # Columns that are neighbours are copied at once
        self._runs = [run for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if run.size]
        self._dtype = np.result_type(np.int16, np.min_scalar_type(-self.width))

    def fields(self, dtype: np.dtype[Any]) -> list[tuple[str, Any, tuple[int]]]:
        """Return the fields of a record, for features of a dtype."""
        return [("numbers", dtype, (len(self._numbers),)), ("ones", self._dtype, (len(self._categories),))]

    def write(self, columns: Sequence[Array], records: Array) -> None:
        """Write into records the rows of columns: numbers, truth values, and places among the categories."""
        numbers, ones = records["numbers"], records["ones"]
        numbers[:] = 0
        with np.errstate(over="ignore", under="ignore"):
            for start in range(0, len(records), BLOCK):
                block = slice(start, start + BLOCK)
                for to, (i, one) in enumerate(self._numbers):
                    one.write(columns[i][block], numbers[block, to])
                for to, (i, first) in enumerate(self._categories):
                    places = columns[i][block]
                    ones[block, to] = np.where(places < 0, -1, places + first)

    def features(self, records: Array) -> Array:
        """Return the features of records, shape (rows, features)."""
        x = np.zeros((len(records), self.width), records["numbers"].dtype)
        for start in range(0, len(records), BLOCK):
            self._expand(records[start : start + BLOCK], x[start : start + BLOCK])
        return x

    def _expand(self, records: Array, x: Array) -> None:
        """Write the features of records into an array of zeros."""
        numbers, ones, at = records["numbers"], records["ones"], 0
        for run in self._runs:
            x[:, run[0] : run[-1] + 1] = numbers[:, at : at + run.size]
            at += run.size
        starts = np.arange(0, x.size, self.width)[:, np.newaxis]
        x.reshape(-1)[(ones + starts)[ones >= 0]] = 1

    def check(self, records: Array, table: Table, rows: Array) -> None:
        """Refuse numbers that a dtype can't hold, by the cells of the table that they come from."""
        numbers = records["numbers"]
        for start in range(0, len(records), BLOCK):
            block = numbers[start : start + BLOCK]
            if not is_finite(block):
                row, column = (int(i) for i in np.argwhere(~np.isfinite(block))[0])
                _, one = self._numbers[column]
                expected = f"a number whose distance from the mean fits {block.dtype}"
                raise table.wrong(int(rows[start + row]), one.name, expected, f"{block[row, column]}")
