"""``npnet study``."""

import argparse
import sys
from pathlib import Path

from npnet import language
from npnet.commands._arguments import folder
from npnet.commands._writing import status_of
from npnet.language import Message

HELP = "run every experiment of the notes; write tables, figures and a page"
DESCRIPTION = (
    "Run every experiment of the notes, write DIR/index.html, DIR/figures and DIR/tables, and print the tables. Exit "
    "status: 0; 1 if a line of a derivation does not hold; 2 if DIR can't be written; 130 after Ctrl-C."
)
EXTRA = "study"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder, and whether seconds matter."""
    parser.add_argument(
        "--out", metavar="DIR", type=folder, help="the folder to write to (default: study, with --quick study-quick)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="in seconds: 10 seeds in place of 100, derivations on numbers only, no TensorFlow, no PNG files",
    )


def run(options: argparse.Namespace) -> int:
    """Run the study."""
    # A quick page is no replacement for one of 100 seeds
    out: Path = options.out or Path("study-quick" if options.quick else "study")

    def run_all() -> int:
        # Here, so that help does not wait for matplotlib and pandas
        from npnet import study
        from npnet.commands._console import Console
        from npnet.study import files

        if options.quick and files.holds_full_page(out):
            print(f"npnet study: the page of a full run in {out} will be replaced by a quick one", file=sys.stderr)
        console, say = Console(), language.get(options.language)
        found = study.run(out, console, options.quick, say)
        page = Message("The page: {place}", place=(out / say.page).resolve().as_uri())
        console.print(f"\n{say(page)}", soft_wrap=True)
        return 0 if all(found.reports) else 1

    return status_of("study", out, run_all)
