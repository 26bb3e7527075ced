"""How a CSV file is written: the arguments that say so, and what they make."""

import argparse
import re
from typing import Any

from npnet._text import printable

NAMES = ("decimal", "thousands", "delimiter", "encoding")


def add_format(parser: argparse.ArgumentParser, decimal: str, thousands: str) -> None:
    """Add the arguments; those that are not given are not among the options."""
    group = parser.add_argument_group("how a CSV file is written")
    for name, text in (
        ("decimal", f"what stands before the fraction of a number (default: {decimal})"),
        ("thousands", f"what stands between groups of three digits (default: {thousands})"),
        ("delimiter", "what stands between cells (default: what the header has most of , ; tab and |)"),
        ("encoding", "the encoding of the text (default: utf-8)"),
    ):
        group.add_argument(f"--{name}", metavar="NAME" if name == "encoding" else "C", default=argparse.SUPPRESS,
                           help=text)  # fmt: skip


def in_one_line(error: Exception) -> str:
    """Return an error in one line, whose hints are options of the command where they were arguments of Python.

    Examples
    --------
    >>> in_one_line(ValueError("got 'many'; kinds={'length': 'category'} takes both as categories"))
    "got 'many'; --kind length=category takes both as categories"
    """
    line = re.sub(r"kinds=\{'([^']*)': '(\w+)'\}", r"--kind \1=\2", " ".join(str(error).split()))
    return printable(line.replace("; encoding=... names", "; --encoding names"))


def given_format(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was given of a format."""
    return {name: getattr(options, name) for name in NAMES if hasattr(options, name)}
