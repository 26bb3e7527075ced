"""The commands of ``npnet``: each a module with its arguments, and what it does with them."""

import argparse
from collections.abc import Mapping
from typing import Protocol

from npnet.commands import api, check, claims, derive, errata, play, predict, show, study, sweep, train

__all__ = ["COMMANDS", "Command"]


class Command(Protocol):
    """A module of this package."""

    HELP: str
    """The command in one line, for the list of all."""
    DESCRIPTION: str
    """The command in some sentences, with its exit status."""
    EXTRA: str
    """The extra of the installation that has what it needs."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments to its parser."""

    def run(self, options: argparse.Namespace) -> int:
        """Run the command, and return its exit status."""


COMMANDS: Mapping[str, Command] = {
    "study": study,
    "play": play,
    "derive": derive,
    "claims": claims,
    "errata": errata,
    "check": check,
    "train": train,
    "predict": predict,
    "show": show,
    "sweep": sweep,
    "api": api,
}
