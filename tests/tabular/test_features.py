"""Statistics, and the features of a column."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet.tabular.columns import Column
from npnet.tabular.features import CategoryFeature, Fitting, NumberFeature, Statistics, TruthFeature, from_settings

U = np.finfo(np.float64).eps / 2


def statistics(parts):
    found = Statistics()
    for part in parts:
        found.add(np.array(part, np.float64))
    return found


@given(
    st.lists(st.lists(st.integers(-1000, 1000), max_size=20), min_size=1, max_size=6).filter(
        lambda parts: len({x for part in parts for x in part}) > 1
    ),
    st.sampled_from([0.0, 2.0**20, 2.0**40, -(2.0**49)]),
)
def test_mean_and_deviation_are_exact_but_for_rounding(parts, offset):
    """Numbers that are whole beside an offset are given exactly, and so is the distance to the first of a part.

    The mean of a part is rounded at most once at the size of the offset, and the mean of all once for each part. The
    squares of n distances, each at most 2000, are wrong by n + 4 roundings of theirs, and by the square of the mean's
    error, which is added for each number.
    """
    numbers = [Fraction(x) + Fraction(offset) for part in parts for x in part]
    mean = sum(numbers) / len(numbers)
    variance = sum((x - mean) ** 2 for x in numbers) / len(numbers)
    found = statistics([[offset + x for x in part] for part in parts])
    largest = max(map(abs, numbers))
    roundings = 2 * len(parts) + 2
    assert abs(Fraction(found.mean) - mean) <= roundings * U * (largest + 2000 * len(numbers))
    error = roundings * U * float(largest + 2000 * len(numbers))
    squares = len(numbers) * 2000.0**2
    bound = (len(numbers) + 8 * len(parts)) * U * squares / len(numbers) + error**2 + 2 * error * 2000 * len(parts)
    assert abs(found.deviation**2 - float(variance)) <= bound


def test_a_large_offset_costs_no_digits():
    numbers = np.random.default_rng(0).normal(size=1000)
    far = numbers.astype(np.float32).astype(np.float64)
    found = statistics([far[:300] + 2.0**27, far[300:] + 2.0**27])
    shifted = (far + 2.0**27) - 2.0**27
    np.testing.assert_allclose(found.deviation, shifted.std(), rtol=1e-12)


@pytest.mark.parametrize("constant", [0.1, 1e9 + 0.1, -3e300, 1e-320, 0.0])
@pytest.mark.parametrize("parts", [1, 7])
def test_equal_numbers_have_no_deviation(constant, parts):
    found = statistics([[constant] * 3] * parts)
    assert found.checked() == (constant, 0.0)
    feature = NumberFeature("c", *found.checked())
    out = np.zeros(3, np.float32)
    feature.write(np.array([constant, constant, 5.0]), out)
    assert out.tolist() == [0, 0, 0]


@pytest.mark.parametrize("numbers", [[-1e300, 1e300], [-1.7e308, 1.7e308], [1e-320, 0], [1e-200, 2e-200]])
@pytest.mark.parametrize("parts", [1, 2])
def test_numbers_whose_squares_do_not_fit_are_refused(numbers, parts):
    fitting = Fitting("c", "number")
    # Whatever NumPy is told to do about them
    with np.errstate(all="raise"):
        for part in np.split(np.array(numbers), parts):
            fitting.add(Column("number", part))
    with pytest.raises(ValueError, match="column 'c': expected numbers whose squares fit float64, got some from"):
        fitting.feature()


def test_numbers_have_their_mean_and_deviation():
    fitting = Fitting("c", "number")
    fitting.add(Column("number", np.array([1.25, np.nan, 0.75])))
    assert fitting.feature().settings() == {"name": "c", "kind": "number", "mean": 1.0, "deviation": 0.25}


def test_no_numbers_have_no_statistics():
    assert statistics([[]]).count == 0
    for kind in ("number", "category", "truth"):
        fitting = Fitting("c", kind)
        fitting.add(Column(kind, np.full(2, -1 if kind == "category" else np.nan), ("x",)))
        with pytest.raises(ValueError, match="column 'c': expected values, got none: all cells are missing"):
            fitting.feature()


def test_what_is_fitted_does_not_depend_on_the_parts():
    whole, parted = Fitting("c", "category"), Fitting("c", "category")
    whole.add(Column("category", np.array([0, 1, 1, 2, -1], np.int32), ("2", "9", "10")))
    parted.add(Column("category", np.array([0], np.int32), ("10",)))
    parted.add(Column("category", np.array([1, 1, 0, -1], np.int32), ("2", "9")))
    assert whole.feature().settings() == parted.feature().settings()
    assert whole.feature().categories == ("2", "9", "10")
    assert whole.feature().typical == 1


def test_a_category_that_no_row_has_is_no_feature():
    fitting = Fitting("c", "category")
    fitting.add(Column("category", np.array([1, 1], np.int32), ("a", "b")))
    assert fitting.feature().names == ("c=b",)


def test_truth_values_are_counted():
    fitting = Fitting("c", "truth")
    fitting.add(Column("truth", np.array([1, 0, 0, np.nan], np.float32)))
    assert isinstance(fitting.feature(), TruthFeature)
    assert fitting.feature().typical == 0
    fitting.add(Column("truth", np.array([1, 1], np.float32)))
    assert fitting.feature().typical == 1


def test_a_number_of_a_frame_is_the_category_of_a_file():
    feature = CategoryFeature("c", ("1.0", "2", "3.1", "3.10", "x"), 0)
    column = Column("category", np.array([0, 1, 2, 3, 4, -1], np.int32), ("1", "2.0", "3.1", "3.100", "y"))
    assert feature.match(column).tolist() == [0, 1, 2, -2, -2, -1]


def features_of(feature, cells):
    out = np.zeros(len(cells))
    feature.write(np.array(cells), out)
    return out.tolist()


def test_a_number_is_in_standard_deviations_from_the_mean():
    feature = NumberFeature("n", 3.0, 2.0)
    assert (feature.names, feature.width, feature.typical) == (("n",), 1, 3.0)
    assert features_of(feature, [3.0, 7.0, 2.0]) == [0, 2, -0.5]
    assert feature.scaled(np.array([7.0])).tolist() == [2]
    assert feature.missing(np.array([np.nan, 0.0])).tolist() == [True, False]


def test_a_truth_value_is_itself():
    feature = TruthFeature("t", 1.0)
    assert (feature.names, feature.width, feature.typical) == (("t",), 1, 1.0)
    assert features_of(feature, [1.0, 0.0]) == [1, 0]
    assert feature.missing(np.array([np.nan, 0.0])).tolist() == [True, False]


def test_a_category_has_a_name_and_a_place_of_its_own():
    feature = CategoryFeature("c", ("a", "b", "d"), 1)
    assert (feature.names, feature.width, feature.typical) == (("c=a", "c=b", "c=d"), 3, 1)
    assert feature.missing(np.array([-1, -2, 0, 1])).tolist() == [True, False, False, False]


def test_a_category_is_counted_in_all_parts():
    fitting = Fitting("c", "category")
    for codes in ([0, 0, 1], [1, 1, 0, 0]):
        fitting.add(Column("category", np.array(codes, np.int32), ("a", "b")))
    assert fitting.feature().typical == 0
    fitting.add(Column("category", np.array([1, 1], np.int32), ("a", "b")))
    assert fitting.feature().typical == 1


FEATURES = [
    NumberFeature("n", 0.1, 1 / 3),
    NumberFeature("constant", -0.0, 0.0),
    TruthFeature("t", 1.0),
    CategoryFeature("c", ("ä", "NA", '"'), 2),
]


@pytest.mark.parametrize("feature", FEATURES, ids=lambda one: one.name)
def test_settings_make_the_same_feature_again(feature):
    text = json.dumps(feature.settings())
    again = from_settings(json.loads(text))
    assert type(again) is type(feature)
    assert json.dumps(again.settings()) == text


BAD = [
    ({"name": ""}, "name: expected the name of a column, got ''"),
    ({"name": 3}, "name: expected the name of a column, got 3"),
    ({"kind": "date"}, "column 'c', kind: expected number, category or truth, got 'date'"),
    ({"categories": []}, r"column 'c', categories: expected a list of names, got \[\]"),
    ({"categories": "ab"}, "column 'c', categories: expected a list of names, got 'ab'"),
    ({"categories": ["a", ""]}, "column 'c', categories: expected a list of names"),
    ({"categories": ["a", "a"]}, "column 'c', categories: expected each once, got 1 again"),
    ({"typical": 2}, "column 'c', typical: expected a place from 0 to 1, got 2"),
    ({"typical": -1}, "column 'c', typical: expected a place from 0 to 1, got -1"),
    ({"typical": True}, "column 'c', typical: expected a place from 0 to 1, got True"),
    ({"more": 1}, "column 'c': expected name, kind, categories, typical, got name, kind, categories, typical, more"),
    ({"kind": "truth", "typical": 0.5}, "column 'c', typical: expected 0 or 1, got 0.5"),
    ({"kind": "number", "mean": float("nan"), "deviation": 1.0}, "column 'c', mean: expected a finite number, got nan"),
    ({"kind": "number", "mean": 10**400, "deviation": 1.0}, "column 'c', mean: expected a finite number, got 1000"),
    ({"kind": "number", "mean": True, "deviation": 1.0}, "column 'c', mean: expected a finite number, got True"),
    (
        {"kind": "number", "mean": 0.0, "deviation": "1"},
        "column 'c', deviation: expected a finite number >= 0, got '1'",
    ),
    (
        {"kind": "number", "mean": 0.0, "deviation": -1.0},
        "column 'c', deviation: expected a finite number >= 0, got -1.0",
    ),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_settings_that_are_none_are_refused(change, message):
    good = {"name": "c", "kind": "category", "categories": ["a", "b"], "typical": 0}
    with pytest.raises(ValueError, match=message):
        from_settings({**good, **change})
