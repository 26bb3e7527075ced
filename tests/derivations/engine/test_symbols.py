"""Symbols write down the formula that a line computes, and a difference is 0 only where it is."""

import math

import numpy as np
import pytest
import sympy

from npnet.derivations.engine import along, symbols
from npnet.derivations.engine.symbols import DIGITS, Symbol, array, expressions, is_zero, strict_questions, verdict
from npnet.derivations.engine.tracked import Tracked

X, Y = sympy.symbols("x y", real=True)
# 0 for every real number, which algebra does not see
HIDDEN = sympy.sqrt(X**4 + 2 * X**2 + 1) - X**2 - 1


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        (sympy.Integer(0), "proved"),
        ((X + Y) ** 2 - X**2 - 2 * X * Y - Y**2, "proved"),
        (1 / (1 + sympy.exp(-X)) - sympy.exp(X) / (1 + sympy.exp(X)), "proved"),
        (sympy.tanh(X) - (sympy.exp(2 * X) - 1) / (sympy.exp(2 * X) + 1), "proved"),
        (HIDDEN, "50 digits"),
        (sympy.cos(3 * X / 7) - 4 * sympy.cos(X / 7) ** 3 + 3 * sympy.cos(X / 7), "proved"),
        (sympy.Integer(1), "differs"),
        (X - Y, "differs"),
        ((X + Y) ** 2 - X**2 - Y**2, "differs"),
        # 0 at no point that is drawn, however near
        (X - X * (1 + sympy.Rational(1, 10**45)), "differs"),
        (HIDDEN + sympy.Rational(1, 10 ** (DIGITS - 1)), "differs"),
        (HIDDEN - sympy.Rational(1, 10 ** (DIGITS - 1)), "differs"),
    ],
)
def test_a_difference_is_0_where_algebra_or_50_digits_say_so(expression, found):
    assert verdict(expression, rng()) == found
    assert is_zero(expression, rng()) == (found != "differs")


def test_a_difference_must_be_0_at_each_of_three_points():
    points = [
        sympy.Rational(int(step), 37) for step in np.concatenate([rng.integers(-99, 100, 1) for rng in [rng()] * 3])
    ]
    assert len(set(points)) == 3
    assert verdict(HIDDEN, rng()) == "50 digits"
    for point in points:
        one, other = set(points) - {point}
        assert verdict(HIDDEN + (X - one) * (X - other), rng()) == "differs"
    # The fourth point is not looked at
    assert verdict(HIDDEN + sympy.prod(X - point for point in points), rng()) == "50 digits"


@pytest.mark.parametrize("difference", [X - abs(X), X + abs(X)])
def test_points_are_of_both_signs(difference):
    # Of three points, all may have one sign
    assert {verdict(difference, np.random.default_rng(seed)) for seed in range(9)} >= {"differs"}


def test_points_are_drawn_within_a_tenth_of_a_symbols_value():
    around = {X: 2.0}
    # Real only above 1.8, and 0 only under 2.2
    inside = sympy.sqrt((X - sympy.Rational(9, 5)) ** 2) - (X - sympy.Rational(9, 5))
    for seed in range(10):
        assert verdict(inside, np.random.default_rng(seed), around) == "50 digits"
    wide = {verdict(inside, np.random.default_rng(seed)) for seed in range(10)}
    assert wide == {"differs"}
    assert verdict(X - 2, rng(), around) == "differs"


def test_algebra_is_tried_on_what_is_small_alone(monkeypatch):
    same = 1 / (1 + sympy.exp(-X)) - sympy.exp(X) / (1 + sympy.exp(X))
    monkeypatch.setattr(symbols, "OPERATIONS", sympy.count_ops(same))
    assert verdict(same, rng()) == "proved"
    monkeypatch.setattr(symbols, "OPERATIONS", sympy.count_ops(same) - 1)
    assert verdict(same, rng()) == "50 digits"
    monkeypatch.undo()
    monkeypatch.setattr(symbols, "UNKNOWNS", 1)
    assert verdict(same, rng()) == "proved"
    monkeypatch.setattr(symbols, "UNKNOWNS", 0)
    assert verdict(same, rng()) == "50 digits"
    assert verdict((X + Y) ** 2 - X**2 - 2 * X * Y - Y**2, rng()) == "proved"


