"""A table whose rows are read again whenever they are needed, in memory that does not grow with their number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from npnet._checks import integer, number
from npnet.tabular.cells import Kind
from npnet.tabular.columns import Found
from npnet.tabular.sources import BATCH, Format, Source, open_source, without_rows
from npnet.tabular.table import (
    Table,
    are_classes,
    checked_invalid,
    checked_kinds,
    chosen_columns,
    few_whole,
    joined,
    one_side,
    stream,
)
from npnet.typing import Array

MOST_HELD_OUT = 100_000
"""The most rows that are held out, since they are kept in memory; about so many are drawn."""


class StreamedTable:
    """Rows of a file that memory need not hold, with columns of known kinds; `npnet.tabular.train` takes it.

    Attributes
    ----------
    kinds : dict of str to "number", "category" or "truth"
        The kind of each column, the same as `npnet.tabular.Table` finds.
    target : str or None
        The column that is to be predicted.
    source : Source
        Where the rows come from.

    Notes
    -----
    The file is read whole for the kinds, for the rows that are held out, for the preparation, and once more by the
    training, which keeps the cells in a temporary file of about the same size and reads each epoch from there. So the
    file must not change meanwhile. In an epoch, chunks of 1024 neighbouring rows come in random order, and some 65,000
    rows at a time are shuffled; a `Table` has an order of all its rows. With the same seed, the model of a
    `StreamedTable` is the same each time, but another than that of a `Table` of the same file.

    Examples
    --------
    >>> table = StreamedTable.read({"length": [1.0, 3.0] * 9, "y": ["a", "b"] * 9}, target="y")
    >>> table
    StreamedTable of 18 rows: length (number), y (category, target)
    >>> from npnet.tabular import train
    >>> train(table, epochs=5)
    Model of y (2 classes) from 1 columns
    """

    def __init__(
        self,
        source: Source,
        kinds: Mapping[str, Kind],
        rows: int,
        target: str | None = None,
        invalid: str = "refuse",
        left_out: tuple[float, int] | None = None,
    ) -> None:
        self.source, self.kinds, self.target = source, dict(kinds), target
        self._rows, self._invalid = rows, invalid
        # The share of rows that are left out, and the seed of which they are
        self._left_out = left_out
        draw = self._draw()
        self._count = rows - sum(int(draw(min(BATCH, rows - start)).sum()) for start in range(0, rows, BATCH))

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
    ) -> StreamedTable:
        """Read all rows once, and find what the columns are.

        Parameters are those of `npnet.tabular.Table.read`.

        Raises
        ------
        OSError
            If the file can't be read.
        """
        source = open_source(data, form)
        chosen = chosen_columns(source, columns, target)
        declared, invalid = checked_kinds(kinds, chosen), checked_invalid(invalid)
        found = {name: Found(name, source) for name in chosen if name not in declared}
        rows, count = 0, 0
        few: Array | None = np.empty(0)
        for arrays in source.batches(chosen):
            for name, array in zip(chosen, arrays):
                if name not in found:
                    continue
                found[name].add(array, rows)
                numbers = found[name].forget()
                if name == target and few is not None:
                    present = numbers[~np.isnan(numbers)]
                    count += len(present)
                    few = few_whole(np.concatenate([few, present]))
            rows += len(arrays[0])
        if not rows:
            raise without_rows(source)
        made = declared | {name: one.kind() for name, one in found.items()}
        if target in found and made[target] == "number" and are_classes(few, count):
            made[target] = "category"
        return cls(source, {name: made[name] for name in chosen}, rows, target, invalid)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.kinds)

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        shown = [f"{name} ({kind}{', target' * (name == self.target)})" for name, kind in self.kinds.items()]
        return f"StreamedTable of {len(self)} rows: {', '.join(shown)}"

    def parts(self) -> Iterator[Table]:
        """Yield the rows in tables of some thousands. The categories of each are its own."""
        return (table.take(~out) for table, out in self._marked())

    def split(self, share: float, seed: int = 0) -> tuple[StreamedTable, Table]:
        """Return the rows to train on, and about a share of them that is held out, at most `MOST_HELD_OUT`, in memory.

        Each row is held out or not by a number of its own, drawn with the seed, whatever its class is.

        Examples
        --------
        >>> train, test = StreamedTable.read({"x": range(1000), "y": [0.5] * 1000}, "y").split(0.25)
        >>> len(train), len(test)
        (769, 231)
        """
        share, seed = number("share", share, above=0, below=1), integer("seed", seed, 0)
        if self._left_out is not None:
            raise ValueError("split: expected rows of which none are held out yet, got others")
        chosen = min(share, MOST_HELD_OUT / self._rows)
        rows = StreamedTable(self.source, self.kinds, self._rows, self.target, self._invalid, (chosen, seed))
        held_out = [table.take(out) for table, out in rows._marked() if out.any()]
        if not held_out or not len(rows):
            raise one_side(share, self._rows - len(rows), self._rows)
        return rows, joined(held_out)

    def _marked(self) -> Iterator[tuple[Table, Array]]:
        """Yield the rows in tables, and which of them are left out."""
        draw = self._draw()
        for table in stream(self.source, self.kinds, self._invalid, self.target):
            yield table, draw(len(table))

    def _draw(self) -> Callable[[int], Array]:
        """Return what draws of the next rows which are left out: the same ones each time, however many there are."""
        share, seed = (0.0, 0) if self._left_out is None else self._left_out
        rng = np.random.default_rng(seed)
        return lambda count: rng.random(count) < share
