"""Claims: each statement of the notes that can be measured, put to the test over many seeds.

A module of this package holds one claim or a few; `every` finds them all. A claim's experiment returns a `Finding`: a
verdict, what was found in one or two sentences, and the numbers that it stands on, with their 95 % intervals.

Examples
--------
>>> every()[0].section
'2.2 (1)'
"""

from npnet.experiments.claims.claim import Claim, Finding, Measure, Verdict, claim
from npnet.experiments.collection import collect

__all__ = ["Claim", "Finding", "Measure", "Verdict", "claim", "every", "get"]


def every() -> list[Claim]:
    """Return all claims in the order of the notes."""
    return collect(__name__, __path__, Claim)


def get(name: str) -> Claim:
    """Return the claim of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists those that there are.
    """
    known = {claim.name: claim for claim in every()}
    if name not in known:
        raise ValueError(f"name: expected one of {', '.join(sorted(known))}, got {name!r}")
    return known[name]
