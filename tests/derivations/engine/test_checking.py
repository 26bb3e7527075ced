"""A line holds where its code is that of the line before, and its formula that of its code, and nowhere else."""

import re

import numpy as np
import pytest

from npnet.derivations.engine import Derivation, Variable, check, checking, counts, normals
from npnet.derivations.engine.tracked import UNIT

A = {"a": normals("numbers", 3, example=[0.5, -1.5])}


def chain(*lines, variables=A, **settings):
    """A derivation of lines, each with a formula and code, and settings if it has any."""
    derivation = Derivation("example", "0", "An example", variables, **settings)
    for latex, function, *more in lines:
        derivation.line(latex, "So it is.", **(more[0] if more else {}))(function)
    return derivation


START = ("a + a", lambda a: a + a)


def second(latex="2 a", function=lambda a: 2 * a, symbolic=False, **settings):
    """The check of a second line after a + a."""
    _, found = check(chain(START, (latex, function, settings)), symbolic=symbolic).checks
    return found


def test_a_chain_that_holds():
    report = check(chain(START, ("2 a", lambda a: 2 * a), (r"\frac{a}{1/2}", lambda a: a / 0.5)))
    assert report
    assert [found.number for found in report.checks] == [1, 2, 3]
    assert [found.points for found in report.checks] == [0, 24, 24]
    assert [found.symbolic for found in report.checks] == [None, "proved", "proved"]
    assert [found.formula.points for found in report.checks] == [24, 24, 24]
    assert [found.formula.symbolic for found in report.checks] == ["proved"] * 3


@pytest.mark.parametrize("places", [0, 1, 2, slice(None)])
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_line_that_is_no_number_anywhere_does_not_hold(places, wrong):
    def broken(a):
        values = np.array(a + a, float)
        values[places] = wrong
        return values

    for settings in ({"error": lambda a: 1e-3}, {"floats_only": True}):
        found = second("a + a", broken, unchecked="it is broken", **settings)
        assert not found
        assert found.discrepancy == np.inf
        assert found.failure == "differs from the line before by inf times the bound"
        assert not check(chain(START, ("b", broken, {"unchecked": "why", **settings})), symbolic=False)
    # Where the bound is not a number either, there is nothing to compare with
    assert "no finite bound on the rounding errors" in second("a", lambda a: 2 * a * wrong).failure


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_two_lines_without_a_number_do_not_agree(wrong):
    start = ("b", lambda a: a * np.nan, {"error": lambda a: 1.0, "unchecked": "it is none"})
    report = check(chain(start, start), symbolic=False)
    assert report.checks[1].discrepancy == np.inf
    for bounds in (wrong, [1.0, wrong, 1.0]):
        assert "no finite bound on the rounding errors" in second("2 a", error=lambda a, bounds=bounds: bounds).failure


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_wrong_element_in_one_case_is_enough(place):
    calls = []

    def broken(a):
        calls.append(0)
        wrong = np.zeros(3)
        wrong[place] = 1e-12 * (len(calls) == 5)
        return a + a + wrong

    found = second("2 a", broken, floats_only=True)
    assert not found
    assert re.fullmatch(
        "differs from the line before by [0-9.e+]+ times the bound", found.code.failure("the line before")
    )
    assert found.points == 24


def test_a_difference_may_be_as_large_as_both_bounds():
    wide = chain(
        ("b", lambda a: a, {"error": lambda a: 0.25, "unchecked": "why"}),
        ("b", lambda a: a + 1.0, {"error": lambda a: 0.75, "unchecked": "why"}),
        ("b", lambda a: a + 2.5, {"error": lambda a: 0.25, "unchecked": "why"}),
    )
    first, one, other = check(wide, symbolic=False).checks
    assert first.discrepancy == 0
    assert abs(one.discrepancy - 1) <= 100 * UNIT
    assert abs(other.discrepancy - 1.5) <= 100 * UNIT
    assert not other


