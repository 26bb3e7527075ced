"""Claims and errata in the terminal: the lists, a claim with its numbers, an erratum with both forms run."""

import time
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from npnet.derivations.engine.terminal import formula_lines, show_places
from npnet.experiments.claims import Claim, Verdict
from npnet.experiments.claims.claim import SEEDS
from npnet.experiments.errata import Code, Erratum
from npnet.language import ENGLISH, Language, Message, joined
from npnet.source import place

COLOURS: dict[Verdict, str] = {
    "holds": "green",
    "holds with a limit": "yellow",
    "left open": "grey50",
    "refuted": "red",
}


def list_claims(claims: Sequence[Claim], console: Console, say: Language = ENGLISH) -> None:
    """Print the names with their sections and statements."""
    table = _table(say, Message("name"), Message("notes"), Message("claim"))
    for claim in claims:
        table.add_row(claim.name, claim.section, Text(say(claim.statement)))
    console.print(table)
    console.print(say(Message("npnet claims NAME measures one: of 20 seeds, in some seconds.")), highlight=False)


def show_claim(claim: Claim, seeds: int, console: Console, say: Language = ENGLISH) -> None:
    """Measure a claim and print its verdict and numbers, and how long that took."""
    _show_head(claim, claim.statement, claim.meaning, console, say)
    started = time.perf_counter()
    with console.status(say(Message("measured over {seeds} seeds", seeds=seeds))):
        finding = claim.run(range(seeds))
    seconds = time.perf_counter() - started
    console.print(Text(say(finding.verdict), style=COLOURS[finding.verdict]), Text(say(finding.text)), sep=": ")
    table = _table(say, Message("measured"), Message("estimate"), Message("interval"))
    for measure in finding.measures.values():
        table.add_row(Text(say(measure.what)), *map(Text, measure.numbers))
    console.print(table)
    measured = Message("Measured over {seeds} seeds in {seconds:.1f} seconds.", seeds=seeds, seconds=seconds)
    more = Message("npnet study takes {seeds}, as --seeds {seeds} does.", seeds=SEEDS)
    console.print(say(joined([measured, more if seeds < SEEDS else ""])), highlight=False)
    console.print()
    show_places({Message("The code"): place(claim.experiment)}, f"claim-{claim.name}", console, say)


def list_errata(errata: Sequence[Erratum], console: Console, say: Language = ENGLISH) -> None:
    """Print the names with their sections and titles."""
    table = _table(say, Message("name"), Message("notes"), Message("erratum"))
    for erratum in errata:
        table.add_row(erratum.name, erratum.section, Text(say(erratum.title)))
    console.print(table)
    hint = Message("npnet errata NAME shows one, and runs the notes' form and the right one.")
    console.print(say(hint), highlight=False)


def show_erratum(erratum: Erratum, console: Console, say: Language = ENGLISH) -> None:
    """Print an erratum: the problem, both forms, and what running them gives."""
    _show_head(erratum, erratum.title, erratum.problem, console, say)
    forms = Message("the notes' form"), Message("the right form")
    for name, form in zip(forms, (erratum.printed, erratum.right)):
        console.print(f"\n{say(name)}:")
        if not form:
            shown = Text(say(Message("none")))
        else:
            shown = Text(form) if isinstance(form, Code) else formula_lines(form, console, indent=4)[1]
        console.print(Padding(shown, (0, 0, 0, 4)))
    table = _table(say, Message("shown"), *forms)
    for row in erratum.show():
        table.add_row(*(Text(say(cell)) for cell in row))
    console.print(table)
    console.print()
    places: dict[str, str] = {
        Message("The code of both"): place(erratum.show),
        Message("The right form"): erratum.where,
    }
    show_places(places, f"erratum-{erratum.name}", console, say)


def _show_head(one: Claim | Erratum, title: str, text: str, console: Console, say: Language) -> None:
    console.print(Text(say(title), style="bold"))
    section = Message("Section {section} of the notes", section=one.section)
    noted = Message("{what}: {where}", what=section, where=one.quotation) if one.quotation else section
    console.print(Text(say(noted), style="dim"))
    console.print(Text(f"\n{say(text)}\n"))


def _table(say: Language, *columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(
            say(name),
            justify="right" if name == "estimate" else "left",
            no_wrap=name in ("name", "notes", "estimate", "interval"),
            overflow="fold",
        )
    return table
