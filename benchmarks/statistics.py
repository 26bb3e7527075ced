"""The numbers that sum up the rounds: median, quartiles, and ratios taken round by round."""

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

import numpy as np

T = TypeVar("T")


class Spread(NamedTuple):
    """A median between its quartiles."""

    low: float
    median: float
    high: float


def spread(values: Any) -> Spread:
    """Return the quartiles and the median.

    Examples
    --------
    >>> spread([1.0, 2.0, 3.0, 4.0, 5.0])
    Spread(low=2.0, median=3.0, high=4.0)
    """
    return Spread(*(float(q) for q in np.quantile(values, [0.25, 0.5, 0.75])))


def turns(names: Iterable[T], number: int) -> list[T]:
    """Return who takes turns in a round: each round starts with the next one, so that none always follows the same.

    Examples
    --------
    >>> turns("ABC", 0), turns("ABC", 4)
    (['A', 'B', 'C'], ['B', 'C', 'A'])
    """
    order = list(names)
    start = number % max(1, len(order))
    return order[start:] + order[:start]


def ratios(seconds: Any, base: Any) -> Spread:
    """Return the spread of the quotients of each round, which a change of the machine's speed between rounds leaves.

    Examples
    --------
    >>> ratios([2.0, 20.0, 6.0], [1.0, 10.0, 2.0]).median
    2.0
    """
    if len(seconds) != len(base):
        raise ValueError(f"seconds: expected as many rounds as base has, {len(base)}, got {len(seconds)}")
    return spread(np.divide(seconds, base))
