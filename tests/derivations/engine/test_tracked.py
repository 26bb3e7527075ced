"""A number's bound is what its operands' errors can make of it, and what its own operation rounds: no less, no more."""

import itertools
import math
import operator

import mpmath
import numpy as np
import pytest

from npnet.derivations.engine import along
from npnet.derivations.engine.numbers import each
from npnet.derivations.engine.tracked import FUNCTION, SMALLEST, UNIT, Dual, Tracked

A, B = Tracked(-6.0, 8.0, 0.5), Tracked(2.0, 3.0, 0.25)
EXACT = Tracked.lift
FUNCTIONS = ("exp", "expm1", "log", "log1p", "tanh", "sqrt", "cos", "sin")
OPERATIONS = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv}


def assert_tracked(found, value, size, error):
    """The bound itself is computed with a few roundings."""
    assert (found.value, found.size) == (value, size)
    assert found.error == error or abs(found.error - error) <= 8 * UNIT * error


@pytest.mark.parametrize(
    ("result", "value", "size", "error"),
    [
        (lambda: A + B, -4, 11, 0.75 + 11 * UNIT),
        (lambda: A - B, -8, 11, 0.75 + 11 * UNIT),
        (lambda: B - A, 8, 11, 0.75 + 11 * UNIT),
        (lambda: -A, 6, 8, 0.5),
        # Each error times the other's terms, and both errors: 0.5 * 3 + 0.25 * 8 + 0.125
        (lambda: A * B, -12, 24, 3.625 + 24 * UNIT),
        (lambda: B * A, -12, 24, 3.625 + 24 * UNIT),
        # 6.5 / 1.75 - 3
        (lambda: A / B, -3, 4, 5 / 7 + 4 * UNIT),
        (lambda: B / EXACT(-4.0), -0.5, 0.75, 0.0625 + 0.75 * UNIT),
        # 6.5^2 - 6^2
        (lambda: A ** EXACT(2), 36, 36, 6.25 + 36 * FUNCTION * UNIT),
        (lambda: A ** EXACT(3), -216, 216, 6.5**3 - 216 + 216 * FUNCTION * UNIT),
        # 1 / 1.75 - 1 / 2
        (lambda: B ** EXACT(-1), 0.5, 0.5, 1 / 14 + 0.5 * FUNCTION * UNIT),
        (lambda: A ** EXACT(-2), 1 / 36, 1 / 36, 5.5**-2 - 6**-2 + FUNCTION * UNIT / 36),
        (lambda: A ** EXACT(0), 1, 1, FUNCTION * UNIT),
        (lambda: EXACT(0) ** EXACT(2), 0, 0, SMALLEST),
        # The logarithm's error is that of the exponent, and half of 0.25 / 1.75
        (lambda: B ** EXACT(0.5), 2**0.5, 2**0.5, 2**0.5 * (math.expm1(1 / 14) + FUNCTION * UNIT)),
        (lambda: EXACT(4.0) ** Tracked(0.5, 0.5, 0.25), 2, 2, 2 * (4**0.25 - 1) + 2 * FUNCTION * UNIT),
        (lambda: EXACT(0.25) ** Tracked(2.0, 2.0, 0.5), 0.0625, 0.0625, 0.0625 + 0.0625 * FUNCTION * UNIT),
        (
            lambda: Tracked(4.0, 4.0, 2.0) ** Tracked(-0.5, 0.5, 0.25),
            0.5,
            0.5,
            0.5 * (4**0.25 * math.exp(0.5) - 1) + 0.5 * FUNCTION * UNIT,
        ),
        # 0 times or over anything rounds to less than the smallest number
        (lambda: EXACT(0) * EXACT(3), 0, 0, SMALLEST),
        (lambda: EXACT(0) / EXACT(3), 0, 0, SMALLEST),
        (lambda: EXACT(0) + EXACT(0), 0, 0, 0),
    ],
)  # fmt: skip
def test_operations(result, value, size, error):
    assert_tracked(result(), value, size, error)


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (EXACT(1.0) / Tracked(0.5, 0.5, 0.5), math.inf),
        (EXACT(1.0) / Tracked(-0.5, 0.5, 1.0), math.inf),
        (Tracked(0.5, 0.5, 0.5) ** EXACT(-1), math.inf),
        (Tracked(0.5, 0.5, 0.75) ** EXACT(-2), math.inf),
        (Tracked(0.5, 0.5, 0.5).log(), math.inf),
        (Tracked(0.5, 0.5, 1.0).log(), math.inf),
        (Tracked(-0.5, 0.5, 0.5).log1p(), math.inf),
    ],
)
def test_an_error_that_reaches_a_pole_has_no_bound(number, error):
    assert number.error == error


