"""One benchmark: contestants are set up, compared, warmed up, and timed in turns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks import agreement, machine
from benchmarks.cases import Case
from benchmarks.contestants import Entry
from benchmarks.process import Pool, Worker, WorkerError
from benchmarks.statistics import Spread, ratios, spread
from benchmarks.workloads import Benchmark

BASE = "npnet"
# How long it is seen, before each round, whether others use the machine
LOOK = 0.1


@dataclass(frozen=True)
class Settings:
    """How long everything takes."""

    rounds: int = 11
    round_seconds: float = 0.25
    fresh: bool = True
    """Whether each benchmark starts its processes anew, which the times from a cold process need."""


@dataclass
class Time:
    """What was measured of one contestant in one case; times in seconds."""

    name: str
    first: float
    """The first call: preparation, compilation and one unit."""
    start: float | None = None
    """The start of the process with its imports; None where the process had run before."""
    error: float | None = None
    """The difference of the outcome in units of its bound; None where it is not compared."""
    units: int = 1
    rounds: list[float] = field(default_factory=list)
    """Each round's time of one part."""
    parts: int = 1
    memory: int | None = None

    @property
    def spread(self) -> Spread:
        """The time of one part."""
        return spread(self.rounds)

    def cold(self, units: int) -> float | None:
        """Return the seconds from the start of a process to the end of `units`; None where it had run before."""
        if self.start is None:
            return None
        return self.start + self.first + (units - 1) * self.spread.median * self.parts


@dataclass
class Result:
    """What was measured in one case."""

    benchmark: Benchmark
    case: Case
    times: dict[str, Time] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    """Who does not take part, and why."""
    refused: dict[str, str] = field(default_factory=dict)
    """Who failed, or did other work; why."""
    exempt: dict[str, str] = field(default_factory=dict)
    """Whose outcome is not compared, and why."""
    busy: list[float] = field(default_factory=list)
    """The share of the processors that others kept busy, in pauses between the rounds."""

    def ratio(self, name: str) -> Spread | None:
        """Return a contestant's time over npnet's, over the rounds that both have."""
        if BASE not in self.times:
            return None
        rounds, base = self.times[name].rounds, self.times[BASE].rounds
        common = min(len(rounds), len(base))
        return ratios(rounds[:common], base[:common])

    def break_even(self, name: str) -> float | None:
        """Return after how many steps a faster contestant has overtaken npnet, both from a cold process.

        None where it is not faster, or a process had run before.
        """
        ours, theirs = self.times.get(BASE), self.times[name]
        if ours is None or ours.start is None or theirs.start is None:
            return None
        saved = ours.spread.median - theirs.spread.median
        return (theirs.start + theirs.first - ours.start - ours.first) / saved if saved > 0 else None


def run(
    benchmark: Benchmark, case: Case, entries: Mapping[str, Entry], pool: Pool, settings: Settings, first: bool,
    tell: Callable[[str], None],
) -> Result:  # fmt: skip
    """Return the times of a case; `first` says whether it is its benchmark's first, `tell` hears what is under way."""
    result, arrays, workers = Result(benchmark, case), case.arrays(), {}
    judge = agreement.Judge(case, arrays)
    for name in benchmark.contestants:
        entry = entries[name]
        if not entry.installed:
            result.left_out[name] = f"{entry.package} is not installed"
            continue
        tell(f"{case.label}: {name} prepares")
        try:
            worker, started = pool.worker(entry, settings.fresh and first)
            _admit(result, name, worker, started, arrays, judge)
            if name in result.times:
                workers[name] = worker
                result.times[name].units = worker.ask("calibrate", settings.round_seconds, case.most_units)
        except WorkerError as error:
            if error.kind == "CannotExpressError":
                result.left_out[name] = str(error)
                continue
            _refuse(result, workers, pool, name, error)
    for number in range(settings.rounds):
        result.busy += [share for share in (machine.busy(LOOK),) if share is not None]
        for name in list(workers):
            tell(f"{case.label}: round {number + 1} of {settings.rounds}, {name}")
            try:
                _time(result.times[name], workers[name], case)
            except WorkerError as error:
                _refuse(result, workers, pool, name, error)
    for name, worker in workers.items():
        if result.times[name].start is not None:
            result.times[name].memory = worker.ask("peak_memory")
    return result


def _admit(result: Result, name: str, worker: Worker, started: bool, arrays: object, judge: agreement.Judge) -> None:
    """Let a contestant take part if it does the same work."""
    case = result.case
    seconds, exempt = worker.ask("set_up", case, arrays)
    measured = Time(name, seconds, worker.start_seconds if started else None, parts=case.parts)
    if exempt:
        result.exempt[name] = exempt
    else:
        measured.error = judge.error(worker.ask("outcome", agreement.units(case)))
        if not measured.error <= 1:
            result.refused[name] = f"its outcome is {measured.error:.3g} times the bound away from npnet's in float64"
            return
    result.times[name] = measured


def _time(measured: Time, worker: Worker, case: Case) -> None:
    measured.rounds.append(worker.ask("round", measured.units) / measured.units / case.parts)


def _refuse(result: Result, workers: dict[str, Worker], pool: Pool, name: str, error: WorkerError) -> None:
    result.times.pop(name, None)
    workers.pop(name, None)
    result.refused[name] = f"{error.kind}: {str(error).splitlines()[0] if str(error) else 'no message'}"
    pool.drop(name)
