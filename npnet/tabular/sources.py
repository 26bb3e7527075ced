"""Where rows come from: a CSV file, a Parquet file, or a data frame. Each is read in batches of columns of Arrow.

Cells of a CSV file stay text here: what a cell is, the kind of its column says, and not the cells beside it.
"""

from __future__ import annotations

import csv
import gzip
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from npnet._arrays import is_missing, with_article
from npnet._checks import instance
from npnet._text import short

MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "none")
BLOCK = 1 << 20
"""Bytes of a CSV file that are read at once. A row must be shorter."""
BATCH = 1 << 16
"""Rows of a Parquet file or a frame that are read at once."""
DELIMITERS = ",;\t|"
DAMAGED = (pa.ArrowException, OSError, UnicodeError)
"""What Arrow raises about a Parquet file with an error; the last one is of names that are no UTF-8."""


@dataclass(frozen=True)
class Format:
    """How the cells of a CSV file are written.

    Attributes
    ----------
    delimiter : str or None
        What stands between cells. None takes the one of comma, semicolon, tab and bar that the header has most often.
    decimal : str
        What stands before the fraction of a number: a point, or a comma.
    thousands : str or None
        What stands between groups of three digits, if anything does.
    encoding : str
        The encoding of the text.
    missing : tuple of str
        What stands for a missing number or truth value. In a column of categories only an empty cell is missing: the
        others may be names of classes.
    """

    delimiter: str | None = None
    decimal: str = "."
    thousands: str | None = None
    encoding: str = "utf-8"
    missing: tuple[str, ...] = MISSING

    def __post_init__(self) -> None:
        for name in ("delimiter", "decimal", "thousands"):
            value = getattr(self, name)
            if not (value is None and name != "decimal") and not (isinstance(value, str) and len(value) == 1):
                raise ValueError(f"{name}: expected one character, got {short(value)}")
        if self.decimal not in ".,":
            raise ValueError(f"decimal: expected '.' or ',', got {self.decimal!r}")
        if self.thousands is not None and (self.thousands == self.decimal or self.thousands in "+-eE0123456789"):
            raise ValueError(f"thousands: expected a mark that numbers do not have, got {self.thousands!r}")
        if self.delimiter is not None and not (self.delimiter.isascii() and self.delimiter not in '"\r\n\0'):
            raise ValueError(f"delimiter: expected an ASCII character that cells do not have, got {self.delimiter!r}")
        try:
            "".encode(self.encoding)
        except (LookupError, TypeError, ValueError):
            raise ValueError(f"encoding: expected the name of an encoding, got {short(self.encoding)}") from None
        words = isinstance(self.missing, (list, tuple)) and all(isinstance(word, str) for word in self.missing)
        if not words:
            raise ValueError(f"missing: expected words, got {short(self.missing)}")
        # A list would compare unequal; an empty cell is missing whatever words are
        object.__setattr__(self, "missing", tuple(dict.fromkeys(["", *self.missing])))


class Source(Protocol):
    """Rows with named columns."""

    name: str
    """What an error calls it."""
    names: tuple[str, ...]
    """The names of the columns."""
    form: Format

    def is_typed(self, column: str) -> bool:
        """Return whether text of a column is meant as text; in a CSV file it may be numbers."""

    def batches(self, columns: Sequence[str]) -> Iterator[list[pa.Array]]:
        """Yield these columns, some rows at a time."""

    def place(self, row: int) -> str:
        """Return what an error calls a row, counted from 0."""


def open_source(data: Any, form: Format | None = None) -> Source:
    """Return the rows of a file, a data frame, a table of Arrow or a dict of columns.

    Raises
    ------
    OSError
        If the file can't be read.
    """
    form = Format() if form is None else instance("form", form, Format)
    if isinstance(data, (str, os.PathLike)):
        path = Path(data)
        if path.suffix.lower() in (".parquet", ".pq"):
            return ParquetFile(path, form)
        return CsvFile(path, form)
    return Frame(data, form)


def without_rows(source: Source) -> ValueError:
    """Return an error that says that a source has no rows."""
    return ValueError(f"{source.name}: expected rows below the header, got none")


