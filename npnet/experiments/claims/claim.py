"""What a claim is, and what is found about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from npnet.experiments.statistics import Interval

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
class Finding:
    """What an experiment found about a claim."""

    verdict: Verdict
    text: str
    """What was found, in one or two sentences; of a claim with a limit, what the limit is."""
    measures: tuple[Measure, ...]
    """The numbers that the verdict stands on."""
    result: Any = None
    """The experiment's own result, for figures and tables; None where the measures are all of it."""

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each measure; " low" and " high" are the bounds of its interval."""
        import pandas

        rows = [{"measured": measure.what, **measure.value.columns("value")} for measure in self.measures]
        return pandas.DataFrame(rows)


@dataclass(frozen=True)
class Claim:
    """A statement of the notes, with the experiment that puts it to the test."""

    name: str
    section: str
    """The notes' section."""
    statement: str
    """What the notes say, in one sentence."""
    experiment: Callable[[Sequence[int]], Finding]
    """From the seeds to what was found."""

    def run(self, seeds: Sequence[int] = range(100)) -> Finding:
        """Return what is found over these seeds."""
        return self.experiment(seeds)


def claim(name: str, section: str, statement: str) -> Callable[[Callable[[Sequence[int]], Finding]], Claim]:
    """Return a decorator that makes a claim of an experiment.

    Examples
    --------
    >>> @claim("steps", "2.2 (1)", "Ten steps are more than five.")
    ... def steps(seeds):
    ...     return Finding("holds", "Ten is more.", (Measure("steps more", Interval(5, 5, 5)),))
    >>> steps.run().verdict
    'holds'
    """

    def make(experiment: Callable[[Sequence[int]], Finding]) -> Claim:
        return Claim(name, section, statement, experiment)

    return make
