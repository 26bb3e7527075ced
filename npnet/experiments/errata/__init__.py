"""Errata: where the notes are wrong, contradict themselves or are silent, each shown by running it.

A module of this package holds one erratum or a few; `every` finds them all, in the order of the notes, and `get` the
one of a name. Each computes the notes' form from scratch, with NumPy's functions, and the right one with the function
that npnet ships.

Examples
--------
>>> every()[0].section
'2.2 (2)'
>>> for line in get("relu-at-zero").show():
...     print(f"{line.what}: {line.printed} in the notes, {line.right} in npnet")
slope at 0, first form: 1 in the notes, 0 in npnet
slope at 0, second form: 0.5 in the notes, 0 in npnet
slopes at -2 and 2, first form: (0, 1) in the notes, (0, 1) in npnet
slopes at -2 and 2, second form: (0, 1) in the notes, (0, 1) in npnet
"""

from npnet.experiments.errata.erratum import Code, Erratum, Shown, erratum, row
from npnet.registry import Registry

__all__ = ["Code", "Erratum", "Shown", "erratum", "every", "get", "row"]


def __dir__() -> list[str]:
    return __all__


_registry = Registry(__name__, Erratum)
every, get = _registry.every, _registry.get
