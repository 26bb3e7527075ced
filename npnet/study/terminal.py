"""The study in the terminal: tables that fit 80 columns."""

import textwrap

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.table import Table as TerminalTable
from rich.text import Text

from npnet.experiments.terminal import COLOURS
from npnet.language import Language, Message
from npnet.study.content import Table
from npnet.study.study import Study


def show(study: Study, console: Console, say: Language) -> None:
    """Print the tables of all sections, what was found about the claims, the errata and the derivations."""
    for section in study.sections:
        if section.tables:
            _print_heading(f"{section.number} {say(section.title)}", console)
        for table in section.tables:
            console.print(_table(table, say))
    _show_claims(study, console, say)
    _show_errata(study, console, say)
    failures = sum(len(report.failures) for report in study.reports)
    found = (
        Message("{failures} do not hold; npnet derive --all names them.", failures=failures)
        if failures
        else Message("all hold.")
    )
    summary = Message(
        "{derivations} derivations, {lines} lines, {symbolic} of them also checked on symbols: {found}",
        derivations=len(study.reports), lines=study.lines, symbolic=study.symbolic, found=found,
    )  # fmt: skip
    console.print(f"\n{say(summary)}", highlight=False)


def _print_heading(text: str, console: Console) -> None:
    console.print()
    console.print(Text(text, style="bold"))


def _table(table: Table, say: Language) -> TerminalTable:
    shown = _empty(say(table.caption))
    for i, column in enumerate(table.columns):
        justify: JustifyMethod = "right" if table.is_number(column) else "left"
        whole = i == 0 or table.has_interval(column)
        # Beside its interval, a name of several words has room on several lines only
        name = "\n".join(textwrap.wrap(say(column), 10)) if table.has_interval(column) else say(column)
        shown.add_column(name, justify=justify, no_wrap=whole, overflow="fold")
    for row in table.cells(preview=True, separator="\n"):
        shown.add_row(*(say(cell) for cell in row))
    return shown


def _empty(caption: str) -> TerminalTable:
    return TerminalTable(title=caption, title_justify="left", title_style="italic", box=SIMPLE_HEAD, pad_edge=False)


def _show_claims(study: Study, console: Console, say: Language) -> None:
    seeds = len(study.settings.seeds)
    shown = _empty(say(Message("The notes' claims, put to the test over {seeds} seeds.", seeds=seeds)))
    for column, wraps in ((Message("notes"), False), (Message("claim"), True), (Message("verdict"), False)):
        shown.add_column(say(column), no_wrap=not wraps)
    for claim, finding in study.claims:
        verdict = Text(say(finding.verdict), style=COLOURS[finding.verdict])
        shown.add_row(claim.section, Text(say(claim.statement)), verdict)
    _print_heading(say(Message("Claims")), console)
    console.print(shown)


def _show_errata(study: Study, console: Console, say: Language) -> None:
    caption = Message("Where the notes are wrong, contradict themselves or are silent; the page runs each.")
    shown = _empty(say(caption))
    for column, wraps in ((Message("notes"), False), (Message("erratum"), True), (Message("name"), False)):
        shown.add_column(say(column), no_wrap=not wraps)
    for item in study.errata:
        shown.add_row(item.erratum.section, Text(say(item.erratum.title)), item.erratum.name)
    _print_heading(say(Message("Errata")), console)
    console.print(shown)