def test_the_other_sign_is_another_number():
    assert not second("2 a", lambda a: -2 * a, unchecked="why")
    assert not second("-2 a")


def test_a_matrix_is_compared_with_its_formula_number_by_number():
    variables = {"a": normals("a matrix", 2, 2, example=[[0.5, -1.5], [2.0, 1.0]])}
    (found,) = check(chain(("2 a", lambda a: a + a), variables=variables)).checks
    assert found
    assert (found.formula.points, found.formula.symbolic) == (32, "proved")
    assert not check(chain(("2 a^T", lambda a: a + a), variables=variables))


def test_a_lines_bound_is_its_rounding_error():
    # 1e-15 of 2 is more than the five roundings of a few units of a sum and a product
    found = second("2 a", lambda a: 2 * a * (1 + 1e-14), unchecked="why")
    assert 1 < found.discrepancy < 1000
    assert second("2 a", lambda a: 2 * a * (1 + 2.0**-52), unchecked="why")


def test_floats_only_lends_the_bound_of_the_line_before():
    assert second("2 a", lambda a: np.asarray(a, np.float64) * 2, floats_only=True)
    first = check(chain(("a", lambda a: a, {"floats_only": True})), symbolic=False).checks[0]
    assert first.failure == "ValueError: floats_only: expected a line before this one, got the first line"


def test_each_line_is_compared_with_the_line_before_it():
    drift = [(f"a + {i}", lambda a, i=i: a + i, {"error": lambda a: 0.6, "unchecked": "why"}) for i in range(4)]
    assert check(chain(*drift), symbolic=False)
    report = check(chain(*drift[::3], *drift[3:]), symbolic=False)
    assert [found.number for found in report.failures] == [2]


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (lambda a: a[:2] * 2, r"ValueError: shape \(2,\), where the line before has \(3,\)"),
        (lambda a: (2 * a).reshape(3, 1), r"ValueError: shape \(3, 1\), where the line before has \(3,\)"),
        (lambda a: undefined, "NameError: name 'undefined' is not defined"),  # noqa: F821
    ],
)
def test_a_line_that_cannot_be_compared_says_why_and_ends_the_check(function, problem):
    report = check(chain(START, ("2 a", function), ("2 a", lambda a: 2 * a)), symbolic=False)
    assert len(report.checks) == 2
    assert not report
    assert re.fullmatch(problem, report.failures[0].failure)
    assert report.checks[1].formula is None


def test_a_wrong_formula_is_found_beside_code_that_holds():
    for symbolic in (False, True):
        found = second("3 a", symbolic=symbolic)
        assert found.code
        assert not found.formula
        assert found.failure.startswith("its formula differs from its code by ")
    assert second("2 a", lambda a: 2 * a, unchecked="why").formula is None
    assert second(r"2 \cdot (a").failure.startswith("its formula cannot be evaluated: ValueError: latex: expected )")
    assert second("2 q").failure == "its formula cannot be evaluated: ValueError: latex: expected a known name, got q"


def test_a_formula_that_is_off_in_one_element_is_found():
    assert not second("(2 a_1, 2 a_2, a_2 + a_3)")
    assert second("(2 a_1, 2 a_2, a_3 + a_3)")


def test_a_formulas_names_hold_for_the_lines_after_it():
    lines = [(r"b, \quad b = 2a", lambda a: 2 * a), ("b", lambda a: a + a)]
    assert check(chain(*lines))
    assert not check(chain(lines[0], (r"b, \quad b = a", lambda a: a + a)))


def test_one_number_may_stand_for_all():
    ones = [("1", lambda a: a / a), ("1", lambda a: a**0)]
    assert check(chain(*ones))
    assert not check(chain(("2", lambda a: a / a)))


