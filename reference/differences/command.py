"""``python -m reference differences``: what the frameworks answer where they differ."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

HELP = "what the frameworks answer where they differ, measured on the installed versions"
DESCRIPTION = (
    "Ask each installed framework the same questions, each in a process of its own, and print who gives which answer. "
    "Exit status: 0, also where answers differ; 2 if the command can't be run; 130 after Ctrl-C."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which rows are asked, and what is written."""
    parser.add_argument(
        "--only", default="", metavar="NAME", help="only rows with NAME in their topic, name or question"
    )
    parser.add_argument("--sources", action="store_true", help="print the file or paper behind each answer")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the answers to FILE as well")
    parser.add_argument(
        "--save", action="store_true", help="make the answers the record that later runs are compared with"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m reference differences", description=DESCRIPTION)
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def run(options: argparse.Namespace) -> int:
    """Measure, print and write."""
    try:
        return _run(options)
    except ModuleNotFoundError as error:
        return _refused(f"{error.name} is not installed; pip install 'npnet[reference]' installs what it needs")
    except OSError as error:
        return _refused(f"{error.filename}: {error.strerror}")
    except ValueError as error:
        return _refused(str(error))
    except KeyboardInterrupt:
        print("python -m reference differences: interrupted", file=sys.stderr)
        return 130


def _refused(why: str) -> int:
    print(f"python -m reference differences: {why}", file=sys.stderr)
    return 2


def _run(options: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.progress import track

    from npnet import files

    from . import frameworks, record, table, topics
    from .measuring import measure

    chosen = topics.rows(options.only)
    if not chosen:
        raise ValueError(f"--only: no row has {options.only!r} in its topic, name or question")
    if options.save and options.only:
        raise ValueError("--save: expected no --only, as a record has the answers to all rows")
    rows = [row for found in chosen.values() for row in found]
    recorded = record.read()
    targets = ([options.json] if options.json else []) + ([record.PATH] if options.save else [])
    for target in targets:
        files.check_writable(target)
    asked = [framework for framework in frameworks.FRAMEWORKS if framework.asked(rows)]
    present = [framework for framework in asked if not framework.missing]
    found = [measure(f, rows) for f in track(present, "asking", console=Console(stderr=True), transient=True)]
    console = Console()
    table.show(chosen, found, recorded, console, options.sources)
    missing = [f"{item.label} ({', '.join(item.missing)})" for item in asked if item.missing]
    if missing:
        console.print(f"left out, as a package is not installed: {'; '.join(missing)}", highlight=False)
    if options.json:
        record.write(record.updated({"frameworks": [], "rows": []}, chosen, found), options.json)
    if options.save:
        record.write(record.updated(recorded, chosen, found), record.PATH)
    return 0
