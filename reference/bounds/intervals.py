"""Intervals of numbers, on which an optimizer's own formula runs: how far errors of the gradient can move its updates.

An update need not be smooth where an error is as large as the gradient, so that a derivative bounds nothing: the first
step of Adam has the gradient's sign. Each operation returns all values that it can take; where the same number comes in
twice, as in a quotient of two moments, the interval is larger than it has to be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin


class Interval(NDArrayOperatorsMixin):
    """Numbers that lie from `low` to `high`, two arrays of one shape."""

    def __init__(self, low: Any, high: Any) -> None:
        self.low, self.high = np.broadcast_arrays(low, high)
        self.low, self.high = self.low.copy(), self.high.copy()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = (None,)) -> Any:
        """Return all values of a function, in `out` if it is given."""
        if method != "__call__" or ufunc not in _FUNCTIONS:
            return NotImplemented
        pairs = [(one.low, one.high) if isinstance(one, Interval) else (one, one) for one in inputs]
        found = _FUNCTIONS[ufunc](*pairs)
        if ufunc in _QUESTIONS:
            return found
        if out[0] is None:
            return Interval(*found)
        out[0].low[...], out[0].high[...] = found
        return out[0]

    def __setitem__(self, places: Any, value: Any) -> None:
        low, high = (value.low, value.high) if isinstance(value, Interval) else (value, value)
        self.low[places], self.high[places] = low, high

    @property
    def dtype(self) -> Any:
        """The type of both ends."""
        return self.low.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of both ends."""
        return self.low.shape

    def distance(self, values: Any) -> Any:
        """Return how far the ends are from numbers inside."""
        return np.maximum(self.high - values, values - self.low)


Ends = tuple[Any, Any]


def _of_ends(function: Callable[..., Any]) -> Callable[[Ends, Ends], Ends]:
    """Return the values of a function of two numbers that is monotonous in each."""

    def values(a: Ends, b: Ends) -> Ends:
        all_four = [function(one, other) for one in a for other in b]
        return np.minimum.reduce(all_four), np.maximum.reduce(all_four)

    return values


def _squares(a: Ends) -> Ends:
    low, high = np.square(a[0]), np.square(a[1])
    inside = (a[0] <= 0) & (a[1] >= 0)
    return np.where(inside, 0, np.minimum(low, high)), np.maximum(low, high)


def _roots(a: Ends) -> Ends:
    return np.sqrt(np.maximum(a[0], 0)), np.sqrt(np.maximum(a[1], 0))


def _quotients(a: Ends, b: Ends) -> Ends:
    # Divisors are roots, whose lower end may be 0: all that is known of the quotient then is its sign
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = _of_ends(np.divide)(a, b)
    return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)


_FUNCTIONS: dict[np.ufunc, Callable[..., Any]] = {
    np.positive: lambda a: a,
    np.negative: lambda a: (-a[1], -a[0]),
    np.add: _of_ends(np.add),
    np.subtract: _of_ends(np.subtract),
    np.multiply: _of_ends(np.multiply),
    np.divide: _quotients,
    np.maximum: _of_ends(np.maximum),
    np.minimum: _of_ends(np.minimum),
    np.square: _squares,
    np.sqrt: _roots,
    np.sign: lambda a: (np.sign(a[0]), np.sign(a[1])),
    np.equal: lambda a, b: (a[0] == b[0]) & (a[1] == b[1]) & (a[0] == a[1]),
}
_QUESTIONS = {np.equal}
