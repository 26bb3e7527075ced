"""The point of a check: one array, or several as a tuple or a dict, as one flat vector; and a function of it."""

import inspect
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from npnet._arrays import with_article
from npnet._checks import real
from npnet.typing import Array

ENDS = (ArithmeticError, AssertionError, LookupError, RuntimeError, ValueError)
"""What f raises at points that are not the caller's where its domain ends; other errors are bugs."""


def elements_of(name: str, shape: tuple[int, ...]) -> Iterator[str]:
    """Yield the name of each element of an array, ``x[0, 2]``; that of a single number is the array's own."""
    return (f"{name}[{', '.join(map(str, index))}]" if index else name for index in np.ndindex(shape))


class Point:
    """Where a gradient is checked: the numbers of all arguments in one vector of float64.

    A dict's values are handed on by name, those of a tuple that has an array in it one by one; anything else is one
    array.
    """

    def __init__(self, x: Any, places: list[str] | None = None) -> None:
        self._places = places
        self.keys: list[Any] | None = None
        if isinstance(x, dict):
            for key in x:
                if not isinstance(key, str):
                    raise ValueError(f"x: expected a dict from the names of arguments to arrays, got the key {key!r}")
            self.keys, parts, names = list(x), list(x.values()), [str(key) for key in x]
        elif isinstance(x, tuple) and any(isinstance(part, np.ndarray) for part in x):
            parts, names = list(x), [f"x[{i}]" for i in range(len(x))]
        else:
            parts, names = [x], ["x"]
        self.several = self.keys is not None or names != ["x"]
        self.names = names
        if not self.several and isinstance(x, (list, tuple)) and _is_ragged(x):
            kind = type(x).__name__
            raise ValueError(f"x: expected one array, or a tuple of NumPy arrays, got a {kind} of different shapes")
        for name, part in zip(names, parts):
            if isinstance(part, dict):
                raise ValueError(f"x: expected arrays by the names of arguments, got a dict in {name}")
        arrays = [np.array(real(name, part), np.float64) for name, part in zip(names, parts)]
        self.shapes = [array.shape for array in arrays]
        self.vector = np.concatenate([array.ravel() for array in arrays]) if arrays else np.empty(0)
        if self.vector.size == 0:
            got = f"shape {', '.join(map(str, self.shapes))}" if arrays else "no array"
            raise ValueError(f"x: expected at least one element, got {got}")

    def parts(self, vector: Array) -> list[Array]:
        """Return a vector's numbers in the arguments' shapes; arrays of their own."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])[:-1]
        return [part.reshape(shape).copy() for part, shape in zip(np.split(vector, ends), self.shapes)]

    def like(self, vector: Array) -> Any:
        """Return a vector's numbers as what the point is of: an array, or a tuple or dict of them."""
        parts = self.parts(vector)
        if self.keys is not None:
            return dict(zip(self.keys, parts))
        return tuple(parts) if self.several else parts[0]

    def call(self, f: Callable[..., Any], vector: Array, *more: Any) -> Any:
        """Return f of the arguments that a vector holds, and of what comes after them."""
        if self.keys is not None:
            return f(*more, **self.like(vector))
        return f(*self.parts(vector), *more)

    def check_arguments(self, name: str, f: Callable[..., Any], after: str = "") -> None:
        """Check that a function can be called with the arguments that the point stands for, and what comes after."""
        try:
            signature = inspect.signature(f)
        except (TypeError, ValueError):
            # A built-in function may not tell
            return
        try:
            self.call(signature.bind, self.vector, *[None] * bool(after))
        except TypeError:
            if self.keys is not None:
                wanted, why = f"that takes {', '.join(self.keys)} by name", "x is a dict"
            elif self.several:
                wanted, why = f"of {len(self.shapes)} arrays", "x is a tuple of arrays"
            else:
                wanted, why = f"of one array of shape {self.shapes[0]}", "x is no tuple of arrays or dict"
            wanted += f" and {after}" * bool(after)
            raise ValueError(f"{name}: expected a function {wanted}, as {why}, got one of {signature}") from None

    def places(self) -> Iterator[str]:
        """Yield the name of each element, ``x[0, 2]``."""
        if self._places is not None:
            yield from self._places
            return
        for name, shape in zip(self.names, self.shapes):
            yield from elements_of(name, shape)

    def split(self, value: Any, name: str) -> list[Any]:
        """Return what there is for each argument in a tuple or dict like the point."""
        if not self.several:
            return [value]
        if self.keys is not None and isinstance(value, dict) and value.keys() == set(self.keys):
            return [value[key] for key in self.keys]
        if self.keys is None and isinstance(value, (tuple, list)) and len(value) == len(self.shapes):
            return list(value)
        wanted = "a dict of " + ", ".join(self.keys) if self.keys else f"{len(self.shapes)} arrays"
        of_what = " of " + ", ".join(map(str, value)) if isinstance(value, dict) else ""
        raise ValueError(f"{name}: expected {wanted}, got {with_article(value)}{of_what}")

    def gradient(self, value: Any, name: str = "gradient") -> tuple[Array, float]:
        """Return a gradient as one vector of float64, and the unit roundoff of the dtype that it came in."""
        places = [f" for {one}" for one in self.names] if self.several else [""]
        parts = zip(self.split(value, name), self.shapes, places)
        checked = [_gradient(name, part, shape, place) for part, shape, place in parts]
        return np.concatenate([array.ravel() for array, _ in checked]), max(unit for _, unit in checked)

    def flat(self, value: Any, name: str) -> Array:
        """Return the numbers of a gradient, real or complex, as one vector."""
        return np.concatenate([np.ravel(part) for part in self.split(value, name)])


