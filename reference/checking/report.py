"""The report of a check: a table for the terminal, for a notebook, and a page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from .lines import Element, Line

WIDTH = 80


@dataclass(frozen=True)
class Report:
    """The lines of a check.

    It is true where all of them agree. ``print(report)`` shows a table, a notebook shows it too, and `save` writes it
    as an HTML file that needs no other.
    """

    framework: str
    net: str
    """npnet's net, as its `repr` has it."""
    setting: str
    """Loss, optimizer and what was drawn at random, in words."""
    lines: Sequence[Line]

    @property
    def passed(self) -> bool:
        """Whether all lines agree, be it for a known reason."""
        return all(line.agrees for line in self.lines)

    def __bool__(self) -> bool:
        return self.passed

    @property
    def first(self) -> Line | None:
        """The first line that disagrees; what it depends on agrees."""
        return next((line for line in self.lines if not line.agrees), None)

    @property
    def reasons(self) -> list[str]:
        """The known reasons that lines agree under, each once."""
        return list(dict.fromkeys(line.reason for line in self.lines if line.reason is not None))

    @property
    def verdict(self) -> str:
        """The outcome in a sentence."""
        if self.first is not None:
            return f"The first line that disagrees: {self.first.name}."
        if len(self.lines) == 1:
            return f"The only line agrees{', for a known reason' if self.reasons else ''}."
        known = f", {sum(line.reason is not None for line in self.lines)} of them for a known reason"
        return f"All {len(self.lines)} lines agree{known if self.reasons else ''}."

    def mark(self, line: Line) -> str:
        """Return what the last column says of a line."""
        if not line.agrees:
            return "DIFFERS" + (" ←" if line is self.first else "")
        return "agrees" if line.reason is None else f"agrees ({self.reasons.index(line.reason) + 1})"

    def cells(self) -> list[tuple[str, str, str, str, str]]:
        """Return the table: what is compared, the largest error, its bound, their quotient and the verdict."""
        return [
            (line.name, f"{line.difference:.2g}", f"{line.bound:.2g}", f"{line.excess:.2g}", self.mark(line))
            for line in self.lines
        ]

    def errors(self) -> list[str]:
        """Return why lines have nothing to compare, each with the name of its line."""
        return [f"{line.name}: {line.error}" for line in self.lines if line.error is not None]

    def elements(self) -> list[tuple[str, str, str, str, str]]:
        """Return the largest elements of the first line that disagrees."""
        return [] if self.first is None else [_element(one) for one in self.first.elements]

    def __str__(self) -> str:
        """Return the tables as text of 80 columns."""
        from rich.console import Console

        console = Console(file=StringIO(), width=WIDTH, color_system=None)
        self.print_to(console)
        return console.file.getvalue().rstrip("\n")

    def print_to(self, console: Any) -> None:
        """Print the tables to one of rich's consoles."""
        from rich.padding import Padding

        said = {"markup": False, "highlight": False}
        console.print(f"{self.framework}, beside npnet's {self.net}; {self.setting}", **said)
        console.print(_table(HEADER, self.cells()))
        for number, reason in enumerate(self.reasons, 1):
            console.print(f"({number}) {reason}: agrees with that.", **said)
        console.print(self.verdict, style="red" if self.first else "green", **said)
        if self.elements():
            console.print(Padding(_table(ELEMENTS, self.elements()), (1, 0, 0, 0)))
        for error in self.errors():
            console.print(error, **said)

    def _repr_html_(self) -> str:
        return _template("report.html").render(report=self, header=HEADER, elements=ELEMENTS)

    def save(self, path: str | Path) -> None:
        """Write a page with the report.

        Parameters
        ----------
        path : str or Path
            The file's name; a file that is there is replaced as a whole.
        """
        from npnet.files import write

        write(Path(path), _template("page.html").render(report=self, header=HEADER, elements=ELEMENTS))


HEADER = ("what is compared", "largest error", "bound", "× bound", "verdict")
ELEMENTS = ("place", "theirs", "npnet", "difference", "× bound")


def _element(one: Element) -> tuple[str, str, str, str, str]:
    return one.place, f"{one.theirs:.9g}", f"{one.ours:.9g}", f"{one.difference:.2g}", f"{one.excess:.2g}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for i, name in enumerate(header):
        last = name == "verdict"
        table.add_column(name, justify="left" if not i or last else "right", overflow="fold", no_wrap=last)
    for row in rows:
        # Brackets are no markup
        table.add_row(*(cell.replace("[", r"\[") for cell in row))
    return table


def _template(name: str) -> Any:
    from jinja2 import Environment, PackageLoader

    loader = PackageLoader(__package__)
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(name)
