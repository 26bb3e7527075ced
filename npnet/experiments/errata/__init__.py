"""Errata: where the notes are wrong, contradict themselves or are silent, each shown by running it.

A module of this package holds one erratum or a few; `every` finds them all. Each computes the notes' form from scratch,
with NumPy's functions, and the right one with what npnet ships.

Examples
--------
>>> every()[0].section
'2.2 (2)'
"""

from npnet.experiments.collection import collect
from npnet.experiments.errata.erratum import Erratum, Shown, erratum, row

__all__ = ["Erratum", "Shown", "erratum", "every", "get", "row"]


def every() -> list[Erratum]:
    """Return all errata in the order of the notes.

    Examples
    --------
    >>> for line in get("relu-at-zero").show():
    ...     print(f"{line.what}: {line.printed} in the notes, {line.right} in npnet")
    slope at 0, first form: 1 in the notes, 0 in npnet
    slope at 0, second form: 0.5 in the notes, 0 in npnet
    slopes at -2 and 2, first form: (0, 1) in the notes, (0, 1) in npnet
    slopes at -2 and 2, second form: (0, 1) in the notes, (0, 1) in npnet
    """
    return collect(__name__, __path__, Erratum)


def get(name: str) -> Erratum:
    """Return the erratum of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists those that there are.
    """
    known = {erratum.name: erratum for erratum in every()}
    if name not in known:
        raise ValueError(f"name: expected one of {', '.join(sorted(known))}, got {name!r}")
    return known[name]
