import re

import numpy as np
import pytest

from npnet.gradcheck.arguments import Function, Point, probing
from npnet.gradcheck.differences import Values, _truncation, central, granularity, scales, table_noise
from reference.bounds.tolerance import assert_within, bound

ONE = np.ones(1)


def derivative(f, x, step=None, gradient=np.nan, scale=None):
    """The estimate of a function of one number."""
    point = Point([x])
    with probing():
        return central(Function(lambda x: f(x[0]), point), point.vector, ONE, scale or abs(x) or 1.0, step, gradient)


def test_an_element_moves_by_its_own_size_and_0_by_the_median_of_the_others_or_1():
    assert scales(np.array([-2e-9, 0.0, 1e-9, -1e-8])).tolist() == [2e-9, 2e-9, 1e-9, 1e-8]
    assert scales(np.array([-2.0, 0.0, 3.0])).tolist() == [2, 1, 3]
    assert scales(np.zeros(2)).tolist() == [1, 1]


def test_the_granularity_is_the_power_of_two_that_divides_all_values():
    assert granularity(np.array([0.75, -1.5, 0.0, np.nan])) == 0.25
    assert granularity(np.array([3.0, 12.0])) == 1
    assert granularity(np.array([2.0**-1074, 1.0])) == 2.0**-1074
    # 1/3 has a last bit of 2^-54
    assert granularity(np.array([1 / 3, 1.0])) == 2.0**-54
    # Numbers near 30 are multiples of 2^-48, and what is left of them is too
    assert granularity((30 + np.array([1e-3, 2e-3, 1 / 3])) - 30) == 2.0**-48
    assert granularity(np.float64(np.float32([0.1, 0.7]))) == 2.0**-27


def test_a_single_value_has_no_granularity():
    assert granularity(np.array([4.0, -4.0, 0.0])) == 0
    assert granularity(np.array([])) == 0


def test_the_noise_of_a_table_is_that_of_its_values_whatever_the_smooth_part():
    rng = np.random.default_rng(0)
    t = np.arange(9.0)
    found = [table_noise(3 + t - t**2 / 4 + 1e-6 * rng.standard_normal(9)) for _ in range(200)]
    # The largest of four estimates of the deviation, each of which scatters by a third
    assert 0.5e-6 <= np.mean(found) <= 2e-6
    assert table_noise(3 + t - t**2) == 0


def test_noise_is_measured_whatever_the_size_of_the_values():
    values = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0])
    for size in (2.0**-1000, 2.0**1000):
        assert table_noise(size * values) == size * table_noise(values) > 0
    assert table_noise(np.zeros(9)) == 0
    # The sizes alone decide, the largest of them
    values = -(2.0**1000) * np.r_[2.0**-1000, np.random.default_rng(0).uniform(1, 2, 8)]
    assert table_noise(values) == 2.0**1000 * table_noise(values / 2.0**1000)


def test_the_largest_of_the_third_to_sixth_differences_counts_by_its_share_of_a_noise():
    # The k-th differences of -1, 1, -1, ... are 2^k, and (2k)!/(k!)^2 is 924 for k = 6 and 20 for k = 3
    assert_within(table_noise((-1.0) ** np.arange(9)), np.sqrt(64**2 / 924), bound(16, 3, "float64"))
    # Only the last of the six third differences has a part in the last value
    assert_within(table_noise(np.arange(9) // 8 * 1.0), np.sqrt(1 / 6 / 20), bound(16, 1, "float64"))


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: x**3, 2.0, 12.0),
        (np.exp, -1.3, np.exp(-1.3)),
        (lambda x: 5.0 - x / 4, 8.0, -0.25),
        (np.log, 1e8, 1e-8),
        (np.log, 1e-8, 1e8),
        (lambda x: x**2, 1e-8, 2e-8),
        (lambda x: 1e11 + x**2, -2.0, -4.0),
        (lambda x: 1e6 + np.sin(1000 * x), 1040.0, 1000 * np.cos(1.04e6)),
        (lambda x: x**2 + 1e-3 * np.sin(1000 * x), 0.7, 1.4 + np.cos(700)),
        (lambda x: np.maximum(x, 0), 1e-7, 1.0),
        (lambda x: np.maximum(x - 1, 0), 1 - 1e-7, 0.0),
        (lambda x: np.maximum(x - 1, 0) + 5, 1 + 1e-7, 1.0),
        (np.tanh, 12.0, 1 / np.cosh(12.0) ** 2),
        (lambda x: np.log1p(np.exp(-x)) + x - x, 20.0, -1 / (1 + np.exp(20.0))),
        (lambda x: np.exp(1e8 * x), 0.0, 1e8),
        (lambda x: 1e8 + 1e-8 * x, 1.0, 1e-8),
        (lambda x: np.maximum(x, 0) ** 2 + x, 0.0, 1.0),
        (lambda x: abs(x) ** 1.5, 0.0, 0.0),
    ],
)
def test_a_derivative_is_within_its_error_which_is_small(f, x, slope):
    found = derivative(f, x)
    assert abs(found.value - slope) <= found.error
    assert found.error <= 2e-2 * max(abs(slope), 1e-5)


