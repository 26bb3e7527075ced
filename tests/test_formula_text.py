"""Formulas as text: each part stands where mathematics has it, and whatever has no picture is refused."""

import pytest

from npnet import derivations
from npnet.experiments import errata
from npnet.formula_text import SUBSCRIPTS, SUPERSCRIPTS, picture

FORMULAS = [
    *(line.latex for chain in derivations.every() for line in chain.lines),
    *(
        form
        for one in errata.every()
        for form in (one.printed, one.right)
        if form and not isinstance(form, errata.Code)
    ),
]


def lines(latex, width=80):
    return picture(latex, width).text.splitlines()


@pytest.mark.parametrize("latex", FORMULAS)
def test_every_formula_has_a_picture_in_a_terminal_of_80_columns(latex):
    found = picture(latex, 76)
    assert "\\" not in found.text
    assert max(map(len, found.text.splitlines())) <= 76
    assert 0 <= found.baseline < len(found.text.splitlines())


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("ab", "ab"),
        ("1-2z", "1 − 2z"),
        ("-z", "−z"),
        ("x(-z)", "x(−z)"),
        ("a = -b, -c", "a = −b, −c"),
        (r"\ln p", "ln p"),
        (r"y \ln(1-p)", "y ln(1 − p)"),
        (r"\mathrm{lr} \cdot g", "lr ⋅ g"),
        (r"2\,\mathrm{lr}", "2 lr"),
        ("w_{t-1}^2", "wₜ₋₁²"),
        ("e^{-2z}", "e⁻²ᶻ"),
        ("f'(z)", "f′(z)"),
        ("x^T", "xᵀ"),
        (r"\hat m + \bar g", "m̂ + ḡ"),
        (r"|z|", "│z│"),
        (r"\lceil e/s \rceil", "⌈e/s⌉"),
        ("[y > 0]", "[y > 0]"),
        (r"a \ge b \leftarrow c", "a ≥ b ← c"),
        (r"x, \quad y", "x,   y"),
        ("y == 1", "y == 1"),
        (r"1 \text{ if } x", "1 if x"),
    ],
)
def test_a_row_has_the_spaces_of_mathematics(latex, text):
    assert picture(latex) == (text, 0)


def test_a_fraction_has_a_bar_as_long_as_its_longer_side():
    assert lines(r"\frac{1}{a+b}") == ["  1", "─────", "a + b"]
    assert picture(r"\frac{1}{a+b}").baseline == 1
    # The bar is on the line of what stands beside it
    assert lines(r"y - \frac1N") == ["    1", "y − ─", "    N"]
    assert picture(r"\frac{1}{\frac ab} c").text.splitlines() == ["1", "─ c", "a", "─", "b"]


def test_brackets_grow_with_what_they_hold():
    assert lines(r"\left(\frac ab\right)^2") == ["   2", "⎛a⎞", "⎜─⎟", "⎝b⎠"]
    assert lines(r"\big[\frac ab\big]c") == ["⎡a⎤", "⎢─⎥c", "⎣b⎦"]


def test_a_root_covers_all_that_is_in_it():
    assert lines(r"\sqrt{V+\epsilon}") == ["  ______", "╲╱ V + ϵ"]
    assert lines(r"\sqrt{\frac ab}") == ["    __", "   ╱ a", "  ╱  ─", "╲╱   b"]
    assert picture(r"\sqrt V").text == "√V"


def test_a_sum_has_its_limits_above_and_below():
    assert lines(r"\sum_{i=1}^n x_i") == [" n", " ∑  xᵢ", "i=1"]
    assert lines(r"\sum_s z") == ["∑ z", "s"]
    assert lines(r"\sum^d y") == ["d", "∑ y"]


def test_scripts_without_small_characters_stand_above_and_below():
    assert lines(r"g_\tau^2") == [" 2", "g", " τ"]
    assert lines(r"r^{e/s}") == [" e/s", "r"]
    assert picture(r"r^{e/s}").baseline == 1
    assert lines(r"y_{0,sk}") == ["y", " 0,sk"]


def test_small_characters_are_those_of_the_letters():
    import unicodedata

    for characters in (SUPERSCRIPTS, SUBSCRIPTS):
        for letter, small in characters.items():
            if letter not in "−′":
                assert unicodedata.normalize("NFKC", small) in (letter, "−")


def test_a_bar_over_more_than_a_letter_is_drawn():
    assert lines(r"\overline{g^2}") == ["__", "g²"]


def test_a_row_that_is_too_long_goes_on_below_where_it_can_be_broken():
    assert lines("a = b + c", 7) == ["a = b", "    + c"]
    # Between two statements rather than inside of one
    assert lines(r"a = b, \quad c = d", 9) == ["a = b,", "    c = d"]
    with pytest.raises(ValueError, match=r"^width: expected more than 3 for abcde$"):
        picture("abcde", 3)


@pytest.mark.parametrize(
    "latex", [r"\unknown", r"\frac{1", "(a", "a + [b", r"\begin{cases}1\\2\end{cases}", r"\oint x"]
)
def test_what_has_no_picture_is_refused_by_name(latex):
    with pytest.raises(ValueError, match=r"^latex: "):
        picture(latex)


def test_pictures_of_sympys_own_stay_as_they_were():
    from sympy.printing.pretty.pretty_symbology import pretty_use_unicode

    for used in (True, False):
        before = pretty_use_unicode(used)
        try:
            picture(r"\frac12")
            assert pretty_use_unicode() is used
        finally:
            pretty_use_unicode(before)
