"""Derivations that run: each a chain of lines from a definition to npnet's function, every line checked.

A module of this package holds one derivation or a few; `every` finds them all, in the order of the notes, and `get` the
one of a name. README.md shows how to add one.

Examples
--------
>>> every()[0].section
'2.2 (2)'
>>> get("sigmoid").title
"The sigmoid's derivative is y(1 - y)"
>>> report = check(get("sigmoid"), symbolic=False)
>>> bool(report), report.checks[-1].line.code
(True, 'sigmoid.derivative(sigmoid(z))')
"""

from npnet.derivations.engine import Check, Derivation, Line, Report, check
from npnet.registry import Registry

__all__ = ["Check", "Derivation", "Line", "Report", "check", "every", "get"]


def __dir__() -> list[str]:
    return __all__


_registry = Registry(__name__, Derivation)
every, get = _registry.every, _registry.get
