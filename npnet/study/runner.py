"""The run: everything computed with a progress bar, then printed and written."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from npnet import derivations
from npnet.experiments import claims, errata
from npnet.study import figures, files, page, terminal, twin
from npnet.study.content import Settings
from npnet.study.sections import SECTIONS
from npnet.study.study import Corrected, Study, Tested, claims_frame, derivations_frame, errata_frame

Result = TypeVar("Result")


def run(out: Path, console: Console, quick: bool = False) -> Path:
    """Run all derivations, claims, errata and experiments, print their tables, and write page, figures and tables.

    Parameters
    ----------
    out : Path
        The folder: it gets ``index.html``, ``figures/`` (SVG and PNG) and ``tables/`` (CSV).
    console : rich.console.Console
        Where tables and progress are shown.
    quick : bool
        Whether to take 20 seeds in place of 100, to check derivations on numbers only, and to leave TensorFlow out.

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
    process = None if quick else twin.start()
    try:
        study, content = _compute(Settings(quick), console, lambda: twin.finish(process))
    finally:
        if process is not None and process.poll() is None:
            process.kill()
            process.communicate()
    terminal.show(study, console)
    for path, data in content.items():
        files.write(out / path, data)
    return out / "index.html"


def _compute(
    settings: Settings, console: Console, tensorflow: Callable[[], twin.Numbers | None]
) -> tuple[Study, dict[str, str | bytes]]:
    """Run everything; return what came of it, and the files by their names."""
    columns = (TextColumn("{task.description:<28}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    study = Study(settings)
    chains, statements, mistakes = derivations.every(), claims.every(), errata.every()
    with Progress(*columns, console=console, transient=True) as progress:
        # One more for the page
        task = progress.add_task("study", total=len(chains) + len(statements) + len(mistakes) + len(SECTIONS) + 1)

        def step(description: str, work: Callable[[], Result]) -> Result:
            progress.update(task, description=description[:28])
            result = work()
            progress.advance(task)
            return result

        for claim in statements:
            work = lambda claim=claim: Tested(claim, claim.run(settings.seeds))  # noqa: E731
            study.claims.append(step(f"claim: {claim.name}", work))
        for chain in chains:
            symbolic = False if settings.quick else None
            work = lambda chain=chain: derivations.check(chain, symbolic)  # noqa: E731
            study.reports.append(step(f"derivation: {chain.name}", work))
        for erratum in mistakes:
            work = lambda erratum=erratum: Corrected(erratum, erratum.show())  # noqa: E731
            study.errata.append(step(f"erratum: {erratum.name}", work))
        study.settings = replace(settings, tensorflow=tensorflow())
        for make in SECTIONS:
            study.sections.append(step("sections", lambda make=make: make(study.settings)))
        return study, step("page", lambda: _files(study))


def _files(study: Study) -> dict[str, str | bytes]:
    """Return the content of each file by its name."""
    content: dict[str, str | bytes] = {}
    rendered = {}
    tables = {table.name: table.frame for section in study.sections for table in section.tables}
    tables["claims"] = claims_frame(study.claims)
    tables["errata"] = errata_frame(study.errata)
    tables["derivations"] = derivations_frame(study.reports)
    for name, frame in tables.items():
        content[f"tables/{name}.csv"] = frame.to_csv(index=False, lineterminator="\n")
    for picture in (picture for section in study.sections for picture in section.pictures):
        rendered[picture.name] = figures.render(picture.figure)
        for kind, data in rendered[picture.name].items():
            content[f"figures/{picture.name}.{kind}"] = data
    content["index.html"] = page.render(study, {name: kinds["svg"] for name, kinds in rendered.items()})
    return content