def noise(x):
    bits = int(np.ascontiguousarray(x).view(np.uint64).ravel()[0])
    return ((bits * 0x9E3779B97F4A7C15) >> 20) % 2**40 / 2**39 - 1


def test_noise_in_the_values_is_in_the_error():
    found = derivative(lambda x: np.exp(x) + 1e-8 * noise(x), 0.3)
    assert abs(found.value - np.exp(0.3)) <= found.error
    assert 1e-8 <= found.error <= 1e-4


def test_float32_is_in_the_error_even_if_it_is_hidden():
    found = derivative(lambda x: float(np.exp(np.float32(x))), 0.3)
    assert abs(found.value - np.exp(0.3)) <= found.error
    assert 1e-6 <= found.error <= 1e-2
    assert found.doubt == "f is computed in float32; use float64"
    assert not derivative(np.exp, 0.3).doubt


def test_steps_that_float32_rounds_away_show_nothing():
    found = derivative(lambda x: np.float32(1000) * np.sin(np.float32(x)) + np.float32(4), -18.788379669189453)
    assert abs(found.value - 1000 * np.cos(-18.788379669189453)) <= found.error
    assert found.known


def test_what_is_smaller_than_the_rounding_errors_may_be_anything_within_a_step():
    # The slope is 9e-10, and the function changes by less than a rounding of 1e6 until far away
    found = derivative(lambda x: 1e6 + 1e-6 / (1 + x**2), -12.974431247826884)
    assert not found.known
    assert found.error >= 9e-10


def test_a_corner_near_x_has_the_slope_of_its_side_and_one_at_x_has_both():
    assert derivative(lambda x: np.maximum(x, 0.0), 1e-7).sides is None
    left, right = derivative(lambda x: np.maximum(x, 0.0) + 3 * x, 0.0).sides
    assert_within([left, right], [3, 4], [1e-9, 1e-9])
    # One that is nearer than the rounding errors let see is one at x
    left, right = derivative(lambda x: np.maximum(x, 0.0) - 1e9, -1e-7).sides
    assert_within([left, right], [0, 1], [1e-3, 1e-3])


@pytest.mark.parametrize("f", [np.cosh, lambda x: x**2, lambda x: 1 - x**2])
def test_an_optimum_has_a_derivative_of_0_up_to_the_roundings_of_x(f):
    found = derivative(lambda x: f(x - 1.0), 1.0)
    assert abs(found.value) <= found.error
    # 16 roundings of 1, times a second derivative of 1 or 2
    assert 63.9 * 2.0**-53 <= found.zero <= 128.1 * 2.0**-53
    assert derivative(lambda x: (x - 1) ** 4, 1.0).zero == 0
    assert derivative(np.exp, 1.0).zero == -1


def test_a_place_where_nothing_changes_is_idle_or_constant():
    assert derivative(lambda x: np.maximum(x, 0.0) + 1.5, -2.0).idle
    assert derivative(lambda x: 1.5 + 0 * x, -2.0).zero == 0
    assert not derivative(lambda x: 1.5 + x, -2.0).idle
    assert not derivative(lambda x: 1e8 + 1e-8 * x, 1.0).idle


def test_a_step_can_be_chosen():
    points = []

    def record(x):
        points.append(x)
        return x**3

    found = derivative(record, 3.0, step=0.5)
    assert {0.5, 0.0625} <= {abs(x - 3) for x in points}
    # The differences of x^3 are 27 + h^2, from which 27 is extrapolated
    assert_within(found.value, 27, 1e-12)
    assert found.error >= (0.25 - 1 / 256) / 2


def test_values_outside_of_the_domain_are_left_out():
    found = derivative(lambda x: np.sqrt(x - 1), 1 + 1e-4)
    assert abs(found.value - 50) <= found.error <= 1e-2
    found = derivative(lambda x: x if x == 1 else np.nan, 1.0)
    said = r"f is not finite on both sides of x, .* away: x has to be well inside its domain"
    assert found.error == np.inf
    assert re.fullmatch(said, found.doubt)
    # The first step that leaves it is told
    found = derivative(lambda x: np.log(x + 1e-12), 0.0)
    assert 1e-12 < float(re.search(r"x, (\S+) away", found.doubt)[1]) < 8e-12


