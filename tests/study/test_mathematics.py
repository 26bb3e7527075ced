"""All LaTeX of the derivations and errata becomes MathML, with nothing left over."""

import re

import pytest

from npnet import derivations
from npnet.experiments import errata
from npnet.study import mathematics
from tests.study.markup import read

FORMULAS = [
    *(line.latex for chain in derivations.every() for line in chain.lines),
    *(
        form
        for erratum in errata.every()
        for form in (erratum.printed, erratum.right)
        if form and not isinstance(form, errata.Code)
    ),
]


@pytest.mark.parametrize("block", [False, True])
def test_all_formulas_can_be_read_and_none_has_a_command_left_as_text(block):
    for latex in FORMULAS:
        (formula,) = read(mathematics.mathml(latex, block)).all("math")
        assert formula.attributes.get("display") == ("block" if block else None)
        assert formula.text
        assert "\\" not in formula.text, latex
        assert not formula.all("merror"), latex


@pytest.mark.parametrize(
    ("latex", "problem"),
    [
        (r"\tanhh z", r'latex: expected a formula, got \tanhh z (at 0: Unknown command "\tanhh".)'),
        (r"\frac{1}{2", r"latex: expected a formula, got \frac{1}{2 ("),
        (r"a & b", r"latex: expected a formula, got a & b ("),
    ],
)
def test_what_is_no_formula_is_an_error_that_names_it(latex, problem):
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}"):
        mathematics.mathml(latex)


def test_a_name_of_several_letters_is_one():
    assert "<mi>lr</mi>" in mathematics.mathml(r"\mathrm{lr}_0")
    for latex in FORMULAS:
        assert not re.search(r"<mi>l</mi>\s*(<msub>)?<mi>r</mi>", mathematics.mathml(latex)), latex


@pytest.mark.parametrize("script", ["^2", "_i", "_i^2"])
def test_a_large_bracket_with_a_script_stands_in_a_row_of_its_own(script):
    formula = read(mathematics.mathml(rf"\bigl(y\bigr){script}"))
    (power,) = formula.all("msup", "msub", "msubsup")
    row = power.inside[0]
    assert (row.tag, row.text) == ("mrow", ")")


@pytest.mark.parametrize(
    ("latex", "parts"),
    [
        (r"y = 2z, \quad z > 0, \quad z < 1", ["y=2z,", "z>0,", "z<1"]),
        (r"\frac{a, \quad b}{c}", ["a,b c"]),
        (r"\left(a, \quad b\right)", ["(a,b)"]),
    ],
)
def test_a_formula_may_go_on_in_the_next_line_behind_a_comma_that_nothing_encloses(latex, parts):
    found = read(f"<p>{mathematics.lines(latex)}</p>").all("math")
    assert [re.sub(r"[\s\u2061]", "", formula.text) for formula in found] == [part.replace(" ", "") for part in parts]
    assert all(formula.attributes["display"] == "block" for formula in found)


def test_the_parts_of_all_formulas_can_be_read():
    assert sum(mathematics.lines(latex).count("<math") > 1 for latex in FORMULAS) > 50


def test_a_bar_is_left_to_the_style_sheet():
    (over,) = read(mathematics.mathml(r"\overline{abc}")).all("mover")
    assert over.with_class("bar")[0].text == "\N{OVERLINE}"
    assert not read(mathematics.mathml(r"\bar g")).with_class("bar")
