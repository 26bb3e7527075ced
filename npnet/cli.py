"""The ``npnet`` command."""

import argparse
import importlib.metadata
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["entry", "main", "parser"]


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="npnet",
        description="Neural networks in plain NumPy. Begin with: npnet study",
    )
    main.add_argument("--version", action="version", version=f"npnet {_version()}")
    commands = main.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    study = commands.add_parser(
        "study",
        help="run every experiment of the notes; write tables, figures and a page",
        description="Run every experiment of the notes, write DIR/index.html, DIR/figures and DIR/tables, and print "
        "the tables. Exit status: 0; 1 if a line of a derivation does not hold; 2 if DIR can't be written.",
    )
    study.add_argument(
        "--out", metavar="DIR", type=_folder, default=Path("study"), help="the folder to write to (default: study)"
    )
    study.add_argument(
        "--quick",
        action="store_true",
        help="in seconds: 20 seeds in place of 100, derivations on numbers only, no TensorFlow",
    )
    derive = commands.add_parser(
        "derive",
        help="the derivations of the notes, line by line, each line checked",
        description="List the derivations; print NAME's lines, each with its formula, code, reason and largest "
        "discrepancy; or check every line of all. Exit status: 0 if all lines hold, 1 if one does not.",
    )
    choice = derive.add_mutually_exclusive_group()
    choice.add_argument("name", metavar="NAME", nargs="?", help="the derivation to print and check")
    choice.add_argument("--all", action="store_true", help="check all derivations")
    return main


def _version() -> str:
    try:
        return importlib.metadata.version("npnet")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("expected the name of a folder, got ''")
    return Path(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status: 0, 1 where a check fails, 2 where it can't do what was asked."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without UTF-8 shows question marks rather than ending in a traceback
            stream.reconfigure(errors="replace")
    command_line = parser()
    options = command_line.parse_args(arguments)
    if options.command is None:
        command_line.print_help()
        return 0
    try:
        return _study(options.out, options.quick) if options.command == "study" else _derive(options.name, options.all)
    except ModuleNotFoundError as error:
        extra = f"pip install 'npnet[{options.command}]' installs what it needs"
        print(f"npnet {options.command}: {error.name} is not installed; {extra}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"npnet {options.command}: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read the output stopped reading, as `head` does; nothing is left to say to them
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _derive(name: str | None, check_all: bool) -> int:
    # Here, so that help does not wait for them
    from rich.console import Console

    from npnet import derivations
    from npnet.derivations.engine import has_sympy, terminal

    console = Console()
    if name is None and not check_all:
        terminal.show_list(derivations.every(), console)
        return 0
    try:
        chosen = derivations.every() if name is None else [derivations.get(name)]
    except ValueError as error:
        print(f"npnet derive: {error}", file=sys.stderr)
        return 2
    if not has_sympy():
        print("npnet derive: SymPy is not installed; the lines are checked on numbers only", file=sys.stderr)
    reports = terminal.show_all(chosen, console) if check_all else [terminal.show_chain(chosen[0], console)]
    for report in reports:
        for check in report.failures:
            print(f"npnet derive: {report.derivation.name}, line {check.number}: {check.failure}", file=sys.stderr)
    return 0 if all(reports) else 1


def _study(out: Path, quick: bool) -> int:
    try:
        # Here, so that help does not wait for matplotlib and pandas
        from rich.console import Console

        from npnet import study

        console = Console()
        found = study.run(out, console, quick)
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"npnet study: {error.filename or out}: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("npnet study: interrupted; no file was left half-written", file=sys.stderr)
        return 130
    console.print(f"\nThe page: {(out / 'index.html').resolve().as_uri()}", soft_wrap=True)
    return 0 if all(found.reports) else 1


def entry() -> None:
    """Run the command and leave with its exit status."""
    sys.exit(main())
