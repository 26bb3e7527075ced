"""Claims: each statement of the notes that can be measured, put to the test over many seeds.

A module of this package holds one claim or a few; `every` finds them all, in the order of the notes, and `get` the one
of a name. A claim's experiment returns numbers with their 95 % intervals; its rule makes the verdict of them; and
`Claim.run` returns both as a `Finding`, with one or two sentences made of the numbers. With other seeds, a verdict may
come out otherwise; with fewer than 10 there is none.

A claim holds where its core is shown by whole intervals, and holds with a limit where some of the rest is not. It is
refuted only where the opposite of its core is shown by whole intervals, and else left open. Where one of several
intervals is enough for a claim, they are so wide that all of them hold `together` with 95 %.

Examples
--------
>>> every()[0].section
'2.1'
>>> get("sigmoid-vanishes").section
'3.1 (1)'
"""

from collections.abc import Sequence

from npnet.experiments.claims.claim import Claim, Finding, Measure, Measured, claim
from npnet.experiments.claims.verdicts import VERDICTS, Evidence, Verdict, above, below, judge
from npnet.registry import Registry

__all__ = [
    "VERDICTS",
    "Claim",
    "Evidence",
    "Finding",
    "Measure",
    "Measured",
    "Verdict",
    "above",
    "below",
    "claim",
    "every",
    "findings",
    "get",
    "judge",
]


def __dir__() -> list[str]:
    return __all__


_registry = Registry(__name__, Claim)
every, get = _registry.every, _registry.get


def findings(names: Sequence[str], seeds: Sequence[int]) -> list[Finding]:
    """Return what `Claim.run` finds about each claim of these names."""
    return [get(name).run(seeds) for name in names]