def test_what_hides_a_slope_may_be_noise():
    found = derivative(lambda x: np.tanh(x) + 1e-10 * np.sin(1e7 * x), 0.2)
    slope, error = found.coarse
    assert abs(slope - 1 / np.cosh(0.2) ** 2) <= error <= 1e-4
    assert derivative(np.tanh, 0.2).coarse is None
    # A structure that is larger than any noise is none
    assert derivative(lambda x: np.tanh(x) + 1e-4 * np.sin(1e4 * x), 0.2).coarse is None


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def in_float32(x):
    return np.float64(np.tanh(np.float32(x)) ** 2) + 0.01 * x**2


STEPS = {
    "probabilities near 1": (lambda z: -np.log(1 - sigmoid(z)), 30.0, 1.0),
    "the last ones before 1": (lambda z: -np.log(1 - sigmoid(z)), 34.5, 1.0),
    "1 + a small number": (lambda z: np.log(1 + np.exp(z)), -33.25, np.exp(-33.25)),
    "a part in float32": (in_float32, 0.7, 2 * np.tanh(0.7) / np.cosh(0.7) ** 2 + 0.014),
    "the first one after the last": (lambda z: np.log(1 - sigmoid(z) + 1e-16), 36.0, -0.7),
    "slanted stairs": (lambda x: np.floor(1000 * x) + x / 3, 0.3333, 1000.0),
}


@pytest.mark.parametrize(("f", "x", "slope"), STEPS.values(), ids=STEPS)
def test_a_function_that_is_rounded_inside_changes_in_steps_of_which_the_slope_is_not_known(f, x, slope):
    found = derivative(f, x)
    assert (found.stepped, found.known) == (True, False)
    assert found.error >= 64 * abs(found.value)
    assert found.doubt.startswith("f changes in steps near x, as where it is rounded inside or jumps: its slope is ")
    # That across the steps is no more than a hint
    assert 0.3 < found.value / slope < 3


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        # A corner, an oscillation, a root and a pole, each near x
        (lambda x: abs(x - 1e-6), 1.0 + 1e-9, 1.0),
        (lambda x: abs(x), 1e-7, 1.0),
        (lambda x: np.sin(1e6 * x) / 1e6, 0.3, np.cos(1e6 * 0.3)),
        (lambda x: np.sqrt(abs(x - 1)), 1 + 1e-6, 500.0),
        (lambda x: x / (1 - x), 0.99, 1e4),
        (lambda x: np.sin(7745884.190501514 * x), 1.1018, 7745884.190501514 * np.cos(7745884.190501514 * 1.1018)),
        # One jump is the function's own, and so are two far ones beside a slope
        (lambda x: x**2 + (x > 1.001), 1.0, 2.0),
        (lambda x: x**2 + np.floor(x), 7.3, 14.6),
    ],
)
def test_what_changes_without_steps_or_jumps_once_is_known(f, x, slope):
    found = derivative(f, x)
    assert found.known
    assert not found.stepped
    assert_within(found.value, slope, found.error)


def test_a_jump_on_one_side_leaves_a_slope_of_0():
    found = derivative(lambda x: np.float64(x > 1.001), 1.0)
    assert (found.value, found.zero, found.stepped) == (0, 0, False)


def treads(f, x, h, rounding=1e-12):
    point = Point([x])
    return Values(Function(lambda x: f(x[0]), point), point.vector, ONE, abs(x)).treads(h, rounding)


def test_treads_are_counted_up_to_the_second_jump():
    assert [treads(np.floor, 1.5, h) for h in (0.25, 1.0, 2.0, 3.0, -1.0, -2.0)] == [0, 1, 2, 2, 1, 2]
    assert treads(lambda x: np.float64(x > 2), 1.0, 5.0) == 1
    assert treads(lambda x: np.where(x > 2, x**2, 0.0), 1.0, 5.0) == 1
    # Jumps of the size of rounding errors are none
    assert treads(np.floor, 1.5, 3.0, rounding=0.25) == 0


def test_the_noise_of_several_functions_is_that_of_each():
    rng = np.random.default_rng(0)
    table = rng.standard_normal((9, 5)) * [1.0, 1e-9, 0.0, 1e-200, 1e200]
    np.testing.assert_array_equal(table_noise(table), [table_noise(column) for column in table.T])


def jumps(f, start, end, slope=0.0):
    point = Point([1.0])
    return Values(Function(lambda x: f(x[0]), point), point.vector, ONE, 1.0).jumps(start, end, slope, 1e-16)


def test_a_jump_is_neither_a_rounding_error_of_large_values_nor_a_pole():
    assert jumps(lambda x: 0.2 * x + (x > 1.3), 0.2, 0.4, 0.2)
    assert not jumps(lambda x: 1e3 + 0.2 * x, 0.2, 0.4, 0.2)
    assert not jumps(lambda x: 1 / (x - 1.3), 0.2, 0.45)


