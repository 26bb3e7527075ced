"""An erratum, and the lines that running it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from npnet._html import formula, table
from npnet.registry import InPlaceOf
from npnet.source import place


class Shown(NamedTuple):
    """One number or word that running the erratum gives."""

    what: str
    printed: str
    """The text of what the notes' form gives; "–" where they have none."""
    right: str
    """The text of what the right form gives."""


def row(what: str, printed: Any, right: Any) -> Shown:
    """Return what both forms give as text: numbers in six digits, arrays as tuples, text as it is.

    Examples
    --------
    >>> row("thirds", np.array([1, 2]) / 3, "none")
    Shown(what='thirds', printed='(0.333333, 0.666667)', right='none')
    """
    return Shown(what, _text(printed), _text(right))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if np.ndim(value):
        return f"({', '.join(_text(element) for element in np.ravel(value))})"
    # Plus 0 makes -0 a plain 0
    return f"{value + 0:.6g}"


class Code(str):
    """A form that is Python code, and no LaTeX."""

    __slots__ = ()


@dataclass(frozen=True)
class Erratum(InPlaceOf):
    """A place where the notes are wrong, contradict themselves or are silent."""

    name: str
    section: str
    """The notes' section."""
    title: str
    """What is wrong, in words that need nothing around them."""
    printed: str
    """The notes' form, in LaTeX or `Code`; empty where they are silent."""
    right: str
    """The right form, in LaTeX or `Code`."""
    problem: str
    """The mistake, in one or two sentences."""
    shipped: Any
    """The function or class of npnet that has the right form."""
    show: Callable[[], tuple[Shown, ...]]
    """Runs both forms, and returns what they give."""
    quotation: str = ""
    """The notes' own sentence, in Chinese; empty where they are silent."""

    def decorated(self) -> Callable[..., Any]:
        """Return the function that shows it."""
        return self.show

    @property
    def where(self) -> str:
        """The file and line of `shipped`, such as ``npnet/schedules.py:73``."""
        return place(self.shipped)

    def _repr_html_(self) -> str:
        rows = (
            ("the notes", formula(self.printed) if self.printed else "say nothing"),
            ("right", formula(self.right)),
            ("the problem", self.problem),
            ("right in", self.where),
        )
        return table(("section", self.section), rows, self.title)


def erratum(
    name: str, section: str, title: str, printed: str, right: str, problem: str, shipped: Any, quotation: str = ""
) -> Callable[[Callable[[], tuple[Shown, ...]]], Erratum]:
    """Return a decorator that makes an erratum of a function that shows it.

    Examples
    --------
    >>> from npnet import activations
    >>> @erratum("sum", "0", "1 + 1 is 2", "1 + 1 = 3", "1 + 1 = 2", "The sum is off by one.", activations.ReLU)
    ... def off_by_one():
    ...     return (row("1 + 1", 3, 1 + 1),)
    >>> off_by_one.show()[0].right
    '2'
    """

    def make(show: Callable[[], tuple[Shown, ...]]) -> Erratum:
        return Erratum(name, section, title, printed, right, problem, shipped, show, quotation)

    return make
