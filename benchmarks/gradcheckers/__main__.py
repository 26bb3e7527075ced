"""``python -m benchmarks.gradcheckers``: run the gradient checkers that are installed, and print a table.

Each cell has wrong gradients that passed / right ones that were refused / gradients without a verdict, an exception
among them. Verdicts of "corner", which npnet has, are neither. Exit status: 0; 2 if the command can't be run.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.gradcheckers import checkers, functions, nets
from benchmarks.gradcheckers.functions import Case

GROUPS = [
    functions.SMOOTH, functions.SCALES, functions.OFFSETS, functions.APART, functions.OPTIMA, functions.SATURATED,
    functions.FREQUENCIES, functions.FLOATS, functions.ON_CORNERS, functions.NEAR_CORNERS, functions.NOISES,
    functions.ROUNDED, functions.WHOLE, functions.LOST,
]  # fmt: skip


class Answer(NamedTuple):
    """A checker's verdict on one gradient."""

    checker: str
    case: Case
    gradient: str
    verdict: checkers.Verdict

    @property
    def kind(self) -> str:
        """What is wrong with the verdict, if something is."""
        if self.verdict is None:
            return "no verdict"
        right = self.gradient == "right"
        if right and self.case.kind == "on a corner":
            # It is a convention there
            return ""
        return {(True, False): "wrong pass", (False, True): "wrong refusal"}.get((self.verdict, right), "")


def cases() -> list[Case]:
    """Return all functions, those of a kind together."""
    every = [case for group in [*GROUPS, nets.cases()] for case in group]
    kinds = list(dict.fromkeys(case.kind for case in every))
    return sorted(every, key=lambda case: kinds.index(case.kind))


def answers(names: Iterable[str], every: Iterable[Case]) -> list[Answer]:
    """Return the verdicts of checkers on the right and the wrong gradients of functions."""
    return [
        Answer(name, case, gradient, checkers.verdict(checkers.CHECKERS[name][1], case.f, value, case.point))
        for name in names
        for case in every
        for gradient, value in {"right": case.right, **case.wrong()}.items()
    ]


def counts(found: Iterable[Answer]) -> str:
    """Return how many passed wrongly, were refused wrongly, and had no verdict."""
    kinds = [answer.kind for answer in found]
    return " / ".join(str(kinds.count(kind)) for kind in ("wrong pass", "wrong refusal", "no verdict"))


def table(names: list[str], found: list[Answer]) -> str:
    """Return a table in Markdown: a row for each kind of function, a column for each checker."""
    kinds = dict.fromkeys(answer.case.kind for answer in found)
    rows = ["| kind: wrong, right gradients | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for kind in [*kinds, "**all**"]:
        group = [answer for answer in found if kind in (answer.case.kind, "**all**")]
        first = [answer.gradient == "right" for answer in group if answer.checker == names[0]]
        cells = [counts(answer for answer in group if answer.checker == name) for name in names]
        rows.append(f"| {kind}: {first.count(False)}, {first.count(True)} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    installed = checkers.installed()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gradcheckers", description=__doc__)
    parser.add_argument("--only", action="append", choices=installed, help="only this checker; may be repeated")
    parser.add_argument("--show", action="store_true", help="list each gradient that was misjudged")
    options = parser.parse_args(arguments)
    names = options.only or installed
    found = answers(names, cases())
    if options.show:
        for answer in found:
            if answer.kind:
                print(f"{answer.checker}: {answer.kind}: {answer.case.kind}, {answer.case.name}: {answer.gradient}")
    print(table(names, found))
    print(f"\n{checkers.versions(names)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
