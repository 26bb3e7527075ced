"""What arguments on the command line are read as."""

import argparse
from collections.abc import Callable
from pathlib import Path


def folder(text: str) -> Path:
    """Return the folder of a name.

    Raises
    ------
    argparse.ArgumentTypeError
        If the name is empty, which would be the folder that the command is run in.
    """
    if not text:
        raise argparse.ArgumentTypeError("expected the name of a folder, got ''")
    return Path(text)


def whole_number(low: int) -> Callable[[str], int]:
    """Return what reads a whole number of at least `low`.

    Examples
    --------
    >>> whole_number(1)("20")
    20
    """

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < low:
            raise argparse.ArgumentTypeError(f"expected a whole number >= {low}, got {text!r}")
        return int(text)

    return read
