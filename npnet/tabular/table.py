"""A table: columns of known kinds, read from a file or a data frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from npnet._checks import instance, integer, number
from npnet._text import short, some
from npnet.engine import splitting
from npnet.registry import did_you_mean
from npnet.tabular.cells import KINDS, Kind
from npnet.tabular.columns import Column, Declared, Found
from npnet.tabular.columns import joined as columns_joined
from npnet.tabular.sources import Format, Source, open_source, without_rows
from npnet.typing import Array

MOST_CLASSES = 20
"""A target of whole numbers has classes if there are no more of them than these."""


class Table:
    """Columns of known kinds.

    Attributes
    ----------
    columns : dict of str to Column
        The columns by their names, in the order of the source.
    target : str or None
        The column that is to be predicted.
    source : Source
        Where the rows come from.

    Examples
    --------
    >>> table = Table.read({"length": [1.0, 2.5], "colour": ["red", "blue"], "y": [0, 1]}, target="y")
    >>> table
    Table of 2 rows: length (number), colour (category, 2), y (category, 2, target)
    >>> table.columns["colour"].values, table.columns["colour"].categories
    (array([1, 0], dtype=int32), ('blue', 'red'))
    """

    def __init__(self, columns: Mapping[str, Column], source: Source, rows: Array, target: str | None = None) -> None:
        self.columns, self.target = dict(columns), target
        self.source, self._rows = source, rows

    @classmethod
    def read(
        cls,
        data: Any,
        target: str | None = None,
        *,
        columns: Sequence[str] | None = None,
        kinds: Mapping[str, Kind] | None = None,
        form: Format | None = None,
        invalid: str = "refuse",
    ) -> Table:
        """Read a table whole, and find what its columns are, from all of their cells.

        Parameters
        ----------
        data : path, data frame or dict of columns
            A CSV file (``.gz`` too) with a header, a Parquet file (``.parquet``, ``.pq``), a data frame of pandas or
            Polars, or a table of Arrow.
        target : str or None
            The column that is to be predicted. If its kind is not declared, up to 20 different whole numbers, half as
            many as there are rows or fewer, are classes.
        columns : sequence of str or None
            The columns to read, the target among them or not; None reads all.
        kinds : dict of str to "number", "category" or "truth", or None
            The kinds of columns for which they are not to be found.
        form : Format or None
            How a CSV file is written; None is with points, commas between cells (or what the header shows) and UTF-8.
        invalid : "refuse" or "missing"
            What is done with a cell that is not of the declared kind.

        Returns
        -------
        Table

        Raises
        ------
        OSError
            If the file can't be read.
        """
        source = open_source(data, form)
        chosen = chosen_columns(source, columns, target)
        declared, invalid = checked_kinds(kinds, chosen), checked_invalid(invalid)
        parts = {
            name: Declared(name, source, declared[name], invalid) if name in declared else Found(name, source)
            for name in chosen
        }
        rows = _gather(source, parts)
        # One by one, so that the parts of a column are not kept beside the whole of it
        made = {name: parts.pop(name).column() for name in chosen}
        if target is not None and target not in declared and _names_classes(made[target]):
            again = {target: Declared(target, source, "category", "refuse")}
            _gather(source, again)
            made[target] = again[target].column()
        # Arrow keeps what its batches took, in case of others
        pa.default_memory_pool().release_unused()
        return cls(made, source, np.arange(rows), target)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.columns)

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kind of each column."""
        return {name: column.kind for name, column in self.columns.items()}

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        shown = []
        for name, column in self.columns.items():
            count = [str(len(column.categories))] * (column.kind == "category")
            shown.append(f"{name} ({', '.join([column.kind, *count, *['target'] * (name == self.target)])})")
        return f"Table of {len(self)} rows: {', '.join(shown)}"

    def take(self, rows: Any) -> Table:
        """Return a table of some of the rows: their places, or True for those that are taken."""
        chosen = _places(rows, len(self))
        taken = {name: column.take(chosen) for name, column in self.columns.items()}
        return Table(taken, self.source, self._rows[chosen], self.target)

    def parts(self) -> Iterator[Table]:
        """Yield the table, as one that is streamed yields its rows in several."""
        yield self

    def having(self, columns: Mapping[str, Column]) -> Table:
        """Return a table of the same rows with these columns."""
        return Table(columns, self.source, self._rows, self.target)

    def split(self, share: float, seed: int = 0) -> tuple[Table, Table]:
        """Return two tables: the rows to train on, and a share of them that is held out, both in their order.

        Each class of the target has its share of the rows that are held out, up to one row.

        Examples
        --------
        >>> train, test = Table.read({"x": range(8), "y": list("aaaabbbb")}, "y").split(0.25)
        >>> len(train), test.columns["y"].values.tolist()
        (6, [0, 1])
        """
        share, seed = number("share", share, above=0, below=1), integer("seed", seed, 0)
        column = None if self.target is None else self.columns[self.target]
        groups = np.zeros(len(self), np.int64)
        if column is not None and column.kind != "number":
            # Missing ones are a group of their own
            groups = np.where(column.missing(), len(column.categories) + 2, column.values).astype(np.int64)
        rows, held_out = splitting.split_groups(groups, share, seed)
        # Of each group a row is left to train on
        if not held_out.size:
            classes = "; each class keeps one to train on" * bool(groups.any())
            raise one_side(share, 0, len(self), classes)
        return self.take(rows), self.take(held_out)

    def wrong(self, row: int, name: str, expected: str, got: Any, hint: str = "") -> ValueError:
        """Return an error that names a row of this table as its source does, a column and a cell."""
        place = f"{self.source.name}, {self.source.place(int(self._rows[row]))}, column {short(name)}"
        return ValueError(f"{place}: expected {expected}, got {got}{'; ' * bool(hint)}{hint}")


