"""The run: everything computed with a progress bar, then printed and written."""

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from npnet import derivations, language
from npnet.derivations import Derivation, Report
from npnet.experiments import claims, errata
from npnet.experiments.claims import Finding
from npnet.experiments.errata import Erratum
from npnet.files import write
from npnet.language import ENGLISH, Language
from npnet.study import counterpart, figures, files, page, terminal
from npnet.study.content import RunSettings
from npnet.study.sections import SECTIONS
from npnet.study.study import Corrected, Study, Tested, claims_frame, derivations_frame, errata_frame

Returned = TypeVar("Returned")

QUICK_CASES = 1
"""How many times the quick run draws the variables of a derivation, in place of 8 and more."""


def run(out: Path, console: Console, quick: bool = False, say: Language = ENGLISH) -> Study:
    """Run all derivations, claims, errata and experiments, write pages, figures and tables, and print the tables.

    Parameters
    ----------
    out : Path
        The folder: it gets ``index.html``, ``index.zh.html``, ``figures/`` (SVG and PNG) and ``tables/`` (CSV).
    console : rich.console.Console
        Where tables and progress are shown.
    quick : bool
        Whether to take 20 seeds in place of 100, to check derivations on fewer numbers and not on
        symbols, and to leave TensorFlow out.
    say : Language
        The language of what is printed; there is a page in each.

    Returns
    -------
    Study
        What was run, and what came of it.

    Raises
    ------
    OSError
        If the folder can't be written, which is found out before anything is computed; or if the process that runs
        the claims is ended.
    """
    files.check_folder(out)
    study, content = _compute(RunSettings(quick), console, out)
    for path, data in content.items():
        write(out / path, data)
    terminal.show(study, console, say)
    return study


def _compute(settings: RunSettings, console: Console, out: Path) -> tuple[Study, dict[str, str | bytes]]:
    """Run everything, the claims in a process of their own; return what came of it, and the files by their names."""
    columns = (TextColumn("{task.description:<28}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    statements, chains, mistakes = claims.every(), derivations.every(), errata.every()
    total = len(statements) + len(chains) + len(mistakes) + len(SECTIONS) + (1 if settings.quick else 2)
    with _process() as pool, Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("study", total=total)
        with _interrupts_held():
            found = [pool.submit(_find, claim.name, settings.seeds) for claim in statements]
        for future in found:
            future.add_done_callback(lambda _: progress.advance(task))

        def step(description: str, work: Callable[..., Returned], *arguments: Any) -> Returned:
            progress.update(task, description=description)
            result = work(*arguments)
            progress.advance(task)
            return result

        study = Study(settings)
        study.reports = [step("derivations", _check, chain, settings) for chain in chains]
        study.errata = [step("errata", _run_both, erratum) for erratum in mistakes]
        if not settings.quick:
            study.settings = replace(settings, tensorflow=step("TensorFlow", counterpart.numbers))
        study.sections = [step("experiments", make, study.settings) for make in SECTIONS]
        drawn = step("figures", _draw, study)
        progress.update(task, description="claims")
        # From the end: what the other process has not come to is run here
        for claim, future in reversed(list(zip(statements, found))):
            finding = claim.run(settings.seeds) if future.cancel() else future.result()
            study.claims.insert(0, Tested(claim, finding))
        return study, _files(study, drawn, out)


@contextmanager
def _process() -> Iterator[ProcessPoolExecutor]:
    """Give a process that works beside this one; if this one fails or is interrupted, the other one is ended."""
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise ChildProcessError("the process that runs the claims was ended") from error
    except BaseException:
        # What it is doing is not waited for; and while it lives, a second Ctrl-C in what follows would hang
        for child in multiprocessing.active_children():
            if child not in others:
                child.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back, which a terminal sends to all processes: one that is started meanwhile never gets it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _find(name: str, seeds: range) -> Finding:
    return claims.get(name).run(seeds)


def _check(chain: Derivation, settings: RunSettings) -> Report:
    if settings.quick:
        return derivations.check(replace(chain, cases=QUICK_CASES), symbolic=False)
    return derivations.check(chain)


def _run_both(erratum: Erratum) -> Corrected:
    return Corrected(erratum, erratum.show())


def _draw(study: Study) -> dict[str, dict[str, bytes]]:
    pictures = [picture for section in study.sections for picture in section.pictures]
    return {picture.name: figures.render(picture.figure) for picture in pictures}


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
