"""The summary of a training in the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from npnet._text import printable
from npnet.language import Language, Message, separated
from npnet.tabular.training.outcome import Facts, Outcome
from npnet.tabular.training.running import REPORT

MOST_CLASSES = 20
"""Of more classes than these, the report alone has a table."""


def show(outcome: Outcome, out: Path, console: Console, say: Language) -> None:
    """Print what was trained, how good it is, and where it is."""
    _print_facts(outcome.facts, console, say)
    console.print()
    console.print(Text(say(outcome.what_was_measured)))
    if outcome.warning is not None:
        console.print(Text(say(outcome.warning), style="bold"))
    if outcome.by_class and len(outcome.by_class) <= MOST_CLASSES:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        names = (Message("class"), Message("rows"), Message("precision P"), Message("recall R"), "F1")
        for place, name in enumerate(names):
            table.add_column(say(name), justify="right" if place else "left", overflow="fold")
        for row in outcome.by_class:
            table.add_row(*(Text(printable(str(cell))) for cell in row))
        console.print(table)
    else:
        console.print()
    _print_facts(outcome.scores, console, say)
    console.print()
    files = Message("{folder} has {files}", folder=str(out), files=separated(outcome.files))
    console.print(Text(say(files)))
    page = Message("The report: {place}", place=(out / REPORT).resolve().as_uri())
    console.print(Text(say(page)), soft_wrap=True)


def _print_facts(facts: Facts, console: Console, say: Language) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts:
        grid.add_row(Text(say(name), style="bold"), Text(say(value)))
    console.print(grid)
