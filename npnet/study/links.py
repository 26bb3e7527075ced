"""Links from the page to npnet's files, and to the API reference."""

import os
from pathlib import Path

import npnet
from npnet.study.api import names

ROOT = Path(npnet.__file__).resolve().parents[1]


def source(where: str, folder: Path | None, root: Path = ROOT) -> str:
    """Return a link from a page in a folder to a place in a file; empty where the page lies outside the clone.

    Parameters
    ----------
    where : str
        The file and, behind a colon, the line, such as ``npnet/schedules.py:62``.
    folder : Path or None
        The page's folder.
    root : Path
        The folder that has npnet's package in it.

    Examples
    --------
    >>> source("npnet/schedules.py:62", Path("/clone/study"), Path("/clone"))
    '../npnet/schedules.py#L62'
    >>> source("npnet/schedules.py:62", Path("/elsewhere"), Path("/clone"))
    ''
    """
    if folder is None or not folder.resolve().is_relative_to(root):
        return ""
    file, _, line = where.partition(":")
    path = Path(os.path.relpath(root / file, folder.resolve())).as_posix()
    return f"{path}#L{line}" if line else path


def reference(derivation: str, folder: Path | None) -> str:
    """Return a link from a page in a folder to the API reference of what a derivation ends at; empty without one there.

    Examples
    --------
    >>> reference("tanh", None)
    ''
    """
    if folder is None or not names.is_reference(folder / "api"):
        return ""
    return f"api/{names.place(derivation)}"
