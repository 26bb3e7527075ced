"""An optimizer's moments: scaled while they are kept, as the notes have them when they are read.

What is kept is ``M = m / (1 - beta)``, since ``M = beta * M + g`` takes one pass over memory less than
``m = beta * m + (1 - beta) * g``. The factor is part of the step's one number.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from typing import Any

import numpy as np

from npnet._checks import finite, is_finite, numeric
from npnet.engine import tuning
from npnet.engine.hyperparameters import cast_like
from npnet.engine.parameters import cast
from npnet.typing import Array


class State(MutableMapping[str, Array]):
    """The moments as the notes have them, over those that are kept.

    Parameters
    ----------
    kept : dict of str to ndarray
        The moments that the steps work on.
    names : sequence of str
        Those that the optimizer has.
    scale : callable
        From a name to the factor between a moment that is kept and the one that is read.
    changed : callable
        Called when a moment was written to.
    """

    def __init__(
        self,
        kept: dict[str, Array],
        names: Sequence[str],
        scale: Callable[[str], Any],
        changed: Callable[[], None],
    ) -> None:
        self.kept, self.names, self.scale, self.changed = kept, names, scale, changed

    def __getitem__(self, name: str) -> Array:
        kept = self.kept[name]
        with np.errstate(under="ignore"):
            read = (kept * cast_like(self.scale(name), kept)).view(Moment)
        read.source = self, name, np.array(read)
        return read

    def assigned(self, name: str, read: Array, before: Array) -> None:
        """Take over the elements of a moment that was read, where they have changed."""
        # Steps may have been taken since; the elements that were not assigned to keep their bits
        written = read != before
        np.copyto(self.kept[name], self._without_factor(name, read), where=written)
        self.changed()
        before[...] = read

    def __setitem__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def update(self, other: Any = (), /, **named: Any) -> None:
        """Assign several moments; where one of them can't be assigned, none is."""
        given = {name: self._checked(name, value) for name, value in dict(other, **named).items()}
        like = [*self.kept.values(), *given.values()][:1]
        for name, value in given.items():
            if value.shape != like[0].shape:
                raise ValueError(f"{name}: expected shape {like[0].shape}, the same for all moments, got {value.shape}")
            given[name] = cast(name, value, like[0].dtype)
        for name, kept in {name: self._without_factor(name, value) for name, value in given.items()}.items():
            if name in self.kept:
                np.copyto(self.kept[name], kept)
                # Steps have relied on how large the moments are
                self.changed()
            else:
                self.kept[name] = kept

    def _checked(self, name: str, value: Any) -> Array:
        if name not in self.names:
            raise ValueError(f"state: expected one of {', '.join(self.names) or 'none'}, got {name!r}")
        return finite(name, numeric(name, value))

    def _without_factor(self, name: str, value: Array) -> Array:
        """Return a moment as it is kept, a new array."""
        scale = cast_like(self.scale(name), value)
        with np.errstate(over="ignore", under="ignore"):
            kept = np.ascontiguousarray(value / scale)
        if kept.dtype.kind == "f" and not is_finite(kept):
            limit = np.finfo(kept.dtype).max * np.min(scale)
            raise ValueError(f"{name}: expected numbers up to {limit:g}, got {abs(value).max():g}")
        return kept

    def __delitem__(self, name: str) -> None:
        del self.kept[name]
        self.changed()

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)

    def __repr__(self) -> str:
        return repr(dict(self))


class Moment(np.ndarray):
    """A moment that was read: assigning to its elements, or an operator in place, writes to the optimizer too."""

    source: tuple[State, str, Array] | None = None

    def __array_finalize__(self, origin: Any) -> None:
        # A view of all of it, not a copy
        if isinstance(origin, Moment) and (self.base is origin or self.base is origin.base):
            self.source = origin.source

    def __setitem__(self, index: Any, value: Any) -> None:
        super().__setitem__(index, value)
        self._tell()

    def _tell(self) -> None:
        if self.source is not None:
            state, name, before = self.source
            # What was read is a view of an array with all of it, and so is each part of what was read
            whole: Any = self.base
            state.assigned(name, whole, before)

    def __reduce__(self) -> Any:
        return np.asarray(self).__reduce__()

    def __array_wrap__(self, array: Array, context: Any = None, return_scalar: bool = False) -> Any:
        if array is self:
            self._tell()
            return self
        return array[()] if return_scalar else array


