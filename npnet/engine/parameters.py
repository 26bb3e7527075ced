"""One flat vector holds all parameters of a net, or of each member of an ensemble; layers are views of it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from npnet._checks import finite, is_finite
from npnet.typing import Array


def size(widths: Sequence[int]) -> int:
    """Return the number of parameters of a net."""
    return sum((features + 1) * units for features, units in pairwise(widths))


def matrices(flat: Array, widths: Sequence[int]) -> Iterator[Array]:
    """Yield a view for each layer, of shape (features + 1, units[, members]): the weights, then a row of biases."""
    start = 0
    for features, units in pairwise(widths):
        end = start + (features + 1) * units
        yield flat[start:end].reshape(features + 1, units, *flat.shape[1:])
        start = end


def layer_of(index: int, widths: Sequence[int]) -> int:
    """Return the layer, counted from 1, that a place of the flat vector belongs to."""
    if not 0 <= index < size(widths):
        raise ValueError(f"index: expected one from 0 to {size(widths) - 1}, got {index}")
    ends = np.cumsum([(features + 1) * units for features, units in pairwise(widths)])
    return int(np.searchsorted(ends, index, side="right")) + 1


class Views(list[Array]):
    """A list of views of one flat vector: assigning to an element writes the numbers into the view."""

    def __setitem__(self, index: Any, values: Any) -> None:
        """Copy `values` into the view."""
        if np.shape(values) != np.shape(self[index]):
            raise ValueError(f"values: expected the view's shape {np.shape(self[index])}, got {np.shape(values)}")
        self[index][...] = values


def cast(name: str, array: Array, dtype: np.dtype[Any]) -> Array:
    """Return finite numbers in a net's dtype; those that it can't hold are refused."""
    if array.dtype == dtype:
        return finite(name, array)
    if not np.can_cast(array.dtype, dtype, "same_kind"):
        raise ValueError(f"{name}: expected numbers that fit a {dtype} net, got dtype {array.dtype}")
    with np.errstate(over="ignore"):
        converted = array.astype(dtype, copy=False)
    if converted.dtype.kind == "f" and not is_finite(converted) and is_finite(array):
        raise ValueError(f"{name}: expected numbers that fit {dtype}, got one of size {abs(array).max():g}")
    return finite(name, converted)
