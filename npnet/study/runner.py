"""The run: each section computed with a progress bar, then printed and written."""

from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as TerminalTable

from npnet.study import figures, files, page
from npnet.study.sections import SECTIONS, Section, Table


def run(out: Path, console: Console) -> Path:
    """Run all experiments, print their tables, and write the page, the figures and the tables.

    Parameters
    ----------
    out : Path
        The folder: it gets ``index.html``, ``figures/`` (SVG and PNG) and ``tables/`` (CSV).
    console : rich.console.Console
        Where tables and progress are shown.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    OSError
        If the folder can't be written. This is found out before anything is computed.
    """
    files.check_folder(out)
    sections = _compute(console)
    for section in sections:
        console.print(f"\n[bold]{section.number} {section.title}[/bold]")
        for table in section.tables:
            console.print(_terminal_table(table))
    return _write(out, sections)


def _compute(console: Console) -> list[Section]:
    columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    sections = []
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("study", total=len(SECTIONS))
        for make in SECTIONS:
            progress.update(task, description=make.__name__.replace("_", " "))
            sections.append(make())
            progress.advance(task)
    return sections


def _terminal_table(table: Table) -> TerminalTable:
    shown = TerminalTable(
        title=table.caption, title_justify="left", title_style="italic", box=SIMPLE_HEAD, pad_edge=False
    )
    for i, column in enumerate(table.columns):
        justify: JustifyMethod = "right" if table.is_number(column) else "left"
        whole = i == 0 or table.has_interval(column)
        shown.add_column(str(column), justify=justify, no_wrap=whole, overflow="fold")
    for row in table.cells(preview=True, separator="\n"):
        shown.add_row(*row)
    return shown


def _write(out: Path, sections: list[Section]) -> Path:
    rendered = {}
    for section in sections:
        for table in section.tables:
            files.write(out / "tables" / f"{table.name}.csv", table.frame.to_csv(index=False, lineterminator="\n"))
        for picture in section.pictures:
            rendered[picture.name] = figures.render(picture.figure)
            for kind, content in rendered[picture.name].items():
                files.write(out / "figures" / f"{picture.name}.{kind}", content)
    files.write(out / "index.html", page.render(sections, rendered))
    return out / "index.html"
