"""The normal distribution against 60 digits."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet.engine.normal import cumulative, density
from reference.bounds.tolerance import assert_within, bound, ulps
from tests import complex_step

# Where each approximation is used, up to both of its ends, and where results are subnormal
PLACES = [
    0.0,
    1e-300,
    0.3,
    0.67448975,
    0.6744898,
    1.0,
    3.0,
    5.6,
    math.sqrt(32),
    5.7,
    10.0,
    20.0,
    37.4,
    37.6,
    38.4,
    40.0,
]
Z = np.unique([sign * place for place in PLACES for sign in (1, -1)] + list(np.linspace(-9, 9, 361)))


def exact(function, z):
    """A function of mpmath's numbers, as long doubles."""
    with mpmath.workdps(60):
        return np.array([np.longdouble(mpmath.nstr(function(mpmath.mpf(float(one))), 25)) for one in z])


DISTRIBUTION = exact(lambda z: mpmath.erfc(-z / mpmath.sqrt(2)) / 2, Z)
DENSITY = exact(lambda z: mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mpmath.pi), Z)


def test_both_are_right_to_six_units_in_the_last_place():
    assert ulps(cumulative(Z), DISTRIBUTION, "float64") <= 6
    assert ulps(density(Z), DENSITY, "float64") <= 6


def test_the_extended_type_has_the_digits_of_the_coefficients():
    wide = Z.astype(np.longdouble)
    # Coefficients of 53 bits, the approximations' own errors, and the last digits of the comparison
    assert_within(cumulative(wide), DISTRIBUTION, bound(4, DISTRIBUTION, "float64"))
    assert_within(density(wide), DENSITY, bound(4, DENSITY, "float64"))


def test_a_factor_keeps_a_product_that_is_larger_than_the_smallest_number():
    z = np.linspace(-38.5, -37.5, 101)
    products = exact(lambda z: z * mpmath.erfc(-z / mpmath.sqrt(2)) / 2, z)
    assert ulps(cumulative(z, z), products, "float64") <= 6
    densities = exact(lambda z: z * mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mpmath.pi), z)
    assert ulps(density(z, z), densities, "float64") <= 6


@given(st.floats(-40, 40))
def test_both_sides_sum_to_1_and_the_density_is_even(z):
    z = np.array([z, -z])
    assert_within(cumulative(z).sum(), 1, bound(6, 1, "float64"))
    assert density(z)[0] == density(z)[1]


def test_far_out_one_is_0_and_the_other_0_or_1():
    z = np.array([-np.inf, -1e300, 1e300, np.inf, np.nan])
    for dtype in (np.float64, np.longdouble):
        with np.errstate(all="raise", under="ignore"):
            np.testing.assert_array_equal(cumulative(z.astype(dtype)), [0, 0, 1, 1, np.nan])
            np.testing.assert_array_equal(density(z.astype(dtype)), [0, 0, 0, 0, np.nan])


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4)])
def test_arrays_of_any_shape_are_taken(shape):
    z = np.full(shape, -1.0)
    assert cumulative(z).shape == density(z).shape == shape
    np.testing.assert_array_equal(cumulative(z), cumulative(np.array(-1.0)))


def test_complex_steps_give_the_derivatives():
    z = np.linspace(-6, 6, 121)
    assert_within(complex_step.derivative(cumulative, z), density(z), bound(8, density(z), "float64"))
    assert_within(complex_step.derivative(density, z), -z * density(z), bound(8, z * density(z), "float64"))
    assert_within(
        complex_step.derivative(lambda z: cumulative(z, z), z), cumulative(z) + z * density(z), bound(16, 1, "d")
    )

    slopes = complex_step.derivative(lambda z: density(z, z), z)
    assert_within(slopes, (1 - z * z) * density(z), bound(16, 1, "float64"))


def test_objects_are_asked_for_their_own():
    class Known:
        def normal_density(self):
            return 3.0

        def normal_cumulative(self):
            return 0.25

    z = np.array([[Known(), Known()]], object)
    assert density(z, 2).tolist() == [[6, 6]]
    assert cumulative(z, 2).tolist() == [[0.5, 0.5]]


def test_complex_values_are_the_real_ones_beside_the_axis():
    z = np.linspace(-6, 6, 25)
    np.testing.assert_array_equal(cumulative(z + 1e-30j).real, cumulative(z))
    np.testing.assert_array_equal(density(z + 1e-30j).real, density(z))
