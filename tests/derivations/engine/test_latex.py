"""LaTeX is read as a mathematician reads it, and what cannot be read says where."""

import re

import pytest

from npnet.derivations import every
from npnet.derivations.engine.latex import (
    BRACKETS,
    Call,
    Derivative,
    Equation,
    Name,
    Number,
    Operation,
    Prefixed,
    Sum,
    Tuple,
    read,
)

FUNCTIONS = {"f", "ln", "max", "sigma", "tanh"}
A, B, C, X = map(Name, "abcx")
ONE, TWO = Number(1), Number(2)


def one(latex):
    (statement,) = read(latex, FUNCTIONS)
    return statement


@pytest.mark.parametrize(
    ("latex", "tree"),
    [
        ("a - b - c", Operation("-", Operation("-", A, B), C)),
        ("-a b", Prefixed("-", Operation("*", A, B))),
        ("a / b c", Operation("*", Operation("/", A, B), C)),
        (r"a \cdot b \circ c", Operation("∘", Operation("*", A, B), C)),
        ("2a^2", Operation("*", TWO, Operation("^", A, TWO))),
        ("a^{-2}", Operation("^", A, Prefixed("-", TWO))),
        ("a^2_1", None),
        (r"\frac1a", Operation("/", ONE, A)),
        (r"\tfrac12 a", Operation("*", Operation("/", ONE, TWO), A)),
        (r"\frac{a}{b}^2", Operation("^", Operation("/", A, B), TWO)),
        (r"\frac{ab}{ac}", Operation("/", Operation("*", A, B), Operation("*", A, C))),
        (r"\frac{d}{a}", Operation("/", Name("d"), A)),
        (r"\frac{d}{d}", Operation("/", Name("d"), Name("d"))),
        ("f^2 a", Operation("*", Operation("^", Name("f"), TWO), A)),
        ("12.5", Number(12.5)),
        (r"\sqrt a", Call(Name("sqrt"), False, (A,))),
        ("|a|", Call(Name("abs"), False, (A,))),
        (r"\lceil a \rceil", Call(Name("ceil"), False, (A,))),
        (r"\mathrm{lr}_1", Name("lr", (ONE,))),
        ("lr", Operation("*", Name("l"), Name("r"))),
        ("l r", Operation("*", Name("l"), Name("r"))),
        (r"\hat m_t", Name("hat m", (Name("t"),))),
        (r"\mathrm{softmax}", Name("softmax")),
        ("x_{ij}", Name("x", (Name("i"), Name("j")))),
        ("x_{i-1}", Name("x", (Operation("-", Name("i"), ONE),))),
        ("x_{i+1,j}", Name("x", (Operation("+", Name("i"), ONE), Name("j")))),
        ("x_{12}", Name("x", (Number(12),))),
        ("x_1^T", Prefixed("T", Name("x", (ONE,)))),
        ("a(b)", Operation("*", A, B)),
        ("f(b)", Call(Name("f"), False, (B,))),
        ("f'(b)", Call(Name("f"), True, (B,))),
        ("f_1(b)", Call(Name("f", (ONE,)), False, (B,))),
        (r"\max(a, b)", Call(Name("max"), False, (A, B))),
        (r"\ln a b", Operation("*", Call(Name("ln"), False, (A,)), B)),
        (r"\tanh^2 a", Operation("^", Call(Name("tanh"), False, (A,)), TWO)),
        (r"\sigma a", Operation("*", Name("sigma"), A)),
        (r"\bigl[a > b\bigr]", Operation(">", A, B)),
        ("{a b}^2", Operation("^", Operation("*", A, B), TWO)),
        ("[a]", A),
        ("(a, b)", Tuple((A, B))),
        ("(a, (b, c), x)", Tuple((A, Tuple((B, C)), X))),
        ("[(a, b), x_{i,j}]", Tuple((Tuple((A, B)), Name("x", (Name("i"), Name("j")))))),
        ("((a, b), ((c, x)))", Tuple((Tuple((A, B)), Tuple((C, X))))),
        (r"\pm a", Prefixed("±", A)),
        (r"\nabla_x a b", Derivative(Operation("*", A, B), X, elementwise=False)),
        (r"\frac{d}{dx} a b + c", Operation("+", Derivative(Operation("*", A, B), X, elementwise=True), C)),
        (r"\frac{\partial a}{\partial x} b", Operation("*", Derivative(A, X, elementwise=False), B)),
        ("a = b", Equation(A, B, assignment=False)),
        (r"a \leftarrow b", Equation(A, B, assignment=True)),
    ],
)
def test_a_formula_is_read(latex, tree):
    if tree is None:
        with pytest.raises(ValueError, match="latex: "):
            one(latex)
    else:
        assert one(latex) == tree


@pytest.mark.parametrize(
    ("latex", "tree"),
    [
        (r"\sum a b - c", Operation("-", Sum((), None, None, None, Operation("*", A, B)), C)),
        (r"\sum_i a / \sum_i b", Operation("/", Sum(("i",), None, None, None, A), Sum(("i",), None, None, None, B))),
        (r"\sum_{i=1}^2 a", Sum(("i",), ONE, TWO, None, A)),
        (r"\sum_{i,j} a", Sum(("i", "j"), None, None, None, A)),
        (r"\sum_{i \le j} a", Sum(("i",), None, None, Operation("<=", Name("i"), Name("j")), A)),
        (r"\ln \sum_i a - b", Operation("-", Call(Name("ln"), False, (Sum(("i",), None, None, None, A),)), B)),
    ],
)
def test_a_sum_takes_its_term(latex, tree):
    assert one(latex) == tree


def test_statements_are_separated_by_a_comma_and_a_space():
    assert read(r"(a, b), \quad a = b", FUNCTIONS) == [Tuple((A, B)), Equation(A, B, assignment=False)]


@pytest.mark.parametrize("space", [r"\,", r"\;", r"\ ", " ", r"\textstyle "])
def test_spaces_mean_nothing(space):
    assert one(f"a{space}b") == one("ab")


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("", "expected more, got the end in"),
        ("a +", "expected more, got the end in a +"),
        ("(a", "expected ), got the end in (a"),
        ("a)", "expected a quantity, got ) in a)"),
        (r"\nabla a", r"expected _, got a in \nabla a"),
        (r"\nabla", r"expected _, got the end in \nabla"),
        ("a = b = c", "expected the end, got = in a = b = c"),
        ("a < b", "expected the end, got < in a < b"),
        ("[a < b < c]", "expected the end, got < in [a < b < c]"),
        (r"\text{if } a", r"expected a quantity, got \text in \text{if } a"),
        (r"\sum_{a+b} c", r"expected an index under the sum, got a+b in \sum_{a+b} c"),
        ("f''(a)", "expected a quantity, got ' in f''(a)"),
        (r"\frac{}{a}", r"expected more, got the end in \frac{}{a}"),
        ("|a", "expected |, got the end in |a"),
        (r"\lceil a", r"expected \rceil, got the end in \lceil a"),
    ],
)
def test_what_cannot_be_read_says_where(latex, message):
    with pytest.raises(ValueError, match=f"^latex: {re.escape(message)}"):
        one(latex)


def test_no_line_uses_a_bracket_size_that_is_not_known():
    sizes = {size for chain in every() for line in chain.lines for size in re.findall(r"\\[bB]ig+[lr]?", line.latex)}
    assert sizes <= BRACKETS
