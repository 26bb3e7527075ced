"""The run: everything computed with a progress bar, then printed and written."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from npnet import derivations, language
from npnet._interrupts import insistent
from npnet.derivations import Report
from npnet.derivations.engine.report import Check, Compared
from npnet.experiments import claims, errata
from npnet.experiments.claims import Claim, Finding
from npnet.experiments.errata import Erratum
from npnet.files import write
from npnet.language import ENGLISH, Language
from npnet.study import counterpart, figures, files, page, terminal
from npnet.study.content import RunSettings, Section
from npnet.study.sections import SECTIONS
from npnet.study.sharing import Helper, Shared, process
from npnet.study.study import Corrected, Study, Tested, claims_frame, derivations_frame, errata_frame

Returned = TypeVar("Returned")

QUICK_CHECK = (1, False)
"""How many times the quick run draws the variables of a derivation, in place of 8 and more; and that it takes no
symbols."""
LONGEST = ("regularized", "optimizing", "convergence", "starting", "means", "fitting", "rates")
"""The modules of claims that take longest; first those whose results sections wait for."""
APART = ("starting", "means", "rates", "dead_units")
"""Those whose claims share no experiment, so that each may be measured by another process."""


def run(out: Path, console: Console, quick: bool = False, say: Language = ENGLISH) -> Study:
    """Run all derivations, claims, errata and experiments, write pages, figures and tables, and print the tables.

    Parameters
    ----------
    out : Path
        The folder: it gets ``index.html``, ``index.zh.html``, ``figures/`` (SVG, and unless `quick` PNG) and
        ``tables/`` (CSV).
    console : rich.console.Console
        Where tables and progress are shown.
    quick : bool
        Whether to take 10 seeds in place of 100, to check derivations on fewer numbers and not on
        symbols, and to leave TensorFlow and the figures' PNG files out.
    say : Language
        The language of what is printed; there is a page in each.

    Returns
    -------
    Study
        What was run, and what came of it.

    Raises
    ------
    OSError
        If the folder can't be written, which is found out before anything is computed; or if the process that shares
        the work is ended.
    """
    files.check_folder(out)
    study, content = _compute(RunSettings(quick), console, out)
    for path, data in content.items():
        write(out / path, data)
    if quick:
        # Those of a full run in the same folder would be other figures
        for drawing in (out / path for path in content if path.endswith(".svg")):
            drawing.with_suffix(".png").unlink(missing_ok=True)
    terminal.show(study, console, say)
    return study


def _compute(settings: RunSettings, console: Console, out: Path) -> tuple[Study, dict[str, str | bytes]]:
    """Run everything, with a process that shares derivations and claims; return what came of it, and the files."""
    columns = (TextColumn("{task.description:<28}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    chains, mistakes = derivations.every(), errata.every()
    total = len(claims.every()) + len(chains) + len(mistakes) + len(SECTIONS) + (not settings.quick)
    with process() as helper, Progress(*columns, console=console, transient=True) as progress, insistent():
        task = progress.add_task("study", total=total)
        compared, measured = _shared(helper, settings, lambda count: progress.advance(task, count))

        def step(description: str, work: Callable[..., Returned], *arguments: Any) -> Returned:
            progress.update(task, description=description)
            result = work(*arguments)
            progress.advance(task)
            return result

        study = Study(settings)
        progress.update(task, description="derivations")
        study.reports = [_report(chain.name, compared) for chain in chains]
        study.errata = [step("errata", _run_both, erratum) for erratum in mistakes]
        if not settings.quick:
            study.settings = replace(settings, tensorflow=step("TensorFlow", counterpart.numbers))
        drawn, given = dict[str, dict[str, bytes]](), replace(study.settings, measured=measured.result)
        for make in SECTIONS:
            section = step("experiments", make, given)
            study.sections.append(section)
            # At once, as sections to come wait for what the other process measures
            drawn |= _draw(section, settings)
        progress.update(task, description="claims")
        measured.rest()
        study.claims = [Tested(claim, measured.result(claim.name)) for claim in claims.every()]
        progress.update(task, description="pages")
        return study, _files(study, drawn, out)


def _shared(
    helper: Helper, settings: RunSettings, advance: Callable[[int], object]
) -> tuple[Shared[list[Compared]], Shared[Finding]]:
    """Return derivations and claims as tasks; the other process begins at the end of the derivations.

    Their functions are of modules that it loads soon: without figures and pages.
    """
    compared, measured = Shared[list[Compared]](helper, advance), Shared[Finding](helper, advance)
    for chain in reversed(derivations.every()):
        compared.add((chain.name,), derivations.comparisons, *(QUICK_CHECK if settings.quick else ()))
    for names in _together(claims.every()):
        measured.add(names, claims.findings, settings.seeds)
    return compared, measured


def _together(statements: Sequence[Claim]) -> list[tuple[str, ...]]:
    """Return the names of the claims that are measured together, as they share experiments; the longest ones first."""
    names = defaultdict[tuple[str, str], list[str]](list)
    for claim in statements:
        module = claim.experiment.__module__.rpartition(".")[2]
        names[module, claim.name if module in APART else ""].append(claim.name)
    return [tuple(names[key]) for key in sorted(names, key=lambda key: (*LONGEST, key[0]).index(key[0]))]


def _report(name: str, compared: Shared[list[Compared]]) -> Report:
    chain = derivations.get(name)
    found = zip(chain.lines, compared.result(name))
    return Report(chain, tuple(Check(number, line, *pair) for number, (line, pair) in enumerate(found, 1)))


def _run_both(erratum: Erratum) -> Corrected:
    return Corrected(erratum, erratum.show())


def _draw(section: Section, settings: RunSettings) -> dict[str, dict[str, bytes]]:
    kinds = ("svg",) if settings.quick else ("svg", "png")
    return {picture.name: figures.render(picture.figure, kinds) for picture in section.pictures}


def _files(study: Study, drawn: dict[str, dict[str, bytes]], out: Path) -> dict[str, str | bytes]:
    """Return the content of each file in the folder by its name."""
    tables = {table.name: table.frame for section in study.sections for table in section.tables}
    tables["claims"] = claims_frame(study.claims)
    tables["errata"] = errata_frame(study.errata)
    tables["derivations"] = derivations_frame(study.reports)
    content: dict[str, str | bytes] = {
        f"tables/{name}.csv": frame.to_csv(index=False, lineterminator="\n") for name, frame in tables.items()
    }
    for name, kinds in drawn.items():
        content |= {f"figures/{name}.{kind}": data for kind, data in kinds.items()}
    drawings = {name: kinds["svg"] for name, kinds in drawn.items()}
    for known in map(language.get, language.LANGUAGES):
        content[known.page] = page.render(study, drawings, known, out)
    return content
