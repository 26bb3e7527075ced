"""Bounds on differences, derived: roundings on the path × unit roundoff × the sum of the terms' absolute values."""

import numpy as np


def bound(roundings, magnitude, dtype):
    """Return the largest error that `roundings` roundings can cause in a sum of terms of this total size.

    A result under the smallest normal number may lose up to one smallest number for each rounding.
    """
    info = np.finfo(dtype)
    return roundings * (info.eps / 2 * np.abs(magnitude) + info.smallest_subnormal)


def assert_within(actual, expected, limit):
    """Assert that ``|actual - expected| <= limit`` everywhere; equal infinities and NaNs agree."""
    wide = np.clongdouble if np.iscomplexobj(actual) or np.iscomplexobj(expected) else np.longdouble
    actual, expected = np.asarray(actual, wide), np.asarray(expected, wide)
    assert actual.shape == expected.shape
    same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        wrong = ~same & ~(abs(actual - expected) <= limit)
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        limit = np.broadcast_to(limit, wrong.shape)[index]
        raise AssertionError(
            f"{wrong.sum()} of {wrong.size} differ; the first at {index}: got {actual[index]}, "
            f"expected {expected[index]}, difference {abs(actual[index] - expected[index]):.3e}, limit {limit:.3e}"
        )
