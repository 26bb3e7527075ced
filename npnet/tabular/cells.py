"""The cells of a column, read as what the column is: numbers, truth values or categories."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

from npnet._arrays import is_missing
from npnet.tabular.sources import Format
from npnet.typing import Array

Kind = Literal["number", "category", "truth"]
KINDS: tuple[Kind, ...] = ("number", "category", "truth")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
"""What is a number, once decimal and thousands are as Python writes them: decimal, and finite."""
TRUTHS = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0}
"""The truth values, in small letters. A column is found to be one where it has nothing but the first two."""


class Values(NamedTuple):
    """Numbers or truth values, NaN where there is none, and where a cell is neither one nor missing."""

    values: Array
    bad: Array | None


class Words(NamedTuple):
    """Categories: the place of each cell in `words`, -1 where it is missing."""

    codes: Array
    words: tuple[str, ...]


def is_text(array: pa.Array) -> bool:
    """Return whether an array holds text, or categories that are text."""
    kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def is_time(array: pa.Array) -> bool:
    """Return whether an array holds dates, times or durations."""
    return bool(pa.types.is_temporal(array.type))


def is_number(array: pa.Array) -> bool:
    """Return whether an array holds numbers."""
    kind = array.type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def has_a_kind(array: pa.Array) -> bool:
    """Return whether an array can be a column of one of the kinds."""
    kind = array.type
    return (
        is_text(array)
        or is_number(array)
        or pa.types.is_boolean(kind)
        or pa.types.is_dictionary(kind)
        or pa.types.is_null(kind)
    )


def numbers(array: pa.Array, form: Format) -> Values:
    """Return the numbers of cells as float64."""
    array = _decoded(array)
    if is_number(array):
        values = _floats(array)
        bad = np.isinf(values)
        return Values(values, bad if bad.any() else None)
    if not is_text(array):
        return _all_bad(array)
    if not pa.types.is_dictionary(array.type) and (at_once := _at_once(array, form)) is not None:
        return Values(at_once, None)
    codes, words = encoded(array)
    return _expanded(codes, [number(word, form) for word in words])


def _at_once(array: pa.Array, form: Format) -> Array | None:
    """Return text as numbers if all of it is or is missing, else None: the same as word by word, many times faster."""
    if form.thousands is not None and _some_have(array, form.thousands):
        return None
    if form.decimal != ".":
        if _some_have(array, "."):
            return None
        array = pa.compute.replace_substring(array, form.decimal, ".")
    for mend in (_as_it_is, pa.compute.utf8_trim_whitespace, partial(_with_gaps, missing=form.missing)):
        array = mend(array)
        try:
            values = _floats(array)
        except pa.ArrowInvalid:
            continue
        # Not finite is a word such as nan or inf, or a number beyond float64
        if np.count_nonzero(np.isfinite(values)) == len(array) - array.null_count:
            return values
    return None


def _some_have(array: pa.Array, mark: str) -> bool:
    return pa.compute.any(pa.compute.match_substring(array, mark)).as_py() is True


def _as_it_is(array: pa.Array) -> pa.Array:
    return array


def _with_gaps(array: pa.Array, missing: tuple[str, ...]) -> pa.Array:
    """Return text with nulls in place of the words that stand for a missing value."""
    # As pa.array(missing) and pa.scalar(None), which import pandas first
    words = [word.encode() for word in missing]
    ends = np.cumsum([0, *map(len, words)], dtype=np.int32)
    known = pa.StringArray.from_buffers(len(words), pa.py_buffer(ends), pa.py_buffer(b"".join(words)))
    return pa.compute.if_else(pa.compute.is_in(array, known.cast(array.type)), pa.NULL, array)


def _decoded(array: pa.Array) -> pa.Array:
    """Return categories that are no text, such as whole numbers, as what they are."""
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) and not is_text(array) else array


def _floats(array: pa.Array) -> Array:
    return _as_numpy(pa.compute.cast(array, pa.float64(), safe=False), float("nan"))


def _as_numpy(array: pa.Array, missing: float) -> Array:
    """Return an array of float64 or int32, `missing` where it has a null."""
    # Arrow's own to_numpy and fill_null import pandas first: half a second, and 100 MB
    if not array.null_count:
        return np.from_dlpack(array)
    values = np.full(len(array), missing, np.float64 if pa.types.is_floating(array.type) else np.int32)
    present = _present(array)
    data = array.buffers()[1]
    if data is not None:
        whole = np.frombuffer(data, values.dtype, len(array), array.offset * values.itemsize)
        np.copyto(values, whole, where=present)
    return values


def _present(array: pa.Array) -> Array:
    """Return which elements are not null."""
    return np.from_dlpack(pa.compute.cast(array.is_valid(), pa.uint8())).astype(bool)


def number(word: str, form: Format) -> float | None:
    """Return the number that a word is, NaN for one that stands for a missing number, None for another word."""
    if word in form.missing:
        return float("nan")
    if form.thousands is not None and form.thousands in word:
        whole, point, fraction = word.partition(form.decimal)
        groups = whole.split(form.thousands)
        if not 1 <= len(groups[0].lstrip("+-")) <= 3 or not all(len(group) == 3 for group in groups[1:]):
            return None
        word = "".join(groups) + point + fraction
    if form.decimal != ".":
        if "." in word:
            return None
        word = word.replace(form.decimal, ".")
    if not NUMBER.fullmatch(word):
        return None
    value = float(word)
    return value if np.isfinite(value) else None


def truths(array: pa.Array, form: Format) -> Values:
    """Return the truth values of cells: 0 or 1 as float32."""
    array = _decoded(array)
    if pa.types.is_boolean(array.type):
        return Values(_floats(array).astype(np.float32), None)
    if is_number(array):
        values = _floats(array)
        bad = ~((values == 0) | (values == 1) | np.isnan(values))
        return Values(values.astype(np.float32), bad if bad.any() else None)
    if not is_text(array):
        values, bad = _all_bad(array)
        return Values(values.astype(np.float32), bad)
    codes, words = encoded(array)
    read = [float("nan") if word in form.missing else TRUTHS.get(word.lower()) for word in words]
    values, bad = _expanded(codes, read)
    return Values(values.astype(np.float32), bad)


def encoded(array: pa.Array) -> Words:
    """Return the categories of cells, without blanks around them; an empty cell is missing.

    A whole number is written as one whatever its type, so that a gap in a data frame's integers, which makes them
    floats, does not make others of them.
    """
    if pa.types.is_null(array.type):
        return Words(np.full(len(array), -1, np.int32), ())
    if not pa.types.is_dictionary(array.type):
        array = pa.compute.dictionary_encode(array)
    codes = _as_numpy(pa.compute.cast(array.indices, pa.int32()), -1)
    places: dict[str, int] = {}
    written = [_written(value) for value in array.dictionary.to_pylist()]
    # The last stands for the code -1
    to = np.array([places.setdefault(word, len(places)) if word else -1 for word in written] + [-1], np.int32)
    return Words(to[codes], tuple(places))


def _written(value: Any) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _all_bad(array: pa.Array) -> Values:
    """Return what there is of numbers in a column of something else: none, and the cells that are not missing."""
    bad = _present(array)
    return Values(np.full(len(array), np.nan), bad if bad.any() else None)


def _expanded(codes: Array, read: list[float | None]) -> Values:
    """Return the values of cells from those of the words that they are; -1 is a cell that is missing."""
    values = np.array([np.nan if value is None else value for value in read] + [np.nan])[codes]
    wrong = np.array([value is None for value in read] + [False])
    return Values(values, wrong[codes] if wrong.any() else None)
