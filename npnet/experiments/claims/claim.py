"""What a claim is, and what is found about it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from npnet._checks import integer
from npnet.experiments.statistics import Interval

if TYPE_CHECKING:
    import pandas

Verdict = Literal["holds", "holds with a limit", "does not hold"]

FEWEST = 10
"""The fewest seeds that a claim is judged by.

That all of 10 differ to one side is chance once in 512 times, which is certain also among 9 comparisons, and an
interval between quantiles of their resamples is not much too narrow. Of one seed, it would have no width at all.
"""


class Measure(NamedTuple):
    """One measured number."""

    what: str
    """What was measured, with its unit if it has one."""
    value: Interval
    """The estimate between the bounds of its interval: of 95 %, or such that several hold `together` with 95 %."""


@dataclass(frozen=True)
class Measured:
    """What an experiment measured about a claim, before it is judged."""

    text: str
    """What was measured, on which net and data, in one or two sentences with the main numbers."""
    measures: tuple[Measure, ...]
    """The numbers that the claim's rule judges by, in its order."""
    limit: str = ""
    """A sentence that says what the limit is, for the case that the claim holds with one."""
    result: Any = None
    """The experiment's own result, for figures and tables; None where the measures are all of it."""


@dataclass(frozen=True)
class Finding:
    """What was found about a claim."""

    verdict: Verdict
    text: str
    """What was measured, in one or two sentences; of a claim with a limit, what the limit is."""
    measures: tuple[Measure, ...]
    """The numbers that the verdict stands on."""
    result: Any = None
    """The experiment's own result, for figures and tables; None where the measures are all of it."""

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each measure; " low" and " high" are the bounds of its interval."""
        import pandas

        rows = [{"measured": measure.what, **measure.value.columns("value")} for measure in self.measures]
        return pandas.DataFrame(rows)


def judge(core: bool, *rest: bool) -> Verdict:
    """Return the verdict on a claim from what its intervals show.

    Parameters
    ----------
    core : bool
        Whether the claim holds at all.
    *rest : bool
        Whether it holds in each further respect; where it does not in one, it has a limit.

    Examples
    --------
    >>> judge(True, True), judge(True, True, False), judge(False, True)
    ('holds', 'holds with a limit', 'does not hold')
    """
    if not core:
        return "does not hold"
    return "holds" if all(rest) else "holds with a limit"


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


def some(level: float, below: bool = False) -> Callable[..., Verdict]:
    """Return the rule that a claim holds where any interval is above (or below) a level, with a limit unless all are.

    Examples
    --------
    >>> some(1)(Interval(2, 1.5, 3), Interval(2, 0.5, 4))
    'holds with a limit'
    """

    def rule(*values: Interval) -> Verdict:
        shown = [value.below(level) if below else value.above(level) for value in values]
        return judge(any(shown), *shown)

    return rule


def exceptions(measures: Iterable[Measure], level: float = 0, below: bool = False, what: str = "The claim") -> str:
    """Return which measures are not above (or below) a level: those that refute it, and those that leave it open.

    Examples
    --------
    >>> exceptions([Measure("a", Interval(-2, -3, -1)), Measure("b", Interval(1, -1, 3))])
    'The claim is refuted by: a. The claim is left open by: b.'
    """
    rest = [measure for measure in measures if not (measure.value.below if below else measure.value.above)(level)]
    refuting = [measure for measure in rest if (measure.value.above if below else measure.value.below)(level)]
    found = {"refuted": refuting, "left open": [measure for measure in rest if measure not in refuting]}
    return " ".join(
        f"{what} is {how} by: {'; '.join(measure.what for measure in those)}." for how, those in found.items() if those
    )


@dataclass(frozen=True)
class Claim:
    """A statement of the notes, with the experiment that puts it to the test."""

    name: str
    section: str
    """The notes' section."""
    statement: str
    """What the notes say, in one sentence."""
    rule: Callable[..., Verdict]
    """From the measures' intervals, each an argument, to the verdict."""
    experiment: Callable[[tuple[int, ...]], Measured]
    """From the seeds to what was measured."""

    def run(self, seeds: Sequence[int] = range(100)) -> Finding:
        """Return what is found over these seeds.

        Raises
        ------
        ValueError
            If there are fewer than 10, two are the same, or one is no whole number from 0.
        """
        numbers = tuple(integer("seeds", seed, 0) for seed in seeds) if isinstance(seeds, Sequence) else ()
        if len(set(numbers)) < max(FEWEST, len(numbers)):
            raise ValueError(f"seeds: expected at least {FEWEST}, all different, such as range(100), got {seeds!r}")
        measured = self.experiment(numbers)
        verdict = self.rule(*(measure.value for measure in measured.measures))
        limit = f" {measured.limit}" if measured.limit and verdict == "holds with a limit" else ""
        return Finding(verdict, measured.text + limit, measured.measures, measured.result)


def claim(
    name: str, section: str, statement: str, rule: Callable[..., Verdict]
) -> Callable[[Callable[[tuple[int, ...]], Measured]], Claim]:
    """Return a decorator that makes a claim of an experiment.

    Examples
    --------
    >>> @claim("steps", "2.2 (1)", "Ten steps are more than five.", lambda ratio: judge(ratio.above(1)))
    ... def steps(seeds):
    ...     return Measured("Ten are 2 times as many.", (Measure("ten over five", Interval(2, 2, 2)),))
    >>> steps.run().verdict
    'holds'
    """

    def make(experiment: Callable[[tuple[int, ...]], Measured]) -> Claim:
        return Claim(name, section, statement, rule, experiment)

    return make
