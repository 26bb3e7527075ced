"""Bounds on differences, derived: roundings on the path × unit roundoff × the sum of the terms' absolute values."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Rounding: TypeAlias = Callable[[Any, Any], Any]
"""`bound` in one type: from a number of roundings and a magnitude to an error."""


class Inexact(NamedTuple):
    """Exact numbers, and how far each may be from them as it is computed."""

    value: Any
    error: Any


def exactly(value: Any) -> Inexact:
    """Return numbers that have no error."""
    return Inexact(value, np.zeros_like(value))


def bound(roundings: Any, magnitude: Any, dtype: Any, flushed: bool = False) -> Any:
    """Return the largest error that roundings can cause in a sum of terms.

    Parameters
    ----------
    roundings : float or ndarray
        How many roundings lie on the path to the result.
    magnitude : float or ndarray
        The sum of the absolute values of the terms.
    dtype : dtype
        The type that is rounded to; its unit roundoff is half its ``eps``.
    flushed : bool
        Whether results under the smallest normal number may be replaced by 0, as TensorFlow does; otherwise each
        rounding there may cost one smallest subnormal number.
    """
    info = np.finfo(dtype)
    floor = info.smallest_normal if flushed else info.smallest_subnormal
    return roundings * (info.eps / 2 * np.abs(magnitude) + floor)


def ulps(actual: Any, exact: Any, dtype: Any) -> float:
    """Return the largest error in units in the last place of `exact` in `dtype`; equal infinities have none."""
    info = np.finfo(dtype)
    actual, exact = np.atleast_1d(np.longdouble(actual)), np.atleast_1d(np.longdouble(exact))
    with np.errstate(invalid="ignore"):
        error = np.where((actual == exact) | (np.isnan(actual) & np.isnan(exact)), 0, abs(actual - exact))
    error[np.isnan(error)] = np.inf
    # From there to the largest number the unit does not grow; an infinity and NaN have no other
    size = np.fmin(abs(exact), np.longdouble(2) ** (info.maxexp - 1)).astype(dtype)
    return float((error / np.maximum(np.spacing(size), info.smallest_subnormal)).max(initial=0))


def excess(actual: Any, expected: Any, limit: Any) -> Any:
    """Return ``|actual - expected| / limit``: 0 for the same infinity or NaN, infinity for any other NaN."""
    wide = np.clongdouble if np.iscomplexobj(actual) or np.iscomplexobj(expected) else np.longdouble
    actual, expected = np.asarray(actual, wide), np.asarray(expected, wide)
    if actual.shape != expected.shape:
        raise AssertionError(f"shapes differ: {actual.shape} and {expected.shape}")
    if not (np.isfinite(limit) & (np.asarray(limit) >= 0)).all():
        raise AssertionError("a limit is negative, infinite or NaN")
    same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(same, 0, abs(actual - expected) / limit)
    return np.where(np.isnan(ratio), np.inf, ratio)


def assert_within(actual: Any, expected: Any, limit: Any) -> None:
    """Assert that ``|actual - expected| <= limit`` everywhere; equal infinities and NaNs agree."""
    ratio = excess(actual, expected, limit)
    if (ratio > 1).any():
        index = tuple(int(i) for i in np.argwhere(ratio > 1)[0])
        raise AssertionError(
            f"{(ratio > 1).sum()} of {ratio.size} differ; the first at {index}: got {np.asarray(actual)[index]}, "
            f"expected {np.asarray(expected)[index]}, {ratio[index]:.3g} times the limit of "
            f"{np.broadcast_to(limit, ratio.shape)[index]:.3e}"
        )