def _checked_names(source: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns, of which each must have one of its own."""
    for place, name in enumerate(names, 1):
        if not name:
            hint = "; an index that pandas wrote has none: to_csv(..., index=False) leaves it out" * (place == 1)
            raise ValueError(f"{source}: expected a name for each column, got none for column {place}{hint}")
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"{source}: expected columns of different names, got {names.count(name)} named {short(name)}"
            )
    if not names:
        raise ValueError(f"{source}: expected columns, got none")
    return tuple(names)


class CsvFile:
    """A CSV file, plain or gzipped."""

    def __init__(self, path: Path, form: Format) -> None:
        self.path, self.name = path, path.name
        # The byte-order mark of some spreadsheets is no part of the first name
        utf8 = form.encoding.lower().replace("_", "-") in ("utf-8", "utf8")
        self.form = replace(form, encoding="utf-8-sig") if utf8 else form
        with self._text() as file:
            first = next((line for line in file if line.strip()), "")
        if not first.strip():
            raise ValueError(f"{self.name}: expected a header line, got an empty file")
        if form.delimiter is None:
            likely = max(DELIMITERS, key=lambda mark: (mark != form.decimal and first.count(mark), mark == ","))
            self.form = replace(self.form, delimiter=likely)
        _, header = next(self._records())
        self.names = _checked_names(self.name, [cell.strip() for cell in header])

    @contextmanager
    def _text(self) -> Iterator[TextIO]:
        """Open the file; what is no text, or not zipped as its name says, is refused."""
        try:
            if self.path.suffix == ".gz":
                with gzip.open(self.path, "rt", encoding=self.form.encoding, newline="") as file:
                    yield file
            else:
                with open(self.path, encoding=self.form.encoding, newline="") as file:
                    yield file
        # That UTF-16 lacks its mark is no error of decoding
        except UnicodeError as error:
            raise self._not_text(error) from None
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise self._not_zipped(error) from None

    def _not_zipped(self, error: Exception) -> ValueError:
        return ValueError(f"{self.name}: expected a gzipped file, got one with an error: {error}")

    def _not_text(self, error: UnicodeError) -> ValueError:
        encoding = self.form.encoding.removesuffix("-sig")
        return ValueError(f"{self.name}: expected text in {encoding}, got {error}; encoding=... names another one")

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the line that each record begins in, and its cells, the header's first; blank lines are no records."""
        with self._text() as file:
            rows = csv.reader(file, delimiter=str(self.form.delimiter))
            line = 1
            try:
                for cells in rows:
                    if cells:
                        yield line, cells
                    line = rows.line_num + 1
            except csv.Error as error:
                raise ValueError(f"{self.name}, line {line}: expected cells of a CSV file, got {error}") from error

    @cached_property
    def _skipped(self) -> int:
        """The number of lines that are blank before the header, and the header's one record."""
        with self._text() as file:
            return 1 + next(number for number, line in enumerate(file) if line.strip("\r\n"))

    def is_typed(self, column: str) -> bool:
        """Return that it is not: all cells are text."""
        return False

    def batches(self, columns: Sequence[str]) -> Iterator[list[pa.Array]]:
        """Yield these columns as text, null where a cell is empty."""
        keys = {name: str(place) for place, name in enumerate(self.names)}
        encoding = self.form.encoding.removesuffix("-sig")
        # The first block holds the header too, whose cells are not asked for
        reading = pa.csv.ReadOptions(
            column_names=list(keys.values()), skip_rows_after_names=self._skipped, block_size=BLOCK, encoding=encoding
        )
        parsing = pa.csv.ParseOptions(delimiter=self.form.delimiter, newlines_in_values=True)
        converting = pa.csv.ConvertOptions(
            column_types=dict.fromkeys(keys.values(), pa.string()),
            include_columns=[keys[name] for name in columns],
            null_values=[""],
            strings_can_be_null=True,
        )
        last = None
        try:
            # By suffix: a file that ends in .gz is opened as one
            for batch in pa.csv.open_csv(self.path, reading, parsing, converting):
                last = batch if batch.num_rows else last
                yield batch.columns
        except UnicodeError as error:
            raise self._not_text(error) from None
        except pa.ArrowException as error:
            raise self._explained(error) from error
        except OSError as error:
            if error.errno is not None:
                raise
            # Of Arrow's gzip, without a name: a file that was cut
            raise self._not_zipped(error) from None
        if last is not None and any("\n" in str(column[-1]) for column in last.columns):
            self._refuse_open_quote()

    def _explained(self, error: Exception) -> ValueError:
        """Return what is wrong with a file that could not be cut into cells."""
        lines = 0
        for line, cells in self._records():
            lines += 1
            if len(cells) != len(self.names):
                got = f"{len(cells)} in line {line}"
                return ValueError(
                    f"{self.name}: expected {len(self.names)} cells in each line, as the header, got {got}"
                )
        if lines == 1:
            return without_rows(self)
        if "straddling" in str(error):
            return ValueError(f"{self.name}: expected rows of less than {BLOCK} bytes below the header, got others")
        return ValueError(f"{self.name}: expected a CSV file, got one with an error: {error}")

    def _refuse_open_quote(self) -> None:
        """Refuse a file whose last cell begins with a quotation mark that no other one ends: it swallowed lines."""
        with self._text() as file:
            rows = csv.reader(file, delimiter=str(self.form.delimiter), strict=True)
            line = 1
            try:
                for _ in rows:
                    line = rows.line_num + 1
            except csv.Error as error:
                if "end of data" in str(error):
                    raise ValueError(
                        f"{self.name}: expected a quotation mark at the end of each quoted cell, got none for one that "
                        f"begins in line {line}"
                    ) from None

    def place(self, row: int) -> str:
        """Return the line in which a row begins, as a text editor counts."""
        for number, (line, _) in enumerate(self._records(), -1):
            if number == row:
                return f"line {line}"
        return f"row {row}"


class ParquetFile:
    """A Parquet file."""

    def __init__(self, path: Path, form: Format) -> None:
        self.path, self.name, self.form = path, path.name, form
        with open(path, "rb"):
            pass
        try:
            schema = pa.parquet.read_schema(path)
        except DAMAGED as error:
            raise self._damaged(error) from error
        # pandas writes an index that is no range as a column
        self.names = _checked_names(self.name, [name for name in schema.names if name != "__index_level_0__"])

    def is_typed(self, column: str) -> bool:
        """Return that it is."""
        return True

    def batches(self, columns: Sequence[str]) -> Iterator[list[pa.Array]]:
        """Yield these columns."""
        try:
            with pa.parquet.ParquetFile(self.path) as file:
                for batch in file.iter_batches(BATCH, columns=list(columns)):
                    # That text is UTF-8, and categories have places, is taken on trust by all that follows
                    batch.validate(full=True)
                    yield [batch.column(name) for name in columns]
        except DAMAGED as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> ValueError:
        told = " ".join(str(error).split())
        return ValueError(f"{self.name}: expected a Parquet file, got one with an error: {told}")

    def place(self, row: int) -> str:
        """Return the number of a row, counted from 1."""
        return f"row {row + 1}"


class Frame:
    """A data frame of pandas or Polars, a table or record batch of Arrow, or a dict of columns."""

    def __init__(self, data: Any, form: Format) -> None:
        self.name, self.form = "frame", form
        self._data = data
        if isinstance(data, (pa.Table, pa.RecordBatch)):
            names, columns = data.schema.names, list(data.columns)
        elif isinstance(data, Mapping):
            names, columns = list(data), list(data.values())
        elif hasattr(data, "columns") and hasattr(data, "__getitem__"):
            names = list(data.columns)
            columns = [data[name] for name in names]
        else:
            raise ValueError(f"frame: expected the path of a file, a data frame or a dict, got {with_article(data)}")
        self.names = _checked_names(self.name, [str(name) for name in names])
        lengths = {name: _length(name, column) for name, column in zip(self.names, columns)}
        self.rows = lengths[self.names[0]]
        if set(lengths.values()) != {self.rows}:
            raise ValueError(f"{self.name}: expected columns of one length, got {lengths}")
        self._columns = dict(zip(self.names, columns))
        self._converted: dict[str, tuple[pa.Array, bool]] = {}

    def _column(self, name: str) -> tuple[pa.Array, bool]:
        # As a whole: of the objects in a column, all say what it is
        if name not in self._converted:
            self._converted[name] = _as_arrow(name, self._columns[name])
        return self._converted[name]

    def is_typed(self, column: str) -> bool:
        """Return whether its elements were of one type."""
        return self._column(column)[1]

    def batches(self, columns: Sequence[str]) -> Iterator[list[pa.Array]]:
        """Yield these columns; one of objects of several types as text."""
        arrays = [self._column(name)[0] for name in columns]
        for start in range(0, self.rows, BATCH):
            yield [array[start : start + BATCH] for array in arrays]

    def place(self, row: int) -> str:
        """Return the number of a row, counted from 0, and its label if that is another one."""
        if hasattr(self._data, "iloc") and self._data.index[row] != row:
            return f"row {row} (labelled {self._data.index[row]})"
        return f"row {row}"


def _length(name: str, column: Any) -> int:
    try:
        return len(column)
    except TypeError:
        raise ValueError(
            f"frame, column {short(name)}: expected a list or an array, got {with_article(column)}"
        ) from None


def _as_arrow(name: str, column: Any) -> tuple[pa.Array, bool]:
    """Return a column as one array, and whether its elements are of one type."""
    if hasattr(column, "to_arrow"):
        column = column.to_arrow()
    typed = True
    if not isinstance(column, (pa.Array, pa.ChunkedArray)):
        given = column if hasattr(column, "__array__") else np.asarray(column, object)
        if np.ndim(given) != 1:
            raise ValueError(f"frame, column {short(name)}: expected one axis, got {np.ndim(given)}")
        try:
            column = pa.array(given, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
            typed = False
            column = pa.array([None if is_missing(one) else str(one) for one in given], pa.string())
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    # Of a chunked array, before one release of Arrow, several chunks
    return (pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column), typed
