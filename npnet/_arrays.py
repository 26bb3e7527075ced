"""Arrays of what users have: lists, data frames, columns, tensors. What is none of these is named, with the way out.

Only NumPy is imported: a data frame, a sparse matrix or a tensor is known by what it can do.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, MappingView, Set
from numbers import Number
from typing import Any

import numpy as np

from npnet.typing import Array

TEXT = "UST"
"""The kinds of NumPy's dtypes that are text."""
_ORDINARY = (bool, int, float, complex, np.number, np.bool_)
_TRUTHS = (bool, np.bool_)
_INTEGERS = (int, np.integer, np.bool_)
_COMPLEX = (complex, np.complexfloating)


def read(name: str, value: Any) -> Array:
    """Return `value` as an array of whatever it holds; `name` is the argument that an error names."""
    if type(value) is np.ndarray:
        return value
    _refuse_what_is_no_array(name, value)
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        if isinstance(value, (list, tuple)) and isinstance(error, ValueError):
            raise ValueError(f"{name}: expected a rectangular array of numbers, got a ragged one") from None
        # What a tensor or a data set says of itself
        raise ValueError(f"{name}: expected an array, got {with_article(value)}: {error}") from error


def as_numbers(name: str, value: Any, expected: str = "numbers", advice: str = "") -> Array:
    """Return `value` as an array without text and missing values; `advice` is what an error says about text.

    An object array becomes one of bool, int64, float64 or complex128 if its elements are Python's or NumPy's numbers,
    as where the columns of a data frame have several dtypes. Other elements, such as fractions and symbols, are kept if
    the array was given as one; those of anything else are converted.
    """
    array = read(name, value)
    if array.dtype.kind in TEXT:
        texts = [text for text in array.ravel().tolist() if not is_missing(text)]
        # The first that is no number says more than one that is
        some = [text for text in texts if not _is_number(text)][:1] or texts[:1]
        shown = "".join(f" such as {text!r}{_advice(text, advice)}" for text in some)
        raise ValueError(f"{name}: expected {expected}, got dtype {array.dtype}, text{shown}")
    if array.dtype.kind == "V" and np.can_cast(array.dtype, np.float32):
        # bfloat16 and its kind, which other libraries add to NumPy
        return array.astype(np.float32)
    if array.dtype.kind in "mMV":
        raise ValueError(f"{name}: expected {expected}, got dtype {array.dtype}{_advice(array, name=name)}")
    if array.dtype != object:
        return array
    kinds = set(map(type, array.flat))
    given = type(value) is np.ndarray
    # NumPy has durations among its integers
    if not kinds or np.timedelta64 in kinds or not all(issubclass(kind, _ORDINARY) for kind in kinds):
        for index, element in np.ndenumerate(array):
            if _is_refused(element, given):
                where = f" {place(index, value)}" if index else ""
                got = f"{_shown(element)}{where}{_advice(element, advice, name)}"
                raise ValueError(f"{name}: expected {expected}, got dtype object, {got}")
        if given:
            return array
    return _without_objects(name, array, kinds)


def fractions_as_floats(array: Array) -> Array:
    """Return an object array of numbers, such as fractions and decimals, as float64; any other array as it is."""
    if array.dtype == object and all(isinstance(element, Number) for element in array.flat):
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            return array.astype(np.float64)
    return array


def place(index: tuple[int, ...], source: Any = None) -> str:
    """Return where an element stands: by the names of a data frame, `source`, or by its index."""
    if len(index) != 2 or not hasattr(source, "columns"):
        return f"at index {index}"
    row, column = index[0], getattr(source, "column_names", source.columns)[index[1]]
    label = source.index[row] if hasattr(source, "iloc") else row
    # What is missing can't be compared
    labelled = f" (labelled {label})" * bool(is_missing(label) or label != row)
    return f"in row {row}{labelled}, column {column!r}"


def is_missing(element: Any) -> bool:
    """Return whether an element stands for a missing value."""
    if element is None or type(element).__name__ in ("NAType", "NaTType", "MaskedConstant"):
        return True
    if hasattr(element, "is_nan"):
        # Decimals, some of which can't be compared
        return bool(element.is_nan())
    # Only NaN and NaT differ from themselves
    return isinstance(element, (float, np.inexact, np.datetime64, np.timedelta64)) and bool(element != element)


