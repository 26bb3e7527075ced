"""All LaTeX of the derivations and errata becomes MathML, with nothing left over."""

import pytest

from npnet import derivations
from npnet.experiments import errata
from npnet.study import mathematics
from tests.study.markup import read

FORMULAS = [
    *(line.latex for chain in derivations.every() for line in chain.lines),
    *(form for erratum in errata.every() for form in (erratum.printed, erratum.right) if form),
]


@pytest.mark.parametrize("block", [False, True])
def test_no_command_is_left_as_text(block):
    for latex in FORMULAS:
        (formula,) = read(mathematics.mathml(latex, block)).all("math")
        assert formula.attributes["display"] == ("block" if block else "inline")
        assert formula.text
        assert "\\" not in formula.text, latex
        assert not formula.all("merror"), latex


def test_what_is_no_equation_is_led_in_as_one():
    assert mathematics.continues("1 - y^2")
    assert mathematics.continues(r"\sum_{i=1}^n x_i")
    assert not mathematics.continues("y = x")
    assert not mathematics.continues(r"w \leftarrow w - g")
    assert mathematics.continues(r"y, \quad x = 3")
