"""Sums over units and over a batch, in the form that is fastest for the shape."""

from functools import lru_cache
from typing import Any

import numpy as np

from npnet.engine import tuning
from npnet.typing import Array


def over_axis(a: Array, axis: int) -> Array:
    """Return the sum along an axis, in a shape that broadcasts with `a`.

    The columns of a matrix of floats are summed by a product with ones, which takes half the time of a reduction; those
    of a small one by a product with a square of ones, which leaves the sum in each row: nothing is broadcast then.
    """
    try:
        ones = _ONES[a.shape, axis, a.dtype]
    except KeyError:
        ones = _ONES[a.shape, axis, a.dtype] = _ones(a.shape, axis, a.dtype)
    return np.add.reduce(a, axis=axis, keepdims=True) if ones is None else np.dot(ones, a)


# For each shape, axis and dtype the ones that a sum is a product with, or None
_ONES: dict[tuple[Any, ...], Array | None] = {}


def _ones(shape: tuple[int, ...], axis: int, dtype: np.dtype[Any]) -> Array | None:
    if axis != 0 or len(shape) != 2 or dtype.kind != "f":
        return None
    small = shape[0] * shape[1] <= tuning.REPEATED and shape[0] <= tuning.REPEATED_ROWS
    return np.ones((shape[0], shape[0]) if small else shape[0], dtype)


def of_products(a: Array, b: Array) -> Any:
    """Return the sum over units and batch of ``a * b``, one for each member."""
    if a.ndim == 2 and a.dtype.kind == "f":
        return np.vdot(a, b)
    return np.add.reduce(a * b, axis=(0, 1))


@lru_cache(64)
def constant(value: float, dtype: np.dtype[Any]) -> Array:
    """Return a number as an array of a dtype, which ufuncs take faster than a Python number."""
    return np.asarray(value, dtype)
