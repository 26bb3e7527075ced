"""The study in the terminal: tables that fit 80 columns."""

import textwrap

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.table import Table as TerminalTable
from rich.text import Text

from npnet.experiments.claims import Verdict
from npnet.study.content import Table
from npnet.study.study import Study

COLOURS: dict[Verdict, str] = {
    "holds": "green",
    "holds with a limit": "yellow",
    "left open": "grey50",
    "refuted": "red",
}


def show(study: Study, console: Console) -> None:
    """Print the tables of all sections, what was found about the claims, the errata and the derivations."""
    for section in study.sections:
        if section.tables:
            console.print(f"\n[bold]{section.number} {section.title}[/bold]")
        for table in section.tables:
            console.print(_table(table))
    _show_claims(study, console)
    _show_errata(study, console)
    failures = [check for report in study.reports for check in report.failures]
    console.print(
        f"\n{len(study.reports)} derivations, {study.lines} lines, {study.symbolic} of them also checked on symbols: "
        + (f"{len(failures)} do not hold; npnet derive --all names them." if failures else "all hold."),
        highlight=False,
    )


def _table(table: Table) -> TerminalTable:
    shown = _empty(table.caption)
    for i, column in enumerate(table.columns):
        justify: JustifyMethod = "right" if table.is_number(column) else "left"
        whole = i == 0 or table.has_interval(column)
        # Beside its interval, a name of several words has room on several lines only
        name = "\n".join(textwrap.wrap(column, 10)) if table.has_interval(column) else str(column)
        shown.add_column(name, justify=justify, no_wrap=whole, overflow="fold")
    for row in table.cells(preview=True, separator="\n"):
        shown.add_row(*row)
    return shown


def _empty(caption: str) -> TerminalTable:
    return TerminalTable(title=caption, title_justify="left", title_style="italic", box=SIMPLE_HEAD, pad_edge=False)


def _show_claims(study: Study, console: Console) -> None:
    shown = _empty(f"The notes' claims, put to the test over {len(study.settings.seeds)} seeds.")
    for column in ("notes", "claim", "verdict"):
        shown.add_column(column, no_wrap=column != "claim")
    for claim, finding in study.claims:
        shown.add_row(claim.section, Text(claim.statement), Text(finding.verdict, style=COLOURS[finding.verdict]))
    console.print("\n[bold]Claims[/bold]")
    console.print(shown)


def _show_errata(study: Study, console: Console) -> None:
    shown = _empty("Where the notes are wrong, contradict themselves or are silent; the page runs each.")
    for column in ("notes", "erratum", "name"):
        shown.add_column(column, no_wrap=column != "erratum")
    for item in study.errata:
        shown.add_row(item.erratum.section, Text(item.erratum.title), item.erratum.name)
    console.print("\n[bold]Errata[/bold]")
    console.print(shown)
