"""``python -m reference``: compare npnet with TensorFlow, and print one table."""

import argparse
import importlib.util
import os
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tally:
    """The largest errors in a row's cases."""

    name: str
    cases: int = 0
    excess: float = 0.0
    ours: float = 0.0
    theirs: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, number: int, comparisons: list[Any]) -> None:
        """Take in the comparisons of one random case."""
        self.cases += 1
        for found in comparisons:
            worst = max(found.excess, found.our_excess)
            self.excess = max(self.excess, worst)
            self.ours = max(self.ours, found.ulps(found.ours))
            self.theirs = max(self.theirs, found.ulps(found.theirs))
            if worst > 1:
                self.failures.append(f"{self.name}: case {number} is {worst:.3g} times over its bound")

    @property
    def passed(self) -> bool:
        """Whether every case is within its bound."""
        return not self.failures and self.cases > 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="python -m reference",
        description="Compare npnet with TensorFlow on random cases. Exit status: 0 if every difference is within its "
        "bound, 1 if not, 2 if the comparison can't be run.",
        epilog="python -m reference check MODEL compares a model of your own; python -m reference differences asks the "
        "frameworks where they differ. Both have a --help of their own.",
    )
    main.add_argument("--cases", type=_count, default=100, metavar="N", help="random cases for each row (default: 100)")
    main.add_argument("--seed", type=_whole, default=0, metavar="S", help="the seed of the cases (default: 0)")
    main.add_argument("--only", default="", metavar="NAME", help="only rows whose name contains NAME")
    return main


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text!r}")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 0, got {text!r}")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison, and return the exit status."""
    options = parser().parse_args(arguments)
    if importlib.util.find_spec("tensorflow") is None:
        print("python -m reference needs TensorFlow: pip install '.[reference]'", file=sys.stderr)
        return 2
    # TensorFlow's start-up messages would stand in the middle of the progress bar
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from .rows import rows

    chosen = [(name, make) for name, make in rows() if options.only.lower() in name.lower()]
    if not chosen:
        print(f"python -m reference: no row's name contains {options.only!r}", file=sys.stderr)
        return 2
    results = _run(chosen, options.cases, options.seed)
    _print(results)
    return 0 if all(result.passed for result in results) else 1


def _run(chosen: list[tuple[str, Any]], cases: int, seed: int) -> list[Tally]:
    import numpy as np
    from rich.console import Console
    from rich.progress import track

    results = [Tally(name) for name, _ in chosen]
    pairs = [(result, make, i) for result, (_, make) in zip(results, chosen) for i in range(cases)]
    for result, make, i in track(pairs, "comparing", console=Console(stderr=True), transient=True):
        rng = np.random.default_rng([seed, zlib.crc32(result.name.encode()), i])
        try:
            result.add(i, make(rng))
        except Exception as error:
            result.cases += 1
            result.failures.append(f"{result.name}: case {i} raised {type(error).__name__}: {error}")
    return results


def _print(results: list[Tally]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, title="npnet and TensorFlow", title_justify="left")
    table.add_column("what is compared", overflow="fold")
    for column in ("cases", "error\n/bound", "npnet\nulps", "TF\nulps", "verdict"):
        table.add_column(column, justify="right", no_wrap=True)
    for r in results:
        numbers = [f"{number:.2g}" for number in (r.excess, r.ours, r.theirs)]
        table.add_row(r.name, str(r.cases), *numbers, "ok" if r.passed else "FAILED")
    console = Console()
    console.print(table)
    failures = [failure for result in results for failure in result.failures]
    for failure in failures[:20]:
        console.print(failure, markup=False)
    if len(failures) > 20:
        console.print(f"and {len(failures) - 20} more")
    console.print(
        "error/bound: the largest difference between the two, and between npnet and a\nwider type, in units of "
        "the bound;\n"
        "ulps: the largest error against a wider type, in units in the last place of the\nresult's largest element",
        style="dim",
    )
