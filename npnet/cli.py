"""The ``npnet`` command."""

import argparse
import importlib.metadata
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from npnet.clone import other_clone
from npnet.commands import COMMANDS
from npnet.language import LANGUAGES
from npnet.registry import did_you_mean

__all__ = ["STOPPED_READING", "Parser", "main", "parser"]

STOPPED_READING = 141
"""The exit status where nobody reads the output any more: that which a shell gives to a command ended by SIGPIPE."""


class Parser(argparse.ArgumentParser):
    """A parser that shows its own usage, not that of the whole command, for an argument that it does not know."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Return the options and an empty list; for arguments that are left over, end with the usage and status 2."""
        options, left = super().parse_known_args(args, namespace)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return options, left


def parser() -> Parser:
    """Return the parser of the command line."""
    main = Parser(
        prog="npnet",
        description="Neural networks in plain NumPy. Begin with: npnet study",
    )
    main.add_argument("--version", action="version", version=f"npnet {_version()}")
    commands = main.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for name, command in COMMANDS.items():
        one = commands.add_parser(name, help=command.HELP, description=command.DESCRIPTION)
        command.add_arguments(one)
        one.add_argument(
            "--language", metavar="CODE", choices=LANGUAGES, default="en", help="what is printed is in en or zh, 中文"
        )
    return main


def _version() -> str:
    try:
        return importlib.metadata.version("npnet")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status: 0, 1 where a check fails, 2 where it can't do what was asked."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without UTF-8 shows question marks rather than ending in a traceback
            stream.reconfigure(errors="replace")
    name = "npnet"
    try:
        options = _options(sys.argv[1:] if arguments is None else arguments)
        if options.command is None:
            parser().print_help()
            return 0
        name = f"npnet {options.command}"
        if clone := other_clone(Path.cwd()):
            runs, way = Path(__file__).parent, "pip install -e . makes edits here count"
            print(f"npnet: what runs is {runs}, not the clone {clone}; {way}", file=sys.stderr)
        return COMMANDS[options.command].run(options)
    except ModuleNotFoundError as error:
        extra = f"pip install 'npnet[{COMMANDS[options.command].EXTRA}]' installs what it needs"
        print(f"{name}: {error.name} is not installed; {extra}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read the output stopped reading, as `head` does; nothing is left to say to them
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STOPPED_READING


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    # The options before a command take no value, so that the first word is the command
    word = next((argument for argument in arguments if not argument.startswith("-")), None)
    if word is not None and word not in COMMANDS:
        hint = did_you_mean(word, COMMANDS) or f"; expected one of {', '.join(COMMANDS)}"
        parser().error(f"no command is named {word!r}{hint}")
    return parser().parse_args(arguments)
