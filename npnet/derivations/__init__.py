"""Derivations that run: each a chain of lines from a definition to the shipped function, every line checked.

A module of this package holds one derivation or a few; `every` finds them all. README.md shows how to add one.

Examples
--------
>>> report = check(get("sigmoid"), symbolic=False)
>>> bool(report), report.checks[-1].line.code
(True, 'sigmoid.derivative(sigmoid(z))')
"""

import importlib
import pkgutil

from npnet.derivations.engine import Check, Derivation, Line, Report, check

__all__ = ["Check", "Derivation", "Line", "Report", "check", "every", "get"]


def every() -> list[Derivation]:
    """Return all derivations in the order of the notes.

    Examples
    --------
    >>> every()[0].section
    '2.1'
    """
    modules = [
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
        if not found.ispkg
    ]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Derivation)]
    return sorted(found, key=lambda derivation: derivation.section)


def get(name: str) -> Derivation:
    """Return the derivation of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists those that there are.

    Examples
    --------
    >>> get("sigmoid").title
    "The sigmoid's derivative is y(1 - y)"
    """
    known = {derivation.name: derivation for derivation in every()}
    if name not in known:
        raise ValueError(f"name: expected one of {', '.join(sorted(known))}, got {name!r}")
    return known[name]
