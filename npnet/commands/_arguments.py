"""What arguments on the command line are read as."""

import argparse
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