def test_a_plain_number_is_the_fraction_that_it_is():
    assert Symbol.lift(0.1).expression == sympy.Rational(3602879701896397, 2**55)
    assert Symbol.lift(3).expression == Symbol.lift(np.int64(3)).expression == 3
    # An integer beyond float64's digits
    assert Symbol.lift(2**53 + 1).expression == 2**53 + 1
    assert Symbol.lift(-0.5).value == -0.5
    # But π, which no fraction is
    assert (Symbol.lift(np.pi).expression, Symbol.lift(np.pi).value) == (sympy.pi, math.pi)
    assert expressions(np.array([[Symbol(X, 1.0), 2.0]], object)) == [X, 2]
    symbol = Symbol(X, 1.0)
    assert Symbol.lift(symbol) is symbol
    # A number of another kind is not for this one to say
    assert Symbol.lift(Tracked.lift(1.0)) is NotImplemented


@pytest.mark.parametrize("name", ["exp", "expm1", "log", "log1p", "tanh", "sqrt", "cos", "sin"])
def test_functions_have_their_expression_and_value(name):
    found = getattr(np, name)(array("a", [0.75]))[0]
    a = sympy.Symbol("a_0", real=True)
    others = {"log1p": sympy.log(1 + a), "expm1": sympy.exp(a) - 1}
    assert found.expression == (others[name] if name in others else getattr(sympy, name)(a))
    assert math.isclose(found.value, getattr(math, name)(0.75), rel_tol=4 * 2.0**-53)


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("normal_cumulative", (1 + sympy.erf(X / sympy.sqrt(2))) / 2),
        ("normal_density", sympy.exp(-(X**2) / 2) / sympy.sqrt(2 * sympy.pi)),
    ],
)
def test_the_normal_distributions_functions_have_their_expression_and_value(name, expression):
    found = getattr(Symbol(X, 0.75), name)()
    assert found.expression == expression
    assert math.isclose(found.value, expression.subs(X, 0.75), rel_tol=8 * 2.0**-53)


def test_a_function_that_has_no_value_still_has_an_expression():
    assert (Symbol(X, 0.0).log().value, Symbol(X, 0.0).log().expression) == (-math.inf, sympy.log(X))
    assert math.isnan(Symbol(X, -1.0).sqrt().value)


def test_operations_have_their_expression_and_value():
    a, b = Symbol(X, 3.0), Symbol(Y, 2.0)
    for found, expression, value in (
        (a + b, X + Y, 5), (a - b, X - Y, 1), (b - a, Y - X, -1), (a * b, X * Y, 6), (a / b, X / Y, 1.5),
        (a**b, X**Y, 9), (-a, -X, -3), (1 - a, 1 - X, -2), (2 / b, 2 / Y, 1),
    ):  # fmt: skip
        assert (found.expression, found.value) == (expression, value)


def test_comparisons_are_decided_by_the_values():
    x = array("x", [2.0, -3.0])
    assert np.maximum(x, 0).tolist() == [x[0], 0]
    assert np.sign(x).tolist() == [1, -1]
    assert np.ceil(x * 0.75).tolist() == [2, -2]


def test_questions_that_jump_are_collected_and_others_are_not():
    x, y = array("x", 2.0), array("y", 3.0)
    with strict_questions() as asked:
        results = [x <= 0, x >= 0, x != y, x < y, x > 0, x == y]
    assert results == [False, True, True, True, True, False]
    assert {(str(expression), relation) for expression, relation in asked} == {
        ("x - y", "<"),
        ("x", ">"),
        ("x - y", "="),
    }
    with strict_questions() as asked:
        # The same question, whatever positive number both sides are multiplied by, and from either side
        _ = [2 * x < 2 * y, x - y < 0, y > x, -x > -y, x - y < 0]
    assert {(str(expression), relation) for expression, relation in asked} == {("x - y", "<")}
    _ = x < 7
    assert len(asked) == 1


def test_symbols_have_their_values_and_ranges():
    found = array("x", [[1.0, -2.0]])
    assert [[str(symbol.expression) for symbol in row] for row in found] == [["x_0_0", "x_0_1"]]
    assert [[symbol.value for symbol in row] for row in found] == [[1, -2]]
    assert found[0, 0].expression.is_real
    assert found[0, 0].expression.is_positive is None
    assert array("x", 2.0, positive=True).expression.is_positive
    assert isinstance(array("x", 2.0), Symbol)


def test_a_derivative_is_sympys_and_chooses_no_branch():
    found = along(lambda x: x**2 * 3, array("x", [2.0]), np.array([5.0]))[0]
    assert found.expression == 30 * sympy.Symbol("x_0", real=True)
    assert math.isnan(found.value)
    constant = along(lambda x: np.array([7.0], object), array("x", [2.0]), np.array([5.0]))[0]
    assert constant.expression == 0