@pytest.mark.parametrize(
    ("function", "x", "error", "moved"),
    [
        # Towards the side on which the function is steeper
        ("exp", 1.0, 0.5, math.exp(1) * math.expm1(0.5)),
        ("exp", -3.0, 0.25, math.exp(-3) * math.expm1(0.25)),
        ("log", 2.0, 0.5, 0.5 / 1.5),
        ("log1p", 1.0, 0.5, 0.5 / 1.5),
        ("tanh", 0.5, 0.25, 0.25),
        ("sqrt", 4.0, 1.0, 0.5),
        ("sqrt", 0.0, 0.25, 0.5),
        # The slope moves by the error too, and is at most 1
        ("cos", 0.0, 0.25, 0.0625),
        ("cos", -0.5, 0.25, 0.25 * (math.sin(0.5) + 0.25)),
        ("cos", 1.5, 0.25, 0.25),
        ("sin", 3.0, 0.25, 0.25),
        ("sin", 2.0, 0.25, 0.25 * (abs(math.cos(2)) + 0.25)),
    ],
)
def test_functions_pass_an_error_on_by_the_largest_slope_within_reach(function, x, error, moved):
    value = getattr(math, function)(x)
    found = getattr(Tracked(x, 7.0, error), function)()
    assert_tracked(found, value, abs(value), moved + FUNCTION * UNIT * abs(value))
    # No argument within reach has a value farther away
    for t in np.linspace(-error, error, 21):
        nearby = max(x + t, 0.0) if function == "sqrt" else x + t
        assert abs(getattr(math, function)(nearby) - value) <= found.error


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_exact_argument_leaves_the_functions_own_roundings(function):
    for x in (0.75, 1.0, 5.0):
        value = getattr(math, function)(x)
        assert_tracked(getattr(EXACT(x), function)(), value, abs(value), FUNCTION * UNIT * abs(value) + SMALLEST)
    if function not in ("log", "exp", "cos"):
        assert getattr(EXACT(0.0), function)().error == SMALLEST


def exact(operation, *numbers):
    """The result to 50 digits."""
    with mpmath.workdps(50):
        return getattr(mpmath, operation, getattr(operator, operation, None))(*map(mpmath.mpf, numbers))


@pytest.mark.parametrize("name", [*OPERATIONS, "pow", *FUNCTIONS])
def test_real_rounding_errors_are_within_the_bounds_and_come_near_them(name):
    rng = np.random.default_rng(0)
    ratios = []
    for a, b in 10 ** rng.uniform(-2, 1, (100, 2)):
        if name in FUNCTIONS:
            found, right = getattr(EXACT(a), name)(), exact(name, a)
        else:
            found, right = getattr(operator, name)(EXACT(a), EXACT(b)), exact(name, a, b)
        ratios.append(float(abs(found.value - right) / found.error))
    assert 1e-2 < max(ratios) <= 1


@pytest.mark.parametrize("name", ["normal_cumulative", "normal_density"])
def test_the_normal_distributions_bounds_hold_within_reach(name):
    exactly = {"normal_cumulative": mpmath.ncdf, "normal_density": mpmath.npdf}[name]
    for x, error in itertools.product((-6.0, -1.0, 0.0, 0.5, 3.0), (0.0, 1e-9, 1e-3, 0.5)):
        found = getattr(Tracked(x, abs(x), error), name)()
        farthest = max(abs(exactly(x + t) - found.value) for t in np.linspace(-error, error, 21))
        assert farthest <= found.error
        assert error == 0 or found.error <= 1e-15 + 30 * farthest