def with_article(value: Any) -> str:
    """Return the name of an object's type with its article."""
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'AEIOaeio' or kind == 'ndarray' else 'a'} {kind}"


def _refuse_what_is_no_array(name: str, value: Any) -> None:
    """Refuse what NumPy would take for one object, or whose masks it would forget."""
    got = with_article(value)
    if isinstance(value, Mapping):
        got += f"; numpy.column_stack(list({name}.values())) makes columns of its values"
    elif isinstance(value, (Iterator, MappingView)):
        got += f"; list({name}) makes a list of it"
    elif isinstance(value, Set):
        got += ", which has no order; a list has one"
    elif hasattr(value, "toarray") or hasattr(value, "todense"):
        dense = "toarray" if hasattr(value, "toarray") else "todense"
        got += f", which is sparse; {name}.{dense}() makes an array of it"
    else:
        masked = _count_masked(value)
        if masked:
            raise ValueError(
                f"{name}: expected an array without a mask, got a masked one, with {masked} masked "
                f"value{'s' * (masked > 1)}; fill them, or leave them out"
            )
        return
    raise ValueError(f"{name}: expected an array, got {got}")


def _count_masked(value: Any) -> int:
    """Return how many values are masked, in an array or in those of a list."""
    if isinstance(value, (list, tuple)):
        kinds = set(map(type, value))
        deeper = any(issubclass(kind, (list, tuple)) or issubclass(kind, np.ma.MaskedArray) for kind in kinds)
        return sum(map(_count_masked, value)) if deeper else 0
    return int(np.ma.getmaskarray(value).sum()) if isinstance(value, np.ma.MaskedArray) else 0


def _is_refused(element: Any, given: bool) -> bool:
    """Return whether an element can't be computed with; one that was given in an object array may be of any class."""
    if is_missing(element) and not isinstance(element, (float, np.inexact)):
        return True
    if given:
        return isinstance(element, (str, bytes, list, tuple, dict, set, np.ndarray, np.datetime64, np.timedelta64))
    return isinstance(element, np.timedelta64) or not isinstance(element, (Number, np.bool_))


def _shown(element: Any) -> str:
    return repr(element) if is_missing(element) or isinstance(element, (str, bytes)) else with_article(element)


def _is_number(text: str | bytes) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _advice(element: Any, for_text: str = "", name: str = "") -> str:
    """Return the way out from an element, or an array, that is no number."""
    if isinstance(element, (str, bytes)):
        columns = "; datasets.encode_labels and one_hot make columns of 0 and 1 of text"
        return for_text or (
            "; astype(float) reads numbers that are written as text" if _is_number(element) else columns
        )
    if isinstance(element, dict):
        return f"; [list(row.values()) for row in {name}] has numbers alone"
    if not isinstance(element, np.ndarray):
        return ""
    if element.dtype.names is not None:
        return f"; numpy.lib.recfunctions.structured_to_unstructured({name}) makes columns of the fields"
    return {
        "M": f"; ({name} - {name}.min()) / numpy.timedelta64(1, 'D') counts days",
        "m": f"; {name} / numpy.timedelta64(1, 'D') counts days",
        "V": "",
    }.get(element.dtype.kind, "; numpy.stack joins arrays of one shape")


def _without_objects(name: str, array: Array, kinds: set[type]) -> Array:
    """Return the numbers of an object array in a dtype of numbers."""
    dtype: type = np.float64
    if kinds and all(issubclass(kind, _INTEGERS) for kind in kinds):
        dtype = bool if all(issubclass(kind, _TRUTHS) for kind in kinds) else np.int64
    elif any(issubclass(kind, _COMPLEX) for kind in kinds):
        dtype = np.complex128
    with contextlib.suppress(OverflowError):
        return array.astype(dtype)
    try:
        return array.astype(np.float64)
    except OverflowError:
        raise ValueError(f"{name}: expected numbers that fit float64, got a whole number that is larger") from None
