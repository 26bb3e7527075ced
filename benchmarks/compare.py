"""``python -m benchmarks.compare OLD NEW``: two reports beside each other, in what the machine's speed leaves alone.

A contestant's time over npnet's, which the contestants of one run share, is compared with that of the other run.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.race import BASE
from benchmarks.statistics import Spread
from benchmarks.tables import number

Key = tuple[str, str, str]


class ReportError(Exception):
    """A folder without the results of a run."""


def load(folder: Path) -> dict[Key, Spread]:
    """Return the ratios of a report by benchmark, case and contestant; void ones are left out.

    Raises
    ------
    ReportError
        If the folder has no ``results.csv``, or another one than `report.save` writes.
    """
    file = folder / "results.csv"
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        return {
            (row["benchmark"], row["case"], row["contestant"]): Spread(
                *(float(row[name]) for name in ("ratio_low", "ratio", "ratio_high"))
            )
            for row in rows
            if row["status"] in ("measured", "not compared") and row["ratio"] and row["contestant"] != BASE
        }
    except OSError as error:
        raise ReportError(f"{file}: {error.strerror}") from error
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise ReportError(f"{file}: not the results of `python -m benchmarks`") from error


def verdict(old: Spread, new: Spread) -> str:
    """Return whether npnet has gained on a contestant, if the middle halves of both runs do not meet.

    Examples
    --------
    >>> verdict(Spread(1.0, 1.1, 1.2), Spread(1.3, 1.4, 1.5)), verdict(Spread(1.0, 1.1, 1.2), Spread(1.1, 1.2, 1.3))
    ('npnet gained', '')
    """
    if new.low > old.high:
        return "npnet gained"
    return "npnet lost" if new.high < old.low else ""


def table(old: dict[Key, Spread], new: dict[Key, Spread]) -> Table:
    """Return the table of what both reports have."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for i, head in enumerate(("benchmark", "contestant", "old, × npnet", "new, × npnet", "new / old", "")):
        made.add_column(head, justify="right" if 2 <= i <= 4 else "left", no_wrap=i > 0, overflow="fold")
    for key in old:
        if key in new:
            a, b = old[key], new[key]
            name = f"{key[0]}, {key[1]}"
            made.add_row(name, key[2], number(a.median), number(b.median), number(b.median / a.median), verdict(a, b))
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.compare",
        description="Compare two reports: the time of each contestant over npnet's, then and now. Exit status: 0; 2 if "
        "a report can't be read, or both have nothing in common.",
    )
    parser.add_argument("old", type=Path, help="the folder of a report")
    parser.add_argument("new", type=Path, help="the folder of another")
    options = parser.parse_args(arguments)
    try:
        old, new = load(options.old), load(options.new)
    except ReportError as error:
        print(f"python -m benchmarks.compare: {error}", file=sys.stderr)
        return 2
    if not old.keys() & new.keys():
        print("python -m benchmarks.compare: the two reports have no measured contestant in common", file=sys.stderr)
        return 2
    console = Console()
    console.print(table(old, new))
    console.print(
        "above 1 in 'new / old', npnet is faster than before beside that contestant;\n"
        "words follow where the middle halves of the two runs do not meet",
        style="dim", highlight=False,
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
