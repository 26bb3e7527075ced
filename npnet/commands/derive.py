"""``npnet derive``."""

import argparse
import sys

from npnet import language
from npnet.commands._naming import named

HELP = "the derivations of the notes, line by line, each line checked"
DESCRIPTION = (
    "List the derivations; print NAME's lines, each with its formula, code, reason and largest discrepancy; or check "
    "every line of all. Exit status: 0 if all lines hold, 1 if one does not, 2 if there is no such name."
)
EXTRA = "derive"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the name, or all."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("name", metavar="NAME", nargs="?", help="the derivation to print and check")
    choice.add_argument("--all", action="store_true", help="check all derivations")


def run(options: argparse.Namespace) -> int:
    """List the derivations, or check and print those that are asked for."""
    # Here, so that help does not wait for them
    from npnet import derivations
    from npnet.commands._console import Console
    from npnet.derivations.engine import has_sympy, terminal

    console, say = Console(), language.get(options.language)
    if options.name is None and not options.all:
        terminal.show_list(derivations.every(), console, say)
        return 0
    chosen = derivations.every() if options.all else [named("derive", "derivation", derivations, options.name)]
    if None in chosen:
        return 2
    if not has_sympy():
        print("npnet derive: SymPy is not installed; the lines are checked on numbers only", file=sys.stderr)
    reports = terminal.show_all(chosen, console, say) if options.all else [terminal.show_chain(chosen[0], console, say)]
    for report in reports:
        for check in report.failures:
            print(f"npnet derive: {report.derivation.name}, line {check.number}: {say(check.failure)}", file=sys.stderr)
    return 0 if all(reports) else 1
