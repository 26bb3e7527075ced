"""What npnet's objects are made from: the name of their class, and its arguments; no file says more about them."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, TypeVar

import numpy as np

from npnet import activations, clipping, losses, optimizers, regularizers, schedules
from npnet.engine.hyperparameters import Hyperparameters

MODULES = (activations, losses, regularizers, optimizers, schedules, clipping)
"""Where the classes are."""

Kind = TypeVar("Kind")


@cache
def classes() -> dict[str, type[Any]]:
    """Return all classes whose objects a file can hold, by name."""
    public = [getattr(module, name) for module in MODULES for name in module.__all__]
    bases = (Hyperparameters, losses.Loss)
    found = [one for one in public if inspect.isclass(one) and issubclass(one, bases) and not inspect.isabstract(one)]
    return {one.__name__: one for one in found}


def described(name: str, one: Any) -> dict[str, Any] | None:
    """Return what an object is made from, as JSON has it; None for None.

    Parameters
    ----------
    name : str
        The argument that an error names.
    one : object or None
        An activation, a loss, a regularizer, an optimizer, a schedule or a rule of clipping.
    """
    if one is None:
        return None
    kind = type(one)
    if classes().get(kind.__name__) is not kind:
        raise ValueError(
            f"{name}: expected a class of npnet, which a file knows by its name, got {one!r}, of {kind.__module__}."
            f"{kind.__name__}; numpy.save keeps net.parameters alone, for a net that your code makes"
        )
    found = {"class": kind.__name__, **{key: _value(name, value) for key, value in _arguments(one).items()}}
    if made(name, kind, found) != one:
        raise ValueError(f"{name}: expected {one!r} as its arguments make it, got one whose attributes were changed")
    return found


def made(name: str, kind: type[Kind], description: Any) -> Kind:
    """Return the object of that kind that was `described`; a description of anything else is refused."""
    given = dict(description) if isinstance(description, dict) else {}
    chosen = classes().get(str(given.pop("class", "")))
    if chosen is None or not issubclass(chosen, kind):
        raise ValueError(f"{name}: expected one of the classes of npnet, got {description!r:.60}")
    if given.keys() != inspect.signature(chosen).parameters.keys():
        expected = ", ".join(inspect.signature(chosen).parameters) or "none"
        raise ValueError(f"{name}: expected the arguments of {chosen.__name__}, {expected}, got {sorted(given)!r:.60}")
    arguments = {key: made(key, object, value) if isinstance(value, dict) else value for key, value in given.items()}
    one: Kind = chosen(**arguments)
    if type(one) is not chosen:
        raise ValueError(f"{name}: expected the arguments of {chosen.__name__}, got those of {type(one).__name__}")
    return one


def made_or_none(name: str, kind: type[Kind], description: Any) -> Kind | None:
    """Return the object of that kind that was `described`; None for None."""
    return None if description is None else made(name, kind, description)


def shown(description: Any) -> str:
    """Return a description as an expression.

    Examples
    --------
    >>> shown({"class": "LabelSmoothing", "loss": {"class": "KLDivergence"}, "smoothing": 0.1})
    'LabelSmoothing(loss=KLDivergence(), smoothing=0.1)'
    """
    if isinstance(description, list):
        return f"[{', '.join(map(shown, description))}]"
    if not isinstance(description, dict):
        return repr(description)
    rest = ", ".join(f"{key}={shown(value)}" for key, value in description.items() if key != "class")
    return f"{description.get('class', '')}({rest})"


def _arguments(one: Any) -> dict[str, Any]:
    if isinstance(one, Hyperparameters):
        return one.hyperparameters()
    return {name: getattr(one, name) for name in inspect.signature(type(one)).parameters}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (Hyperparameters, losses.Loss)):
        return described(name, value)
    return list(value) if isinstance(value, tuple) else value
