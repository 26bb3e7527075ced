import numpy as np
import pytest

from npnet.gradcheck.arguments import Function, Point, probing
from npnet.gradcheck.differences import central, granularity, scales, table_noise

ONE = np.ones(1)


def derivative(f, x, step=None, gradient=np.nan, scale=None):
    """The estimate of a function of one number."""
    point = Point([x])
    with probing():
        return central(Function(lambda x: f(x[0]), point), point.vector, ONE, scale or abs(x) or 1.0, step, gradient)


def test_an_element_moves_by_its_own_size_and_0_by_1():
    assert scales(np.array([-2.0, 0.0, 1e-8])).tolist() == [2, 1, 1e-8]


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
