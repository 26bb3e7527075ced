"""The needs of an element of an object array, so that the shipped formulas run on it.

NumPy's ufuncs call an element's operators, its comparisons, and its methods ``exp``, ``expm1``, ``log``, ``log1p``,
``tanh``, ``sqrt``, ``cos`` and ``sin``; `npnet.engine.normal` calls ``normal_cumulative`` and ``normal_density``. A
kind of number says once how two of it combine and how a function is applied; the rest is here.
"""

import math
import operator
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from npnet.typing import Array

FUNCTIONS = ("exp", "expm1", "log", "log1p", "tanh", "sqrt", "cos", "sin", "normal_cumulative", "normal_density")


class Number:
    """An element of an object array; a kind of it has all methods that raise NotImplementedError here.

    Comparisons, and the whole number above it, are decided by its `value`: they choose a branch of a formula. It is no
    abstract class, of which `isinstance`, asked millions of times, would take ten times as long.
    """

    value: float
    note: ClassVar[Callable[[Any, str, Any], None] | None] = None
    """A method that is called with each comparison, and the other number, before it is made."""

    @classmethod
    def lift(cls, other: Any) -> Any:
        """Return `other` as a number of this kind, or NotImplemented where it is not for this kind to say."""
        raise NotImplementedError

    @classmethod
    def combine(cls, operation: str, left: Any, right: Any) -> Any:
        """Return ``left operation right``; the operation is ``add``, ``sub``, ``mul``, ``truediv`` or ``pow``."""
        raise NotImplementedError

    def apply(self, function: str) -> Any:
        """Return a function of this number, one of `FUNCTIONS` or ``neg``."""
        raise NotImplementedError

    @classmethod
    def along(cls, f: Callable[[Array], Any], x: Array, v: Array) -> Any:
        """Return the derivative of `f` at `x`, an array of this kind, along `v`."""
        raise NotImplementedError

    def __pos__(self) -> Any:
        return self

    def __neg__(self) -> Any:
        return self.apply("neg")

    def __ceil__(self) -> int:
        return math.ceil(self.value)

    __hash__ = None  # type: ignore[assignment]


def _binary(operation: str, swapped: bool) -> Callable[[Any, Any], Any]:
    def method(self: Number, other: Any) -> Any:
        lifted = other
        # Millions of times it is a number of this kind
        if type(other) is not type(self):
            # An array takes the operation over, and comes back with each of its elements
            lifted = NotImplemented if isinstance(other, np.ndarray) else self.lift(other)
            if lifted is NotImplemented:
                return NotImplemented
        return self.combine(operation, lifted, self) if swapped else self.combine(operation, self, lifted)

    return method


def _comparison(operation: str) -> Callable[[Any, Any], Any]:
    compare = getattr(operator, operation)

    def method(self: Number, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        if self.note is not None:
            self.note(operation, other)
        return compare(self.value, other.value if isinstance(other, Number) else float(other))

    return method


def _function(name: str) -> Callable[[Any], Any]:
    return lambda self: self.apply(name)


for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Number, f"__{_name}__", _binary(_name, swapped=False))
    setattr(Number, f"__r{_name}__", _binary(_name, swapped=True))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Number, f"__{_name}__", _comparison(_name))
for _name in FUNCTIONS:
    setattr(Number, _name, _function(_name))
setattr(Number, "__abs__", lambda self: -self if self < 0 else self)  # noqa: B010 - as the comparisons are


def each(function: Callable[[Any], Any], values: Any) -> Any:
    """Return the function of each element: an object array of the same shape, or one object for a scalar."""
    return np.frompyfunc(function, 1, 1)(values)


def kind_of(values: Array) -> type[Number] | None:
    """Return the kind of number that an array holds; None where it holds plain ones."""
    return next((type(value) for value in values.flat if isinstance(value, Number)), None)
