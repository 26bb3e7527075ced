"""A derivation: a chain of lines, each with its formula, its code and the reason for the step."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from npnet._html import code, formula, table
from npnet.derivations.engine.notation import Notation
from npnet.derivations.engine.variables import Variable
from npnet.language import Message
from npnet.source import body, place

BEYOND = "6"
"""The section of the study for what the notes do not have."""


@dataclass(frozen=True)
class Line:
    """One line of a derivation."""

    latex: str
    """The formula."""
    reason: str
    """Why it equals the line before it."""
    function: Callable[..., Any]
    """The code: from the derivation's variables, by name, to the line's quantity."""
    floats_only: bool = False
    """Whether the code takes nothing but floats: then no symbols, and the line before lends its error bound."""
    error: Callable[..., Any] | None = None
    """From the variables to a bound on the line's error, where that is not a rounding error."""
    unchecked: str = ""
    """Why the formula is not compared with the code; empty where it is."""

    @property
    def code(self) -> str:
        """The code as it stands in the source: the function's body, without ``return`` where that is all of it."""
        return body(self.function)

    def cells(self) -> tuple[str, str, str]:
        """Return formula, code and reason for a table in a notebook."""
        return formula(self.latex), code(self.code), self.reason


@dataclass(frozen=True)
class Derivation:
    r"""A chain of lines that all compute the same quantity; the last one calls the shipped function.

    Parameters
    ----------
    name : str
        Its name for ``npnet derive``.
    section : str
        The section of the notes; 3.3, on backpropagation, is the study's own, and so is `BEYOND`.
    title : str
        Its statement, in one sentence.
    variables : dict
        Each argument that the lines take, by name.
    cases : int
        How many times the variables are drawn for the numeric check.
    notation : Notation
        The names in its formulas that are neither variables nor usual functions.
    opened : bool
        Whether it is one that its section is about, whose lines the page shows without being asked.

    Examples
    --------
    >>> from npnet.derivations.engine import reals
    >>> square = Derivation("square", "0", "The square of a sum", {"a": reals("any number"), "b": reals("another")})
    >>> @square.line(r"(a+b)^2", "The start.")
    ... def _(a, b):
    ...     return (a + b) ** 2
    >>> @square.line(r"a^2 + 2ab + b^2", "The product, term by term.")
    ... def _(a, b):
    ...     return a * a + 2 * a * b + b * b
    >>> len(square.lines)
    2
    """

    name: str
    section: str
    title: str
    variables: dict[str, Variable]
    cases: int = 8
    notation: Notation = field(default_factory=Notation)
    opened: bool = False
    lines: list[Line] = field(default_factory=list)

    @property
    def where(self) -> str:
        """Its file and the first line of it, such as ``npnet/derivations/sigmoid.py:19``."""
        return place(self.lines[0].function)

    def line(
        self,
        latex: str,
        reason: str,
        *,
        floats_only: bool = False,
        error: Callable[..., Any] | None = None,
        unchecked: str = "",
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Return a decorator that adds a function as the next line.

        Parameters
        ----------
        latex : str
            The formula.
        reason : str
            Why it equals the line before it; for the first line, what it is.
        floats_only : bool
            Whether the code takes nothing but floats. The line is then not checked symbolically; it must repeat the
            operations of the line before it, whose error bound it is given.
        error : callable or None
            From the variables to the bound on the line's error, where it is not a rounding error, as for a sample.
            The line is then not checked symbolically.
        unchecked : str
            Why the formula cannot be compared with the code, for one that cannot be.
        """

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            self.lines.append(Line(latex, reason, function, floats_only, error, unchecked))
            return function

        return add

    @property
    def heading(self) -> str:
        """The title, with the section of the notes where they have it."""
        if self.section == BEYOND:
            return Message("{title} (beyond the notes)", title=self.title)
        return Message("{title} (section {section} of the notes)", title=self.title, section=self.section)

    def _repr_html_(self) -> str:
        rows = [(number, *line.cells()) for number, line in enumerate(self.lines, 1)]
        return table(("line", "formula", "code", "reason"), rows, self.heading)


def continues(latex: str) -> bool:
    r"""Return whether a line of a derivation is one side of an equation, which an equals sign then leads in.

    Examples
    --------
    >>> continues(r"y(1-y), \quad y = \sigma(z)"), continues(r"dx = \delta W^T")
    (True, False)
    """
    outermost = latex.partition(r"\quad")[0]
    while (shorter := re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]", "", outermost)) != outermost:
        outermost = shorter
    return "=" not in outermost and r"\leftarrow" not in outermost