def _places(rows: Any, count: int) -> Array:
    """Return which of so many rows are meant: by their places, or by a truth value for each."""
    try:
        chosen = np.arange(count)[np.asarray(rows) if np.size(rows) else []]
    except (IndexError, TypeError, ValueError):
        chosen = np.empty((), np.intp)
    if chosen.ndim != 1:
        raise ValueError(f"rows: expected places of {count} rows, or True or False for each, got {short(rows)}")
    return chosen


def one_side(share: float, held_out: int, rows: int, hint: str = "") -> ValueError:
    """Return an error that says that a share holds out none of the rows, or all."""
    return ValueError(
        f"share: expected one that holds out at least one row and leaves at least one to train on, got {share}, which "
        f"holds out {held_out} of {rows}{hint}"
    )


def joined(tables: Sequence[Table]) -> Table:
    """Return one table of the rows of several that come from one source."""
    first = tables[0]
    columns = {
        name: columns_joined(name, first.source, [table.columns[name] for table in tables]) for name in first.names
    }
    return Table(columns, first.source, np.concatenate([table._rows for table in tables]), first.target)


def stream(
    source: Source, kinds: Mapping[str, Kind], invalid: str = "refuse", target: str | None = None
) -> Iterator[Table]:
    """Yield the rows of a source in tables of some thousands, in memory that does not grow with their number.

    Columns that have no kind are not read. The categories of each table are its own.
    """
    start = 0
    for arrays in source.batches(list(kinds)):
        columns = {}
        for (name, kind), array in zip(kinds.items(), arrays):
            part = Declared(name, source, kind, invalid)
            part.add(array, start)
            columns[name] = part.column()
        rows = len(arrays[0])
        if rows:
            yield Table(columns, source, np.arange(start, start + rows), target)
        start += rows


def _gather(source: Source, parts: Mapping[str, Declared | Found]) -> int:
    """Give the cells of a source to its columns, and return the number of rows."""
    rows = 0
    for arrays in source.batches(list(parts)):
        for part, array in zip(parts.values(), arrays):
            part.add(array, rows)
        rows += len(arrays[0])
    if not rows:
        raise without_rows(source)
    return rows


def chosen_columns(source: Source, columns: Sequence[str] | None, target: str | None) -> list[str]:
    """Return the columns to read, in the order of the source."""
    wanted = list(source.names) if columns is None else _listed(columns)
    for argument, names in (("columns", wanted), ("target", [] if target is None else [target])):
        for name in names:
            if not isinstance(name, str) or name not in source.names:
                raise ValueError(
                    f"{argument}: expected a column of {source.name}, got {short(name)}{_others(name, source)}"
                )
    return [name for name in source.names if name in wanted or name == target]


def _listed(columns: Any) -> list[Any]:
    found = list(columns) if not isinstance(columns, (str, bytes)) and np.ndim(columns) == 1 else []
    if not found:
        raise ValueError(f"columns: expected a list of names, got {short(columns)}")
    return found


def _others(name: Any, source: Source) -> str:
    hint = did_you_mean(name, source.names) if isinstance(name, str) else ""
    return hint or f"; it has {some(source.names)}"


def checked_kinds(kinds: Mapping[str, Kind] | None, names: Sequence[str]) -> dict[str, Kind]:
    """Return the declared kinds of columns."""
    declared: dict[str, Kind] = {} if kinds is None else dict(instance("kinds", kinds, Mapping))
    for name, kind in declared.items():
        if name not in names:
            raise ValueError(f"kinds: expected columns that are read, {some(names)}, got {short(name)}")
        if not isinstance(kind, str) or kind not in KINDS:
            raise ValueError(f"kinds[{short(name)}]: expected one of {', '.join(KINDS)}, got {short(kind)}")
    return declared


def checked_invalid(rule: str) -> str:
    """Return what is done with a cell that is not of its column's kind."""
    if not isinstance(rule, str) or rule not in ("refuse", "missing"):
        raise ValueError(f"invalid: expected 'refuse' or 'missing', got {short(rule)}")
    return rule


def _names_classes(column: Column) -> bool:
    """Return whether numbers are few enough, and whole, to be names of classes."""
    if column.kind != "number":
        return False
    found = column.values[~np.isnan(column.values)]
    return are_classes(few_whole(found), len(found))


def few_whole(numbers: Array) -> Array | None:
    """Return the different ones of numbers if they are whole, and no more than `MOST_CLASSES`."""
    # Sorting a million takes longer than to see that a thousand differ
    if len(np.unique(numbers[:1000])) > MOST_CLASSES or (numbers != np.rint(numbers)).any():
        return None
    distinct = np.unique(numbers)
    return distinct if len(distinct) <= MOST_CLASSES else None


def are_classes(distinct: Array | None, count: int) -> bool:
    """Return whether the different ones of so many numbers, from `few_whole`, are names of classes."""
    return distinct is not None and len(distinct) <= max(count / 2, 2)
