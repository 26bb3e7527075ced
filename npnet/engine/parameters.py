"""One flat vector holds all parameters of a net, or of each member of an ensemble; layers are views of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any, SupportsIndex

import numpy as np

from npnet._arrays import fractions_as_floats, with_article
from npnet._checks import finite, integer, is_finite, numeric
from npnet.typing import Array


def shapes(widths: Sequence[int], use_bias: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the shape of each layer's matrix: a row for each feature, one more where it has biases."""
    return [(features + bias, units) for (features, units), bias in zip(pairwise(widths), use_bias)]


def size(widths: Sequence[int], use_bias: Sequence[bool]) -> int:
    """Return the number of parameters of a net."""
    return sum(rows * units for rows, units in shapes(widths, use_bias))


def matrices(flat: Array, widths: Sequence[int], use_bias: Sequence[bool]) -> Iterator[Array]:
    """Yield a view for each layer, of its shape: the weights, then a row of biases if it has some."""
    start = 0
    for rows, units in shapes(widths, use_bias):
        end = start + rows * units
        yield flat[start:end].reshape(rows, units, *flat.shape[1:])
        start = end


def variables(flat: Array, widths: Sequence[int], use_bias: Sequence[bool]) -> list[Array]:
    """Return a view for each layer's weights, and one for its biases if it has some, as vectors."""
    sizes = []
    for (features, units), bias in zip(pairwise(widths), use_bias):
        sizes += [features * units, units] if bias else [features * units]
    return np.split(flat, np.cumsum(sizes[:-1]))


def layer_of(index: int, widths: Sequence[int], use_bias: Sequence[bool]) -> int:
    """Return the layer, counted from 1, that a place of the flat vector belongs to."""
    count = size(widths, use_bias)
    if integer("index", index, 0) >= count:
        raise ValueError(f"index: expected one from 0 to {count - 1}, got {index}")
    ends = np.cumsum([rows * units for rows, units in shapes(widths, use_bias)])
    return int(np.searchsorted(ends, index, side="right")) + 1


class Views(tuple[Any, ...]):
    """Views of one flat vector: assigning to some copies numbers into them, after the checks of the whole vector's.

    It is a tuple, so that no other array can take the place of a view.

    Parameters
    ----------
    views : iterable of ndarray or None
        The views; None in the place of one that there is not, such as the biases of a layer without them.
    name : str
        The name of the tuple, in errors.
    """

    name: str

    def __new__(cls, views: Iterable[Array | None], name: str) -> "Views":
        """Return a tuple of the views."""
        made = super().__new__(cls, views)
        made.name = name
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        # What a copy is made from
        return tuple(self), self.name

    def __setitem__(self, index: SupportsIndex | slice, values: Any) -> None:
        """Copy numbers into a view, or arrays of them into several: into all, or into none if one does not fit."""
        views: Any = self[index]
        places: Any = range(len(self))[index]
        if not isinstance(index, slice):
            views, places, values = [views], [places], [values]
        if not isinstance(values, Iterable) or isinstance(values, (Mapping, Set, str, bytes)):
            raise ValueError(f"{self.name}: expected {len(views)} arrays, got {with_article(values)}")
        given = list(values)
        if len(given) != len(views):
            raise ValueError(f"{self.name}: expected {len(views)} arrays, got {len(given)}")
        checked = [self._checked(place, array) for place, array in zip(places, given)]
        for view, array in zip(views, checked):
            if view is not None:
                view[...] = array

    def _checked(self, index: int, values: Any) -> Array | None:
        """Return a copy of numbers for a view: they may be those of another one, which is written to first."""
        name, view = f"{self.name}[{index}]", self[index]
        if view is None:
            if values is not None:
                raise ValueError(f"{name}: expected None, as that layer has none, got {with_article(values)}")
            return None
        array = numeric(name, values)
        if array.shape != view.shape:
            raise ValueError(f"{name}: expected shape {view.shape}, got {array.shape}")
        return cast(name, array, view.dtype, values).copy()


def cast(name: str, array: Array, dtype: np.dtype[Any], source: Any = None) -> Array:
    """Return finite numbers in a net's dtype; those that it can't hold are refused.

    `source` is what the array was made of, for `npnet._checks.finite`.
    """
    if dtype.kind == "f":
        array = fractions_as_floats(array)
    if array.dtype == dtype:
        return finite(name, array, source)
    if not np.can_cast(array.dtype, dtype, "same_kind"):
        raise ValueError(f"{name}: expected numbers that fit a {dtype} net, got dtype {array.dtype}")
    with np.errstate(over="ignore", under="ignore"):
        converted = array.astype(dtype)
    if converted.dtype.kind == "f" and not is_finite(converted) and is_finite(array):
        raise ValueError(f"{name}: expected numbers that fit {dtype}, got one of size {abs(array).max():g}")
    return finite(name, converted, source)
