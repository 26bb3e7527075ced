"""Claims: each statement of the notes that can be measured, put to the test over many seeds.

A module of this package holds one claim or a few; `every` finds them all. A claim's experiment returns numbers with
their 95 % intervals; its rule makes the verdict of them; and `Claim.run` returns both as a `Finding`, with one or two
sentences made of the numbers. With other seeds, a verdict may come out otherwise; with fewer than 10 there is none.

A rule counts what is certain, by a whole interval. Where one of several intervals is enough for a claim, they are so
wide that all of them hold `together` with 95 %. "Does not hold" is said of what is not shown, refuted or not.

Examples
--------
>>> every()[0].section
'2.1'
"""

from npnet.experiments.claims.claim import Claim, Finding, Measure, Measured, Verdict, claim, judge
from npnet.experiments.collection import collect

__all__ = ["Claim", "Finding", "Measure", "Measured", "Verdict", "claim", "every", "get", "judge"]


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
