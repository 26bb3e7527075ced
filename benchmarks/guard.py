"""``python -m benchmarks.guard``: whether npnet has become slower than the stored baseline says.

Times are divided by those of a yardstick in plain NumPy that is measured in turns with them, so that a slower machine
does not fail it: tiny nets by a chain of small ufuncs, larger ones by matrix products and ufuncs of their size.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cases import Case
from benchmarks.contestants import Entry, entries
from benchmarks.machine import machine
from benchmarks.process import Pool, Worker, WorkerError
from benchmarks.race import BASE
from benchmarks.statistics import ratios, turns
from benchmarks.workloads import benchmarks
from npnet.files import write

YARDSTICK = Entry("yardstick", "benchmarks.contestants.yardstick", "numpy")
BASELINE = Path(__file__).parent / "baseline.json"
# By how much a ratio may be worse: another processor or BLAS moves it by some tenths
FACTOR = 1.5
ROUNDS, SECONDS = 11, 0.1
# A benchmark and one of its cases, with the yardstick that it is divided by
WATCHED = [
    ("iris-sgd", 0, "small"),
    ("iris-adam", 0, "small"),
    ("dots-l2", 0, "small"),
    ("digits", 0, "medium"),
    ("large-128", 0, "large"),
    ("predict", 0, "small"),
    ("ensembles", 2, "medium"),
    ("ensembles-digits", 0, "medium"),
]


class BaselineError(Exception):
    """A stored baseline can't be compared with."""


def measure(tell: Callable[[str], None]) -> dict[str, float]:
    """Return each watched workload's time over its yardstick's, the median of the rounds."""
    known, found = entries(), {}
    cases = {benchmark.name: benchmark.cases for benchmark in benchmarks()}
    for name, number, size in WATCHED:
        tell(name)
        case = cases[name][number]
        with Pool() as pool:
            pair = [
                (pool.worker(known[BASE], fresh=True)[0], case),
                (pool.worker(YARDSTICK, fresh=True)[0], Case(size)),
            ]
            times = _rounds(pair)
        found[name] = ratios(*times).median
    return found


def _rounds(pair: list[tuple[Worker, Case]]) -> list[list[float]]:
    """Return both workers' times of one part, in rounds taken in turns."""
    for worker, case in pair:
        worker.ask("set_up", case, case.arrays())
    units = [worker.ask("calibrate", SECONDS, case.most_units) for worker, case in pair]
    times: list[list[float]] = [[], []]
    for number in range(ROUNDS):
        for own, n, (worker, case) in turns(zip(times, units, pair), number):
            own.append(worker.ask("round", n) / n / case.parts)
    return times


def slower(found: dict[str, float], baseline: dict[str, float], factor: float) -> list[str]:
    """Return a line for each workload whose ratio is more than `factor` times the baseline's.

    Examples
    --------
    >>> slower({"iris": 4.0, "dots": 1.0}, {"iris": 2.0, "dots": 1.0}, 1.5)
    ['iris: 2 times the baseline']
    """
    shares = {name: ratio / baseline[name] for name, ratio in found.items()}
    return [f"{name}: {share:.3g} times the baseline" for name, share in shares.items() if not share <= factor]


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="python -m benchmarks.guard",
        description="Compare npnet's times, in units of a yardstick in NumPy, with the stored baseline. Exit status: "
        "0; 1 if one is worse by more than the factor; 2 if the command can't be run.",
    )
    main.add_argument("--save", action="store_true", help="store this run as the baseline")
    main.add_argument("--baseline", type=Path, default=BASELINE, metavar="FILE", help="the baseline's file")
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
        reason = f"{options.baseline}: {error}; --save writes a new one"
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
    stored = {} if options.save else stored_ratios(options.baseline)
    found = _measured()
    _show(found, stored)
    if options.save:
        content = {"machine": machine(), "ratios": {name: round(ratio, 4) for name, ratio in found.items()}}
        write(options.baseline, json.dumps(content, indent=2) + "\n")
        print(f"stored in {options.baseline}")
        return 0
    complaints = slower(found, stored, options.factor)
    for line in complaints:
        print(line)
    return 1 if complaints else 0


def stored_ratios(path: Path) -> dict[str, float]:
    """Return the baseline's ratios, one for each watched workload.

    Raises
    ------
    BaselineError
        If it is not a baseline, or has no number over 0 for a watched workload.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BaselineError("there is no such file") from None
    except ValueError:
        raise BaselineError("not a baseline") from None
    ratios = content.get("ratios") if isinstance(content, dict) else None
    if not isinstance(ratios, dict):
        raise BaselineError("not a baseline")
    if missing := [name for name, _, _ in WATCHED if name not in ratios]:
        raise BaselineError(f"no ratio of {', '.join(missing)}")
    for name, ratio in ratios.items():
        if not isinstance(ratio, (int, float)) or isinstance(ratio, bool) or not 0 < ratio < float("inf"):
            raise BaselineError(f"{name}: expected a number over 0, got {ratio!r}")
    return ratios


def _measured() -> dict[str, float]:
    from rich.console import Console
    from rich.status import Status

    with Status("", console=Console(stderr=True)) as status:
        return measure(status.update)


def _show(found: dict[str, float], stored: dict[str, Any]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, title="npnet in units of the yardstick", title_justify="left")
    for head in ("workload", "now", "baseline", "now / baseline"):
        table.add_column(head, justify="left" if head == "workload" else "right")
    for name, ratio in found.items():
        before = stored.get(name)
        table.add_row(
            name, f"{ratio:.3g}", *(("–", "–") if before is None else (f"{before:.3g}", f"{ratio / before:.2f}"))
        )
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
