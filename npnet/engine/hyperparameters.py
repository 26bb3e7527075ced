"""Hyperparameters: declared once in a class, with their ranges and defaults.

A class that declares ``beta = Number(0.9, low=0, below=1)`` has `beta` as a parameter of its constructor and as an
attribute that is checked whenever it is set. Construction, `repr`, equality, the choice of an ensemble's members and
the Keras counterparts read the same declarations, in `Hyperparameters.table`. A value is a Python float, which never
promotes a float32 array, or a read-only vector of float64 with one number for each member of an `Ensemble`.
"""

from __future__ import annotations

import copy
import math
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from npnet._arrays import read
from npnet._checks import flag, integer, number, real
from npnet.typing import Array

Kind = TypeVar("Kind", bound="Hyperparameters")


class Declared:
    """A hyperparameter of the class that it is an attribute of.

    It checks what is assigned. Reading takes the value from the object's dictionary, as for any attribute.
    """

    name: str

    def __init__(self, default: Any = Parameter.empty) -> None:
        self.default = default

    def checked(self, value: Any) -> Any:
        """Return `value` in the form in which it is kept."""
        return value

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    if TYPE_CHECKING:

        def __get__(self, made: Any, owner: type) -> Any: ...

    def __set__(self, made: Hyperparameters, value: Any) -> None:
        value = self.checked(value)
        made.check_length(self.name, value)
        made.store(self.name, value)


class Scalar(Declared):
    """A finite number with ``low <= value`` and ``above < value < below``."""

    def __init__(
        self,
        default: Any = Parameter.empty,
        *,
        above: float = -math.inf,
        low: float = -math.inf,
        below: float = math.inf,
    ) -> None:
        super().__init__(default)
        self.limits = {"above": above, "low": low, "below": below}

    def checked(self, value: Any) -> Any:
        """Return `value` as a Python float."""
        return number(self.name, value, **self.limits)


class Number(Scalar):
    """A `Scalar`, or a vector with one for each member of an `Ensemble`."""

    def checked(self, value: Any) -> Any:
        """Return `value` as a Python float, or as a read-only vector."""
        # An array, or what NumPy can make one of; its scalars have the method too
        if not isinstance(value, (list, tuple)) and (np.isscalar(value) or not hasattr(value, "__array__")):
            return super().checked(value)
        vector = real(self.name, value)
        if vector.ndim == 0:
            return super().checked(vector.item())
        if vector.ndim != 1 or vector.size == 0:
            expected = "a number, or a vector with one for each member"
            raise ValueError(f"{self.name}: expected {expected}, got shape {vector.shape}")
        vector = np.array([number(self.name, element, **self.limits) for element in vector.tolist()])
        vector.setflags(write=False)
        return vector


class Numbers(Declared):
    """A tuple of finite numbers above `above`."""

    def __init__(self, *, above: float = -math.inf) -> None:
        super().__init__()
        self.limits = {"above": above}

    def checked(self, value: Any) -> tuple[float, ...]:
        """Return `value` as a tuple of Python floats."""
        if read(self.name, value).ndim != 1:
            raise ValueError(f"{self.name}: expected a list of numbers, got {value!r}")
        return tuple(number(self.name, element, **self.limits) for element in value)


class Flag(Declared):
    """True or False."""

    def checked(self, value: Any) -> bool:
        """Return `value` as a Python bool."""
        return flag(self.name, value)


class Integer(Declared):
    """A whole number of at least `low`."""

    def __init__(self, default: Any = Parameter.empty, *, low: int) -> None:
        super().__init__(default)
        self.low = low

    def checked(self, value: Any) -> int:
        """Return `value` as a Python int."""
        return integer(self.name, value, self.low)