def _is_ragged(x: Any) -> bool:
    try:
        np.shape(x)
    except ValueError:
        return True
    return False


def _gradient(name: str, value: Any, shape: tuple[int, ...], place: str) -> tuple[Array, float]:
    expected = f"{name}: expected real numbers of shape {shape}{place}"
    if value is None:
        raise ValueError(f"{expected}, got None, as from a function without return")
    try:
        values = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        got = "a ragged array" if isinstance(value, (list, tuple)) else f"{with_article(value)}: {error}"
        raise ValueError(f"{expected}, got {got}") from None
    if values.shape != shape or values.dtype.kind not in "fiu":
        raise ValueError(f"{expected}, got {values.dtype} {values.shape}")
    return values.astype(np.float64), unit_of(values.dtype)


def outputs(value: Any, name: str = "f") -> Array:
    """Return what a function gave as an array of numbers."""
    expected = f"{name}: expected a number, or an array"
    if value is None:
        raise ValueError(f"{expected}, got None, as from a function without return")
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        got = " of several shapes" if isinstance(value, (list, tuple)) else f": {error}"
        raise ValueError(f"{expected}, got {with_article(value)}{got}") from None
    if array.dtype.kind not in "fciu":
        dtype = f" of dtype {array.dtype}" if isinstance(value, np.ndarray) else ""
        raise ValueError(f"{expected}, got {with_article(value)}{dtype}")
    return array


def unit_of(dtype: np.dtype[Any]) -> float:
    """Return the unit roundoff of a dtype; that of float64 for whole numbers and for wider types."""
    return max(float(np.finfo(dtype).eps), 2.0**-52) / 2 if dtype.kind in "fc" else 2.0**-53


def _is_real(value: Any) -> bool:
    # A transform there and back leaves an imaginary part of rounding errors
    return not abs(value.imag) > 2.0**-40 * abs(value.real)


