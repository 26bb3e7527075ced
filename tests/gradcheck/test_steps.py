import numpy as np
import pytest

from npnet.gradcheck import complex_step
from npnet.gradcheck.arguments import Function, Point, probing
from npnet.gradcheck.steps import NEAR, _Steps, along


def derivative(f, x, step=None):
    """The estimate of a function of one number."""
    point = Point([x])
    with probing():
        return along(Function(lambda x: f(x[0]), point), point.vector, np.ones(1), np.random.default_rng(0), step)


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: x**3, 2.0, 12.0),
        (np.exp, -1.3, np.exp(-1.3)),
        (lambda x: 1e15 + x**3, 2.0, 12.0),
        (lambda x: 1 / x, 1e-20, -1e40),
        (np.tanh, 30.0, 1 / np.cosh(30.0) ** 2),
        (lambda x: np.log1p(np.exp(-x)) + x - x, 20.0, -1 / (1 + np.exp(20.0))),
        (lambda x: np.log1p(np.exp(-x)) + x - x, 30.0, -1 / (1 + np.exp(30.0))),
        (lambda x: (x - 1) ** 2, 1 + 1e-9, 2e-9),
    ],
)
def test_a_derivative_is_within_its_error(f, x, slope):
    found = derivative(f, x)
    assert abs(found.value - slope) <= found.error + 32 * 2.0**-53 * abs(slope)
    assert found.known
    assert not found.doubt


@pytest.mark.parametrize("x", [10.0, 30.0])
def test_a_part_that_was_rounded_beside_a_larger_one_shows(x):
    # 1 - 1/(1 + e^-x) keeps multiples of 2^-53
    error = derivative(lambda x: np.log1p(np.exp(-x)) + x - x, x).error
    assert 2.0**-52 <= error <= 8 * 2.0**-53
    assert derivative(lambda x: np.log1p(np.exp(-x)), x).error <= 1e-13 * np.exp(-x)


def test_noise_over_the_step_shows():
    # exp(n log z) has an imaginary part of rounding errors
    found = derivative(lambda x: x**101, -0.97)
    assert not found.known
    assert "the steps 1e-100 and 9.7e-31 give " in found.doubt


def test_a_value_as_small_as_a_likelihood_is_no_underflow():
    found = derivative(np.exp, -600.0)
    np.testing.assert_allclose(found.value, np.exp(-600.0), rtol=1e-15)
    assert found.known


def test_a_derivative_that_is_not_finite_is_not_known():
    found = derivative(lambda x: np.sqrt(x - 1) if x == 1 else x * np.nan, 1.0)
    assert found.error == np.inf
    assert found.doubt == "its imaginary part is not finite"


def test_a_derivative_is_0_up_to_what_a_rounding_of_x_changes():
    # d(x - 1)^2/dx changes by 2 dx: 64 roundings of 1 are worth 128 u, times the random part of the change
    assert 64 * 2.0**-53 <= derivative(lambda x: (x - 1) ** 2, 1.0).zero <= 128 * 2.0**-53
    assert derivative(lambda x: np.exp(x) * x, -1.0).zero > 0
    assert derivative(lambda x: 3 * x, 1.0).zero == -1
    assert derivative(lambda x: 7 + 0 * x, 1.0).zero == 0
    assert derivative(lambda x: x**2, 1e-6).zero == -1
    assert derivative(lambda x: x**101, -0.97).zero == -1


@pytest.mark.parametrize("side", [1, -1])
def test_at_a_corner_the_derivative_changes_out_of_all_proportion(side):
    assert derivative(lambda x: np.maximum(side * x, 0), 0.0).uneven
    assert not derivative(np.exp, 1.0).uneven


def test_a_direction_has_the_shape_of_x():
    for direction in (np.ones(3), np.ones((2, 1)), np.ones(1)):
        with pytest.raises(ValueError, match=r"direction: expected shape \(2,\), or one number, got \("):
            complex_step(np.exp, [1.0, 2.0], direction)


def test_complex64_takes_steps_that_it_can_hold():
    found = derivative(lambda x: np.asarray(x, np.complex64 if np.iscomplexobj(x) else np.float32) ** 3, 1.1)
    assert abs(found.value - 3.63) <= found.error + 16 * 2.0**-24 * 3.63
    assert found.doubt == "f is computed in complex64; use float64"
    assert found.error <= 1e-4