def is_stair(f, x, h):
    point = Point([x])
    return Values(Function(lambda x: f(x[0]), point), point.vector, ONE, abs(x)).is_stair(h, 0.0, 1e-12)


def test_three_jumps_are_a_stair_and_two_are_not():
    # Ahead at 2 and 3, back at 1 and below it
    assert [is_stair(np.floor, 1.7, h) for h in (0.25, 0.5, 0.75, 1.4, 30.0)] == [False, False, False, True, True]

    def with_jumps(*places):
        return lambda x: np.sum(np.where(x > np.array(places), 1 + x, 0))

    for places in ([2.0], [2.0, 3.0], [1.0, 2.0]):
        assert not is_stair(with_jumps(*places), 1.7, 5.0)
    assert is_stair(with_jumps(0.2, 1.1, 2.0), 1.7, 5.0)


@pytest.mark.parametrize(("power", "smooth"), [(1, False), (2, True), (4, False)])
def test_the_error_of_an_extrapolated_slope_is_of_the_fourth_power_where_slopes_differ_by_the_second(power, smooth):
    h = 8.0 ** np.arange(-6, 0)
    slopes = 3 + h**power + 1e-3 * h**4
    extrapolated = slopes[:-1] + (slopes[:-1] - slopes[1:]) / 63
    errors = _truncation(slopes, extrapolated)
    assert (errors >= abs(extrapolated - 3))[:-1].all() or power == 1
    halves = abs(slopes[:-1] - slopes[1:]) / 2
    assert (errors[:-1] < halves[:-1] / 1000).all() == smooth
    assert smooth or (errors == halves).all()


@pytest.mark.parametrize(
    "f", [lambda x: np.maximum(x - 2, 0), lambda x: np.sqrt(np.maximum(x - 2, 0)), lambda x: 3 + (x > 2) * (x - 2) ** 2]
)
def test_what_rises_from_a_flat_place_without_a_jump_has_no_treads(f):
    assert treads(f, 1.0, 5.0, rounding=2.0**-50) == 0


@pytest.mark.parametrize(
    "f",
    [lambda x: (x > 2) / 3 + (x > 1) / 7, lambda x: np.floor(np.maximum(x, 1.6)), lambda x: (x > 2) / 3 + (x > 3) / 7],
)
def test_two_jumps_on_one_side_or_one_on_both_are_steps(f):
    assert derivative(f, 1.5).stepped


def test_the_noise_of_large_steps_is_not_that_of_small_ones():
    # Two logits that move together, of which large ones lose digits
    def shifted(x):
        a, b = np.exp(np.array([x + 0.3, x - 0.4]) - (x + 0.3))
        return a / (a + b)

    found = derivative(shifted, 0.7)
    assert abs(found.value) <= found.error <= 1e-8


def test_values_that_are_rounding_errors_are_not_taken_for_float32():
    found = derivative(lambda x: np.sum(np.array([x, 0.1, 0.7]) - np.mean([x, 0.1, 0.7])), 0.3)
    assert not found.doubt
    assert derivative(lambda x: np.float32(0.3) * np.float32(x), 0.3).doubt


def test_the_noise_at_a_step_is_that_of_what_is_different_on_both_sides():
    point = Point([0.5])
    with probing():
        rough = Values(Function(lambda x: np.exp(x[0]) + 1e-6 * noise(x[0]), point), point.vector, ONE, 0.5)
        assert 1e-7 < rough.noise(1e-3) < 4e-6
        corner = Values(Function(lambda x: abs(x[0] - 0.5), point), point.vector, ONE, 0.5)
        assert corner.noise(1e-3) < 1e-16
        end = Values(Function(lambda x: np.sqrt(x[0] - 0.5), point), point.vector, ONE, 0.5)
        assert end.noise(1e-3) == 0


def test_few_values_do_not_tell_that_the_slope_is_0():
    # sqrt(1 + x^2) - 1 is 0 or 2^-52 near 1e-8
    found = derivative(lambda x: np.sqrt(1 + x**2) - 1, 1e-8, gradient=0.0)
    assert found.stepped
    assert_within(found.value, 1e-8, 1e-11)
    found = derivative(lambda x: np.sqrt(1 + x**2) - 1, 1e-6, gradient=0.0)
    assert found.known
    assert_within(found.value, 1e-6, found.error)


@pytest.mark.parametrize("f", [lambda x: max(0.0, 1 - x), lambda x: max(0.0, x - 100)])
def test_where_a_hinge_is_satisfied_the_slope_is_0(f):
    found = derivative(f, 5.0, gradient=0.0)
    assert found.zero == 0
    assert not found.known