class Function:
    """A scalar function of a point's vector, which remembers what its values were."""

    def __init__(self, f: Callable[..., Any], point: Point, weigh: Callable[[Any], Any] | None = None) -> None:
        self.f, self.point, self.weigh = f, point, weigh
        self.dtypes: list[np.dtype[Any]] = []
        self.first = self.real(point.vector)
        if not np.isfinite(self.first):
            raise ValueError(f"f: expected a finite number at x, got {self.first}")

    def _scalar(self, value: Any) -> Any:
        """Return what f gave as a number."""
        array = outputs(value) if self.weigh is None else np.asarray(self.weigh(value))
        if array.size != 1:
            raise ValueError(
                f"f: expected a scalar, got {array.dtype} of shape {array.shape}; check_vjp is for several outputs"
            )
        return array.reshape(())[()]

    def _noted(self, value: Any) -> Any:
        """Return what f gave as a number, whose dtype is remembered."""
        number = self._scalar(value)
        if number.dtype.kind in "fc" and number.dtype not in self.dtypes:
            self.dtypes.append(number.dtype)
        return number

    def real(self, vector: Array) -> float:
        """Return the value at real numbers."""
        value = self._noted(self.point.call(self.f, vector))
        if not _is_real(value):
            raise ValueError(f"f: expected a real value of real numbers, got {value}")
        return float(value.real)

    def near(self, vector: Array) -> float:
        """Return the value at a point nearby; NaN where f raises or is complex, which is the end of its domain."""
        try:
            found = self.point.call(self.f, vector)
        except ENDS:
            return np.nan
        value = self._noted(found)
        return float(value.real) if _is_real(value) else np.nan

    def lost(self, vector: Array, value: float) -> float:
        """Return what the digits of ``np.longdouble`` add to f's value; NaN where f does not calculate in it."""
        try:
            wide = self._scalar(self.point.call(self.f, vector.astype(np.longdouble)))
        except Exception:
            # f need not be made for them, and may raise whatever it likes
            return np.nan
        return float(wide - value) if wide.dtype == np.longdouble else np.nan

    def complex(self, vector: Array) -> Any:
        """Return the value at complex numbers."""
        try:
            value = self._noted(self.point.call(self.f, vector))
        except np.exceptions.ComplexWarning as warning:
            raise ValueError(f"f: expected a function of complex numbers; {warning}; {CENTRAL}") from None
        except Exception as error:
            told = str(error) or type(error).__name__
            raise ValueError(f"f: expected a function of complex numbers; {told}; {CENTRAL}") from error
        if value.dtype.kind != "c":
            raise ValueError(
                f"f: expected a complex value from complex numbers, got dtype {value.dtype}; "
                f"other functions take central differences, {CENTRAL}"
            )
        return value

    def near_complex(self, vector: Array) -> Any:
        """Return the value at complex numbers nearby; NaN where f raises, as for `near`."""
        try:
            found = self.point.call(self.f, vector)
        except ENDS:
            return np.complex128(np.nan)
        return np.complex128(self._noted(found))

    @property
    def unit(self) -> float:
        """The unit roundoff of the values' dtype."""
        return max(map(unit_of, self.dtypes), default=2.0**-53)

    def changes(self) -> Iterator[str]:
        """Yield what is not the same from call to call."""
        again = self.real(self.point.vector)
        if again != self.first:
            yield (
                f"f: its value at x changed between two calls, from {self.first:.17g} to {again:.17g}; random numbers "
                "need a seed of their own in each call"
            )
        real = [str(dtype) for dtype in self.dtypes if dtype.kind == "f"]
        if len(real) > 1:
            yield f"f: its dtype changes between calls: {' and '.join(real)}"


CENTRAL = "use check(..., method='central')"

# Filters of warnings belong to the process: two checks at a time would leave each other's behind
_FILTERS = threading.RLock()


@contextmanager
def quiet() -> Iterator[None]:
    """Evaluate something where it may overflow or leave its domain: nothing is warned of."""
    with _FILTERS, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def probing() -> Iterator[None]:
    """Evaluate f quietly, but where it loses imaginary parts."""
    with quiet():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        yield
