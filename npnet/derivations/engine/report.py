"""The findings of a check: of two ways to the same quantity, of a line, of a whole derivation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from npnet._html import table
from npnet.derivations.engine.chain import Derivation, Line
from npnet.language import Message, chained

Verdict: TypeAlias = Literal["proved", "50 digits", "differs"]
PROOFS: Mapping[Verdict, Message] = {
    "proved": Message("proved by algebra"),
    "50 digits": Message("the same to 50 digits"),
}
"""The verdicts under which a line holds, in words."""


@dataclass(frozen=True)
class Comparison:
    """How far two ways to the same quantity are apart."""

    points: int = 0
    """How many numbers were compared."""
    discrepancy: float = 0.0
    """The largest difference, in units of its bound; over 1 the quantities are not the same."""
    symbolic: Verdict | None = None
    """How the difference was found to be 0; None where that was not asked."""
    problem: str = ""
    """Why they could not be compared, or are not the same though their values are."""

    def __bool__(self) -> bool:
        """Return whether the quantities are the same."""
        return not self.problem and self.discrepancy <= 1 and self.symbolic != "differs"

    def failure(self, other: str) -> str:
        """Return in words how the first differs from the second, named `other`; empty if it does not."""
        if self.problem:
            return self.problem
        found = []
        if not self.discrepancy <= 1:
            apart = "differs from {other} by {times:.3g} times the bound"
            found.append(Message(apart, other=other, times=self.discrepancy))
        if self.symbolic == "differs":
            found.append(Message("differs from {other} on symbols", other=other))
        return chained("{before}; {next}", found)


Compared: TypeAlias = tuple[Comparison, Comparison | None]
"""What is found about a line: its code, and its formula; None where that is not compared."""


@dataclass(frozen=True)
class Check:
    """The findings about one line."""

    number: int
    """The line's place in the chain, counted from 1."""
    line: Line
    code: Comparison
    """The code beside that of the line before; of no points for the first line."""
    formula: Comparison | None
    """The formula beside the code; None where they are not compared."""

    def __bool__(self) -> bool:
        """Return whether the line holds."""
        return bool(self.code) and (self.formula is None or bool(self.formula))

    @property
    def points(self) -> int:
        """How many numbers were compared with the line before."""
        return self.code.points

    @property
    def discrepancy(self) -> float:
        """The largest difference from the line before, in units of its bound."""
        return self.code.discrepancy

    @property
    def symbolic(self) -> Verdict | None:
        """How the difference from the line before was found to be 0; None where that was not asked."""
        return self.code.symbolic

    @property
    def failure(self) -> str:
        """The reason why the line does not hold; empty if it does."""
        found = [self.code.failure(Message("the line before"))]
        if self.formula is not None and not self.formula:
            found.append(Message("its formula {fails}", fails=self.formula.failure(Message("its code"))))
        return chained("{before}; {next}", filter(None, found))


@dataclass(frozen=True)
class Report:
    """The findings about a derivation; it is true if all lines hold."""

    derivation: Derivation
    checks: tuple[Check, ...]

    def __bool__(self) -> bool:
        """Return whether all lines hold."""
        return all(self.checks)

    @property
    def failures(self) -> list[Check]:
        """The lines that do not hold."""
        return [check for check in self.checks if not check]

    @property
    def symbolic(self) -> int:
        """How many lines were compared with the line before on symbols."""
        return sum(check.symbolic is not None for check in self.checks)

    @property
    def formulas(self) -> int:
        """How many lines' formulas were compared with their code."""
        return sum(check.formula is not None for check in self.checks)

    @property
    def discrepancy(self) -> float:
        """The largest discrepancy of all lines."""
        return max(check.discrepancy for check in self.checks)

    def _repr_html_(self) -> str:
        header = ("line", "formula", "code", "reason", "difference", "on symbols", "holds")
        rows = [
            (check.number, *check.line.cells(), f"{check.discrepancy:.2g}", check.symbolic or "", check.failure or "✓")
            for check in self.checks
        ]
        caption = (
            f"{self.derivation.heading}. Differences from the line before are in units of the bound: up to 1 it holds."
        )
        return table(header, rows, caption, numbers=["difference"])