def test_a_step_can_be_chosen():
    # (x + ih)^3 has the imaginary part 3 x^2 h - h^3
    found = derivative(lambda x: x**3, 3.0, step=0.5)
    assert found.value == 3 * 9 - 0.25
    assert found.error >= 8 * (0.25 - 1 / 256)


def test_the_complex_step_has_no_truncation_and_no_cancellation():
    x = np.array([1e-3, 1.0, 30.0])
    # exp and its derivative are the same number: one function call apart, a few units in the last place
    np.testing.assert_array_less(abs(complex_step(np.exp, x, 1) / np.exp(x) - 1), 8 * 2.0**-53)
    assert complex_step(lambda v: v @ v, [3.0, 4.0], [0.0, 1.0]) == 8


def test_the_complex_step_has_the_shape_of_the_value_and_the_digits_of_x():
    assert complex_step(np.cumsum, [1.0, 2.0, 3.0], [1.0, 0.0, 0.0]).tolist() == [1, 1, 1]
    assert complex_step(np.square, np.float32([1, 2]), 1).tolist() == [2, 4]
    third = np.longdouble(1) / 3
    assert complex_step(np.square, third, 1) == 2 * third
    assert complex_step(np.square, third, 1).dtype == np.longdouble


def test_a_step_that_is_not_tiny_shows_its_truncation():
    # sin(x + ih) has the imaginary part cos(x) sinh(h)
    assert abs(complex_step(np.sin, 0.0, 1, step=0.5) - np.sinh(0.5) / 0.5) <= 4 * 2.0**-53


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.exp, [1j], 1), "x: expected real numbers"),
        ((np.exp, [1.0], np.nan), "direction: expected finite numbers"),
        ((np.exp, [1.0], 1, 0), "step: expected a finite number > 0"),
        ((np.abs, [1.0], 1), "f: expected a complex value from complex numbers, got dtype float64"),
    ],
)
def test_the_complex_steps_arguments_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        complex_step(*arguments)


def zero_of(f, x, beside=None, change=None):
    """The size up to which the derivative by the first element is one of 0."""
    point = Point(x)
    v = np.zeros(len(x))
    v[0] = 1
    with probing():
        steps = _Steps(Function(f, point), point.vector, v, np.random.default_rng(0), None)
        beside = steps.beside() if beside is None else NEAR * np.array(beside)
        there = steps.at(beside, (-1, 1), steps.first)
        change = float(np.abs(there - steps.value).max()) if change is None else change
        return steps.zero(beside, change) * 2.0**53


def test_a_zero_is_known_where_the_changes_of_one_direction_cancel():
    def f(x):
        return np.sum(x - 1) ** 2

    assert zero_of(f, [1.0, 1.0], [1.0, 0.5]) > 64
    assert zero_of(f, [1.0, 1.0], [1.0, -1.0], 0.0) > 1


def test_rounding_errors_of_the_value_are_those_of_a_derivative_of_0():
    def f(x):
        return 1e-5 + np.sum(x - 1e-3) ** 2

    # 64 roundings of 1e-5 over 1e-3, where those of x are worth 64 * 2e-3 at most
    np.testing.assert_allclose(zero_of(f, [1e-3]), 0.64, rtol=1e-9)
    # And those of a large one are no more than 1024 roundings of x
    assert 512 * 2 <= zero_of(lambda x: 1e9 + np.sum(x - 1) ** 2, [1.0]) <= 1024 * 2


def test_rounding_errors_of_a_sum_are_those_of_a_derivative_of_0():
    # x + 1 has roundings of 1, of which 8 standard deviations are more than 64 roundings of x
    zero = zero_of(lambda x: np.sum((x + 1) - (1 + 1e-4)) ** 2, [1e-4])
    assert 64 * 2e-4 * 4 < zero <= 1024 * 2e-4


def test_what_is_no_optimum_has_a_zero_of_roundings_of_x_alone():
    assert 32 * 6 <= zero_of(lambda x: 1e9 + np.sum(x**3), [1.0]) <= 64 * 6


def test_a_derivative_changes_evenly_but_at_a_corner():
    assert 3 <= derivative(lambda x: x**3, 1.0).curved <= 6
    assert derivative(lambda x: np.where(x > 0, x, 0 * x), 0.0).curved == 0
    assert derivative(np.exp, 0.0).curved > 0.5
