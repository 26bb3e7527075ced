"""Claims and errata in the terminal: the lists, a claim with its numbers, an erratum with both forms run."""

import time
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from npnet.derivations.engine.terminal import formula_lines
from npnet.experiments.claims import Claim, Verdict
from npnet.experiments.errata import Erratum
from npnet.source import place

COLOURS: dict[Verdict, str] = {
    "holds": "green",
    "holds with a limit": "yellow",
    "left open": "grey50",
    "refuted": "red",
}
STUDY_SEEDS = 100


def list_claims(claims: Sequence[Claim], console: Console) -> None:
    """Print the names with their sections and statements."""
    table = _table("name", "notes", "claim")
    for claim in claims:
        table.add_row(claim.name, claim.section, Text(claim.statement))
    console.print(table)
    console.print("npnet claims NAME measures one: of 20 seeds, in some seconds.", highlight=False)


def show_claim(claim: Claim, seeds: int, console: Console) -> None:
    """Measure a claim and print its verdict and numbers, and how long that took."""
    _show_head(claim.statement, claim.section, claim.quotation, claim.meaning, console)
    started = time.perf_counter()
    with console.status(f"measured over {seeds} seeds"):
        finding = claim.run(range(seeds))
    seconds = time.perf_counter() - started
    console.print(Text(finding.verdict, style=COLOURS[finding.verdict]), Text(finding.text), sep=": ")
    table = _table("measured", "estimate", "interval")
    for what, value in finding.measures.values():
        low, high = (f"{bound:.4g}".replace("inf", "∞") for bound in (value.low, value.high))
        table.add_row(Text(what), f"{value.estimate:.4g}", Text(f"[{low}, {high}]"))
    console.print(table)
    more = f"; npnet study takes {STUDY_SEEDS}, as --seeds {STUDY_SEEDS} does" if seeds < STUDY_SEEDS else ""
    console.print(f"Measured over {seeds} seeds in {seconds:.1f} seconds{more}.", highlight=False)
    _show_places({"The code": place(claim.experiment)}, f"claim-{claim.name}", console)


def list_errata(errata: Sequence[Erratum], console: Console) -> None:
    """Print the names with their sections and titles."""
    table = _table("name", "notes", "erratum")
    for erratum in errata:
        table.add_row(erratum.name, erratum.section, Text(erratum.title))
    console.print(table)
    console.print("npnet errata NAME shows one, and runs the notes' form and the right one.", highlight=False)


def show_erratum(erratum: Erratum, console: Console) -> None:
    """Print an erratum: the problem, both forms, and what running them gives."""
    _show_head(erratum.title, erratum.section, erratum.quotation, erratum.problem, console)
    for name, latex in (("the notes' form", erratum.printed), ("the right form", erratum.right)):
        console.print(f"\n{name}:")
        formula = formula_lines(latex, console, indent=4)[1] if latex else Text("none")
        console.print(Padding(formula, (0, 0, 0, 4)))
    table = _table("shown", "the notes' form", "the right form")
    for row in erratum.show():
        table.add_row(*map(Text, row))
    console.print(table)
    places = {"The code of both": place(erratum.show), "The right form": erratum.where}
    _show_places(places, f"erratum-{erratum.name}", console)


def _show_head(title: str, section: str, quotation: str, text: str, console: Console) -> None:
    console.print(Text(title, style="bold"))
    console.print(Text(f"Section {section} of the notes" + f": {quotation}" * bool(quotation), style="dim"))
    console.print(Text(f"\n{text}\n"))


def _show_places(files: dict[str, str], anchor: str, console: Console) -> None:
    console.print()
    for what, where in (files | {"On the page of npnet study": f"index.html#{anchor}"}).items():
        console.print(f"{what}: {where}", soft_wrap=True, highlight=False)


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(
            name,
            justify="right" if name == "estimate" else "left",
            no_wrap=name in ("name", "notes", "estimate", "interval"),
            overflow="fold",
        )
    return table
