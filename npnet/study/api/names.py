"""The public names, where the reference has them, and the derivations that their docstrings name."""

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Nets": (
        "npnet",
        "npnet.network",
        "npnet.ensemble",
        "npnet.training",
        "npnet.history",
        "npnet.callbacks",
        "npnet.saving",
        "npnet.estimators",
        "npnet.sweeping",
    ),
    "What a net is made of": (
        "npnet.activations",
        "npnet.losses",
        "npnet.optimizers",
        "npnet.clipping",
        "npnet.schedules",
        "npnet.regularizers",
        "npnet.initializers",
        "npnet.metrics",
    ),
    "Data, and your own gradients": (
        "npnet.datasets",
        "npnet.tabular",
        "npnet.weighting",
        "npnet.gradcheck",
        "npnet.typing",
    ),
    "The study": (
        "npnet.derivations",
        "npnet.derivations.engine",
        "npnet.experiments",
        "npnet.experiments.claims",
        "npnet.experiments.errata",
        "npnet.study",
    ),
    "Behind the commands": (
        "npnet.cli",
        "npnet.commands",
        "npnet.clone",
        "npnet.files",
        "npnet.formula_text",
        "npnet.language",
        "npnet.registry",
        "npnet.source",
    ),
}
"""The public modules, in the order of the contents."""

MODULES = tuple(name for group in GROUPS.values() for name in group)

DERIVATION = re.compile(r"``npnet derive ([a-z0-9-]+)``")
"""How a docstring names a derivation."""


MARK = b"# Sphinx inventory version 2\n# Project: npnet\n"
"""How the inventory of a reference begins, by which one is known."""


def is_reference(folder: Path) -> bool:
    """Return whether a folder holds a reference."""
    inventory = folder / "objects.inv"
    return inventory.is_file() and inventory.read_bytes().startswith(MARK)


def home(module: str, name: str) -> str:
    """Return the public module whose page describes a public name: the one that defines it, or the first to list it.

    Examples
    --------
    >>> home("npnet", "MLP"), home("npnet.gradcheck", "check")
    ('npnet.network', 'npnet.gradcheck')
    """
    value = getattr(import_module(module), name)
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        return module
    listing = [one for one in MODULES if name in _listed(one) and getattr(import_module(one), name) is value]
    return value.__module__ if value.__module__ in listing else listing[0]


def _listed(module: str) -> list[str]:
    return list(import_module(module).__all__)


@cache
def derived() -> Mapping[str, str]:
    """Return the full name of the class or method whose docstring names a derivation, for each derivation.

    Examples
    --------
    >>> derived()["tanh-directly"], derived()["backpropagation"]
    ('npnet.activations.Tanh', 'npnet.network.Network.loss_and_gradient')
    """
    found: dict[str, str] = {}
    for name, value in _documented():
        found |= dict.fromkeys(DERIVATION.findall(value.__doc__ or ""), name)
    return found


def _documented() -> Iterator[tuple[str, Any]]:
    """Yield the public objects and the methods of the classes, each once, by their full names."""
    for module in MODULES:
        for name in _listed(module):
            value = getattr(import_module(module), name)
            if isinstance(value, ModuleType) or home(module, name) != module:
                continue
            yield f"{module}.{name}", value if inspect.isclass(value) or inspect.isroutine(value) else None
            for method in vars(value) if inspect.isclass(value) else ():
                if inspect.isroutine(vars(value)[method]):
                    yield f"{module}.{name}.{method}", vars(value)[method]


def place(derivation: str) -> str:
    """Return the part of a link, from the reference's folder, that leads to what a derivation ends at.

    Examples
    --------
    >>> place("tanh")
    'npnet.activations.html#npnet.activations.Tanh'
    """
    name = derived()[derivation]
    module = max((one for one in MODULES if name.startswith(f"{one}.")), key=len)
    return f"{module}.html#{name}"
