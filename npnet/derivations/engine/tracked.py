"""Numbers that carry a bound on their own rounding error: a running error analysis of any line of code.

A line is run on float64 arrays, and once more on arrays of these. Each operation adds its own rounding error, (unit
roundoff) × (the sum of the absolute values of the terms), to what its operands' errors make of the result. The sum of
absolute values is carried along as `size`: a sum's bound then holds for every order of summation, and for products
and sums that are rounded together. The analysis is that of Higham, "Accuracy and Stability of Numerical Algorithms",
section 3.3.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from npnet.derivations.engine.numbers import Number, each
from npnet.engine import normal
from npnet.typing import Array

UNIT = float(np.finfo(np.float64).eps) / 2
SMALLEST = float(np.finfo(np.float64).smallest_subnormal)
# NumPy's vectorized functions are right to 4 units in the last place, which are 8 unit roundoffs
FUNCTION = 8


class Tracked(Number):
    """A float64 result, the sum of absolute values behind it, and a bound on its distance from the exact number."""

    __slots__ = ("error", "size", "value")

    def __init__(self, value: float, size: float, error: float) -> None:
        self.value, self.size, self.error = value, size, error

    @classmethod
    def lift(cls, other: Any) -> Any:
        """Return a plain number as an exact one."""
        if isinstance(other, Number):
            return other if isinstance(other, Tracked) else NotImplemented
        value = float(other)
        return cls(value, abs(value), 0.0)

    @classmethod
    def combine(cls, operation: str, left: Any, right: Any) -> Any:
        """Return the result with its bound."""
        return _COMBINED[operation](left, right)

    def apply(self, function: str) -> Any:
        """Return the function's value, with the error passed on through the largest slope within reach."""
        if function == "neg":
            return Tracked(-self.value, self.size, self.error)
        value, passed_on = _APPLIED[function](self.value, self.error)
        return Tracked(value, abs(value), passed_on + FUNCTION * UNIT * abs(value) + SMALLEST)

    @classmethod
    def along(cls, f: Callable[[Array], Any], x: Array, v: Array) -> Any:
        """Return the derivative along `v`, carried through each operation beside its value."""
        duals = np.frompyfunc(lambda value, slope: Dual(cls.lift(value), cls.lift(slope)), 2, 1)(x, v)
        return each(lambda y: y.slope if isinstance(y, Dual) else cls.lift(0), f(duals))


def _sum(a: Tracked, b: Tracked) -> Tracked:
    size = a.size + b.size
    return Tracked(a.value + b.value, size, a.error + b.error + UNIT * size)


def _difference(a: Tracked, b: Tracked) -> Tracked:
    return _sum(a, b.apply("neg"))


def _product(a: Tracked, b: Tracked) -> Tracked:
    size = a.size * b.size
    error = a.error * b.size + b.error * a.size + a.error * b.error
    return Tracked(a.value * b.value, size, error + UNIT * size + SMALLEST)


def _quotient(a: Tracked, b: Tracked) -> Tracked:
    value, size, nearest = a.value / b.value, a.size / abs(b.value), abs(b.value) - b.error
    passed_on = (a.error + abs(value) * b.error) / nearest if nearest > 0 else math.inf
    return Tracked(value, size, passed_on + UNIT * size + SMALLEST)


def _power(a: Tracked, b: Tracked) -> Tracked:
    value = a.value**b.value
    if b.error == 0 and b.value == int(b.value):
        # |a + e|^n - |a|^n is the most that e can add, for either sign of n
        nearest = abs(a.value) + (a.error if b.value >= 0 else -a.error)
        passed_on = abs(nearest**b.value - abs(value)) if nearest > 0 or b.value >= 0 else math.inf
    else:
        exponent = abs(math.log(a.value)) * b.error + abs(b.value) * a.error / (a.value - a.error)
        passed_on = value * math.expm1(exponent)
    # The difference just taken has a rounding error of its own
    return Tracked(value, abs(value), passed_on + FUNCTION * UNIT * abs(value) + SMALLEST)


_COMBINED: dict[str, Callable[[Tracked, Tracked], Tracked]] = {
    "add": _sum,
    "sub": _difference,
    "mul": _product,
    "truediv": _quotient,
    "pow": _power,
}


