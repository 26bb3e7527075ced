"""One benchmark: contestants are set up, compared, warmed up, and timed in turns."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks import agreement, machine
from benchmarks.cases import Case
from benchmarks.contestants import Entry
from benchmarks.process import Pool, Worker, WorkerError
from benchmarks.statistics import Spread, ratios, spread, turns
from benchmarks.workloads import Benchmark

BASE = "npnet"
# How long it is seen, before each round, whether others use the machine
LOOK = 0.1
# The quartiles of a contestant that can be relied on are at most so many times apart
STEADY = 3


@dataclass(frozen=True)
class Settings:
    """How long everything takes."""

    rounds: int = 11
    round_seconds: float = 0.25
    fresh: bool = True
    """Whether each benchmark starts its processes anew, which the times from a cold process need."""


@dataclass
class Time:
    """The measurements of one contestant in one case; times in seconds."""

    name: str
    first: float
    """The first call: preparation, compilation and one unit; the median over the processes that were started."""
    start: float | None = None
    """The start of the process with its imports, their median; None where the process had run before."""
    error: float | None = None
    """The difference of the outcome in units of its bound; None where it is not compared."""
    units: int = 1
    rounds: list[float] = field(default_factory=list)
    """Each round's time of one part."""
    parts: int = 1
    memory: int | None = None
    early: list[float] = field(default_factory=list)
    """Each round's time of one part early in the same run; empty where a case has no such stretch."""
    threads: dict[str, int] = field(default_factory=dict)
    """How many threads each library of the process takes."""

    @property
    def spread(self) -> Spread:
        """The time of one part."""
        return spread(self.rounds)

    @property
    def slowing(self) -> Spread:
        """The time of one part late in a run over that of one early in it."""
        return ratios(self.rounds, self.early)

    def cold(self, units: int) -> float | None:
        """Return the seconds from the start of a process to the end of `units`; None where it had run before."""
        if self.start is None:
            return None
        return self.start + self.first + (units - 1) * self.spread.median * self.parts


@dataclass
class Result:
    """All measurements of one case."""

    benchmark: Benchmark
    case: Case
    times: dict[str, Time] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    """Who does not take part, and why."""
    refused: dict[str, str] = field(default_factory=dict)
    """Who failed, or did other work; why."""
    exempt: dict[str, str] = field(default_factory=dict)
    """Whose outcome is not compared, and why."""
    differs: dict[str, str] = field(default_factory=dict)
    """Whose timed work has more or less than npnet's, and what."""
    busy: list[float] = field(default_factory=list)
    """The share of the processors that others kept busy, in pauses between the rounds."""
    awake: list[str] = field(default_factory=list)
    """Whose threads did not sleep after their turn, so that the next ones' began without them."""

    @property
    def whole(self) -> bool:
        """Whether a training is timed from its first step on, so that the time of a whole one can be told."""
        return self.case.unit == "step" and not self.case.stretches

    def ratio(self, name: str) -> Spread | None:
        """Return a contestant's time over npnet's, over the rounds that both have."""
        if BASE not in self.times:
            return None
        rounds, base = self.times[name].rounds, self.times[BASE].rounds
        common = min(len(rounds), len(base))
        return ratios(rounds[:common], base[:common])

    def void(self, name: str) -> bool:
        """Return whether a contestant's rounds are so far apart that their median says nothing."""
        found = self.ratio(name)
        found = self.times[name].spread if name == BASE or found is None else found
        return found.high > STEADY * found.low

    def break_even(self, name: str) -> float | None:
        """Return after how many steps a faster contestant has overtaken npnet, both from a cold process.

        None where it is not faster, is ahead after its first epoch already, or a process had run before.
        """
        ours, theirs = self.times.get(BASE), self.times[name]
        if ours is None or ours.start is None or theirs.start is None:
            return None
        saved = ours.spread.median - theirs.spread.median
        behind = theirs.start + theirs.first - ours.start - ours.first
        # The first call has an epoch's steps in it
        return ours.parts + behind / saved if saved > 0 and behind > 0 else None


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
        _settle(result, pool)
        try:
            worker = _admit(result, entry, pool, settings.fresh and first, arrays, judge)
            if name in result.times:
                workers[name] = worker
                result.times[name].units = worker.ask("calibrate", settings.round_seconds, case.most_units)
        except WorkerError as error:
            if error.kind == "CannotExpressError":
                result.left_out[name] = str(error)
                continue
            _refuse(result, workers, pool, name, error)
    for number in range(settings.rounds):
        _settle(result, pool)
        result.busy += [share for share in (machine.busy(LOOK),) if share is not None]
        for name in turns(workers, number):
            tell(f"{case.label}: round {number + 1} of {settings.rounds}, {name}")
            _settle(result, pool)
            try:
                _time(result.times[name], workers[name], case)
            except WorkerError as error:
                _refuse(result, workers, pool, name, error)
    for name in list(workers):
        _dismiss(result, workers, pool, name, judge)
    return result


def _admit(result: Result, entry: Entry, pool: Pool, fresh: bool, arrays: object, judge: agreement.Judge) -> Worker:
    """Return a contestant's process, and let it take part if it does the same work."""
    name, case, starts, firsts = entry.name, result.case, [], []
    pool.warm(entry, "set_up", case, arrays)
    for _ in range(result.benchmark.starts if fresh else 1):
        worker, started = pool.worker(entry, fresh)
        seconds, exempt, differs = worker.ask("set_up", case, arrays)
        starts += [worker.start_seconds] if started else []
        firsts.append(seconds)
    measured = Time(name, statistics.median(firsts), statistics.median(starts) if starts else None, parts=case.parts)
    if differs:
        result.differs[name] = differs
    if exempt:
        result.exempt[name] = exempt
    else:
        measured.error = judge.error(worker.ask("outcome", agreement.units(case)))
        if not measured.error <= 1:
            result.refused[name] = f"its outcome is {measured.error:.3g} times the bound away from npnet's in float64"
            return worker
    result.times[name] = measured
    return worker


def _settle(result: Result, pool: Pool) -> None:
    """Wait until all contestants' threads sleep; one that was waited for in vain is not waited for again."""
    result.awake += pool.settle(result.awake)


def _time(measured: Time, worker: Worker, case: Case) -> None:
    *early, last = (seconds / measured.units / case.parts for seconds in worker.ask("round", measured.units))
    measured.early += early
    measured.rounds.append(last)


def _dismiss(result: Result, workers: dict[str, Worker], pool: Pool, name: str, judge: agreement.Judge) -> None:
    """Refuse a contestant whose last round came to something else; else note the memory that it took."""
    measured, worker = result.times[name], workers[name]
    try:
        away = judge.drift(worker.ask("result"), measured.units, name not in result.exempt)
        if measured.start is not None:
            measured.memory = worker.ask("peak_memory")
        measured.threads = worker.ask("threads")
    except WorkerError as error:
        _refuse(result, workers, pool, name, error)
        return
    if not away <= 1:
        result.refused[name] = f"after its last round it is {away:.3g} times what is allowed away from npnet"
        del result.times[name]


def _refuse(result: Result, workers: dict[str, Worker], pool: Pool, name: str, error: WorkerError) -> None:
    result.times.pop(name, None)
    workers.pop(name, None)
    result.refused[name] = f"{error.kind}: {str(error).splitlines()[0] if str(error) else 'no message'}"
    pool.drop(name)
