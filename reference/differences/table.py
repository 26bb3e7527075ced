"""The table in the terminal: for each question, who gives which answer."""

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from . import record
from .measuring import Measured
from .row import Row


def show(
    topics: dict[str, list[Row]], found: list[Measured], recorded: dict[str, Any], console: Console, sources: bool
) -> None:
    """Print the rows of each topic, the versions, and how many rows have changed."""
    changed = 0
    for topic, rows in topics.items():
        table = Table(box=SIMPLE_HEAD, pad_edge=False, title=topic, title_justify="left", title_style="bold")
        for column, width in (("question", 24), ("mathematics", 12), ("answer", 18), ("of", 20)):
            table.add_column(column, overflow="fold", min_width=width if console.width >= 80 else None, ratio=width)
        for row in rows:
            changed += _add(table, row, found, recorded, sources)
        console.print(table)
    for measured in found:
        console.print(f"{measured.framework.label}: {record.version_text(measured) or 'could not be asked'}", style="dim")
    print_change = f"{changed} answers differ from the record" if changed else "no answer differs from the record"
    console.print(f"{print_change} of {recorded.get('date', 'no day')}", highlight=False)


def _add(table: Table, row: Row, found: list[Measured], recorded: dict[str, Any], sources: bool) -> int:
    """Add a row, a line for each answer, and return how many have changed."""
    groups: dict[str, list[str]] = {}
    changes = 0
    for measured in found:
        if row.name in measured.failures:
            groups.setdefault(measured.failures[row.name], []).append(measured.framework.label)
        elif row.name in measured.answers:
            answer, note = measured.answers[row.name], change(row, measured, recorded)
            changes += bool(note)
            groups.setdefault(answer, []).append(measured.framework.label + note)
    question = row.question
    if sources:
        question += "".join(f"\n{file}" for file in row.sources.values())
    for i, (answer, names) in enumerate(groups.items()):
        first = (Text(question), Text(row.mathematics)) if i == 0 else ("", "")
        table.add_row(*first, Text(answer), Text(", ".join(names)), end_section=i == len(groups) - 1)
    return changes


def change(row: Row, measured: Measured, recorded: dict[str, Any]) -> str:
    """Return in words how an answer differs from the recorded one; an empty text if it does not, or none is recorded."""
    key = measured.framework.key
    before = record.answers(recorded, key).get(row.name)
    now = measured.answers[row.name]
    if before is None or before == now:
        return ""
    return f" (changed: recorded {before} with {record.versions(recorded, key)}, now {now})"
