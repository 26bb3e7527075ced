"""Checks of arguments.

Each function returns its argument in the form that the library works with, or raises a `ValueError` that names the
argument, what was expected and what was given. All of npnet's public functions check what they are given in this way
before they change anything; their docstrings have a section `Raises` only where more than that can happen.
"""

from __future__ import annotations

import contextlib
import math
import operator
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from npnet._arrays import as_numbers, fractions_as_floats, place
from npnet.typing import Array, Seed

if TYPE_CHECKING:
    import numpy.typing as npt

Item = TypeVar("Item")


@contextlib.contextmanager
def renamed(**names: str) -> Iterator[None]:
    """Name a caller's own arguments, ``theirs="mine"``, in the errors about those that it passes on."""
    try:
        yield
    except ValueError as error:
        name, _, rest = str(error).partition(": ")
        if name not in names:
            raise
        raise ValueError(f"{names[name]}: {rest}") from None


def numeric(name: str, value: Any) -> Array:
    """Return `value` as an array of floats, complex numbers or objects; integers become float64."""
    if type(value) is np.ndarray and value.dtype.kind == "f":
        return value
    array = as_numbers(name, value)
    if array.dtype.kind in "fcO":
        return array
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise ValueError(f"{name}: expected numbers, got dtype {array.dtype}")


def same_shape(name: str, array: Array, other_name: str, other: Array) -> tuple[Array, Array]:
    """Return both arrays."""
    if array.shape != other.shape:
        raise ValueError(f"{name}: expected the shape of {other_name}, {other.shape}, got {array.shape}")
    return array, other


def real(name: str, value: Any, source: Any = None) -> Array:
    """Return `value` as an array of floats; complex numbers, symbols and NaN or infinity are refused."""
    array = fractions_as_floats(numeric(name, value))
    if array.dtype.kind != "f":
        raise ValueError(f"{name}: expected real numbers, got dtype {array.dtype}")
    return finite(name, array, value if source is None else source)


def is_finite(array: Array) -> bool:
    """Return whether all elements are finite: the sum of squares tells, unless it overflows."""
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())


def finite(name: str, array: Array, source: Any = None) -> Array:
    """Return `array`, which may be of any dtype; complex numbers and objects pass.

    An error names the row and the column of `source`, from which the array was made, if that is a data frame.
    """
    if array.dtype.kind == "f" and not is_finite(array):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}: expected finite numbers, got {array[where]} {place(where, source)}".rstrip())
    return array


def number(
    name: str, value: Any, *, above: float = -math.inf, low: float = -math.inf, below: float = math.inf
) -> float:
    """Return `value` as a Python float within ``low <= value``, ``above < value < below``.

    A Python float, unlike a NumPy scalar, never promotes a float32 array.
    """
    limits = [f"> {above:g}"] * (above > -math.inf) + [f">= {low:g}"] * (low > -math.inf)
    limits += [f"< {below:g}"] * (below < math.inf)
    expected = " ".join(["a finite number", " and ".join(limits)]).strip()
    scalar = value[()] if isinstance(value, np.ndarray) else value
    try:
        # NumPy would read text, and take the real part or the only element
        if isinstance(scalar, (str, bytes, bool, np.bool_, np.complexfloating, np.ndarray)):
            raise TypeError
        converted = float(scalar)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name}: expected {expected}, got {value!r}") from None
    if not (math.isfinite(converted) and above < converted < below and converted >= low):
        raise ValueError(f"{name}: expected {expected}, got {value!r}")
    return converted


def integer(name: str, value: Any, low: int) -> int:
    """Return `value` as a Python int of at least `low`."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        converted = operator.index(value)
    except TypeError:
        raise ValueError(f"{name}: expected a whole number >= {low}, got {value!r}") from None
    if converted < low:
        raise ValueError(f"{name}: expected a whole number >= {low}, got {value!r}")
    return converted


def flag(name: str, value: Any) -> bool:
    """Return `value` as a Python bool."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name}: expected True or False, got {value!r}")
    return bool(value)


