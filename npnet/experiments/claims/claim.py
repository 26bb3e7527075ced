"""A claim, its experiment and its rule, and the finding that they lead to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from npnet._checks import integer
from npnet._equality import ByValue
from npnet._html import table
from npnet.experiments.claims.verdicts import Evidence, Verdict
from npnet.experiments.statistics import Interval
from npnet.language import Message, joined, listed
from npnet.registry import InPlaceOf

if TYPE_CHECKING:
    import pandas

SEEDS = 100
"""How many seeds the study takes."""
FEWEST = 10
"""The fewest seeds that a claim is judged by; the study's quick run takes no more.

That all of 10 differ to one side is chance once in 512 times, which is certain also among 9 comparisons, and an
interval between quantiles of their resamples is not much too narrow. Of one seed, it would have no width at all.
"""


class Measure(NamedTuple):
    """One measured number."""

    what: str
    """A description of the number, with its unit if it has one."""
    value: Interval
    """The estimate between the bounds of its interval: of 95 %, or such that several hold `together` with 95 %."""

    @property
    def numbers(self) -> tuple[str, str]:
        """The estimate and the interval as the page and the terminal show them.

        Examples
        --------
        >>> Measure("a ratio", Interval(1.5, 1.25, float("inf"))).numbers
        ('1.5', '[1.25, ∞]')
        """
        estimate, low, high = (f"{number:.4g}".replace("inf", "∞") for number in self.value)
        return estimate, f"[{low}, {high}]"


@dataclass(frozen=True, eq=False)
class Measured(ByValue):
    """The result of a claim's experiment, before it is judged."""

    text: str
    """One or two sentences with the main numbers, and the net and data that they were measured on."""
    measures: Mapping[str, Measure]
    """The numbers, by the names that the claim's rule has for their intervals."""
    limit: str = ""
    """A sentence that says what the limit is, for the case that the claim holds with one."""
    result: Any = None
    """The experiment's own result, for figures and tables; None where the measures are all of it."""


@dataclass(frozen=True, eq=False)
class Finding(ByValue):
    """The verdict on a claim, with the numbers that it stands on."""

    verdict: Verdict
    text: str
    """One or two sentences with the main numbers; of a claim with a limit, one more that says what the limit is."""
    measures: Mapping[str, Measure]
    """The numbers, by the names that the claim's rule has for their intervals."""
    result: Any = None
    """The experiment's own result, for figures and tables; None where the measures are all of it."""
    limit: str = ""
    """The sentence that says what the limit is; empty where there is none."""

    def _repr_html_(self) -> str:
        header = ("measured", "estimate", "interval")
        rows = [
            (what, f"{value.estimate:.4g}", f"[{value.low:.4g}, {value.high:.4g}]")
            for what, value in self.measures.values()
        ]
        return table(header, rows, f"{self.verdict}: {self.text}", numbers=header[1:])

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each measure; " low" and " high" are the bounds of its interval."""
        import pandas

        rows = [{"measured": measure.what, **measure.value.columns("value")} for measure in self.measures.values()]
        return pandas.DataFrame(rows)


def exceptions(cases: Mapping[str, Evidence], refuted: str, left_open: str) -> str:
    """Return a sentence for the cases that refute a statement, and one for those that leave it open.

    Parameters
    ----------
    cases : mapping of str to Evidence
        The evidence in each case, by its name as it stands in the sentences.
    refuted, left_open : str
        The sentences, with ``{cases}`` for the names.

    Examples
    --------
    >>> cases = {"iris": Evidence.REFUTED, "digits": Evidence.OPEN, "dots": Evidence.SHOWN}
    >>> print(exceptions(cases, "On {cases} it is slower.", "On {cases} nothing is certain."))
    On iris it is slower. On digits nothing is certain.
    """
    sentences = {Evidence.REFUTED: refuted, Evidence.OPEN: left_open}
    names = {kind: [name for name, one in cases.items() if one is kind] for kind in sentences}
    return joined(Message(sentences[kind], cases=listed(those)) for kind, those in names.items() if those)


@dataclass(frozen=True)
class Claim(InPlaceOf):
    """A statement of the notes, with the experiment that puts it to the test."""

    name: str
    section: str
    """The notes' section."""
    statement: str
    """The notes' statement, in one sentence."""
    rule: Callable[..., Verdict]
    """From the intervals to the verdict; each is passed by the name of its measure."""
    meaning: str
    """What the experiment asks, and what its numbers would mean, in one sentence without them."""
    experiment: Callable[[tuple[int, ...]], Measured]
    """From the seeds to the numbers."""
    quotation: str = ""
    """The notes' own sentence, in Chinese."""

    def decorated(self) -> Callable[..., Any]:
        """Return the experiment."""
        return self.experiment

    def run(self, seeds: Sequence[int] = range(SEEDS)) -> Finding:
        """Return the finding over these seeds: at least 10, all different."""
        numbers = tuple(integer("seeds", seed, 0) for seed in seeds) if isinstance(seeds, Sequence) else ()
        if len(set(numbers)) < max(FEWEST, len(numbers)):
            raise ValueError(f"seeds: expected at least {FEWEST}, all different, such as range(100), got {seeds!r}")
        measured = self.experiment(numbers)
        verdict = self.rule(**{name: measure.value for name, measure in measured.measures.items()})
        limit = measured.limit if verdict == "holds with a limit" else ""
        text = joined([measured.text, limit])
        return Finding(verdict, text, measured.measures, measured.result, limit)


def claim(
    name: str, section: str, statement: str, rule: Callable[..., Verdict], meaning: str, quotation: str = ""
) -> Callable[[Callable[[tuple[int, ...]], Measured]], Claim]:
    """Return a decorator that makes a claim of an experiment.

    Examples
    --------
    >>> from npnet.experiments.claims.verdicts import above, judge
    >>> rule = lambda ratio: judge(above(ratio, 1))
    >>> @claim("steps", "2.2 (1)", "Ten steps are more than five.", rule, "Ten steps are counted beside five.")
    ... def steps(seeds):
    ...     return Measured("Ten are 2 times as many.", {"ratio": Measure("ten over five", Interval(2, 2, 2))})
    >>> steps.run().verdict
    'holds'
    """

    def make(experiment: Callable[[tuple[int, ...]], Measured]) -> Claim:
        return Claim(name, section, statement, rule, meaning, experiment, quotation)

    return make
