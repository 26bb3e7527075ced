"""Finding what the modules of a package define, so that adding a claim or an erratum takes one file."""

import importlib
import pkgutil
from collections.abc import Iterable
from typing import TypeVar

Kind = TypeVar("Kind")


def collect(package: str, path: Iterable[str], kind: type[Kind]) -> list[Kind]:
    """Return all objects of a kind that the modules of a package define, in the order of their sections."""
    modules = [importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(path)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, kind)]
    return sorted(dict.fromkeys(found), key=lambda item: item.section)  # type: ignore[attr-defined]
