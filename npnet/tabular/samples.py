"""The rows of a table as a training takes them, some at a time: from memory, or from a temporary file."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from npnet._checks import float_dtype
from npnet.engine.parts import Samples
from npnet.tabular.preparation import Preparation
from npnet.tabular.streamed import StreamedTable
from npnet.tabular.table import Table
from npnet.typing import Array

CHUNK = 1024
"""Rows of a temporary file that are read at once, and that are near each other in the source."""
BUFFER = 1 << 16
"""Rows among which those of several chunks are shuffled."""


class _Rows(Samples):
    """Rows of which features are made by a preparation.

    They are kept as its records, so that those in a random order are found fast: all of a row lies together.
    """

    def __init__(self, preparation: Preparation, dtype: Any) -> None:
        self._preparation, self._dtype = preparation, float_dtype(dtype)
        self.width = preparation.layout.width

    def _records(self, table: Table) -> Array:
        """Return the rows of a table; what does not fit is refused."""
        return self._preparation.records(self._preparation.cells(table, target=True), self._dtype)

    def _made(self, records: Array) -> tuple[Array, Array]:
        x, y = self._preparation.made(records)
        assert y is not None
        return x, y


class InMemory(_Rows):
    """Rows of a table in memory, in an order of all of them: a training has the same bits as with all features at once.

    Examples
    --------
    >>> table = Table.read({"x": [1.0, 3.0], "y": ["a", "b"]}, "y")
    >>> rows = InMemory(Preparation.fit(table), table, "float32")
    >>> next(rows.parts(np.array([1, 0]), 2))
    (array([[ 1.],
           [-1.]], dtype=float32), array([1, 0]))
    """

    def __init__(self, preparation: Preparation, table: Table, dtype: Any) -> None:
        super().__init__(preparation, dtype)
        self._rows = self._records(table)

    def __len__(self) -> int:
        return len(self._rows)

    def order(self, rng: np.random.Generator) -> Array:
        """Draw a permutation."""
        return rng.permutation(len(self))

    def parts(self, order: Array | None, rows: int) -> Iterator[tuple[Array, Array]]:
        """Yield all rows."""
        for start in range(0, len(self), rows):
            part = slice(start, start + rows)
            # Unlike an index, which copies field by field, it takes whole records
            yield self._made(self._rows[part] if order is None else np.take(self._rows, order[part]))


class Stored(_Rows):
    """Rows of a table that is streamed, which are kept in a temporary file of about its size.

    An epoch's order is that of chunks of `CHUNK` rows in random order, of which about `BUFFER` rows at a time are
    shuffled: rows that are neighbours in the source may be far from each other, wherever they stand.
    """

    def __init__(self, preparation: Preparation, table: StreamedTable, dtype: Any) -> None:
        super().__init__(preparation, dtype)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the last reference to these rows)
        weakref.finalize(self, self._file.close)
        self._count = 0
        for part in table.parts():
            records = self._records(part)
            self._record = records.dtype
            self._write(records.view(np.uint8).data)
            self._count += len(records)

    def _write(self, data: memoryview) -> None:
        try:
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            # The file has no name, and its disk may be another one than that of the model
            raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from error

    def __len__(self) -> int:
        return self._count

    def order(self, rng: np.random.Generator) -> int:
        """Draw a seed."""
        return int(rng.integers(2**63))

    def parts(self, order: int | None, rows: int) -> Iterator[tuple[Array, Array]]:
        """Yield all rows."""
        rng = None if order is None else np.random.default_rng(order)
        places = np.arange(0, self._count, CHUNK)
        places = places if rng is None else rng.permutation(places)
        left, chunks = self._chunk(self._count), max(1, BUFFER // CHUNK)
        for start in range(0, len(places), chunks):
            buffer = np.concatenate([left, *map(self._chunk, places[start : start + chunks].tolist())])
            if rng is not None:
                buffer = np.take(buffer, rng.permutation(len(buffer)))
            last = start + chunks >= len(places)
            ready = len(buffer) if last else len(buffer) // rows * rows
            for at in range(0, ready, rows):
                yield self._made(buffer[at : min(at + rows, ready)])
            left = buffer[ready:]

    def _chunk(self, place: int) -> Array:
        """Return the rows of the file from a place on, none at its end."""
        self._file.seek(place * self._record.itemsize)
        return np.frombuffer(self._file.read(CHUNK * self._record.itemsize), self._record)
