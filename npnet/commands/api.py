"""``npnet api``."""

import argparse
import sys
from pathlib import Path

from npnet import language
from npnet.commands._arguments import folder
from npnet.commands._writing import status_of
from npnet.language import Message

HELP = "make the API reference from the docstrings, beside the study's page"
DESCRIPTION = (
    "Make a page for each public module, with its formulas and examples, in DIR, and print the address of the first. "
    "The pages link to the derivations on the study's page, DIR/../index.html; npnet study links back to pages that it "
    "finds in api beside its own. Exit status: 0; 1 if Sphinx warns of a docstring; 2 if DIR can't be written; 130 "
    "after Ctrl-C."
)
EXTRA = "docs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=folder,
        default=Path("study/api"),
        help="the folder to write to (default: study/api)",
    )


def run(options: argparse.Namespace) -> int:
    """Build the reference."""
    out: Path = options.out

    def build() -> int:
        # Here, so that help does not wait for Sphinx
        from npnet.commands._console import Console
        from npnet.study.api import building

        warnings = building.build(out)
        for warning in warnings:
            print(f"npnet api: {warning}", file=sys.stderr)
        if warnings:
            return 1
        page = Message("The page: {place}", place=(out / "index.html").resolve().as_uri())
        Console().print(language.get(options.language)(page), soft_wrap=True)
        return 0

    return status_of("api", out, build)
