"""The ``npnet`` command."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="npnet",
        description="Neural networks in plain NumPy. Begin with: npnet study",
    )
    commands = main.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    study = commands.add_parser(
        "study",
        help="run every experiment of the notes; write tables, figures and a page",
        description="Run every experiment of the notes, print its tables, and write DIR/index.html, "
        "DIR/figures and DIR/tables.",
    )
    study.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("study"), help="the folder to write to (default: study)"
    )
    return main


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status: 0, or 2 where it can't do what was asked."""
    command_line = parser()
    options = command_line.parse_args(arguments)
    if options.command is None:
        command_line.print_help()
        return 0
    return _study(options.out)


def _study(out: Path) -> int:
    # Here, so that help and errors do not wait for matplotlib and pandas
    from rich.console import Console

    from npnet import study

    console = Console()
    try:
        page = study.run(out, console)
    except OSError as error:
        print(f"npnet study: can't write to {out}: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("npnet study: interrupted; no file was left half-written", file=sys.stderr)
        return 130
    console.print(f"\nThe page: {page.resolve().as_uri()}", soft_wrap=True)
    return 0


def entry() -> None:
    """Run the command and leave with its exit status."""
    sys.exit(main())