class Hyperparameters:
    """Base class of objects that are made from hyperparameters.

    Its constructor takes those that the class declares, in that order. A subclass with a constructor of its own may
    pass some of them to this one, and set the others later. Attributes that are not declared are no hyperparameters,
    whatever they hold.
    """

    table: ClassVar[dict[str, Declared]] = {}
    """The declarations, by name."""
    by_place: ClassVar[int] = 0
    """How many hyperparameters `repr` shows without their names."""
    _declared: ClassVar = Signature()
    """The declarations as parameters."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.table = cls.table | {name: value for name, value in vars(cls).items() if isinstance(value, Declared)}
        cls._declared = cls.__signature__ = cls._signature()  # type: ignore[attr-defined]
        if cls.__init__ is not Hyperparameters.__init__:
            _, *own = signature(cls.__init__).parameters.values()
            cls.__signature__ = Signature(own)  # type: ignore[attr-defined]

    @classmethod
    def _signature(cls) -> Signature:
        parameters: list[Parameter] = []
        kind: Any = Parameter.POSITIONAL_OR_KEYWORD
        for name, value in cls.table.items():
            if parameters and value.default is Parameter.empty is not parameters[-1].default:
                # One that must be given, after those of a base class that need not be
                kind = Parameter.KEYWORD_ONLY
            parameters.append(Parameter(name, kind, default=value.default))
        return Signature(parameters)

    def __init__(self, *values: Any, **named: Any) -> None:
        automatic = type(self).__init__ is Hyperparameters.__init__
        try:
            given = (self._declared.bind if automatic else self._declared.bind_partial)(*values, **named)
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}: {error}") from None
        chosen = set(given.arguments)
        given.apply_defaults()
        for name, value in given.arguments.items():
            # A subclass may have set some of its own already
            if name in chosen or self.stored(name) is None:
                setattr(self, name, value)
        self.reset()

    def reset(self) -> None:
        """Forget all but the hyperparameters."""

    @classmethod
    def unchecked(cls: type[Kind], **values: Any) -> Kind:
        """Return an object with these hyperparameters as they are, such as symbols for a proof."""
        made = cls(**dict.fromkeys(values, 0.5))
        for name, value in values.items():
            made.store(name, value)
        return made

    def stored(self, name: str) -> Any:
        """Return the value that is kept for a hyperparameter; None before it is set."""
        return self.__dict__.get(name)

    def store(self, name: str, value: Any) -> None:
        """Keep the checked value of a hyperparameter."""
        self.__dict__[name] = value

    def hyperparameters(self) -> dict[str, Any]:
        """Return the value of each hyperparameter, by name: the arguments that make this object again."""
        return {name: self.stored(name) for name in self.table}

    def vectors(self) -> list[tuple[str, Array]]:
        """Return the hyperparameters that hold one number for each member, with their names."""
        return [pair for name in self.table for pair in vectors_of(name, self.stored(name))]

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        # Copies of read-only arrays can be written to, past the checks
        for _, vector in self.vectors():
            vector.setflags(write=False)

    def check_length(self, name: str, value: Any) -> None:
        """Check that a new value has one number for each of the members that the other vectors are for."""
        new = vectors_of(name, value)
        replaced = {name, *dict(vectors_of(name, self.stored(name)))}
        for other, old in self.vectors():
            for added, vector in new:
                if other not in replaced and vector.size != old.size:
                    raise ValueError(f"{added}: expected as many numbers as {other} has, {old.size}, got {vector.size}")

    def check_members(self, members: int | None) -> None:
        """Check that each vector has a number for each member; None stands for a single net."""
        check_members(self.vectors(), members)

    def subset(self: Kind, members: slice | int) -> Kind:
        """Return a copy with the numbers of some members, or of one."""
        chosen = copy.copy(self)
        for name in self.table:
            value = self.stored(name)
            if isinstance(value, Hyperparameters):
                chosen.store(name, value.subset(members))
            elif isinstance(value, np.ndarray):
                chosen.store(name, value[members] if isinstance(members, slice) else float(value[members]))
        return chosen

    def take_over(self, other: Any) -> None:
        """Take over those numbers of another one of this class that are not the same."""
        for name in self.table:
            value = other.stored(name)
            if value is not self.stored(name):
                setattr(self, name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Hyperparameters) or type(self) is not type(other):
            return NotImplemented
        return all(np.array_equal(self.stored(name), other.stored(name)) for name in self.table)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the expression that makes this object."""
        shown = [(name, show(value)) for name, value in self.hyperparameters().items()]
        by_place = [text for _, text in shown[: self.by_place]]
        by_name = [f"{name}={text}" for name, text in shown[self.by_place :]]
        return f"{type(self).__name__}({', '.join(by_place + by_name)})"


def vectors_of(name: str, value: Any) -> list[tuple[str, Array]]:
    """Return a hyperparameter, or those of one that has its own, as far as they are vectors, with their names."""
    if isinstance(value, Hyperparameters):
        return value.vectors()
    return [(name, value)] if isinstance(value, np.ndarray) else []


def check_members(vectors: list[tuple[str, Array]], members: int | None) -> None:
    """Check that each vector has a number for each member; None stands for a single net."""
    for name, vector in vectors:
        if members is None:
            raise ValueError(f"{name}: expected one number for a single net, got {vector.size} of them")
        if vector.size != members:
            raise ValueError(f"{name}: expected a number for each of the {members} members, got {vector.size}")


def cast_like(value: Any, like: Array) -> Array:
    """Return a number as an array of the dtype of `like`, which it then does not promote."""
    return np.asarray(value, like.dtype)


def show(value: Any) -> str:
    """Return a hyperparameter as it is written in an expression, with all its digits and numbers."""
    if isinstance(value, np.ndarray):
        return f"[{', '.join(map(show, value.tolist()))}]"
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else repr(value)
