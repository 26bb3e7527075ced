import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.bounds.tolerance import assert_within, bound, exactly, excess, ulps
from tests.strategies import seeds

UNIT = 2.0**-24


@given(seeds, st.integers(2, 200))
def test_a_sum_of_n_terms_has_n_minus_one_roundings_in_any_order(seed, n):
    terms = np.random.default_rng(seed).normal(size=n).astype("float32")
    exact, limit = terms.astype("longdouble").sum(), bound(n - 1, abs(terms).sum(dtype="float64"), "float32")
    one_by_one = np.float32(0)
    for term in terms:
        one_by_one += term
    assert_within([one_by_one, terms.sum()], [exact, exact], limit)


def test_the_bound_is_roundings_times_unit_roundoff_times_magnitude():
    assert bound(3, -2, "float32") == pytest.approx(6 * UNIT, rel=1e-12)
    assert bound(3, np.array([1.0, 2.0]), "float64").tolist() == pytest.approx([3 * 2.0**-53, 6 * 2.0**-53], rel=1e-12)


def test_under_the_smallest_normal_number_a_rounding_costs_a_subnormal_or_all():
    assert bound(2, 0, "float32") == 2 * 2.0**-149
    assert bound(2, 0, "float32", flushed=True) == 2 * 2.0**-126


@pytest.mark.parametrize(
    ("actual", "exact", "units"),
    [
        (1 + 2 * UNIT, 1.0, 1.0),
        (1 + 3 * UNIT, 1 + 2 * UNIT, 0.5),
        (0.5 - UNIT, 0.5, 1.0),
        (2.0**-149, 0.0, 1.0),
        (np.inf, np.inf, 0.0),
        (np.nan, np.nan, 0.0),
        (np.nan, 1.0, np.inf),
        (np.inf, 1.0, np.inf),
    ],
)
def test_units_in_the_last_place_are_those_of_the_exact_number(actual, exact, units):
    assert ulps(actual, exact, "float32") == units


def test_a_difference_is_measured_in_units_of_its_limit():
    assert excess([1.0, 2.0], [1.0, 2.5], 0.25).tolist() == [0, 2]
    assert excess([np.inf, np.nan, np.nan, 1.0], [np.inf, np.nan, 1.0, np.inf], 1.0).tolist() == [0, 0, np.inf, np.inf]
    assert excess(0.0, 0.0, 0.0) == 0
    assert excess(1.0, 0.0, 0.0) == np.inf
    assert excess(1 + 1j, 1 + 2j, 0.5) == 2


@pytest.mark.parametrize("limit", [-1.0, np.inf, np.nan])
def test_a_limit_that_would_pass_everything_is_refused(limit):
    with pytest.raises(AssertionError, match="a limit is negative, infinite or NaN"):
        excess(1.0, 1.0, limit)


def test_arrays_of_other_shapes_never_agree():
    with pytest.raises(AssertionError, match=r"shapes differ: \(2,\) and \(1, 2\)"):
        excess([1.0, 1.0], [[1.0, 1.0]], 1.0)


def test_a_failure_names_its_place_and_size():
    assert_within([1.0, 2.0], [1.0, 2.0], 0.0)
    with pytest.raises(AssertionError, match=r"1 of 2 differ; the first at \(1,\): got 3.0, expected 2.0, 4 times"):
        assert_within([1.0, 3.0], [1.0, 2.0], 0.25)


def test_exact_numbers_have_no_error():
    value, error = exactly(np.array([1.0, -2.0]))
    assert value.tolist() == [1, -2]
    assert error.tolist() == [0, 0]
