"""A formula's value is that of its mathematics, on floats, on numbers that carry their error, and on symbols."""

import re
from fractions import Fraction

import numpy as np
import pytest
import sympy

from npnet.activations import tanh
from npnet.derivations.engine import symbols
from npnet.derivations.engine.formulas import Formula
from npnet.derivations.engine.notation import Notation
from npnet.derivations.engine.numbers import each
from npnet.derivations.engine.symbols import Symbol
from npnet.derivations.engine.tracked import Tracked

x, W = np.array([[0.5, -1.0, 2.0], [3.0, 0.25, -0.5]]), np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 4.0]])
VARIABLES = {"x": x, "W": W, "v": np.array([3.0, -0.5]), "a": 2.0, "b_1": -3.0}
NOTATION = Notation(
    functions={"g": [np.exp, tanh], "E": np.mean},
    values={"n": lambda x: len(x), "u": lambda v: [v, 2 * v], "alpha": lambda: 0.25},
    indices={"i": lambda x: len(x), "j": lambda W: len(W), "k": lambda W: W.shape[1]},
)
MATRICES = Notation(NOTATION.functions, NOTATION.values, NOTATION.indices, matrices=True)


def on(kind):
    """Return the variables as one kind of number."""
    if kind is Tracked:
        return {name: each(Tracked.lift, value) for name, value in VARIABLES.items()}
    return {name: symbols.array(name, value) for name, value in VARIABLES.items()} if kind is Symbol else VARIABLES


def assert_value(latex, expected, notation=NOTATION, before=None):
    """Assert that floats are as near to what is expected as their bound says, and symbols are the same formula."""
    formula = Formula(latex, notation, VARIABLES, before)
    (found,) = formula(on(float), np.float64)
    (tracked,) = each(Tracked.lift, formula(on(Tracked), Tracked.lift))
    bound = np.array(each(lambda number: number.error, tracked), float) + np.spacing(np.abs(np.ravel(expected)))
    assert found.shape == np.shape(np.ravel(expected))
    assert (abs(found - np.ravel(expected)) <= bound).all()
    (written,) = formula(on(Symbol), Symbol.lift)
    values = np.array([Symbol.lift(number).value for number in written])
    assert ((abs(values - found) <= bound) | np.isnan(values)).all()


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("2a - 3", 1),
        ("a^{-1} a^3", 4),
        ("2^{-1}", 0.5),
        ("b_1^2", 9),
        (r"\frac1n a", 1),
        (r"\alpha a", 0.5),
        ("e^a", np.exp(2.0)),
        (r"\sigma(0) + \tanh a", 0.5 + np.tanh(2.0)),
        (r"\max(a, 3) + |b_1|", 6),
        (r"\lceil a/3 \rceil + \lceil b_1/2 \rceil", 0),
        (r"\cos a + \sin(b_1)", np.cos(2.0) + np.sin(-3.0)),
        (r"\cos\frac{\pi}{a}", np.cos(np.pi / 2)),
        (r"|a| - \max(b_1, 1)", 1),
        (r"\exp a", np.exp(2.0)),
        (r"\ln a - \sqrt a", np.log(2.0) - np.sqrt(2.0)),
        (r"\mathrm{sign}(v) + \mathrm{relu}(v)", [4, -1]),
        (r"\mathrm{softmax}(v)", np.exp([0, -3.5]) / (1 + np.exp(-3.5))),
        ("x^2", np.ravel(x**2)),
        ("v_2", -0.5),
        ("x_{2,3}", -0.5),
        ("u_2", [6, -1]),
        ("g_1(a)", np.exp(2.0)),
        ("g_2'(a)", 1 - np.tanh(2.0) ** 2),
        (r"[v > 0]", [1, 0]),
        (r"[v > 3] + 2 [v < 3]", [0, 2]),
        ("(a, v)", [2, 3, -0.5]),
        (r"u_2 + \frac{d}{dv} u_2", [8, 1]),
        (r"w + \frac{d}{dy} w, \quad w = y^2, \quad y = 2v", [48, -1]),
        (r"[i = k]", [1, 0, 0, 1]),
        (r"[i \le k] + [i \ge k] - [i < k] - [i \ne k]", [2, -1, 0, 2]),
        (r"\sum x", x.sum()),
        (r"\sum_{i=1}^n i", 3),
        (r"\sum_{i=2}^n v_i", -0.5),
        (r"\sum_{i,j} x_{ij} j", np.sum(x * [1, 2, 3])),
        (r"\sum_{j < i} j", [0, 1]),
        (r"\sum_{i=2}^1 i", 0),
        (r"\sum_j x_{ij} W_{jk}", np.ravel(x @ W)),
        ("v_k x_{ij}", np.ravel(x[:, :, None] * [3, -0.5])),
        (r"\frac{d}{dv} v^2", [6, -1]),
        (r"\nabla_x \sum x^2", np.ravel(2 * x)),
        (r"\frac{\partial}{\partial v_k} v_1 v_2", [-0.5, 3]),
        (r"\frac{\partial y}{\partial v}, \quad y = v^2", [6, 0, 0, -1]),
        (r"\frac{\partial a^2 v_1}{\partial (a, v)}", [12, 4, 0]),
        (r"E[(\pm a)(\pm v_1) + 1]", 1),
        (r"E\Bigl[\bigl(\sum_k s_k\bigr)^2\Bigr], \quad s_k = \pm v_k", 9.25),
    ],
)
def test_values(latex, expected):
    assert_value(latex, expected)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("x W", x @ W),
        (r"x^T v", x.T @ [3, -0.5]),
        (r"x \circ x", x * x),
        (r"a x", 2 * x),
        ("x a", 2 * x),
        (r"x \circ \nabla_x \sum x^2", 2 * x * x),
        (r"v \frac{\partial z}{\partial v}, \quad z = v^2", [18, -0.5 * 2 * -0.5]),
        (r"x \frac{\partial z}{\partial x}, \quad z = x^2", 2 * x * x),
        (r"v \frac{\partial z}{\partial x}, \quad z = x W v", np.outer([3, -0.5], W @ [3, -0.5])),
        (r"v \frac{\partial z}{\partial x}, \quad z = x x^T v", 2 * np.outer([3, -0.5], [3, -0.5] @ x)),
    ],
)
def test_products_of_matrices(latex, expected):
    assert_value(latex, expected, MATRICES)


