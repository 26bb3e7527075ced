"""``npnet errata``."""

import argparse

from npnet import language
from npnet.commands._naming import named

HELP = "where the notes are wrong or silent; one of these places run"
DESCRIPTION = (
    "List the places where the notes are wrong, contradict themselves or are silent; or print the erratum NAME, and "
    "what running the notes' form and the right one gives. Exit status: 0, or 2 if there is no such name."
)
EXTRA = "study"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the name."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="the erratum to run")


def run(options: argparse.Namespace) -> int:
    """List the errata, or run and print one."""
    # Here, so that help does not wait for them
    from npnet.commands._console import Console
    from npnet.experiments import errata, terminal

    console, say = Console(), language.get(options.language)
    if options.name is None:
        terminal.list_errata(errata.every(), console, say)
        return 0
    erratum = named("errata", "erratum", errata, options.name)
    if erratum is None:
        return 2
    terminal.show_erratum(erratum, console, say)
    return 0
