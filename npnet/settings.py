"""Settings: numbers of a schedule, regularizer or optimizer, one for all or one for each member of an `Ensemble`."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from npnet.validation import Array, number, real

Kind = TypeVar("Kind", bound="Settings")

if TYPE_CHECKING:
    import numpy.typing as npt

    Setting: TypeAlias = float | npt.ArrayLike
else:
    Setting = Any


def setting(name: str, value: Any, *, above: float = -math.inf, low: float = -math.inf, below: float = math.inf) -> Any:
    """Return `value` as a Python float, or as a vector of float64 if it is one: a number for each member.

    Raises
    ------
    ValueError
        If a number is not within ``low <= number``, ``above < number < below``, or `value` has more dimensions.
    """
    if not isinstance(value, (list, tuple, np.ndarray)) or np.ndim(value) == 0:
        return number(name, value, above=above, low=low, below=below)
    vector = real(name, value)
    if vector.ndim != 1 or vector.size == 0:
        raise ValueError(f"{name}: expected a number, or a vector with one for each member, got shape {vector.shape}")
    vector = np.array([number(name, element, above=above, low=low, below=below) for element in vector.tolist()])
    vector.setflags(write=False)
    return vector


def cast(value: Any, like: Array) -> Array:
    """Return a setting as an array of the dtype of `like`, which it then does not promote."""
    return np.asarray(value, like.dtype)


def show(value: Any) -> str:
    """Return a setting as it is written in an expression, long vectors shortened."""
    if isinstance(value, np.ndarray):
        return np.array2string(value, separator=", ", threshold=4, edgeitems=2, formatter={"float_kind": "{:g}".format})
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else repr(value)


class Settings:
    """What has settings as its public attributes, or other objects that do."""

    def _vectors(self) -> list[tuple[str, Array]]:
        """Return the settings that hold one number for each member, with the names of their arguments."""
        found: list[tuple[str, Array]] = []
        for name, value in self._public():
            if isinstance(value, Settings):
                found += value._vectors()
            elif isinstance(value, np.ndarray):
                found.append((name, value))
        return found

    def _check_lengths(self) -> None:
        """Check that all vectors have the same length.

        Raises
        ------
        ValueError
            If two differ.
        """
        vectors = self._vectors()
        for name, vector in vectors[1:]:
            first, other = vectors[0]
            if vector.size != other.size:
                raise ValueError(f"{name}: expected as many numbers as {first} has, {other.size}, got {vector.size}")

    def _pick(self: Kind, members: slice | int) -> Kind:
        """Return a copy with the numbers of some members."""
        twin = copy.copy(self)
        for name, value in self._public():
            if isinstance(value, Settings):
                setattr(twin, name, value._pick(members))
            elif isinstance(value, np.ndarray):
                picked = value[members]
                setattr(twin, name, picked if picked.ndim else float(picked))
        return twin

    def _public(self) -> list[tuple[str, Any]]:
        return [(name, value) for name, value in vars(self).items() if not name.startswith("_")]

    def _check_members(self, members: int | None) -> None:
        """Check that each vector has a number for each member; None stands for a single net.

        Raises
        ------
        ValueError
            If one has another length, or there are no members.
        """
        for name, vector in self._vectors():
            if members is None:
                raise ValueError(f"{name}: expected one number for a single net, got {vector.size} of them")
            if vector.size != members:
                raise ValueError(f"{name}: expected a number for each of the {members} members, got {vector.size}")
