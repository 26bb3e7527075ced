"""``npnet claims``."""

import argparse

from npnet import language
from npnet.commands._arguments import whole_number
from npnet.commands._naming import named

HELP = "the claims of the notes; one of them measured over some seeds"
DESCRIPTION = (
    "List the claims of the notes; or measure the claim NAME over N seeds, and print its numbers with their 95 % "
    "intervals, its verdict, and how long it took: of 20 seeds, a second or a few. Exit status: 0 whatever the verdict "
    "is, 2 if there is no such name."
)
EXTRA = "study"

SEEDS = 20
# As of npnet.experiments.claims.claim, which help does not wait for
FEWEST = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the name and the number of seeds."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="the claim to measure")
    parser.add_argument(
        "--seeds",
        metavar="N",
        type=whole_number(FEWEST),
        default=SEEDS,
        help=f"how many, at least {FEWEST} (default: {SEEDS}; npnet study takes 100)",
    )


def run(options: argparse.Namespace) -> int:
    """List the claims, or measure and print one."""
    # Here, so that help does not wait for them
    from npnet.commands._console import Console
    from npnet.experiments import claims, terminal

    console, say = Console(), language.get(options.language)
    if options.name is None:
        terminal.list_claims(claims.every(), console, say)
        return 0
    claim = named("claims", "claim", claims, options.name)
    if claim is None:
        return 2
    terminal.show_claim(claim, options.seeds, console, say)
    return 0
