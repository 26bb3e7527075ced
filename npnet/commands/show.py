"""``npnet show``."""

import argparse
import sys
from pathlib import Path

from npnet import language
from npnet._text import printable

HELP = "what a model file holds: its net, its optimizer, its training"
DESCRIPTION = (
    "Print what a model file holds, as net.save, npnet train and Checkpoint write them: the layers, the loss, the "
    "optimizer, and of a checkpoint the training that it goes on with. Nothing in a file is run. Exit status: 0, or 2 "
    "if it is no model file, damaged, or can't be read."
)
EXTRA = "tabular"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument("model", metavar="MODEL", type=Path, help="a file that net.save or a Checkpoint has written")


def run(options: argparse.Namespace) -> int:
    """Print what the file holds."""
    # Here, so that help does not wait for them
    from npnet.commands._console import Console
    from npnet.saving import terminal

    try:
        terminal.show(options.model, Console(), language.get(options.language))
    except BrokenPipeError:
        raise
    except (ValueError, OSError) as error:
        told = f"{error.filename or options.model}: {error.strerror}" if isinstance(error, OSError) else str(error)
        print(f"npnet show: {printable(' '.join(told.split()))}", file=sys.stderr)
        return 2
    return 0
