"""The columns of a table: of one kind each, which is declared, or found from all of its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from npnet._equality import ByValue
from npnet._text import short
from npnet.tabular import cells
from npnet.tabular.cells import Kind
from npnet.tabular.sources import Source
from npnet.typing import Array

MOST_CATEGORIES = 1000
"""A column with more of them names its rows rather than that it says something about them."""
DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}( .*)?", re.ASCII)
DATES = "leave it out, make a number of it (such as the days since one date), or say kinds={{{}: 'category'}}"


# Not dataclass's equality, which is none of arrays
@dataclass(frozen=True, eq=False)
class Column(ByValue):
    """The cells of a column.

    Attributes
    ----------
    kind : "number", "category" or "truth"
        What the cells are.
    values : ndarray, shape (rows,)
        Numbers as float64 and truth values, 0 and 1, as float32, NaN where one is missing; or the places of categories
        in `categories` as int32, -1 where one is missing.
    categories : tuple of str
        The categories, sorted: as numbers if all of them are.
    """

    kind: Kind
    values: Array
    categories: tuple[str, ...] = ()

    def take(self, rows: Array) -> Column:
        """Return some of the rows."""
        return Column(self.kind, self.values[rows], self.categories)

    def missing(self) -> Array:
        """Return which cells are missing."""
        return self.values < 0 if self.kind == "category" else np.isnan(self.values)


class Gathering(Protocol):
    """A column whose cells come in parts."""

    def add(self, array: pa.Array, start: int) -> None:
        """Add cells, of which the first is in the row `start`."""

    def column(self) -> Column:
        """Return the column of all cells."""


class _Place:
    """A column of a source, and what is said of its cells."""

    def __init__(self, name: str, source: Source) -> None:
        self.name, self.source = name, source

    def wrong(self, row: int, expected: str, got: Any, hint: str = "") -> ValueError:
        place = f"{self.source.name}, {self.source.place(row)}, column {short(self.name)}"
        return ValueError(f"{place}: expected {expected}, got {short(got)}{'; ' * bool(hint)}{hint}")

    def column_wrong(self, expected: str, got: str) -> ValueError:
        return ValueError(f"{self.source.name}, column {short(self.name)}: expected {expected}, got {got}")


class _Growing:
    """Cells that come in parts, in one array: many small ones would leave gaps in memory that only small ones fit."""

    def __init__(self, dtype: Any) -> None:
        self._array, self._count = np.empty(0, dtype), 0

    def add(self, part: Array) -> None:
        end = self._count + len(part)
        if end > len(self._array):
            # With zeros, which take memory: little more than there is use for
            self._array.resize(end + end // 8, refcheck=False)
        self._array[self._count : end] = part
        self._count = end

    def whole(self) -> Array:
        """Return all cells, to which none is added from now on."""
        self._array.resize(self._count, refcheck=False)
        return self._array


class _Categories:
    """The categories of parts, each in one place."""

    def __init__(self, place: _Place) -> None:
        self.words: dict[str, int] = {}
        self.codes = _Growing(np.int32)
        self._place = place

    def add(self, part: cells.Words) -> None:
        to = np.array([self.words.setdefault(word, len(self.words)) for word in part.words] + [-1], np.int32)
        if len(self.words) > MOST_CATEGORIES:
            refuse_dates(self._place, self.words)
            raise self._place.column_wrong(
                f"at most {MOST_CATEGORIES} categories", "more; text that names each row is no feature: leave it out"
            )
        self.codes.add(to[part.codes])

    def column(self) -> Column:
        words = in_order(self.words)
        to = np.empty(len(words) + 1, np.int32)
        to[[self.words[word] for word in words]] = np.arange(len(words))
        to[-1] = -1
        return Column("category", to[self.codes.whole()], words)


def joined(name: str, source: Source, parts: Sequence[Column]) -> Column:
    """Return the column of the cells of several, one after another."""
    if parts[0].kind != "category":
        return Column(parts[0].kind, np.concatenate([part.values for part in parts]))
    categories = _Categories(_Place(name, source))
    for part in parts:
        categories.add(cells.Words(part.values, part.categories))
    return categories.column()


def in_order(words: Iterable[str]) -> tuple[str, ...]:
    """Return words sorted: by their numbers if all are numbers.

    Examples
    --------
    >>> in_order(["10", "9"]), in_order(["10", "9", "x"])
    (('9', '10'), ('10', '9', 'x'))
    """
    found = list(words)
    if all(map(cells.NUMBER.fullmatch, found)):
        return tuple(sorted(found, key=lambda word: (float(word), word)))
    return tuple(sorted(found))


def refuse_dates(place: _Place, words: Iterable[str]) -> None:
    """Refuse words that all are dates."""
    found = [word for word in words if word not in place.source.form.missing]
    if found and all(map(DATE.fullmatch, found)):
        raise place.column_wrong(
            "numbers, categories or truth values", f"dates such as {found[0]:.60}; {_dates(place)}"
        )


def _dates(place: _Place) -> str:
    return DATES.format(short(place.name))


class Declared:
    """A column of a kind that was declared: a cell that is none of it is refused, or is missing."""

    def __init__(self, name: str, source: Source, kind: Kind, invalid: str) -> None:
        self._place, self._kind, self._invalid = _Place(name, source), kind, invalid
        self._values = _Growing(np.float64 if kind == "number" else np.float32)
        self._categories = _Categories(self._place)

    def add(self, array: pa.Array, start: int) -> None:
        """Add cells, of which the first is in the row `start`."""
        if self._kind == "category":
            self._categories.add(cells.encoded(array))
            return
        read = cells.numbers if self._kind == "number" else cells.truths
        values, bad = read(array, self._place.source.form)
        if bad is not None:
            if self._invalid == "refuse":
                raise self._refused(array, int(bad.argmax()), start)
            values = np.where(bad, values.dtype.type(np.nan), values)
        self._values.add(values)

    def _refused(self, array: pa.Array, row: int, start: int) -> ValueError:
        expected = "a number" if self._kind == "number" else "true or false"
        hint = _dates(self._place) if cells.is_time(array) else ""
        return self._place.wrong(start + row, expected, array[row].as_py(), hint)

    def column(self) -> Column:
        """Return the column of all cells."""
        if self._kind == "category":
            return self._categories.column()
        return Column(self._kind, self._values.whole())


class Found:
    """A column whose kind is found: a number if all cells are, a truth value if all say true or false, else a category.

    Numbers beside text are refused, since nobody knows which of them is wrong. A word for a missing value, such as NA,
    is missing among numbers and truth values, and a category among others.
    """

    def __init__(self, name: str, source: Source) -> None:
        self._place = _Place(name, source)
        self._typed = source.is_typed(name)
        self._numbers = _Growing(np.float64)
        self._categories = _Categories(self._place)
        # The first row of each
        self._number: int | None = None
        self._text: int | None = None

    def add(self, array: pa.Array, start: int) -> None:
        """Add cells, of which the first is in the row `start`."""
        if cells.is_time(array):
            raise self._place.column_wrong(
                "numbers, categories or truth values", f"dates, {array.type}; {_dates(self._place)}"
            )
        if not cells.has_a_kind(array):
            raise self._place.column_wrong("numbers, categories or truth values", str(array.type))
        if not self._add_numbers(array, start):
            self._add_words(array, start)

    def _add_numbers(self, array: pa.Array, start: int) -> bool:
        """Return whether all cells are numbers, and some of them are not missing."""
        form = self._place.source.form
        words = pa.types.is_boolean(array.type) or pa.types.is_dictionary(array.type)
        if words or (self._typed and cells.is_text(array)) or (self._text is not None and cells.is_text(array)):
            return False
        values, bad = cells.numbers(array, form)
        if bad is not None:
            if cells.is_number(array):
                row = int(bad.argmax())
                raise self._place.wrong(start + row, "a finite number", array[row].as_py())
            return False
        self._numbers.add(values)
        present = ~np.isnan(values)
        if not present.any():
            return False
        if self._number is None:
            self._number = start + int(present.argmax())
        if self._text is not None:
            raise self._mixed(self._number, self._text, array[int(present.argmax())].as_py())
        return True

    def _add_words(self, array: pa.Array, start: int) -> None:
        form = self._place.source.form
        codes, words = part = cells.encoded(array)
        if self._number is None:
            self._categories.add(part)
        read = [None if self._typed else cells.number(word, form) for word in words]
        is_word = [value is None and word not in form.missing for value, word in zip(read, words)]
        is_number = [value is not None and value == value for value in read]
        for row, cell in ((_first(codes, is_word), "text"), (_first(codes, is_number), "number")):
            if row is None:
                continue
            if cell == "text" and self._text is None:
                self._text = start + row
            if cell == "number" and self._number is None:
                self._number = start + row
        if self._text is not None and self._number is not None:
            later = max(self._text, self._number) - start
            raise self._mixed(self._text, self._number, array[later].as_py())

    def _mixed(self, one: int, other: int, cell: Any) -> ValueError:
        """Return that a column has both numbers and text, in these rows; `cell` is the later of them."""
        first, later = sorted((one, other))
        expected = "a number" if first == self._number else "text"
        return self._place.wrong(
            later,
            f"{expected}, as in {self._place.source.place(first)}",
            cell,
            f"kinds={{{short(self._place.name)}: 'category'}} takes both as categories",
        )

    def forget(self) -> Array:
        """Drop the cells so far, but not what was found of them; return those that are numbers."""
        numbers, self._numbers, self._categories.codes = self._numbers, _Growing(np.float64), _Growing(np.int32)
        return numbers.whole()

    def kind(self) -> Kind:
        """Return the kind of all cells."""
        if self._number is not None:
            return "number"
        words = [word for word in self._categories.words if word not in self._place.source.form.missing]
        if self._text is None or not words:
            raise self._place.column_wrong("values", "none: all cells are missing")
        refuse_dates(self._place, words)
        return "truth" if all(word.lower() in ("true", "false") for word in words) else "category"

    def column(self) -> Column:
        """Return the column of all cells."""
        kind = self.kind()
        if kind == "number":
            return Column(kind, self._numbers.whole())
        column = self._categories.column()
        if kind == "truth":
            values = [cells.TRUTHS.get(word.lower(), np.nan) for word in column.categories] + [np.nan]
            return Column(kind, np.array(values, np.float32)[column.values])
        return column


def _first(codes: Array, chosen: list[bool]) -> int | None:
    """Return the first row with one of the chosen categories."""
    if not any(chosen):
        return None
    return int(np.array([*chosen, False])[codes].argmax())
