"""``python -m benchmarks.tabular``: from a CSV file to a trained net, by npnet and by pandas with scikit-learn."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import ROOT, machine, threads
from benchmarks.process import environment
from benchmarks.statistics import Spread, ratios, spread, turns
from benchmarks.tables import megabytes, number
from benchmarks.tabular import rows
from benchmarks.tabular.contestants import BASE, CONTESTANTS, Settings

ROWS, ROUNDS, TEST = 1_000_000, 5, 100_000
HEADS = ("contestant", "read", "in all", "middle half", "× npnet", "memory", "× npnet", "accuracy")


class ContestantError(Exception):
    """The process of a contestant ended without an answer."""


@dataclass
class Measured:
    """What a contestant took in each round."""

    read: list[float] = field(default_factory=list)
    """The seconds until the file was read."""
    seconds: list[float] = field(default_factory=list)
    """Until the net was trained."""
    memory: list[int] = field(default_factory=list)
    """The largest resident size until then, in bytes."""
    accuracy: list[float] = field(default_factory=list)
    """On rows of another file."""
    threads: dict[str, int] = field(default_factory=dict)

    def add(self, found: dict[str, Any]) -> None:
        """Add what a process printed."""
        self.read.append(found["ends"]["read"])
        self.seconds.append(found["ends"]["train"])
        self.memory.append(found["memory"])
        self.accuracy.append(found["accuracy"])
        self.threads = found["threads"]


def once(name: str, train: Path, test: Path, settings: Settings) -> dict[str, Any]:
    """Return what one training in a process of its own took."""
    command = [sys.executable, "-m", "benchmarks.tabular.worker", name, str(train), str(test)]
    done = subprocess.run(
        [*command, json.dumps(asdict(settings))], cwd=ROOT, env=environment(), capture_output=True, text=True
    )
    if done.returncode:
        words = done.stderr.strip().splitlines()
        raise ContestantError(f"{name}: {words[-1] if words else f'it ended with status {done.returncode}'}")
    return json.loads(done.stdout)


def measure(
    names: Sequence[str], files: tuple[Path, Path], settings: Settings, rounds: int, tell: Callable[[str], None]
) -> dict[str, Measured]:
    """Return what each contestant took; in each round each has one turn, and each round begins with another one."""
    found = {name: Measured() for name in names}
    for number_of in range(rounds):
        for name in turns(names, number_of):
            tell(f"round {number_of + 1} of {rounds}: {name}")
            # Another seed in each round, so that the accuracy is not that of one
            found[name].add(once(name, *files, Settings(**asdict(settings) | {"seed": number_of})))
    return found


def cells(found: dict[str, Measured]) -> list[tuple[str, ...]]:
    """Return the rows of the table: medians, and ratios taken round by round."""
    base = found[BASE]
    return [
        (
            name,
            f"{spread(one.read).median:.3g} s",
            f"{spread(one.seconds).median:.3g} s",
            _between(spread(one.seconds)),
            number(ratios(one.seconds, base.seconds).median),
            megabytes(round(spread(one.memory).median)),
            number(ratios(one.memory, base.memory).median),
            f"{spread(one.accuracy).median:.4f}",
        )
        for name, one in found.items()
    ]


def _between(times: Spread) -> str:
    return f"{times.low:.3g}–{times.high:.3g} s"


def show(found: dict[str, Measured], count: int, settings: Settings) -> None:
    """Print the table."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for i, head in enumerate(HEADS):
        table.add_column(head, justify="right" if i else "left", no_wrap=True)
    for row in cells(found):
        table.add_row(*row)
    console.print(table)
    widths = "-".join(map(str, settings.hidden))
    counts = threads.summed_up(one.threads for one in found.values())
    for line in (
        f"{count:,} rows of {rows.NUMBERS} numbers and {len(rows.CATEGORIES)} categories",
        f"{widths}, {settings.epochs} epochs, batch {settings.batch_size}, {settings.dtype}",
        f"medians of {len(found[BASE].seconds)} rounds; the accuracy is that on {TEST:,} other rows",
        f"{machine.kind()}; threads: {counts}; thread settings: {threads.settings()}",
    ):
        console.print(line, style="dim", highlight=False, markup=False)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="python -m benchmarks.tabular",
        description="Train a net on a CSV file, by npnet and by pandas with scikit-learn, in processes of their own "
        "that take turns; print times, memory and accuracy. Exit status: 0; 1 if one fails; 2 if the command can't run",
    )
    main.add_argument("--rows", type=_whole, default=ROWS, metavar="N", help=f"rows of the file (default: {ROWS})")
    main.add_argument("--rounds", type=_whole, default=ROUNDS, metavar="N", help=f"default: {ROUNDS}")
    main.add_argument("--epochs", type=_whole, default=Settings.epochs, metavar="N", help="default: %(default)s")
    main.add_argument("--dtype", choices=("float32", "float64"), default=Settings.dtype, help="default: %(default)s")
    main.add_argument("--threads", type=_whole, metavar="N", help="the threads of each library (default: its own)")
    main.add_argument("--folder", type=Path, metavar="DIR", help="where the files are written, and removed at the end")
    return main


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 1_000_000_000:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, got {text!r}")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    options = parser().parse_args(arguments)
    settings = Settings(epochs=options.epochs, dtype=options.dtype)
    try:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder, threads.limited(options.threads):
            files = Path(folder, "train.csv"), Path(folder, "test.csv")
            _tell(f"writing {options.rows:,} rows")
            for seed, (path, count) in enumerate(zip(files, (options.rows, TEST))):
                rows.write(path, count, seed)
            found = measure(list(CONTESTANTS), files, settings, options.rounds, _tell)
    except OSError as error:
        print(f"python -m benchmarks.tabular: {error.filename or error}: {error.strerror}", file=sys.stderr)
        return 2
    except ContestantError as error:
        print(f"python -m benchmarks.tabular: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("python -m benchmarks.tabular: interrupted", file=sys.stderr)
        return 130
    show(found, options.rows, settings)
    return 0


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