def _reach(x: float, error: float) -> float:
    """Return ``error / (x - error)``: infinite where the error reaches 0, where a logarithm ends."""
    return error / (x - error) if x > error else math.inf


def density(x: float) -> float:
    """Return the normal distribution's density."""
    return float(normal.density(np.float64(x)))


def distribution(x: float) -> float:
    """Return the normal distribution function."""
    return float(normal.cumulative(np.float64(x)))


def _moved(x: float, value: float, steepest: float, error: float) -> tuple[float, float]:
    """Return a value and the error passed on, with that of functions that are right to 8 units in place of 4."""
    return value, steepest * density(max(abs(x) - error, 0.0)) * error + FUNCTION * UNIT * value


# Each function's value, and how far an error of its argument can move it
_APPLIED: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "exp": lambda x, error: (math.exp(x), math.exp(x) * math.expm1(error)),
    "expm1": lambda x, error: (math.expm1(x), math.expm1(error) * math.exp(x)),
    "log": lambda x, error: (math.log(x), _reach(x, error)),
    "log1p": lambda x, error: (math.log1p(x), _reach(1 + x, error)),
    "tanh": lambda x, error: (math.tanh(x), error),
    "sqrt": lambda x, error: (math.sqrt(x), error / math.sqrt(x) if x else math.sqrt(error)),
    # The slope is the other one, and its own slope at most 1
    "cos": lambda x, error: (math.cos(x), min(abs(math.sin(x)) + error, 1.0) * error),
    "sin": lambda x, error: (math.sin(x), min(abs(math.cos(x)) + error, 1.0) * error),
    # The density falls from 0 on, and its slope is -x times itself
    "normal_cumulative": lambda x, error: _moved(x, distribution(x), 1, error),
    "normal_density": lambda x, error: _moved(x, density(x), abs(x) + error, error),
}


class Dual(Number):
    """A tracked number with its derivative along one direction, tracked too."""

    __slots__ = ("slope", "tracked", "value")

    def __init__(self, tracked: Any, slope: Any) -> None:
        self.tracked, self.slope, self.value = tracked, slope, tracked.value

    @classmethod
    def lift(cls, other: Any) -> Any:
        """Return a plain or tracked number as one that does not change."""
        return other if isinstance(other, Dual) else cls(Tracked.lift(other), Tracked.lift(0))

    @classmethod
    def combine(cls, operation: str, left: Any, right: Any) -> Any:
        """Return the result with its derivative, by the rule of the operation."""
        (a, da), (b, db) = (left.tracked, left.slope), (right.tracked, right.slope)
        combined = _COMBINED[operation]
        value = combined(a, b)
        if operation in ("add", "sub"):
            return cls(value, combined(da, db))
        if operation == "mul":
            return cls(value, _sum(_product(da, b), _product(a, db)))
        if operation == "truediv":
            # As NumPy divides complex numbers: by way of the ratio of the divisor's parts
            return cls(value, (da - a * (db / b)) * (1 / b))
        return cls(value, b * a ** (b.value - 1) * da)

    def apply(self, function: str) -> Any:
        """Return the function with its derivative."""
        value = self.tracked.apply(function)
        return Dual(value, self.slope * _SLOPES[function](self.tracked, value))

    @classmethod
    def along(cls, f: Callable[[Array], Any], x: Array, v: Array) -> Any:
        """Refuse: a derivative of a derivative is not carried."""
        raise NotImplementedError("a derivative inside a derivative")


_SLOPES: dict[str, Callable[[Any, Any], Any]] = {
    "neg": lambda x, y: -1,
    "exp": lambda x, y: y,
    "expm1": lambda x, y: y + 1,
    "log": lambda x, y: 1 / x,
    "log1p": lambda x, y: 1 / (1 + x),
    "tanh": lambda x, y: (1 - y) * (1 + y),
    "sqrt": lambda x, y: 0.5 / y,
    "cos": lambda x, y: -x.sin(),
    "sin": lambda x, y: x.cos(),
    "normal_cumulative": lambda x, y: x.normal_density(),
    "normal_density": lambda x, y: -x * y,
}
