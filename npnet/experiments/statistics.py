"""What many seeds say: intervals, paired comparisons, bands, and the epochs that a training needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from npnet.validation import Array, integer, number, numeric, same_shape


class Interval(NamedTuple):
    """An estimate, and the interval that holds the true number with some confidence, by default 95 %."""

    estimate: float
    low: float
    high: float

    def above(self, level: float) -> bool:
        """Return whether the whole interval is above a level."""
        return self.low > level

    def below(self, level: float) -> bool:
        """Return whether the whole interval is below a level."""
        return self.high < level

    def columns(self, name: str) -> dict[str, float]:
        """Return the three numbers as columns of a table: `name`, and with " low" and " high" after it."""
        return {name: self.estimate, f"{name} low": self.low, f"{name} high": self.high}


def median(values: npt.ArrayLike, axis: int | None = None) -> Any:
    """Return the lower median: the smallest value that half of them do not exceed, which is always one of them.

    Examples
    --------
    >>> print(median([1, 2, 9, np.inf]))
    2.0
    """
    return np.quantile(np.asarray(values, np.float64), 0.5, axis=axis, method="inverted_cdf")


def bootstrap(
    values: npt.ArrayLike,
    statistic: Callable[..., Any] = median,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    r"""Return a statistic of a sample with its bootstrap interval.

    The sample is drawn from itself, with replacement, `resamples` times; the interval lies between the
    :math:`(1-level)/2` and :math:`(1+level)/2` quantiles of the statistic. A value may be infinite (an epoch
    that was never reached): quantiles are of the values themselves, never between two.

    Parameters
    ----------
    values : array_like, shape (n,)
        The sample: one number for each seed. NaN is not allowed.
    statistic : callable
        A function of an array and an axis, such as `median` (the default) or `numpy.mean`.
    level : float
        The confidence, above 0 and below 1.
    resamples : int
        How many samples are drawn.
    seed : int
        What they are drawn with.

    Raises
    ------
    ValueError
        If the sample is empty, no vector or has a NaN, or a number is out of its range.

    Notes
    -----
    Source: Efron and Tibshirani 1993, "An introduction to the bootstrap", section 13.3 (the percentile interval).

    Examples
    --------
    >>> bootstrap([3, 4, 4, 5, 9])
    Interval(estimate=4.0, low=3.0, high=9.0)
    """
    sample, level = _sample("values", values), number("level", level, above=0, below=1)
    if not callable(statistic):
        raise ValueError(f"statistic: expected a function of an array and an axis, got {statistic!r}")
    rng = np.random.default_rng(integer("seed", seed, 0))
    drawn = sample[rng.integers(0, sample.size, (integer("resamples", resamples, 1), sample.size))]
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(statistic(drawn, axis=1), tails, method="inverted_cdf")
    return Interval(float(statistic(sample, axis=0)), float(low), float(high))


def _sample(name: str, values: npt.ArrayLike) -> Array:
    sample = np.asarray(numeric(name, values), np.float64)
    if sample.ndim != 1 or sample.size == 0:
        raise ValueError(f"{name}: expected a vector of at least one number, got shape {sample.shape}")
    if np.isnan(sample).any():
        first = int(np.isnan(sample).argmax())
        raise ValueError(f"{name}: expected no NaN, which frozen members have, got one at index {first}")
    return sample


class Paired(NamedTuple):
    """How two samples with the same seeds compare, seed by seed."""

    difference: Interval
    """The median of first minus second."""
    less: float
    """The share of seeds whose first number is the smaller one."""
    equal: float
    """The share of seeds whose numbers are equal."""
    more: float
    """The share of seeds whose first number is the larger one."""


def paired(first: npt.ArrayLike, second: npt.ArrayLike) -> Paired:
    """Compare two samples seed by seed: from the same first weights, what differs is the treatment alone.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        One number for each seed, in the same order of seeds. Two infinite numbers differ by 0.

    Raises
    ------
    ValueError
        If a sample is empty, no vector or has a NaN, or the shapes differ.

    Examples
    --------
    >>> result = paired([3, 4, 5], [4, 5, 5])
    >>> result.difference.estimate, round(result.less, 3), round(result.equal, 3)
    (-1.0, 0.667, 0.333)
    """
    a, b = same_shape("first", _sample("first", first), "second", _sample("second", second))
    with np.errstate(invalid="ignore"):
        difference = np.where(a == b, 0, a - b)
    return Paired(bootstrap(difference), float(np.mean(a < b)), float(np.mean(a == b)), float(np.mean(a > b)))


class Band(NamedTuple):
    """For each epoch, the middle of all seeds and the range of most of them."""

    middle: Array
    low: Array
    high: Array


def band(values: npt.ArrayLike, share: float = 0.9) -> Band:
    """Return the median and the range of the middle `share` of the members, for each epoch.

    Parameters
    ----------
    values : array_like, shape (epochs, members)
        Such as ``history.loss`` of an ensemble. Members that are NaN, the frozen ones, count as infinite.
    share : float
        The share of members inside the band, above 0 and below 1.

    Raises
    ------
    ValueError
        If `values` has another number of dimensions, or `share` is out of its range.

    Examples
    --------
    >>> band([[1, 2, 3], [2, 4, 9]], share=0.5).middle.tolist()
    [2.0, 4.0]
    """
    array, share = _table("values", values), number("share", share, above=0, below=1)
    array = np.where(np.isnan(array), np.inf, array)
    quantiles = [0.5, (1 - share) / 2, (1 + share) / 2]
    return Band(*np.quantile(array, quantiles, axis=1, method="inverted_cdf"))


def epochs_to_converge(accuracies: npt.ArrayLike) -> Array:
    """Return the first epoch from which the accuracy stays at its final value, counted from 0, of each member.

    Parameters
    ----------
    accuracies : array_like, shape (epochs, members)
        The accuracy after each epoch. A member whose last one is NaN was frozen: it gets infinity.

    Raises
    ------
    ValueError
        If `accuracies` has another number of dimensions.

    Examples
    --------
    >>> print(epochs_to_converge([[0.5, 1.0], [1.0, 1.0], [1.0, 1.0]]))
    [1. 0.]
    """
    array = _table("accuracies", accuracies)
    others = array != array[-1]
    epochs = np.where(others.any(axis=0), len(array) - others[::-1].argmax(axis=0), 0)
    return np.where(np.isnan(array[-1]), np.inf, epochs)


def epochs_to_level(losses: npt.ArrayLike, level: float) -> Array:
    """Return the first epoch whose loss is under `level`, counted from 0, of each member; infinity if none is.

    Parameters
    ----------
    losses : array_like, shape (epochs, members)
        The loss of each epoch.
    level : float
        What the loss must be under.

    Raises
    ------
    ValueError
        If `losses` has another number of dimensions, or `level` is no number.

    Examples
    --------
    >>> print(epochs_to_level([[0.5, 0.5], [0.2, 0.4]], 0.3))
    [ 1. inf]
    """
    under = _table("losses", losses) < number("level", level)
    return np.where(under.any(axis=0), under.argmax(axis=0), np.inf)


def _table(name: str, values: npt.ArrayLike) -> Array:
    array = np.asarray(numeric(name, values), np.float64)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name}: expected shape (epochs, members), got {array.shape}")
    return array
