"""Derivatives are those of mathematics, on floats, on numbers that carry their error, and on symbols."""

import numpy as np
import pytest
import sympy

from npnet.derivations.engine import along, derivative, gradient, jacobian, symbols
from npnet.derivations.engine.numbers import each
from npnet.derivations.engine.symbols import Symbol
from npnet.derivations.engine.tracked import Tracked

POINT, DIRECTION = np.array([0.5, -2.0, 3.0]), np.array([2.0, 1.0, -1.0])


def tracked(values):
    return each(Tracked.lift, values)


def symbol(values):
    return symbols.array("x", values)


def value(numbers):
    """The values of numbers of any kind; those of derivatives on symbols are in their expressions."""
    around = {sympy.Symbol(f"x_{i}", real=True): number for i, number in enumerate(POINT)}

    def plain(number):
        return float(number.expression.subs(around)) if isinstance(number, Symbol) else getattr(number, "value", number)

    return np.array(each(plain, numbers), float)


kinds = pytest.mark.parametrize("kind", [np.asarray, tracked, symbol], ids=["floats", "tracked", "symbols"])


@kinds
def test_along_a_direction_each_slope_is_weighted(kind):
    # x0^2 + x1 x2: the gradient is (1, 3, -2), along (2, 1, -1) it is 7
    found = along(lambda x: x[0] ** 2 + x[1] * x[2], kind(POINT), DIRECTION)
    assert value(found) == 7
    np.testing.assert_array_equal(value(along(lambda x: x * x, kind(POINT), DIRECTION)), 2 * POINT * DIRECTION)


@kinds
def test_an_elementwise_derivative_has_the_arrays_shape(kind):
    np.testing.assert_array_equal(value(derivative(lambda x: x * x, kind(POINT))), 2 * POINT)
    square = kind(POINT[:2]).reshape(2, 1)
    assert derivative(lambda x: x**3, square).shape == (2, 1)


@kinds
def test_a_gradient_has_the_arrays_shape(kind):
    x = kind(np.array([*POINT, 1.0])[:3]).reshape(3, 1)
    found = gradient(lambda x: x[0, 0] * x[1, 0] + 3 * x[2, 0], x)
    np.testing.assert_array_equal(value(found), [[-2.0], [0.5], [3.0]])


@kinds
def test_a_jacobian_has_a_row_for_each_output(kind):
    found = jacobian(lambda x: np.stack([x[0] * x[1], 2 * x[2]]), kind(POINT))
    np.testing.assert_array_equal(value(found), [[-2.0, 0.5, 0.0], [0.0, 0.0, 2.0]])


def test_what_a_derivative_is_taken_of_decides_not_what_it_is_called_with():
    # A plain number among tracked ones is a constant: the array is of the kind of any number in it
    mixed = np.array([1.0, Tracked(2.0, 2.0, 1e-3)], object)
    found = along(lambda x: x[0] * x[1], mixed, np.array([0.0, 1.0]))
    assert (found.value, isinstance(found, Tracked)) == (1.0, True)
