"""A comparison of npnet with TensorFlow can fail, each side by its own bound; none of this needs TensorFlow."""

import numpy as np
import pytest

from reference.bounds.comparison import Comparison, compared

UNIT = 2.0**-24


def comparison(ours=(1.0, 2.0), theirs=(1.0, 2.0), exact=(1.0, 2.0), limits=(0.25, 0.75)):
    return Comparison(np.array(ours), np.array(theirs), np.array(exact), "float32", *limits)


def test_the_two_may_be_apart_by_both_bounds():
    assert comparison().limit == 1
    assert comparison(theirs=(1, 3.0)).excess == 1
    assert comparison(theirs=(1, 0.5)).excess == comparison(ours=(1, 3.5)).excess == 1.5
    assert comparison().excess == 0


def test_ours_is_compared_with_the_exact_one_by_its_own_bound():
    assert comparison(ours=(1.5, 2.0)).our_excess == 2
    assert comparison(theirs=(1.5, 2.0)).our_excess == 0
    assert comparison(ours=(1, 2.125), exact=(1, 2)).our_excess == 0.5


@pytest.mark.parametrize("place", [0, 1])
def test_a_nan_on_one_side_is_infinitely_far_away(place):
    broken = np.array([1.0, 2.0])
    broken[place] = np.nan
    assert comparison(ours=broken).excess == comparison(theirs=broken).excess == np.inf
    assert comparison(ours=broken).our_excess == np.inf
    assert comparison(ours=broken, theirs=broken).excess == 0
    assert comparison().ulps(broken) == np.inf


def test_nothing_differs_by_nothing():
    empty = comparison(ours=(), theirs=(), exact=())
    assert (empty.excess, empty.our_excess, empty.ulps([])) == (0, 0, 0)


def test_units_are_those_of_the_largest_exact_number():
    assert comparison(exact=(1.0, -4.0)).ulps((1 + 8 * UNIT, -4.0)) == 1
    assert comparison(exact=(1.0, -4.0)).ulps((1.0, -4 + 24 * UNIT)) == 3
    assert comparison(exact=(1.0, np.inf)).ulps((1 + 2 * UNIT, np.inf)) == 1
    assert comparison(exact=(1.0, np.nan)).ulps((1 - 4 * UNIT, np.nan)) == 2
    assert comparison(exact=(0.125, 0.25)).ulps((0.125, 0.25 + UNIT)) == 2
    assert comparison(exact=(1.0, np.inf)).ulps((1.0, 2.0)) == np.inf
    assert comparison(exact=(1.0, np.nan)).ulps((1.0, 2.0)) == np.inf
    assert comparison(exact=(1.0, 2.0)).ulps((1.0, np.inf)) == np.inf


def test_tensorflows_bound_alone_has_the_smallest_normal_number_as_its_floor():
    found = compared(1.0, 1.0, 1.0, "float32", lambda rounding: rounding(2, 0))
    assert (found.our_limit, found.their_limit) == (2 * 2.0**-149, 2 * 2.0**-126)
    assert (found.ours, found.theirs, found.exact, found.dtype) == (1.0, 1.0, 1.0, "float32")
    wide = compared(1.0, 2.0, 3.0, "float64", lambda rounding: rounding(1, 1))
    assert wide.our_limit == pytest.approx(2.0**-53, rel=1e-12)
    assert (wide.ours, wide.theirs, wide.exact) == (1.0, 2.0, 3.0)
