"""The table in the terminal: for each question, who gives which answer."""

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from . import record
from .measuring import Measured
from .row import Row

COLUMNS = {"question": 20, "mathematics": 11, "answer": 20, "of": 19}
"""The columns with their widths, which fit 80."""


def show(
    topics: dict[str, list[Row]], found: Sequence[Measured], recorded: dict[str, Any], console: Console, sources: bool
) -> None:
    """Print the rows of each topic, the versions, and what is not as it was recorded."""
    for topic, rows in topics.items():
        table = Table(box=SIMPLE_HEAD, pad_edge=False, title=topic, title_justify="left", title_style="bold")
        for column, width in COLUMNS.items():
            table.add_column(column, overflow="fold", width=width)
        for row in rows:
            _add(table, row, found, recorded)
        console.print(table)
        for row in rows if sources else ():
            console.print(f"{row.name}: {', '.join(row.sources.values())}", style="dim", highlight=False)
    for measured in found:
        asked = record.version_text(measured) or "could not be asked"
        console.print(f"{measured.framework.label}: {asked}", style="dim", highlight=False)
    for change in changes([row for rows in topics.values() for row in rows], found, recorded):
        console.print(Text(f"changed: {change}", style="bold"))


def _add(table: Table, row: Row, found: Sequence[Measured], recorded: dict[str, Any]) -> None:
    """Add a row, a line for each answer."""
    groups: dict[str, list[str]] = {}
    for measured in found:
        answer = measured.answers.get(row.name, measured.failures.get(row.name))
        if answer is not None:
            changed = " (changed)" if changes([row], [measured], recorded) else ""
            groups.setdefault(answer, []).append(measured.framework.label + changed)
    for i, (answer, names) in enumerate(groups.items()):
        first = (Text(row.question), Text(row.mathematics)) if i == 0 else ("", "")
        table.add_row(*first, Text(answer), Text(", ".join(names)), end_section=i == len(groups) - 1)


def changes(rows: Sequence[Row], found: Sequence[Measured], recorded: dict[str, Any]) -> list[str]:
    """Return in words which answers are others than the recorded ones."""
    said = []
    for measured in found:
        key, now = measured.framework.key, measured.answers
        before = record.answers(recorded, key)
        said += [
            f"{row.name}, {measured.framework.label}: recorded {before[row.name]} with "
            f"{record.versions(recorded, key)}, now {now[row.name]} with {record.version_text(measured)}"
            for row in rows
            if row.name in now and before.get(row.name, now[row.name]) != now[row.name]
        ]
    return said
