"""``npnet study``."""

import argparse
import sys
from pathlib import Path

from npnet import language
from npnet.commands._arguments import folder
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
        help="in seconds: 20 seeds in place of 100, derivations on numbers only, no TensorFlow",
    )


def run(options: argparse.Namespace) -> int:
    """Run the study; each reason for which it can't be is one line."""
    # A quick page is no replacement for one of 100 seeds
    out: Path = options.out or Path("study-quick" if options.quick else "study")
    try:
        # Here, so that help does not wait for matplotlib and pandas
        from npnet import study
        from npnet.commands._console import Console
        from npnet.study import files

        if options.quick and files.holds_full_page(out):
            print(f"npnet study: the page of a full run in {out} will be replaced by a quick one", file=sys.stderr)
        console = Console()
        say = language.get(options.language)
        found = study.run(out, console, options.quick, say)
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"npnet study: {error.filename or out}: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("npnet study: interrupted; no file was left half-written", file=sys.stderr)
        return 130
    page = Message("The page: {place}", place=(out / say.page).resolve().as_uri())
    console.print(f"\n{say(page)}", soft_wrap=True)
    return 0 if all(found.reports) else 1
