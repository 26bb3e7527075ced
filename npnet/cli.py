"""The ``npnet`` command."""

import argparse
import importlib.metadata
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path


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
        description="Run every experiment of the notes, print its tables, and write DIR/index.html, "
        "DIR/figures and DIR/tables.",
    )
    study.add_argument(
        "--out", metavar="DIR", type=_folder, default=Path("study"), help="the folder to write to (default: study)"
    )
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
    """Run the command, and return its exit status: 0, or 2 where it can't do what was asked."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without UTF-8 shows question marks rather than ending in a traceback
            stream.reconfigure(errors="replace")
    command_line = parser()
    options = command_line.parse_args(arguments)
    if options.command is None:
        command_line.print_help()
        return 0
    return _study(options.out)


def _study(out: Path) -> int:
    try:
        # Here, so that help does not wait for matplotlib and pandas
        from rich.console import Console

        from npnet import study

        console = Console()
        page = study.run(out, console)
    except BrokenPipeError:
        # Whoever read the output stopped reading, as `head` does; nothing is left to say to them
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"npnet study: {error.filename or out}: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("npnet study: interrupted; no file was left half-written", file=sys.stderr)
        return 130
    console.print(f"\nThe page: {page.resolve().as_uri()}", soft_wrap=True)
    return 0


def entry() -> None:
    """Run the command and leave with its exit status."""
    sys.exit(main())