def test_a_definition_holds_for_the_lines_after_it_until_it_is_made_anew():
    first = Formula(r"m_n, \quad m_i = 2m_{i-1} + v_i, \quad m_0 = 0, \quad c = 5", NOTATION, VARIABLES)
    assert_value(r"m_n, \quad m_i = 2m_{i-1} + v_i, \quad m_0 = 0", 5.5)
    assert_value("m_1 + c", 8, before=first)
    again = Formula(r"m_1, \quad m_i = 1", NOTATION, VARIABLES, first)
    assert_value("m_2 + c", 6, before=again)


def test_what_is_said_of_one_value_goes_before_what_is_said_of_any():
    assert_value(r"y_2, \quad y_i = 1, \quad y_n = 7", 7)
    assert_value(r"y_1, \quad y_i = 1, \quad y_n = 7", 1)


def test_an_equation_that_defines_nothing_has_two_sides():
    formula = Formula(r"a^2 = 2a, \quad v_1 a = 6", NOTATION, VARIABLES)
    np.testing.assert_array_equal(formula(VARIABLES, np.float64), [[4, 6], [4, 6]])
    np.testing.assert_array_equal(Formula(r"a \leftarrow 2a", NOTATION, VARIABLES)(VARIABLES, np.float64), [[4]])
    np.testing.assert_array_equal(Formula("y = 2a", NOTATION, VARIABLES)(VARIABLES, np.float64), [[4]])


def test_every_side_of_every_equation_is_one_to_compare():
    formula = Formula(r"a = 2, \quad v_1 \leftarrow 3a, \quad 5a", NOTATION, VARIABLES)
    np.testing.assert_array_equal(formula(VARIABLES, np.float64), [[2, 6, 10], [2, 6, 10]])
    both = Formula("2a = a^2", NOTATION, {"a": 3.0})
    np.testing.assert_array_equal(both({"a": 3.0}, np.float64), [[6], [9]])


def test_definitions_of_one_name_have_as_many_subscripts():
    with pytest.raises(ValueError, match="shorter"):
        Formula(r"y_1, \quad y_i = v_i, \quad y_{1,2} = 5", NOTATION, VARIABLES)(VARIABLES, np.float64)


def test_e_is_eulers_number_unless_it_is_a_name():
    assert Formula("e^a", Notation(), ["a"])({"a": 0.0}, np.float64) == 1
    assert Formula(r"e^a, \quad e = 3", Notation(), ["a"])({"a": 2}, np.float64) == 9
    assert Formula("e^2", Notation(), ["e"])({"e": 3}, np.float64) == 9


def test_a_variable_of_several_letters_is_one_name():
    formula = Formula(r"\mathrm{lr}_1 a", Notation(), ["lr_1", "a"])
    np.testing.assert_array_equal(formula({"lr_1": 0.5, "a": 4.0}, np.float64), [[2]])


def test_a_quotient_of_whole_numbers_is_exact_on_symbols_and_carries_its_error():
    for latex, exact in ((r"\frac13", "1/3"), (r"\alpha / 3", "1/12"), ("[a > 1] / 3", "1/3"), ("3^{-1}", "1/3")):
        formula = Formula(latex, NOTATION, VARIABLES)
        assert formula(on(Symbol), Symbol.lift)[0, 0].expression == sympy.Rational(exact)
    formula = Formula(r"\frac13", NOTATION, VARIABLES)
    assert formula(on(Tracked), Tracked.lift)[0, 0].error >= abs(1 / 3 - Fraction(1, 3))


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("q", "expected a known name, got q"),
        ("v_3", "expected a subscript from 1 to 2, got 3"),
        ("u_0", "expected a subscript from 1 to 2, got 0"),
        ("g_3(a)", "expected a subscript from 1 to 2, got 3"),
        ("x_a", "expected whole numbers as subscripts of x, got 2.0"),
        (r"y, \quad y = y", "expected a definition of y by others, got one by itself"),
        (r"y_1, \quad y_i = y_{i-1}", "expected a definition of y for the subscripts (0,)"),
        (r"y, \quad y_i = 1", "expected 1 subscripts of y, got 0"),
        (r"y, \quad y = v_i", "expected i as a subscript of what it defines"),
        (r"y_1, \quad y_{i+1} = 1", "expected an index or a number as a subscript of y"),
        (r"\frac{d}{dv_1} v", "expected no subscripts (1,) in an elementwise derivative"),
        (r"\nabla_2 v", "expected a name, got Number(value=2)"),
    ],
)
def test_what_has_no_value_says_why(latex, message):
    with pytest.raises(ValueError, match=f"^latex: {re.escape(message)}"):
        Formula(latex, NOTATION, VARIABLES)(VARIABLES, np.float64)
