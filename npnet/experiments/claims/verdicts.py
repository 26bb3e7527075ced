"""From intervals to a verdict: what each interval shows, refutes or leaves open, and what that makes of a claim.

What several intervals show together is the least of it where all must hold, ``min``, and the greatest where any is
enough, ``max``.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import Literal, TypeAlias

from npnet.experiments.statistics import Interval

Verdict = Literal["holds", "holds with a limit", "left open", "refuted"]
VERDICTS: tuple[Verdict, ...] = ("holds", "holds with a limit", "left open", "refuted")


class Evidence(IntEnum):
    """The evidence that an interval is for a statement about the number in it.

    Notes
    -----
    Source: Kleene 1952, "Introduction to metamathematics", section 64 (the strong tables for "and" and "or").
    """

    REFUTED = -1
    OPEN = 0
    SHOWN = 1


Comparison: TypeAlias = Callable[[Interval, float], Evidence]


def above(value: Interval, level: float) -> Evidence:
    """Return whether a number is above a level: shown by the whole interval, and refuted if all of it is below.

    Examples
    --------
    >>> [above(Interval(2, 1, 3), level).name for level in (0, 2, 4)]
    ['SHOWN', 'OPEN', 'REFUTED']
    """
    return Evidence(value.above(level) - value.below(level))


def below(value: Interval, level: float) -> Evidence:
    """Return whether a number is below a level, as `above`."""
    return Evidence(-above(value, level))


def between(value: Interval, low: float, high: float) -> Evidence:
    """Return whether a number is above one level and below another."""
    return min(above(value, low), below(value, high))


def larger(first: Interval, second: Interval) -> Evidence:
    """Return whether the first number is larger than the second: shown and refuted by intervals that do not meet.

    Examples
    --------
    >>> larger(Interval(2, 1, 3), Interval(0, -1, 0.5)).name, larger(Interval(2, 1, 3), Interval(3, 2, 4)).name
    ('SHOWN', 'OPEN')
    """
    return Evidence((first.low > second.high) - (first.high < second.low))


def unless(exception: Evidence) -> Evidence:
    """Return that something is so as long as an exception is not shown.

    So it is with "never" and with "nothing else", which no number of nets can show.
    """
    return Evidence.REFUTED if exception is Evidence.SHOWN else Evidence.SHOWN


def judge(core: Evidence, *rest: Evidence) -> Verdict:
    """Return the verdict on a claim from what its intervals show.

    Parameters
    ----------
    core : Evidence
        Whether the claim holds at all.
    *rest : Evidence
        Whether it holds in each further respect; where that is not shown of one, the claim has a limit.

    Examples
    --------
    >>> SHOWN, OPEN, REFUTED = Evidence.SHOWN, Evidence.OPEN, Evidence.REFUTED
    >>> judge(SHOWN, SHOWN), judge(SHOWN, OPEN), judge(OPEN, SHOWN), judge(REFUTED, SHOWN)
    ('holds', 'holds with a limit', 'left open', 'refuted')
    """
    if core is not Evidence.SHOWN:
        return "refuted" if core is Evidence.REFUTED else "left open"
    return "holds" if all(one is Evidence.SHOWN for one in rest) else "holds with a limit"


def some(level: float, compare: Comparison = above) -> Callable[..., Verdict]:
    """Return the rule that a claim holds where any interval is above (or below) a level, with a limit unless all are.

    Examples
    --------
    >>> some(1)(first=Interval(2, 1.5, 3), second=Interval(2, 0.5, 4))
    'holds with a limit'
    """

    def rule(**values: Interval) -> Verdict:
        evidence = [compare(value, level) for value in values.values()]
        return judge(max(evidence), *evidence)

    return rule


def together(count: int) -> float:
    """Return the level of each of `count` intervals that all hold with 95 %, so that a claim may rest on any of them.

    Notes
    -----
    Source: Bonferroni's inequality; Dunn 1961, "Multiple comparisons among means", Journal of the American
    Statistical Association 56, 52-64.

    Examples
    --------
    >>> together(1), together(5)
    (0.95, 0.99)
    """
    return 1 - 0.05 / count