class Place:
    """Where parameters are in memory, whichever view of them comes.

    It does not keep them there: another net, in memory that was freed, is in another place.

    Parameters
    ----------
    parameters : ndarray
        The vector, or one for each member of an ensemble.
    """

    def __init__(self, parameters: Array) -> None:
        owner = _owner(parameters)
        self.address, self.owner, self.owned = _address(parameters), weakref.ref(owner), owner.flags.owndata

    def holds(self, parameters: Array) -> bool:
        """Return whether `parameters` begin in this place."""
        # Memory that no array owns may come as a new array each time
        same_owner = not self.owned or self.owner() is _owner(parameters)
        return same_owner and self.address == _address(parameters)


def _owner(array: Array) -> Array:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])


class Workspace:
    """The arrays that an optimizer's steps work on, for one vector of parameters.

    Parameters
    ----------
    parameters : ndarray
        The vector, or one for each member of an ensemble.
    kept : dict of str to ndarray
        The moments.
    scales : dict of str to number
        The factor between each moment that is kept and the one that is read.
    numbers : tuple
        The numbers of a step.
    update_bound : number
        A bound on the update over the largest gradient so far.
    """

    def __init__(
        self,
        parameters: Array,
        kept: dict[str, Array],
        scales: dict[str, Any],
        numbers: Sequence[Any],
        update_bound: Any,
    ) -> None:
        self.parameters = parameters
        self.is_float = parameters.dtype.kind == "f"
        self.numbers = [np.array(value, parameters.dtype) for value in numbers]
        # A member of an ensemble is moved as a whole or not at all
        size = len(parameters) if parameters.ndim > 1 else min(len(parameters), tuning.SLICE)
        scratch = np.empty_like(parameters[:size])
        self.parts = [(0, parameters, scratch, list(kept.values()))]
        if size < len(parameters):
            self.parts = []
            for start in range(0, len(parameters), size):
                w, *moments = (array[start : start + size] for array in (parameters, *kept.values()))
                self.parts.append((start, w, scratch[: len(w)], moments))
        self.largest_square = 0.0
        """A gradient whose sum of squares is larger may lead to moments or updates that are not finite."""
        self.bounded = not self.is_float
        """Whether all updates are finite as long as no gradient is larger than that."""
        if self.is_float:
            self._bound(kept, scales, np.max(update_bound))

    def fits(self, parameters: Array) -> bool:
        """Return whether `parameters` are another view of the same memory."""
        mine = self.parameters
        return mine is parameters or (
            mine.shape == parameters.shape and mine.dtype == parameters.dtype and _address(mine) == _address(parameters)
        )

    def _bound(self, kept: dict[str, Array], scales: dict[str, Any], update_bound: Any) -> None:
        limits = np.finfo(self.parameters.dtype)
        square = limits.max * limits.dtype.type(np.min(scales.get("V", 1.0))) / 2
        # An update of twice this size is less than half a rounding of the largest number
        largest = limits.max * limits.eps / 8
        # In float16, moments without their factor overflow on the way
        if limits.bits < 32 or not np.longdouble(np.sqrt(square)) * update_bound <= largest:
            return
        # The sum of a longdouble gradient's squares is compared as a float
        self.largest_square = min(float(square), sys.float_info.max)
        m, v, *squares = (kept.get(name, np.zeros(1)) for name in ("m", "v", "V", "V_max"))
        small = abs(m) * cast_like(scales.get("m", 1.0), m) <= np.sqrt(square)
        # A velocity is a sum of updates
        slow = abs(v * cast_like(scales.get("v", 1.0), v)) <= np.sqrt(square) * update_bound
        known = all((V >= 0).all() and np.isfinite(V).all() for V in squares)
        self.bounded = bool(small.all() and slow.all() and known)


def drop_subnormal(moments: Iterable[Array]) -> None:
    """Set the elements of moments that are smaller than the smallest normal number to 0.

    A moment that decays by a factor of 0.9 would else stay a few times the smallest subnormal number for ever, and
    processors take many times longer over such numbers.
    """
    for moment in moments:
        flat, normal = moment.reshape(-1), np.finfo(moment.dtype).tiny
        for start in range(0, flat.size, tuning.SLICE):
            part = flat[start : start + tuning.SLICE]
            size = np.absolute(part)
            part *= np.greater_equal(size, normal, out=size)
