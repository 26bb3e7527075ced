"""Text that comes from files, where people read it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

LONGEST, MOST = 60, 20
"""Letters of what is quoted, and how many names are listed."""


def printable(text: str) -> str:
    r"""Return a text without what moves the cursor, colours a terminal or ends a line; escapes stand in its place.

    Examples
    --------
    >>> printable("red\x1b[31m\n")
    'red\\x1b[31m\\n'
    """
    return text if text.isprintable() else "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def short(value: Any) -> str:
    """Return a value as Python writes it, of a long one the beginning: whole cells of a megabyte are no help.

    Examples
    --------
    >>> short("red"), len(short("red" * 1000))
    ("'red'", 60)
    """
    return _cut(repr(value))


def some(names: Iterable[str]) -> str:
    """Return names, of very many the first.

    Examples
    --------
    >>> some(["length", "colour"])
    'length, colour'
    """
    first = list(islice(names, MOST + 1))
    return ", ".join([*map(_cut, first[:MOST]), *["..."] * (len(first) > MOST)])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
