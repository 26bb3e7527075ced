"""Derivations in the terminal: the list, one chain, and the check of all."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.progress import track
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from npnet.derivations.engine.chain import Derivation, continues
from npnet.derivations.engine.checking import check, has_sympy
from npnet.derivations.engine.report import PROOFS, Check, Report
from npnet.language import ENGLISH, Language, Message, chained, joined, separated
from npnet.source import place

LEGEND = Message(
    "Discrepancy: the largest difference from the line before, in units of the bound on the rounding errors; up to 1 "
    "the line holds."
)


def show_list(derivations: Sequence[Derivation], console: Console, say: Language = ENGLISH) -> None:
    """Print the names with their sections and numbers of lines."""
    table = _table(say, Message("name"), Message("notes"), Message("lines"), Message("what it shows"))
    for derivation in derivations:
        table.add_row(derivation.name, derivation.section, str(len(derivation.lines)), Text(say(derivation.title)))
    console.print(table)
    console.print(say(Message("npnet derive NAME shows and checks one, npnet derive --all checks them all.")))


def show_chain(derivation: Derivation, console: Console, say: Language = ENGLISH) -> Report:
    """Check a derivation and print it line by line: formula, code, reason, and what the check found."""
    report = check(derivation)
    console.print(Text(say(derivation.heading), style="bold"))
    for name, variable in derivation.variables.items():
        console.print(Padding(Text(f"{name}: {say(variable.meaning)}"), (0, 0, 0, 4)))
    for found in report.checks:
        above, formula = formula_lines(
            "= " * (found.number > 1 and continues(found.line.latex)) + found.line.latex, console, indent=4
        )
        code = Syntax(found.line.code, "python", theme="ansi_dark", background_color="default", word_wrap=True)
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_row("\n" * above + f"{found.number:2}", formula)
        for part in (code, Text(say(found.line.reason)), _verdict(found, say)):
            grid.add_row("", part)
        console.print()
        console.print(grid)
    console.print(f"\n{say(LEGEND)}\n", highlight=False)
    show_places(
        {Message("The code"): place(derivation.lines[0].function)}, f"derivation-{derivation.name}", console, say
    )
    return report


def show_places(files: Mapping[str, str], anchor: str, console: Console, say: Language) -> None:
    """Print where things are: in the code, and on the page."""
    places = {**files, Message("On the page of npnet study"): f"{say.page}#{anchor}"}
    for what, where in places.items():
        line = Message("{what}: {where}", what=what, where=where)
        console.print(say(line), soft_wrap=True, highlight=False, markup=False)


def formula_lines(latex: str, console: Console, indent: int = 0) -> tuple[int, Text]:
    """Return how many lines a formula has above the one that it stands on, and its lines.

    These are a picture in Unicode; or the LaTeX itself, where the terminal has other characters only, SymPy is not
    installed, or no picture is known.
    """
    if console.encoding.lower().startswith("utf") and has_sympy():
        # Here, as the derivations are checked without SymPy too
        from npnet.formula_text import picture

        try:
            text, above = picture(latex, console.width - indent)
        except ValueError:
            pass
        else:
            return above, Text(text, style="bold", no_wrap=True)
    return 0, Text(latex, style="bold")


def show_all(derivations: Sequence[Derivation], console: Console, say: Language = ENGLISH) -> list[Report]:
    """Check all derivations, with a progress bar, and print a table of what was found."""
    bar = track(derivations, say(Message("derivations")), console=Console(stderr=True), transient=True)
    reports = [check(derivation) for derivation in bar]
    table = _table(
        say, Message("name"), Message("notes"), Message("lines"), Message("discrepancy"), Message("symbolic"),
        Message("verdict"),
    )  # fmt: skip
    for report in reports:
        proved = sum(found.symbolic == "proved" for found in report.checks)
        table.add_row(
            report.derivation.name,
            report.derivation.section,
            str(len(report.derivation.lines)),
            f"{report.discrepancy:.2g}",
            f"{proved} + {report.symbolic - proved}",
            say(Message("holds")) if report else Text(say(Message("fails")), style="bold red"),
        )
    console.print(table)
    found = ((len(report.derivation.lines), report.symbolic, report.formulas) for report in reports)
    lines, symbolic, formulas = (sum(numbers) for numbers in zip(*found))
    summary = Message(
        "{derivations} derivations, {lines} lines, of which {following} follow from the line before: all are checked "
        "on numbers, {symbolic} on symbols too (by algebra + to 50 digits). {formulas} formulas are checked against "
        "their code.",
        derivations=len(reports), lines=lines, following=lines - len(reports), symbolic=symbolic, formulas=formulas,
    )  # fmt: skip
    console.print(say(joined([summary, LEGEND])), highlight=False)
    return reports


def _table(say: Language, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        number = name in ("lines", "discrepancy", "symbolic")
        table.add_column(say(name), justify="right" if number else "left", no_wrap=name != "what it shows")
    return table


def _verdict(found: Check, say: Language) -> Text:
    if not found:
        return Text(f"✗ {say(found.failure)}", style="bold red")
    formula = (
        Message("the formula is not checked: {why}", why=found.line.unchecked)
        if found.formula is None
        else Message("the formula agrees")
    )
    if found.number == 1:
        return Text(say(chained("{before}; {next}", [Message("the start of the chain"), formula])), style="dim")
    parts = [
        Message(
            "discrepancy {discrepancy:.2g} over {points} numbers", discrepancy=found.discrepancy, points=found.points
        ),
        *([PROOFS[found.symbolic]] if found.symbolic else []),
    ]
    return Text("✓ " + say(chained("{before}; {next}", [separated(parts), formula])), style="green")
