"""What a cell is, in a column of each kind."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet.tabular import Format, cells
from tests.tabular.tables import column, names

NUMBERS = {
    "1": 1.0,
    "+5": 5.0,
    "007": 7.0,
    " 1": 1.0,
    "1 ": 1.0,
    "-2.5e3": -2500.0,
    "1.": 1.0,
    ".5": 0.5,
    "9223372036854775808": 2.0**63,
    "123456789012345678901234567890": 1.2345678901234568e29,
    "1e-400": 0.0,
}


@pytest.mark.parametrize("others", [[], ["NA"], [""], ["x"]], ids=["alone", "beside NA", "beside a gap", "beside text"])
@pytest.mark.parametrize(("text", "expected"), NUMBERS.items())
def test_a_number_is_what_it_says_whatever_stands_beside_it(text, expected, others):
    values, bad = cells.numbers(pa.array([text, *others]), Format())
    assert values[0] == expected
    assert np.isnan(values[1:]).all()
    assert (bad is not None) == (others == ["x"])


@pytest.mark.parametrize(
    ("word", "expected"),
    [("1,234", 1234), ("12,345", 12345), ("-123,456.5", -123456.5), ("1234,567", None), (",123", None), ("1,23", None)],
)
def test_thousands_stand_in_groups_of_three(word, expected):
    assert cells.number(word, Format(thousands=",")) == expected
    found = cells.numbers(pa.array([word]), Format(thousands=","))
    assert (found.bad is None) == (expected is not None)


def test_truth_values_that_are_encoded_are_read_as_others():
    plain = pa.array([True, False, None])
    for array in (plain, plain.dictionary_encode(), pa.array(["true", "FALSE", None]).dictionary_encode()):
        found = cells.truths(array, Format())
        np.testing.assert_array_equal(found.values, [1, 0, np.nan])
        assert found.bad is None


@pytest.mark.parametrize("others", [[], ["1"], ["", "NA"]])
@pytest.mark.parametrize(
    "text", ["0x10", "1_000", "1,000", "1e400", "inf", "-Infinity", "True", "1 2", "１", "−5", "."]
)
def test_what_is_no_finite_decimal_number_is_found(text, others):
    _, bad = cells.numbers(pa.array([text, *others]), Format())
    assert bad.tolist() == [True] + [False] * len(others)


@given(st.lists(st.one_of(st.floats(allow_nan=False, allow_infinity=False).map(repr), st.sampled_from(["", "NA"]))))
def test_numbers_are_read_to_the_bit(texts):
    values, bad = cells.numbers(pa.array(texts, pa.string()), Format())
    expected = [float(text) if text not in ("", "NA") else np.nan for text in texts]
    np.testing.assert_array_equal(values, np.array(expected, float))
    assert bad is None


WORDS = [*NUMBERS, "NA", "", "x", "nan", "inf", "0x1", None, "1e400", "1,5", "1.000,5"]
FORMATS = [Format(), Format(decimal=","), Format(thousands=","), Format(decimal=",", thousands=".")]


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.sampled_from(FORMATS))
def test_a_column_is_read_as_its_cells_are_one_by_one(texts, form):
    values, bad = cells.numbers(pa.array(texts, pa.string()), form)
    one_by_one = [np.nan if text is None else cells.number(text.strip(), form) for text in texts]
    np.testing.assert_array_equal(values, [np.nan if value is None else value for value in one_by_one])
    assert (np.zeros(len(texts), bool) if bad is None else bad).tolist() == [value is None for value in one_by_one]


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        ({"decimal": ","}, "1,5", 1.5),
        ({"decimal": ","}, "1.5", None),
        ({"decimal": ","}, "1,5,5", None),
        ({"thousands": ","}, "1,234,567.25", 1234567.25),
        ({"thousands": ","}, "-1,234", -1234.0),
        ({"thousands": ","}, "1234.5", 1234.5),
        ({"thousands": ","}, "12,34", None),
        ({"thousands": ","}, "1234,567", None),
        ({"thousands": ","}, "1,234,56", None),
        ({"thousands": ","}, ",123", None),
        ({"decimal": ",", "thousands": "."}, "1.234,5", 1234.5),
        ({"decimal": ",", "thousands": "."}, "1.23", None),
        ({"thousands": " "}, "1 234", 1234.0),
        ({"missing": ("-",)}, "-", np.nan),
        ({"missing": ("-",)}, "NA", None),
        ({"missing": ("-",)}, "", np.nan),
    ],
)
def test_decimals_thousands_and_words_for_gaps_are_as_the_format_says(options, text, expected):
    for others in ([], ["0"]):
        values, bad = cells.numbers(pa.array([text, *others]), Format(**options))
        assert (bad is not None and bad[0]) == (expected is None)
        np.testing.assert_array_equal(values[0], np.nan if expected is None else expected)


@pytest.mark.parametrize(
    ("array", "expected", "wrong"),
    [
        (pa.array([1, None, 3]), [1, np.nan, 3], []),
        (pa.array([1.5, np.nan, None]), [1.5, np.nan, np.nan], []),
        (pa.array([1.0, np.inf]), [1, np.inf], [1]),
        (pa.array([2**63], pa.uint64()), [2.0**63], []),
        (pa.array([True, None]), [np.nan, np.nan], [0]),
        (pa.nulls(2), [np.nan, np.nan], []),
        (pa.array([5, 7, 5]).dictionary_encode(), [5, 7, 5], []),
        (pa.array(["5", "x", "5"]).dictionary_encode(), [5, np.nan, 5], [1]),
        (pa.array([0], pa.timestamp("s")), [np.nan], [0]),
    ],
)
def test_numbers_of_typed_columns(array, expected, wrong):
    values, bad = cells.numbers(array, Format())
    np.testing.assert_array_equal(values, expected)
    assert values.dtype == np.float64
    # None says that all cells are right
    assert (None if bad is None else np.flatnonzero(bad).tolist()) == (wrong or None)


@pytest.mark.parametrize(
    ("array", "expected", "wrong"),
    [
        (pa.array(["True", "FALSE", "", "NA", "1", "0", " true "]), [1, 0, np.nan, np.nan, 1, 0, 1], []),
        (pa.array(["yes", "1.0", "true"]), [np.nan, np.nan, 1], [0, 1]),
        (pa.array([True, False, None]), [1, 0, np.nan], []),
        (pa.array([1, 0, None]), [1, 0, np.nan], []),
        (pa.array([1.0, 0.5]), [1, 0.5], [1]),
        (pa.array([0], pa.timestamp("s")), [np.nan], [0]),
    ],
)
def test_truth_values(array, expected, wrong):
    values, bad = cells.truths(array, Format())
    np.testing.assert_array_equal(values, np.array(expected, np.float32))
    assert values.dtype == np.float32
    # None says that all cells are right
    assert (None if bad is None else np.flatnonzero(bad).tolist()) == (wrong or None)


def test_a_category_is_its_text_without_the_blanks_around_it(tmp_path):
    texts = ["+5", "007", " 1", "0x10", "9223372036854775808", "", "NA", "None", "x", "1", "7"]
    found = column(tmp_path, texts, "category")
    assert names(found) == [text.strip() or None for text in texts]
    assert found.values.dtype == np.int32


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([1, None, 3]), ["1", None, "3"]),
        (pa.array([1.0, None, 2.5]), ["1", None, "2.5"]),
        (pa.array([1.0, np.nan]), ["1", None]),
        (pa.array([2**63], pa.uint64()), ["9223372036854775808"]),
        (pa.array([True, False]), ["True", "False"]),
        (pa.array(["a", None, "a", " a"]).dictionary_encode(), ["a", None, "a", "a"]),
        (pa.nulls(1), [None]),
        (pa.array(["a"], pa.large_string()), ["a"]),
    ],
)
def test_categories_of_typed_columns(array, expected):
    codes, words = cells.encoded(array)
    assert [None if code < 0 else words[code] for code in codes.tolist()] == expected


@pytest.mark.parametrize(
    ("form", "texts", "expected"),
    [
        (Format(), ["1", "-2.5", "1e3"], [1, -2.5, 1000]),
        (Format(), [" 1", None, "2 "], [1, np.nan, 2]),
        (Format(), ["1.5", "NA", None], [1.5, np.nan, np.nan]),
        (Format(decimal=","), ["1,5", "2"], [1.5, 2]),
        (Format(thousands="'"), ["1.5", "1000"], [1.5, 1000]),
    ],
)
def test_a_column_of_numbers_alone_is_not_read_word_by_word(monkeypatch, form, texts, expected):
    """It would be the same, many times slower."""
    monkeypatch.setattr(cells, "encoded", lambda array: pytest.fail("read word by word"))
    values, bad = cells.numbers(pa.array(texts, pa.string()), form)
    np.testing.assert_array_equal(values, expected)
    assert bad is None
