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
        (1.0, np.nan, np.inf),
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


def test_a_difference_of_the_limit_is_within_it_and_a_larger_one_is_not():
    assert_within([1.25, -1.25], [1.0, -1.0], 0.25)
    assert excess(1.25, 1.0, 0.25) == excess(0.75, 1.0, 0.25) == 1
    with pytest.raises(AssertionError, match="1 of 1 differ"):
        assert_within([np.nextafter(1.25, 2)], [1.0], 0.25)
    # Beside one that is not, it is neither counted nor named
    with pytest.raises(AssertionError, match=r"1 of 2 differ; the first at \(1,\)"):
        assert_within([1.25, 1.5], [1.0, 1.0], 0.25)


@pytest.mark.parametrize("good", range(3))
def test_one_good_element_passes_itself_alone(good):
    actual, first = np.full((1, 3), 2.0), int(good == 0)
    actual[0, good] = 1
    with pytest.raises(
        AssertionError, match=rf"2 of 3 differ; the first at \(0, {first}\): got 2.0, expected 1.0, 2 times"
    ):
        assert_within(actual, np.ones((1, 3)), 0.5)


@pytest.mark.parametrize("bad", range(3))
def test_one_bad_element_fails_the_whole(bad):
    actual, limit = np.ones(3), np.array([0.5, 0.25, 0.125])
    for wrong in (1 + 2 * limit[bad], 1 - 2 * limit[bad], np.nan, np.inf, -np.inf):
        actual[bad] = wrong
        with pytest.raises(
            AssertionError, match=rf"1 of 3 differ; the first at \({bad},\): .* limit of {limit[bad]:.3e}$"
        ):
            assert_within(actual, np.ones(3), limit)


@pytest.mark.parametrize(("actual", "expected"), [(np.nan, 1.0), (1.0, np.nan), (np.nan, np.inf), (-np.inf, np.inf)])
def test_what_is_no_number_agrees_with_itself_alone(actual, expected):
    assert_within([actual, expected], [actual, expected], 0.0)
    with pytest.raises(AssertionError, match="1 of 2 differ"):
        assert_within([actual, 1.0], [expected, 1.0], 1e300)


@pytest.mark.parametrize("limit", [[1.0, -1.0], [np.nan, 1.0], [1.0, np.inf]])
def test_one_limit_that_would_pass_everything_is_enough_to_be_refused(limit):
    with pytest.raises(AssertionError, match="a limit is negative, infinite or NaN"):
        assert_within([1.0, 1.0], [1.0, 1.0], limit)


def test_differences_are_taken_in_the_widest_type():
    one = np.longdouble(1)
    assert excess(1.0, one + np.finfo(np.longdouble).eps, np.finfo(np.longdouble).eps) == 1
    # Of complex numbers, that of both parts, whichever of the two is complex
    assert excess(3 + 4j, 0.0, 2.5) == excess(0.0, 3 + 4j, 2.5) == 2
    assert excess(1 + 1j, 1.0, 0.5) == excess(1.0, 1 - 1j, 0.5) == 2


def test_the_largest_error_of_all_elements_counts():
    assert ulps([1.0, 1 + 6 * UNIT, 1 - UNIT], [1.0, 1.0, 1.0], "float32") == 3
    assert ulps([], [], "float32") == 0
    # The unit grows with the number, up to the largest one and no further
    assert ulps(4 + 8 * UNIT, 4.0, "float32") == ulps(-4 - 8 * UNIT, -4.0, "float32") == 1
    assert ulps(2.0**128, 2.0**127, "float32") == 2.0**23
    assert ulps(np.finfo("float32").max, np.inf, "float32") == np.inf
    # 0 and subnormal numbers have the unit of the smallest one
    assert ulps(3 * 2.0**-149, 2.0**-149, "float32") == 2


def test_exact_numbers_have_no_error():
    value, error = exactly(np.array([1.0, -2.0]))
    assert value.tolist() == [1, -2]
    assert error.tolist() == [0, 0]
