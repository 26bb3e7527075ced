"""Errata: where the notes are wrong, contradict themselves or are silent, each shown by running it.

A module of this package holds one erratum or a few; `every` finds them all.

Examples
--------
>>> every()[0].section
'2.2 (2)'
"""

from npnet.experiments.collection import collect
from npnet.experiments.errata.erratum import Erratum, Shown, erratum

__all__ = ["Erratum", "Shown", "erratum", "every", "get"]


def every() -> list[Erratum]:
    """Return all errata in the order of the notes."""
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
