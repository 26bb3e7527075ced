"""An interval holds every value that a function takes on the numbers in it."""

import numpy as np
import pytest

from reference.bounds.intervals import Interval

RNG = np.random.default_rng(0)
UNARY = [np.positive, np.negative, np.square, np.sign]
BINARY = [np.add, np.subtract, np.multiply, np.maximum, np.minimum]


def interval(size=200, positive=False):
    low, high = np.sort(RNG.normal(size=(2, size)), axis=0)
    return Interval(abs(low), abs(low) + high - low) if positive else Interval(low, high)


def inside(of):
    """Numbers in an interval, both ends among them."""
    for share in (0, 0.25, 0.5, 0.75, 1):
        yield of.low + share * (of.high - of.low)


def assert_holds(found, values):
    slack = 4 * np.finfo(float).eps * np.maximum(abs(found.low), abs(found.high))
    assert (found.low - slack <= values).all()
    assert (values <= found.high + slack).all()


@pytest.mark.parametrize("function", UNARY, ids=lambda f: f.__name__)
def test_functions_of_one_number(function):
    a = interval()
    found = function(a)
    for x in inside(a):
        assert_holds(found, function(x))
    # It is no larger than it must be: for each end there is a number
    ends = np.array([function(x) for x in [*inside(a), np.where((a.low <= 0) & (a.high >= 0), 0, a.low)]])
    np.testing.assert_allclose(found.low, ends.min(axis=0))
    np.testing.assert_allclose(found.high, ends.max(axis=0))


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
def test_functions_of_two_numbers(function):
    a, b = interval(), interval()
    found = function(a, b)
    values = np.array([function(x, y) for x in inside(a) for y in inside(b)])
    for one in values:
        assert_holds(found, one)
    np.testing.assert_allclose(found.low, values.min(axis=0))
    np.testing.assert_allclose(found.high, values.max(axis=0))


def test_roots_and_quotients_of_positive_numbers():
    a, b = interval(), interval(positive=True)
    root, quotient = np.sqrt(b), a / b
    for y in inside(b):
        assert_holds(root, np.sqrt(y))
        for x in inside(a):
            assert_holds(quotient, x / y)


def test_a_root_ends_at_0_and_of_a_quotient_by_0_nothing_is_known():
    root = np.sqrt(Interval([-4.0], [9.0]))
    assert (root.low, root.high) == (0, 3)
    found = Interval([-1.0, 0.0, 1.0], [1.0, 0.0, 2.0]) / Interval([0.0, 0.0, 0.0], [1.0, 0.0, 1.0])
    np.testing.assert_array_equal(found.low, [-np.inf, -np.inf, 1])
    np.testing.assert_array_equal(found.high, [np.inf, np.inf, np.inf])


def test_results_are_written_where_an_update_wants_them():
    a, out = Interval([1.0], [2.0]), Interval([0.0], [0.0])
    assert np.multiply(a, -2.0, out=out) is out
    assert (out.low, out.high) == (-4, -2)
    a += 1
    assert (a.low, a.high) == (2, 3)
    a[np.array([True])] = 7
    assert (a.low, a.high) == (7, 7)
    a[...] = Interval([1.0], [2.0])
    assert (a.low, a.high) == (1, 2)


def test_only_what_is_one_number_equals_it():
    np.testing.assert_array_equal(Interval([0.0, 0.0], [0.0, 1.0]) == 0, [True, False])


def test_the_distance_is_that_of_the_farther_end():
    np.testing.assert_array_equal(Interval([0.0, 0.0], [3.0, 4.0]).distance([1, 3]), [2, 3])


def test_what_it_can_not_compute_is_no_number():
    with pytest.raises(TypeError):
        np.exp(Interval([0.0], [1.0]))
    with pytest.raises(TypeError):
        np.add.reduce(Interval([0.0], [1.0]))