def is_sequence(value: Any) -> bool:
    """Return whether `value` is a sequence of things, as lists and arrays with one axis are; text is one thing."""
    if isinstance(value, Sequence):
        return not isinstance(value, (str, bytes))
    # NumPy's scalars have the method too, but no axis
    return hasattr(value, "__array__") and np.ndim(value) == 1


def flags(name: str, value: Any, count: int) -> tuple[bool, ...]:
    """Return `count` Python bools, from one for all or a sequence of them."""
    if isinstance(value, (bool, np.bool_)):
        return (bool(value),) * count
    if not is_sequence(value) or len(value) != count:
        raise ValueError(f"{name}: expected True or False, or {count} of them, got {value!r}")
    return tuple(flag(name, one) for one in value)


def generator(name: str, seed: Seed) -> np.random.Generator:
    """Return a random generator for `seed`: a whole number, a generator (used as it is) or None."""
    if seed is None or isinstance(seed, np.random.Generator):
        return np.random.default_rng(seed)
    return np.random.default_rng(integer(name, seed, 0))


def instance(name: str, value: Any, kind: type[Item]) -> Item:
    """Return `value`, which must be of a class."""
    if not isinstance(value, kind):
        raise ValueError(f"{name}: expected one of type {kind.__name__}, got {value!r:.60}")
    return value


def some_of(name: str, value: Any, count: int) -> range:
    """Return which of `count` things a slice chooses, at least one; they are called as the argument is."""
    try:
        chosen = range(count)[value] if isinstance(value, slice) else range(0)
    except (TypeError, ValueError):
        chosen = range(0)
    if not chosen:
        raise ValueError(f"{name}: expected a slice with some of {count} {name}, got {value!r}")
    return chosen


def file_name(name: str, value: Any) -> Path:
    """Return the path that is the name of a file."""
    named = isinstance(value, (str, os.PathLike)) and os.fspath(value)
    if not isinstance(named, str) or not named or "\0" in named:
        raise ValueError(f"{name}: expected the name of a file, got {value!r:.60}")
    return Path(named)


def lookup(name: str, value: Any, kind: type[Item], known: Mapping[str, Callable[[], Item]]) -> Item:
    """Return `value` if it is of `kind`, or a new one made by its name in `known`."""
    if isinstance(value, kind):
        return value
    if isinstance(value, str) and value in known:
        return known[value]()
    names, advice = ", ".join(sorted(known)), ""
    if isinstance(value, type) and issubclass(value, kind):
        advice = f"; did you mean {value.__name__}()?"
    raise ValueError(f"{name}: expected one of {names}, or an instance of {kind.__name__}, got {value!r}{advice}")


