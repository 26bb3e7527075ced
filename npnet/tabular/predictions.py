"""Predictions as CSV: a line for each row, written while the rows are read."""

from __future__ import annotations

import csv
import io
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv

from npnet.tabular.model import Model
from npnet.tabular.sources import Format
from npnet.typing import Array

ROW = "row"
"""The name of the first column: the number of the row, counted from 1 below the header."""


def write(model: Model, data: Any, to: BinaryIO, form: Format | None = None) -> int:
    """Write what a model predicts for each row, and return how many lines there are below the header.

    A line has the number of its row, since the model's rules may drop some; then the name of the class and the
    probability of each, or the number in the target's own unit. Memory does not grow with the number of rows.

    Parameters
    ----------
    model : Model
        The model, whose rules hold.
    data : path, data frame, or dict of columns
        The rows.
    to : binary file
        Where the lines are written, in UTF-8.
    form : Format or None
        How a CSV file of rows is written; None as those that the model was trained on.

    Examples
    --------
    >>> from npnet.tabular import Table, train
    >>> model = train(Table.read({"x": [1.0, 3.0] * 9, "y": ["a", "b"] * 9}, "y"), epochs=5)
    >>> lines = io.BytesIO()
    >>> write(model, {"x": [1.0, 2.0]}, lines)
    2
    >>> lines.getvalue().decode().splitlines()[0]
    'row,y,P(a),P(b)'
    """
    header = names(model)
    first = io.StringIO()
    csv.writer(first, lineterminator="\n").writerow(header)
    above, rows = first.getvalue().encode(), 0
    for places, outputs in model.outputs(data, form):
        # Not before there are rows: where the first is refused, nothing is written
        to.write(above)
        above = b""
        batch = pa.RecordBatch.from_arrays(_columns(model, places, outputs), names=list(map(str, range(len(header)))))
        pa.csv.write_csv(batch, to, pa.csv.WriteOptions(include_header=False, quoting_style=_quoting(model)))
        rows += len(places)
    to.write(above)
    return rows


def names(model: Model) -> list[str]:
    """Return the names of the columns."""
    target = model.preparation.target
    assert target is not None
    return [ROW, target.name, *(f"P({name})" for name in model.preparation.classes or ())]


def _columns(model: Model, places: Array, outputs: Array) -> list[pa.Array]:
    classes = model.preparation.classes
    # Without pa.array, which imports pandas first
    rows = _as_arrow(places.astype(np.int64) + 1, pa.int64())
    if classes is None:
        return [rows, _as_arrow(model.named(outputs), pa.float64())]
    codes = _as_arrow(outputs.argmax(axis=1).astype(np.int64), pa.int64())
    kind = pa.float32() if outputs.dtype == np.float32 else pa.float64()
    return [rows, _texts(classes).take(codes), *(_as_arrow(column, kind) for column in outputs.T)]


def _as_arrow(values: Array, kind: pa.DataType) -> pa.Array:
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def _texts(words: tuple[str, ...]) -> pa.Array:
    encoded = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(words), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)))


def _quoting(model: Model) -> str:
    """Return how Arrow quotes: either all texts, or none, which it refuses where one has to be."""
    every = "".join(model.preparation.classes or ())
    return "needed" if any(mark in every for mark in ',"\r\n') else "none"
