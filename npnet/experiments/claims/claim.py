"""What a claim is, and what is found about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from npnet.experiments.statistics import Interval
from npnet.validation import integer

if TYPE_CHECKING:
    import pandas

Verdict = Literal["holds", "holds with a limit", "does not hold"]


class Measure(NamedTuple):
    """One measured number."""

    what: str
    """What was measured, with its unit if it has one."""
    value: Interval
    """The estimate between the bounds of its 95 % interval."""


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
            If there are none, or one is no whole number from 0.
        """
        if not isinstance(seeds, Sequence) or not seeds:
            raise ValueError(f"seeds: expected at least one, such as range(100), got {seeds!r}")
        measured = self.experiment(tuple(integer("seeds", seed, 0) for seed in seeds))
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