def one_hot(labels: npt.ArrayLike, classes: int, name: str = "labels") -> Array:
    """Return the one-hot rows of class indices.

    Parameters
    ----------
    labels : array_like of int, shape (batch,)
        Class indices from 0 to ``classes - 1``.
    classes : int
        The number of classes, which is the length of a row.
    name : str
        The argument that an error names.

    Returns
    -------
    ndarray of float64, shape (batch, classes)
        One 1 in each row, at the label's place.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    classes = integer("classes", classes, 1)
    indices = finite(name, as_numbers(name, labels, "class indices", advice_on_text(name)))
    if indices.ndim == 2:
        argmax, ravel = "argmax(axis=1) makes class indices of one-hot rows", "ravel() makes a vector of one column"
        raise ValueError(
            f"{name}: expected class indices, integers of shape (batch,), got shape {indices.shape}; "
            f"{ravel if indices.shape[1] == 1 else argmax}"
        )
    if indices.ndim != 1 or indices.dtype.kind not in "iub":
        raise ValueError(
            f"{name}: expected class indices, integers of shape (batch,), or one-hot rows, "
            f"got dtype {indices.dtype} and shape {indices.shape}{as_integers(indices)}"
        )
    wrong = (indices < 0) | (indices >= classes)
    if wrong.any():
        got = f"{indices[wrong][0]}{advice_on_text(name)}"
        raise ValueError(f"{name}: expected class indices from 0 to {classes - 1}, got {got}")
    try:
        rows = np.zeros((indices.size, classes))
    except (MemoryError, ValueError):
        # Elsewhere the classes are counted, not given
        blamed = "classes" if name == "labels" else name
        raise ValueError(f"{blamed}: expected classes whose rows fit into the memory, got {classes}") from None
    rows[np.arange(indices.size), indices.astype(np.intp)] = 1
    return rows


def advice_on_text(name: str) -> str:
    """Return what makes class indices of labels that are none."""
    if name == "y_pred":
        # Encoded by themselves, they would be numbered otherwise where a class is missing
        return (
            "; datasets.encode_labels(y_pred, classes) makes class indices, with the classes of encode_labels(y_true)"
        )
    return f"; datasets.encode_labels({name}) makes class indices of labels"


def as_integers(array: Array) -> str:
    """Return what makes integers of floats that are whole numbers; nothing for others."""
    whole = array.dtype.kind == "f" and bool((array == np.rint(array)).all())
    return "; astype(int) makes integers of these" * whole


def targets(name: str, value: Any, shape: tuple[int, int]) -> Array:
    """Return labels as an array of `shape`, (batch, units): class indices become one-hot rows."""
    batch, units = shape
    array = as_numbers(name, value, advice=advice_on_text(name))
    is_single = array.shape in ((batch,), (batch, 1))
    if units > 1 and is_single and array.dtype.kind in "iub":
        return one_hot(array.reshape(batch), units, name)
    if array.shape == (batch,) and units == 1:
        array = array.reshape(batch, 1)
    if array.shape != shape:
        if is_single:
            # A label that is missing makes floats of indices
            finite(name, array, value)
        indices = f", or class indices, integers of shape ({batch},)" if units > 1 else f" or ({batch},)"
        got = f"{array.shape} of dtype {array.dtype}{as_integers(array) if is_single else ''}"
        raise ValueError(f"{name}: expected shape {shape}{indices}, got {got}")
    return array if array.dtype == object else real(name, array, value)


def sample_weights(name: str, value: Any, batch: int) -> Array:
    """Return the weights of `batch` samples, which may be a column, none of them negative."""
    array = fractions_as_floats(numeric(name, value))
    if array.shape == (batch, 1):
        array = array.reshape(batch)
    if array.shape != (batch,):
        raise ValueError(f"{name}: expected shape ({batch},), one weight for each sample, got {array.shape}")
    if array.dtype == object:
        return array
    if (real(name, array) < 0).any():
        raise ValueError(f"{name}: expected no negative weight, got {array[array < 0][0]}")
    return array


def batch_size(name: str, value: Any, samples: int) -> int:
    """Return the number of samples in a batch; None takes all `samples` at once."""
    return samples if value is None else integer(name, value, 1)


def widths(value: Sequence[int]) -> tuple[int, ...]:
    """Return the widths of a net, at least two whole numbers above 0, as Python ints."""
    if not is_sequence(value) or len(value) < 2:
        raise ValueError(f"widths: expected at least two numbers, inputs and outputs, got {value!r}")
    return tuple(integer("widths", width, 1) for width in np.asarray(value, object))


def dtype(value: npt.DTypeLike) -> np.dtype[Any]:
    """Return one of the dtypes that a net can have."""
    known = [np.dtype(t) for t in (np.float32, np.float64, np.longdouble, np.complex128, object)]
    converted = _as_dtype(value)
    if converted is None or converted not in known:
        raise ValueError(f"dtype: expected float32 or float64 (or longdouble, complex128, object), got {value!r}")
    return converted


def float_dtype(value: npt.DTypeLike) -> np.dtype[Any]:
    """Return float32 or float64."""
    converted = _as_dtype(value)
    if converted is None or converted not in (np.float32, np.float64):
        raise ValueError(f"dtype: expected float32 or float64, got {value!r}")
    return converted


def _as_dtype(value: npt.DTypeLike) -> np.dtype[Any] | None:
    try:
        # None is float64 for NumPy
        return None if value is None else np.dtype(value)
    except (TypeError, ValueError):
        return None
