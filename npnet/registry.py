"""A registry of what the modules of a package define, so that one more takes one file and no list."""

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar

__all__ = ["InPlaceOf", "Registered", "Registry", "did_you_mean"]


class Registered(Protocol):
    """An object with a name of its own, and the section of the study notes that it belongs to."""

    @property
    def name(self) -> str:
        """The name that `Registry.get` finds it by."""

    @property
    def section(self) -> str:
        """The notes' section, such as ``3.1 (2)``."""


Entry = TypeVar("Entry", bound=Registered)


class Registry(Generic[Entry]):
    """All objects of one class that the modules of a package define.

    Parameters
    ----------
    package : str
        The package's name. Its modules are imported when the objects are first asked for; packages inside it are not
        searched.
    kind : type
        The class.

    Examples
    --------
    >>> from npnet.derivations import Derivation
    >>> registry = Registry("npnet.derivations", Derivation)
    >>> registry.get("sigmoid") in registry.every()
    True
    >>> try:
    ...     registry.get("sigmoyd")
    ... except ValueError as error:
    ...     print(str(error).partition("; ")[2])
    did you mean sigmoid?
    """

    def __init__(self, package: str, kind: type[Entry]) -> None:
        self._package, self._kind = package, kind

    def every(self) -> list[Entry]:
        """Return all of them in the order of the notes."""
        found = importlib.import_module(self._package).__path__
        names = [module.name for module in pkgutil.iter_modules(found) if not module.ispkg]
        modules = [importlib.import_module(f"{self._package}.{name}") for name in names]
        entries = [value for module in modules for value in vars(module).values() if isinstance(value, self._kind)]
        # One that a module imports from another is found in both
        once = {id(entry): entry for entry in entries}
        return sorted(once.values(), key=lambda entry: entry.section)

    def get(self, name: str) -> Entry:
        """Return the one of that name; the error for an unknown name lists all, and those that are spelled alike."""
        known = {entry.name: entry for entry in self.every()}
        if name not in known:
            expected = ", ".join(sorted(known))
            raise ValueError(f"name: expected one of {expected}, got {name!r}{did_you_mean(name, known)}")
        return known[name]


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return a question with the names that are spelled like an unknown one, or have it in them; nothing without any.

    Examples
    --------
    >>> names = ["tanh", "relu-mean", "tanh-mean"]
    >>> did_you_mean("tahn", names), did_you_mean("mean", names), did_you_mean("sigmoid", names)
    ('; did you mean tanh?', '; did you mean tanh-mean or relu-mean?', '')
    """
    known = list(known)
    alike = difflib.get_close_matches(str(name), known) or [one for one in known if name and str(name) in one]
    return f"; did you mean {' or '.join(alike)}?" if alike else ""


class InPlaceOf:
    """An object that a decorator leaves in the place of a function; it is pickled as that place."""

    def decorated(self) -> Callable[..., Any]:
        """Return the function."""
        raise NotImplementedError

    def __reduce_ex__(self, protocol: Any) -> Any:
        function = self.decorated()
        place = function.__module__, function.__name__
        return (_at, place) if _at(*place) is self else super().__reduce_ex__(protocol)


def _at(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name, None)
