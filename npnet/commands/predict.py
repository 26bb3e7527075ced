"""``npnet predict``."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from npnet.commands._format import add_format, given_format, in_one_line
from npnet.commands._writing import status_of

HELP = "what a model says of the rows of a file: classes, or a number"
DESCRIPTION = (
    "Write a line for each row of DATA, as CSV: its number, then the name of the class and the probability of each, or "
    "the number. Files may be larger than memory. The model's rules say what is done with a cell that does not fit; by "
    "default it is refused, with its file, line, column and content. A file OUT is whole or not there. Exit status: 0; "
    "2 if a cell is refused, or a file can't be read or written; 130 after Ctrl-C."
)
EXTRA = "tabular"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the model, the rows, and where to write."""
    parser.add_argument("model", metavar="MODEL", type=Path, help="the model.safetensors that npnet train has written")
    parser.add_argument("data", metavar="DATA", type=Path, help="a CSV file with a header (.gz too), or a Parquet file")
    parser.add_argument("--out", metavar="FILE", type=Path, help="the file to write (default: standard output)")
    add_format(parser, "as of the model", "as of the model")


def run(options: argparse.Namespace) -> int:
    """Predict, and write."""
    # Here, so that help does not wait for them
    from npnet import files
    from npnet.tabular import predictions
    from npnet.tabular.model import load

    def write() -> int:
        model = load(options.model)
        form = replace(model.form, **given_format(options))
        if options.out is None:
            predictions.write(model, options.data, sys.stdout.buffer, form)
            sys.stdout.flush()
            return 0
        for name, given in (("MODEL", options.model), ("DATA", options.data)):
            if options.out.resolve() == given.resolve():
                raise ValueError(f"--out: expected another file than {name}, got {options.out}")
        files.clear(options.out)
        with files.writing(options.out) as file:
            predictions.write(model, options.data, file, form)
        return 0

    try:
        return status_of("predict", options.data, write)
    except ValueError as error:
        print(f"npnet predict: {in_one_line(error)}", file=sys.stderr)
        return 2
