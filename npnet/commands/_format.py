"""How a CSV file is written: the arguments that say so, and what they make."""

import argparse
from typing import Any

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


def given_format(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was given of a format."""
    return {name: getattr(options, name) for name in NAMES if hasattr(options, name)}
