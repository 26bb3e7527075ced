"""``python -m benchmarks.guard``: whether npnet has become slower than the stored baseline says.

Times are divided by those of a yardstick in plain NumPy that is measured in turns with them, so that a slower machine
does not fail it: tiny nets by a chain of small ufuncs, larger ones by matrix products and ufuncs of their size. By how
much one processor is faster than another still depends on what it computes, so that each has a baseline of its own. The
first run on one makes it, and says so.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.cases import Case
from benchmarks.contestants import Entry, entries
from benchmarks.machine import kind, machine
from benchmarks.process import Pool, WorkerError
from benchmarks.race import BASE
from benchmarks.statistics import ratios, turns
from benchmarks.workloads import benchmarks
from npnet.files import write

YARDSTICK = Entry("yardstick", "benchmarks.contestants.yardstick", "numpy")
BASELINE = Path(__file__).parent / "baseline.json"
# By how much a ratio may be worse: another BLAS moves it by some tenths
FACTOR = 1.5
ROUNDS, SECONDS = 11, 0.1
# A benchmark and one of its cases, with the yardstick that it is divided by
WATCHED = [
    ("iris-sgd", 0, "small"),
    ("iris-adam", 0, "small"),
    ("dots-l2", 0, "small"),
    ("digits", 0, "medium"),
    ("large-128", 0, "large"),
    ("converged", 0, "large"),
    ("predict", 0, "small"),
    ("ensembles", 2, "medium"),
    ("ensembles-digits", 0, "medium"),
]


class BaselineError(Exception):
    """A stored baseline can't be compared with."""


class Measured(NamedTuple):
    """One run of the guard."""

    ratios: dict[str, float]
    """Each watched workload's time over its yardstick's, the median of the rounds."""
    threads: dict[str, int]
    """How many threads each library took."""
    awake: list[str]
    """Workloads whose turns began though threads of the turn before still ran."""


def measure(tell: Callable[[str], None]) -> Measured:
    """Measure all watched workloads; `tell` hears what is under way."""
    known, found = entries(), Measured({}, {}, [])
    cases = {benchmark.name: benchmark.cases for benchmark in benchmarks()}
    for workload, number, size in WATCHED:
        tell(workload)
        case = cases[workload][number]
        with Pool() as pool:
            times, awake = _rounds(pool, [(known[BASE], case), (YARDSTICK, Case(size))])
            found.threads.update(pool.worker(known[BASE], fresh=False)[0].ask("threads"))
        found.ratios[workload] = ratios(*times).median
        if awake:
            found.awake.append(workload)
    return found


def _rounds(pool: Pool, pair: list[tuple[Entry, Case]]) -> tuple[list[list[float]], list[str]]:
    """Return both contestants' times of one part, in rounds taken in turns, and whose threads did not sleep."""
    workers = [(pool.worker(entry, fresh=True)[0], case) for entry, case in pair]
    for worker, case in workers:
        worker.ask("set_up", case, case.arrays())
    units = [worker.ask("calibrate", SECONDS, case.most_units) for worker, case in workers]
    times: list[list[float]] = [[], []]
    awake: list[str] = []
    for number in range(ROUNDS):
        for own, n, (worker, case) in turns(zip(times, units, workers), number):
            awake += pool.settle(awake)
            own.append(worker.ask("round", n)[-1] / n / case.parts)
    return times, awake


def slower(found: dict[str, float], baseline: dict[str, float], factor: float) -> list[str]:
    """Return a line for each workload whose ratio is more than `factor` times the baseline's, if that has one.

    Examples
    --------
    >>> slower({"iris": 4.0, "dots": 1.0, "new": 9.0}, {"iris": 2.0, "dots": 1.0}, 1.5)
    ['iris: 2 times the baseline']
    """
    shares = {name: ratio / baseline[name] for name, ratio in found.items() if name in baseline}
    return [f"{name}: {share:.3g} times the baseline" for name, share in shares.items() if not share <= factor]


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="python -m benchmarks.guard",
        description="Compare npnet's times, in units of a yardstick in NumPy, with this processor's baseline, which "
        "the first run stores. Exit status: 0; 1 if one is worse by more than the factor; 2 if the command can't run.",
    )
    main.add_argument("--save", action="store_true", help="store this run as this processor's baseline")
    main.add_argument("--baseline", type=Path, default=BASELINE, metavar="FILE", help="the file of the baselines")
    main.add_argument(
        "--factor", type=_factor, default=FACTOR, metavar="F", help=f"what is allowed (default: {FACTOR})"
    )
    return main


def _factor(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, got {text!r}")
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    options = parser().parse_args(arguments)
    try:
        return _run(options)
    except BaselineError as error:
        reason = f"{options.baseline}: {error}; a run without that file stores a new one"
    except OSError as error:
        reason = f"{options.baseline}: {error.strerror}"
    except WorkerError as error:
        reason = f"{error.kind}: {error}"
    except KeyboardInterrupt:
        print("python -m benchmarks.guard: interrupted; nothing was stored", file=sys.stderr)
        return 130
    print(f"python -m benchmarks.guard: {reason}", file=sys.stderr)
    return 2


def _run(options: argparse.Namespace) -> int:
    baselines = load(options.baseline)
    stored = {} if options.save else baselines.get(kind(), {}).get("ratios", {})
    found = measure(lambda workload: print(f"measuring {workload}", file=sys.stderr))
    _show(found, stored)
    if new := {workload: round(ratio, 4) for workload, ratio in found.ratios.items() if workload not in stored}:
        baselines[kind()] = {"machine": machine([found.threads]), "ratios": stored | new}
        write(options.baseline, json.dumps(baselines, indent=2) + "\n")
        first = "" if options.save else f"no baseline of {', '.join(new)} on {kind()} yet: this run's is "
        print(f"{first}stored in {options.baseline}")
    complaints = slower(found.ratios, stored, options.factor)
    for line in complaints:
        print(line)
    return 1 if complaints else 0


def load(path: Path) -> dict[str, Any]:
    """Return the baselines of all processors, by their names; none where there is no such file.

    Raises
    ------
    BaselineError
        If it does not hold baselines, or a ratio in it is not a number over 0.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise BaselineError("not a file of baselines") from None
    if not isinstance(content, dict):
        raise BaselineError("not a file of baselines")
    for processor, baseline in content.items():
        if not isinstance(baseline, dict) or not isinstance(baseline.get("ratios"), dict):
            raise BaselineError(f"{processor}: not a baseline")
        for workload, ratio in baseline["ratios"].items():
            if not isinstance(ratio, (int, float)) or isinstance(ratio, bool) or not 0 < ratio < float("inf"):
                raise BaselineError(f"{processor}, {workload}: expected a number over 0, got {ratio!r}")
    return content


def _show(found: Measured, stored: dict[str, float]) -> None:
    print(f"\nnpnet in units of the yardstick, on {kind()}\n")
    print(f"{'workload':20}{'now':>8}{'baseline':>10}{'now / baseline':>16}")
    for workload, ratio in found.ratios.items():
        before = stored.get(workload)
        share = f"{'–':>10}{'–':>16}" if before is None else f"{before:10.3g}{ratio / before:16.2f}"
        print(f"{workload:20}{ratio:8.3g}{share}")
    for workload in found.awake:
        print(f"{workload}: threads never slept after a turn: its times can't be relied on")


if __name__ == "__main__":
    sys.exit(main())
