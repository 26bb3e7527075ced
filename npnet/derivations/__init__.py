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

from collections.abc import Sequence
from dataclasses import replace

from npnet.derivations.engine import Check, Derivation, Line, Report, check
from npnet.derivations.engine.report import Compared
from npnet.registry import Registry

__all__ = ["Check", "Derivation", "Line", "Report", "check", "comparisons", "every", "get"]


def __dir__() -> list[str]:
    return __all__


_registry = Registry(__name__, Derivation)
every, get = _registry.every, _registry.get


def comparisons(names: Sequence[str], cases: int | None = None, symbolic: bool | None = None) -> list[list[Compared]]:
    """Return for each derivation of these names what `check` compares in each line: its code, and its formula.

    The lines themselves are functions, which a process can't return to another one.

    Parameters
    ----------
    names : sequence of str
        The derivations.
    cases : int or None
        How many times the variables are drawn; None for as many as the derivation says.
    symbolic : bool or None
        Whether to check on symbols, as for `check`.

    Examples
    --------
    >>> ((first, *rest),) = comparisons(["sigmoid"], symbolic=False)
    >>> all(code for code, _ in rest)
    True
    """
    chains = [get(name) if cases is None else replace(get(name), cases=cases) for name in names]
    return [[(one.code, one.formula) for one in check(chain, symbolic).checks] for chain in chains]
