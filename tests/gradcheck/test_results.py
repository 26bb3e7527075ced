import numpy as np
import pytest

from npnet.gradcheck import Check, Derivative

AT, OVER = Derivative("x[0]", 3.0, 1.0, 2.0), Derivative("x[1]", 1.0, 4.0, 2.0)
DOUBTED = Derivative("x[2]", 1.0, 9.0, 4.0, "f is noise")
CORNER = Derivative("x[3]", 0.1, 0.5, 0.25, sides=(0.0, 1.0))
BESIDE = Derivative("x[4]", 1.5, 0.5, 0.25, sides=(0.0, 1.0))


def test_a_derivative_at_its_limit_passes_and_one_over_it_fails():
    assert (AT.difference, AT.excess, AT.verdict) == (2, 1, "passed")
    assert (OVER.difference, OVER.excess, OVER.verdict) == (3, 1.5, "failed")


@pytest.mark.parametrize("numbers", [(np.nan, 1.0), (1.0, np.nan), (np.inf, np.inf)])
def test_what_is_not_a_number_is_infinitely_far_away(numbers):
    derivative = Derivative("x[0]", *numbers, limit=1.0)
    assert derivative.difference == np.inf
    assert derivative.verdict == "failed"


def test_a_doubt_leaves_a_derivative_undecided():
    assert DOUBTED.verdict == "not decided"
    assert str(DOUBTED) == "x[2]: gradient 1, derivative 9, difference 8, 2 times the limit: f is noise"


@pytest.mark.parametrize("numeric", [np.nan, 4.0])
def test_a_derivative_of_which_nothing_is_known_is_no_number(numeric):
    nothing = Derivative("x[2]", 1.0, numeric, np.inf, "f is noise")
    assert str(nothing) == "x[2]: gradient 1, derivative not known: f is noise"
    assert str(Derivative("x[2]", np.nan, numeric, np.inf)).startswith(f"x[2]: gradient nan, derivative {numeric:g}, ")


@pytest.mark.parametrize(
    ("gradient", "difference", "verdict"),
    [(0.0, 0, "corner"), (1.0, 0, "corner"), (1.25, 0.25, "corner"), (-0.25, 0.25, "corner"), (1.5, 0.5, "failed"),
     (-0.5, 0.5, "failed")],
)  # fmt: skip
@pytest.mark.parametrize("sides", [(0.0, 1.0), (1.0, 0.0)])
def test_at_a_corner_all_between_both_sides_is_left_open(gradient, difference, verdict, sides):
    derivative = Derivative("x[0]", gradient, 0.5, 0.25, sides=sides)
    assert (derivative.difference, derivative.verdict) == (difference, verdict)


def test_a_doubt_is_said_before_the_sides_of_a_corner():
    assert Derivative("x[0]", 0.1, 0.5, 0.25, "f is noise", (0.0, 1.0)).note == "f is noise"


def test_a_page_says_that_it_shows_the_worst_where_there_are_more():
    five, six = (Check("central", (OVER,) * count)._repr_html_() for count in (5, 6))
    assert "worst" not in five
    assert "the worst 5 of them" in six


def test_a_corner_says_what_is_on_its_sides():
    assert str(CORNER) == "corner at x[3]: 0 on one side, 1 on the other, the gradient given, 0.1, lies between them"
    assert str(BESIDE).endswith("the gradient given, 1.5, does not lie between them")
    doubted = Derivative("x", 1.5, 0.5, 0.25, "f is noise", (0.0, 1.0))
    assert str(doubted).startswith("x: gradient 1.5, derivative 0.5, ")


@pytest.mark.parametrize(
    ("derivatives", "verdict"),
    [
        ((AT,), "passed"),
        ((AT, CORNER), "corner"),
        ((CORNER, DOUBTED, AT), "not decided"),
        ((CORNER, DOUBTED, AT, OVER), "failed"),
        ((AT, BESIDE), "failed"),
    ],
)
def test_the_worst_verdict_counts(derivatives, verdict):
    result = Check("complex", derivatives)
    assert result.verdict == verdict
    assert bool(result) == (verdict == "passed")


def test_a_doubt_about_the_function_leaves_all_undecided():
    result = Check("complex", (AT, OVER), ("f loses it",))
    assert result.verdict == "not decided"
    assert not result
    assert str(result) == "gradient check not decided (complex)\n  f loses it"


def test_derivatives_are_found_by_their_verdicts():
    result = Check("complex", (AT, OVER, DOUBTED, CORNER, BESIDE))
    assert result.failures == [BESIDE, OVER]
    assert result.undecided == [DOUBTED]
    assert result.corners == [CORNER]
    assert result.worst == DOUBTED


def test_a_result_says_how_many_and_where():
    assert str(Check("complex", (AT,))) == (
        "gradient check passed: 1 derivatives (complex); the worst at x[0]: gradient 3, derivative 1, difference 2, "
        "1 times the limit"
    )
    assert (
        str(Check("central", (AT, CORNER))) == f"gradient check at a corner: 1 of 2 derivatives (central)\n  {CORNER}"
    )
    assert str(Check("central", (AT, DOUBTED))) == (
        f"gradient check not decided: 1 of 2 derivatives (central)\n  {DOUBTED}"
    )
    assert str(Check("central", (AT, OVER, CORNER, DOUBTED))) == (
        f"gradient check failed: 1 of 4 derivatives (central)\n  {OVER}\n"
        "  not decided: 1 more, the first x[2]\n  at a corner: 1 more, the first x[3]"
    )


@pytest.mark.parametrize(("failures", "rest"), [(1, ""), (5, ""), (6, "\n  and 1 more"), (9, "\n  and 4 more")])
def test_five_failures_are_shown_and_the_others_counted(failures, rest):
    derivatives = tuple(Derivative(f"x[{i}]", 9.0 - i, 0.0, 0.5) for i in range(failures))
    shown = "".join(f"\n  {derivative}" for derivative in derivatives[:5])
    expected = f"gradient check failed: {failures} of {failures} derivatives (central){shown}{rest}"
    assert str(Check("central", derivatives)) == expected


def test_a_frame_has_a_row_for_each_place():
    frame = Check("complex", (AT, OVER, DOUBTED)).to_frame()
    assert list(frame.columns) == ["place", "gradient", "numeric", "difference", "limit", "verdict", "doubt"]
    assert frame.loc[1].tolist() == ["x[1]", 1.0, 4.0, 3.0, 2.0, "failed", ""]
    assert frame["verdict"].tolist() == ["passed", "failed", "not decided"]
    assert list(Check("complex", ()).to_frame().columns) == list(frame.columns)