def test_a_sum_in_any_order_is_within_the_bound_of_any_other():
    terms = np.random.default_rng(0).normal(size=20)
    forward, backward = (np.sum(each(Tracked.lift, order)) for order in (terms, terms[::-1]))
    right = math.fsum(terms)
    assert 1e-3 * forward.error < abs(forward.value - right) <= forward.error
    assert abs(backward.value - right) <= min(backward.error, forward.error)


# Each with its derivative
CURVES = {
    "a sum": (lambda x: x + x * 2 - 1, lambda x: 3),
    "a product": (lambda x: (x + 1) * (x - 2), lambda x: 2 * x - 1),
    "a quotient": (lambda x: (x + 1) / (x + 3), lambda x: 2 / (x + 3) ** 2),
    "a quotient of a constant": (lambda x: 2 / x, lambda x: -2 / x**2),
    "a power": (lambda x: x**3, lambda x: 3 * x**2),
    "an inverse": (lambda x: x**-2, lambda x: -2 * x**-3),
    "a negative": (lambda x: 5 - -x, lambda x: 1),
    "exp": (np.exp, np.exp),
    "log": (np.log, lambda x: 1 / x),
    "log1p": (np.log1p, lambda x: 1 / (1 + x)),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "sqrt": (np.sqrt, lambda x: 0.5 / np.sqrt(x)),
    "cos": (np.cos, lambda x: -np.sin(x)),
    "sin": (np.sin, np.cos),
    "a chain": (lambda x: np.exp(np.tanh(x) * -2), lambda x: -2 * (1 - np.tanh(x) ** 2) * np.exp(-2 * np.tanh(x))),
}


@pytest.mark.parametrize("name", CURVES)
def test_a_derivative_is_the_rules_and_its_bound_is_near_its_errors(name):
    f, slope = CURVES[name]
    points = np.random.default_rng(0).uniform(0.25, 2, 40)
    found = along(f, each(Tracked.lift, points), np.full(40, 0.5))
    right = 0.5 * slope(points.astype(np.longdouble))
    errors = np.array([number.error for number in found])
    ratios = abs(np.array([number.value for number in found]) - right) / np.where(errors, errors, 1)
    assert ratios.max() <= 1
    # Those of whole numbers are exact
    assert ratios.max() > 1e-3 or name in ("a sum", "a negative")
    # At most ten functions of 8 units each, of terms that are no larger than 1 or than the result
    assert (errors <= 80 * UNIT * np.maximum(abs(right), 1)).all()


def test_a_derivatives_bound_holds_for_an_argument_that_is_inexact():
    x = Tracked(1.0, 1.0, 2.0**-10)
    for name, (f, slope) in CURVES.items():
        found = along(f, np.array([x]), np.array([1.0]))[0]
        for end in (1 - x.error, 1 + x.error):
            assert abs(slope(end) - found.value) <= found.error, name
        # A slope's own slope is at most 4 here
        assert found.error <= 20 * x.error, name


def test_a_derivative_of_what_does_not_change_is_0():
    found = along(lambda x: np.array([Tracked(5.0, 5.0, 1.0), 3.0], object), each(Tracked.lift, np.ones(2)), np.ones(2))
    assert [(number.value, number.error) for number in found] == [(0, 0), (0, 0)]


def test_a_derivative_of_a_derivative_is_refused():
    with pytest.raises(NotImplementedError, match="a derivative inside a derivative"):
        along(lambda x: along(np.exp, x, np.ones(1)), each(Tracked.lift, np.ones(1)), np.ones(1))


def test_numbers_of_two_kinds_are_lifted_to_the_one_that_knows_more():
    dual = Dual(EXACT(2.0), EXACT(1.0))
    assert Tracked.lift(dual) is NotImplemented
    assert Tracked.lift(A) is A
    assert Dual.lift(dual) is dual
    assert (Dual.lift(3.0).value, Dual.lift(3.0).slope.value) == (3, 0)
    for product in (A * dual, dual * A):
        assert isinstance(product, Dual)
        assert (product.value, product.slope.value) == (-12, -6)
    assert_tracked(EXACT(-3), -3, 3, 0)
