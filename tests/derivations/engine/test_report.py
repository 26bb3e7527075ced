"""A finding is true where all that was compared is the same; NaN, symbols and problems are no agreement."""

import numpy as np
import pytest

from npnet.derivations.engine import Derivation, reals
from npnet.derivations.engine.chain import Line
from npnet.derivations.engine.report import Check, Comparison, Report

GOOD, FAR = Comparison(5, 0.5), Comparison(5, 2.0)
LINE = Line("a", "The start.", lambda a: a)


@pytest.mark.parametrize(
    "comparison", [Comparison(), GOOD, Comparison(5, 1.0, "proved"), Comparison(5, 0, "50 digits")]
)
def test_a_comparison_within_its_bound_agrees(comparison):
    assert comparison
    assert comparison.failure("the line before") == ""


@pytest.mark.parametrize(
    ("comparison", "failure"),
    [
        (Comparison(5, 1.0 + 2.0**-52), "differs from it by 1 times the bound"),
        (Comparison(5, np.inf), "differs from it by inf times the bound"),
        (Comparison(5, np.nan), "differs from it by nan times the bound"),
        (Comparison(5, 0.5, "differs"), "differs from it on symbols"),
        (Comparison(5, 2.5, "proved"), "differs from it by 2.5 times the bound"),
        (Comparison(5, 2.5, "differs"), "differs from it by 2.5 times the bound; differs from it on symbols"),
        (Comparison(problem="why"), "why"),
        (Comparison(5, 2.5, "differs", "why"), "why"),
    ],
)
def test_a_comparison_that_does_not_agree_says_by_how_much(comparison, failure):
    assert not comparison
    assert comparison.failure("it") == failure


@pytest.mark.parametrize(
    ("code", "formula", "failure"),
    [
        (GOOD, GOOD, ""),
        (GOOD, None, ""),
        (FAR, GOOD, "differs from the line before by 2 times the bound"),
        (FAR, None, "differs from the line before by 2 times the bound"),
        (GOOD, FAR, "its formula differs from its code by 2 times the bound"),
        (
            FAR,
            Comparison(problem="asks"),
            "differs from the line before by 2 times the bound; its formula asks",
        ),
    ],
)
def test_a_line_holds_if_its_code_and_its_formula_do(code, formula, failure):
    check = Check(2, LINE, code, formula)
    assert bool(check) == (failure == "")
    assert check.failure == failure
    assert (check.points, check.discrepancy, check.symbolic) == (code.points, code.discrepancy, code.symbolic)


def test_nothing_compared_is_no_difference_of_no_points():
    assert (Comparison().points, Comparison().discrepancy, Comparison().symbolic) == (0, 0, None)


def report(*comparisons):
    chain = Derivation("example", "0", "An example", {"a": reals("a number")})
    return Report(chain, tuple(Check(i, LINE, *pair) for i, pair in enumerate(comparisons, 1)))


def test_a_report_is_true_if_every_line_holds():
    assert report((GOOD, GOOD), (GOOD, None))
    for lines in (((FAR, GOOD), (GOOD, GOOD)), ((GOOD, GOOD), (GOOD, FAR)), ((FAR, FAR), (FAR, FAR))):
        assert not report(*lines)


def test_a_report_names_the_lines_that_fail_and_the_largest_discrepancy():
    found = report((GOOD, GOOD), (FAR, GOOD), (Comparison(5, 0.7, "proved"), FAR), (Comparison(1, 0, "differs"), None))
    assert [check.number for check in found.failures] == [2, 3, 4]
    assert found.discrepancy == 2
    assert (found.symbolic, found.formulas) == (2, 3)
    alone = report((GOOD, GOOD))
    assert (alone.failures, alone.symbolic, alone.formulas, alone.discrepancy) == ([], 0, 1, 0.5)
