"""Statistics over many seeds: intervals, paired comparisons, bands, and the epochs that a training needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from npnet._checks import integer, number, numeric, same_shape
from npnet.typing import Array


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


def exact(value: float) -> Interval:
    """Return a number that is counted, not estimated: its interval has no width.

    Examples
    --------
    >>> exact(2.5)
    Interval(estimate=2.5, low=2.5, high=2.5)
    """
    return Interval(value, value, value)


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
    resamples: int | None = None,
    seed: int = 0,
) -> Interval:
    r"""Return a statistic of a sample with its bootstrap interval.

    The sample is drawn from itself, with replacement, `resamples` times; the interval lies between the
    :math:`(1-level)/2` and :math:`(1+level)/2` quantiles of the statistic. These are values of the statistic
    itself, never between two, so that they may be infinite.

    Parameters
    ----------
    values : array_like, shape (n,)
        The sample: one number for each seed. NaN is not allowed; infinity is (an epoch that was never reached),
        where the statistic is a number for it, as `median` always is.
    statistic : callable
        A function of an array and an axis, such as `median` (the default) or `numpy.mean`.
    level : float
        The confidence, above 0 and below 1.
    resamples : int, optional
        The number of samples that are drawn. By default 50 of them are beyond each end: 2000 for 95 %.
    seed : int
        What they are drawn with.

    Notes
    -----
    Source: Efron and Tibshirani 1993, "An introduction to the bootstrap", section 13.3 (the percentile interval).
    It does not suit a maximum, which no resample exceeds (section 7.4); nor a share, of which a sample with no
    hits, or nothing else, gives an interval without width: that is what `proportion` is for.

    Examples
    --------
    >>> bootstrap([3, 4, 4, 5, 9])
    Interval(estimate=4.0, low=3.0, high=9.0)
    """
    sample, level = _sample("values", values), number("level", level, above=0, below=1)
    if not callable(statistic):
        raise ValueError(f"statistic: expected a function of an array and an axis, got {statistic!r}")
    rng = np.random.default_rng(integer("seed", seed, 0))
    count = round(100 / (1 - level)) if resamples is None else integer("resamples", resamples, 1)
    drawn = sample[rng.integers(0, sample.size, (count, sample.size))]
    with np.errstate(invalid="ignore"):
        estimate, estimates = statistic(sample, axis=0), statistic(drawn, axis=1)
    if np.isnan(estimate) or np.isnan(estimates).any():
        raise ValueError(f"statistic: expected one that is a number for each resample, got NaN from {statistic!r}")
    low, high = np.quantile(estimates, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    return Interval(float(estimate), float(low), float(high))


def proportion(hits: npt.ArrayLike, level: float = 0.95) -> Interval:
    r"""Return the share of true values with its interval, which has a width even if there are none, or nothing else.

    The interval holds each share :math:`\pi` that the observed one, :math:`p` of :math:`n`, is no further from
    than :math:`z` of its standard deviations, :math:`|p - \pi| \le z \sqrt{\pi (1-\pi)/n}`, where :math:`z` is the
    :math:`(1+level)/2` quantile of the normal distribution. Its lower end is

    .. math:: \frac{p^2}{p + \frac{z^2}{2n} + z \sqrt{\frac{p (1-p)}{n} + \frac{z^2}{4 n^2}}}

    and its upper end is 1 minus the lower end of the other share, :math:`1 - p`.

    Parameters
    ----------
    hits : array_like, shape (n,)
        For each seed, whether it is one of those that are counted: bool, or 0 and 1.
    level : float
        The confidence, above 0 and below 1.

    Notes
    -----
    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22, 209-212. In the form above, the quotient of the constant term of the
    quadratic equation and its larger root, nothing cancels, and the ends of no hits and of all are exact.

    Examples
    --------
    >>> share = proportion([False] * 100)
    >>> share.estimate, share.low, round(share.high, 3)
    (0.0, 0.0, 0.037)
    """
    sample = _sample("hits", hits)
    if not np.isin(sample, (0, 1)).all():
        raise ValueError(f"hits: expected 0 or 1 for each seed, got {sample[~np.isin(sample, (0, 1))][0]:g}")
    z, share = NormalDist().inv_cdf((1 + number("level", level, above=0, below=1)) / 2), float(sample.mean())
    return Interval(share, _wilson(share, sample.size, z), 1 - _wilson(1 - share, sample.size, z))


def _wilson(share: float, count: int, z: float) -> float:
    """Return the lower end of Wilson's interval."""
    half = z**2 / (2 * count)
    return share**2 / (share + half + z * math.sqrt(share * (1 - share) / count + (half / z) ** 2))


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
    less: Interval
    """The share of seeds whose first number is the smaller one."""
    equal: Interval
    """The share of seeds whose numbers are equal."""
    more: Interval
    """The share of seeds whose first number is the larger one."""


def paired(first: npt.ArrayLike, second: npt.ArrayLike, level: float = 0.95) -> Paired:
    """Compare two samples seed by seed: from the same initial weights, what differs is the treatment alone.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        One number for each seed, in the same order of seeds. Two infinite numbers differ by 0.
    level : float
        The confidence of each interval, above 0 and below 1.

    Examples
    --------
    >>> result = paired([3, 4, 5], [4, 5, 5])
    >>> result.difference.estimate, round(result.less.estimate, 3), round(result.equal.estimate, 3)
    (-1.0, 0.667, 0.333)
    """
    a, b = same_shape("first", _sample("first", first), "second", _sample("second", second))
    with np.errstate(invalid="ignore"):
        difference = np.where(a == b, 0, a - b)
    shares = (proportion(chosen, level) for chosen in (a < b, a == b, a > b))
    return Paired(bootstrap(difference, level=level), *shares)


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
        The level.

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