def test_a_formula_may_ask_only_what_its_code_asks():
    step = ("[a > 0]", lambda a: np.greater(a, 0))
    assert check(chain(step))
    (found,) = check(chain((r"\max(\mathrm{sign}(a), 0)", lambda a: np.greater(a, 0)))).checks
    assert found.failure == "its formula asks whether a_0 < 0 and whether a_1 < 0, which its code does not"
    assert check(chain((r"\max(\mathrm{sign}(a), 0)", lambda a: np.greater(a, 0))), symbolic=False)


SIGNED = Variable("a number above 0, or a symbol of either sign", lambda rng: rng.random(3) + 1, ((0.5,), (-0.5,)))


@pytest.mark.parametrize("examples", [((0.5,), (-0.5,)), ((-0.5,), (0.5,))])
def test_a_line_must_hold_on_the_symbols_of_each_branch(examples):
    signed = {"a": Variable(SIGNED.meaning, SIGNED.draw, tuple(map(np.array, examples)))}
    lines = [("a", lambda a: a), (r"|a|", lambda a: np.maximum(a, -a))]
    assert check(chain(*lines, variables=signed), symbolic=False)
    _, found = check(chain(*lines, variables=signed)).checks
    assert found.symbolic == "differs"
    assert found.code.discrepancy == 0
    assert found.formula


def test_a_line_must_hold_for_the_symbols_of_each_element():
    def slightly_wrong(a):
        return np.stack([2 * a[0], *(2 * a[1:] + 2.0**-100)])

    assert second("2 a", slightly_wrong, unchecked="why")
    assert second("2 a", slightly_wrong, symbolic=True, unchecked="why").symbolic == "differs"


def test_one_element_that_differs_counts_more_than_others_that_agree_to_50_digits():
    root = (r"\sqrt{a^4 + 2a^2 + 1}", lambda a: np.sqrt(a**4 + 2 * a**2 + 1))
    for wrong, found in ((0.0, "50 digits"), (2.0**-100, "differs")):
        line = ("a^2 + 1", lambda a, wrong=wrong: np.stack([a[0] ** 2 + 1 + wrong, *(a[1:] ** 2 + 1)]))
        assert check(chain(root, line)).checks[1].symbolic == found


def test_symbols_are_left_out_where_they_are_not_asked_for_or_cannot_be(monkeypatch):
    assert second().symbolic is None
    for settings in ({"floats_only": True}, {"error": lambda a: 1e-9}):
        found = second("2 a", lambda a: 2 * a, symbolic=True, **settings)
        assert found
        assert found.symbolic is found.formula.symbolic is None
    sampled = ("2 a", lambda a: 2 * a, {"error": lambda a: 1e-9})
    assert [found.symbolic for found in check(chain(sampled, START, START)).checks] == [None, None, "proved"]
    assert check(chain(sampled, START))
    two = chain(START, ("2 a", lambda a: 2 * a))
    assert check(two).symbolic == 1
    monkeypatch.setattr(checking, "has_sympy", lambda: False)
    assert check(two).symbolic == 0
    assert check(two, symbolic=True).symbolic == 1


def test_the_numbers_are_drawn_anew_for_each_case_and_are_the_same_for_a_seed():
    drawn = []
    variables = {"a": Variable("a number", lambda rng: drawn.append(rng.random(2)) or drawn[-1], (np.ones(2),))}
    for seed in (0, 0, 1):
        report = check(chain(("a", lambda a: a), ("a", lambda a: a), variables=variables, cases=3), False, seed)
        assert report.checks[1].points == 6
    first, again, other = np.array(drawn).reshape(3, 3, 2)
    assert (first == again).all()
    assert not (first == other).any()
    assert len(np.unique(first)) == 6


def test_a_count_stays_a_plain_number():
    variables = A | {"n": counts("a count", 5, 3)}
    lines = [("n a", lambda a, n: sum(a for _ in range(n))), ("n a", lambda a, n: a * n)]
    assert check(chain(*lines, variables=variables))
