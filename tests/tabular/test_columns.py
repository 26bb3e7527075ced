"""The kind of a column: one for all its cells, whatever the chunks that they come in."""

import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet.tabular import Table, columns, sources
from npnet.tabular.columns import Column
from tests.tabular.tables import column, names, written


@pytest.fixture(params=[24, 1 << 20], ids=["small chunks", "one chunk"])
def _chunks(request, monkeypatch):
    monkeypatch.setattr(sources, "BLOCK", request.param)


chunked = pytest.mark.usefixtures("_chunks")


@chunked
@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "+5", "007", " 1", "9223372036854775808"] * 5, "number"),
        ([""] * 20 + ["1"] + ["NA"] * 20, "number"),
        (["NA"] * 20 + ["2.5"], "number"),
        (["True", "False", ""] * 9, "truth"),
        (["NA"] * 20 + ["true", "FALSE"], "truth"),
        (["yes", "no"] * 9, "category"),
        (["NA"] * 20 + ["x"] * 20 + ["NA"] * 20, "category"),
        (["True"] * 20 + ["maybe"], "category"),
    ],
)
def test_all_chunks_together_say_what_a_column_is(tmp_path, cells, kind):
    assert column(tmp_path, cells).kind == kind


@chunked
def test_what_stands_for_a_gap_among_numbers_is_a_category_among_words(tmp_path):
    cells = ["NA"] * 20 + ["x", "None", ""] + ["NA"] * 20
    assert names(column(tmp_path, cells)) == [cell or None for cell in cells]
    assert np.isnan(column(tmp_path, ["NA"] * 20 + ["1", "None", ""]).values).sum() == 22
    assert np.isnan(column(tmp_path, ["NA"] * 20 + ["True"]).values).sum() == 20


@chunked
@pytest.mark.parametrize("count", [1, 30])
def test_a_text_among_numbers_is_refused_by_its_line(tmp_path, count):
    with pytest.raises(ValueError) as caught:
        column(tmp_path, ["12"] * count + ["12a"] + ["13"] * count)
    assert str(caught.value) == (
        f"data.csv, line {count + 2}, column 'c': expected a number, as in line 2, got '12a'; "
        "kinds={'c': 'category'} takes both as categories"
    )


@chunked
@pytest.mark.parametrize("count", [1, 30])
def test_a_number_among_texts_is_refused_by_its_line(tmp_path, count):
    with pytest.raises(ValueError, match=f"line {count + 2}, column 'c': expected text, as in line 2, got '7'"):
        column(tmp_path, ["x"] * count + ["7", "x"])


@chunked
def test_a_declared_category_keeps_its_numbers_beside_a_text(tmp_path):
    cells = ["1", "2", "10"] * 10 + ["x"] + ["2"] * 10
    found = column(tmp_path, cells, "category")
    assert names(found) == cells
    assert found.categories == ("1", "10", "2", "x")
    assert column(tmp_path, ["1", "2", "10"] * 10, "category").categories == ("1", "2", "10")


@chunked
@pytest.mark.parametrize(
    ("kind", "cells", "message"),
    [
        ("number", ["1"] * 30 + ["0x10"], "line 32, column 'c': expected a number, got '0x10'"),
        ("number", ["1", " inf "], "line 3, column 'c': expected a number, got ' inf '"),
        ("truth", ["true", "0", "", "yes"], "line 5, column 'c': expected true or false, got 'yes'"),
    ],
)
def test_a_cell_of_another_kind_than_declared_is_refused(tmp_path, kind, cells, message):
    with pytest.raises(ValueError, match=f"data.csv, {message}"):
        column(tmp_path, cells, kind)


@chunked
def test_a_cell_of_another_kind_than_declared_is_missing_where_the_rule_says_so(tmp_path):
    path = written(tmp_path, "a,b\n" + "1,true\n" * 20 + "x,maybe\n")
    table = Table.read(path, kinds={"a": "number", "b": "truth"}, invalid="missing")
    assert np.flatnonzero(table.columns["a"].missing()).tolist() == [20]
    assert np.flatnonzero(table.columns["b"].missing()).tolist() == [20]
    assert table.columns["b"].values.dtype == np.float32


@chunked
@pytest.mark.parametrize("cells", [[""] * 20, ["", "NA"], ["None", "nan"]])
def test_a_column_without_a_value_is_refused(tmp_path, cells):
    with pytest.raises(ValueError, match="column 'c': expected values, got none: all cells are missing"):
        column(tmp_path, cells)


@pytest.mark.parametrize("date", ["2024-02-29", "2024-02-29T12:00:00Z", "2024/2/9 10:00", "29.2.2024", "2/29/24"])
def test_dates_are_refused_with_a_way_out(tmp_path, date):
    with pytest.raises(ValueError) as caught:
        column(tmp_path, [date, "", date])
    assert str(caught.value) == (
        f"data.csv, column 'c': expected numbers, categories or truth values, got dates such as {date}; leave it out, "
        "make a number of it (such as the days since one date), or say kinds={'c': 'category'}"
    )
    assert column(tmp_path, [date, date], "category").categories == (date,)


def test_more_dates_than_categories_are_still_called_dates(tmp_path):
    days = [str(datetime.date(2000, 1, 1) + datetime.timedelta(i)) for i in range(columns.MOST_CATEGORIES + 1)]
    with pytest.raises(ValueError, match="got dates such as 2000-01-01"):
        column(tmp_path, days)


def test_a_date_among_other_words_is_a_word_like_them(tmp_path):
    assert column(tmp_path, ["2024-02-29", "soon"]).categories == ("2024-02-29", "soon")
    many = [f"id{i}" for i in range(columns.MOST_CATEGORIES)] + ["2024-02-29"]
    with pytest.raises(ValueError, match="at most 1000 categories"):
        column(tmp_path, many)


def test_categories_are_in_the_order_of_their_numbers_or_of_their_letters():
    assert columns.in_order(["b", "a", "C"]) == ("C", "a", "b")
    assert columns.in_order(["10", "9", "8.5"]) == ("8.5", "9", "10")
    assert columns.in_order(["9", "10", "x"]) == ("10", "9", "x")


def test_columns_are_joined_with_all_of_their_categories(tmp_path):
    table = Table.read({"c": ["x"]})
    parts = [columns.Column("category", np.array(codes, np.int32), words)
             for codes, words in (([0, -1, 1], ("b", "c")), ([1, 0], ("a", "b")))]  # fmt: skip
    one = columns.joined("c", table.source, parts)
    assert (one.kind, one.values.tolist(), one.categories) == ("category", [1, -1, 2, 1, 0], ("a", "b", "c"))
    numbers = [columns.Column("number", np.array(values)) for values in ([1.0, np.nan], [3.0])]
    one = columns.joined("c", table.source, numbers)
    assert (one.kind, one.categories) == ("number", ())
    np.testing.assert_array_equal(one.values, [1, np.nan, 3])


def test_dates_of_a_frame_are_refused_with_a_way_out():
    frame = pd.DataFrame({"c": pd.to_datetime(["2024-02-29"])})
    with pytest.raises(
        ValueError, match=r"frame, column 'c': expected numbers, .* got dates, timestamp.*; leave it out"
    ):
        Table.read(frame)
    with pytest.raises(ValueError, match=r"frame, row 0, column 'c': expected a number, got .*; leave it out"):
        Table.read(frame, kinds={"c": "number"})


@chunked
def test_text_that_names_each_row_is_refused(tmp_path):
    most = columns.MOST_CATEGORIES
    assert len(column(tmp_path, [f"id{i}" for i in range(most)]).categories) == most
    with pytest.raises(ValueError, match="column 'c': expected at most 1000 categories, got more"):
        column(tmp_path, [f"id{i}" for i in range(most + 1)])


def test_text_of_a_frame_is_text_though_it_be_digits():
    table = Table.read({"zip": np.array(["01234", "7"]), "n": [1, 2], "t": np.array(["1", "x"], object)})
    assert table.kinds == {"zip": "category", "n": "number", "t": "category"}
    assert names(table.columns["zip"]) == ["01234", "7"]
    assert Table.read({"zip": ["007", "7"]}, kinds={"zip": "number"}).columns["zip"].values.tolist() == [7, 7]


@pytest.mark.parametrize("elements", [[1, "x"], [1.5, None, "x"], ["x"] + [2] * 100_000])
def test_numbers_beside_text_in_a_frame_are_refused(elements):
    with pytest.raises(ValueError, match=r"frame, row \d, column 'c': expected .*, as in row 0, got"):
        Table.read(pd.DataFrame({"c": pd.Series(elements, dtype=object)}))


def test_infinity_in_a_frame_is_refused_by_its_row():
    with pytest.raises(ValueError, match="frame, row 1, column 'c': expected a finite number, got -inf"):
        Table.read({"c": [0.0, -np.inf]})


def test_what_has_no_kind_is_refused():
    with pytest.raises(ValueError, match="frame, column 'c': expected numbers, categories or truth values, got binary"):
        Table.read({"c": [b"x"]})


@given(st.lists(st.sampled_from(["1", "2.5", "x", "", "NA", "True", "false", "y z"]), min_size=1, max_size=40))
def test_the_kind_does_not_depend_on_the_chunks(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("kinds")
    answers = []
    for block in (24, 1 << 20):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sources, "BLOCK", block)
            try:
                found = column(folder, cells)
                answers.append((found.kind, found.categories, found.values.tobytes()))
            except ValueError as error:
                answers.append(str(error))
    assert answers[0] == answers[1]


def test_missing_cells_are_below_0_in_categories_and_nan_in_numbers():
    assert Column("category", np.array([0, -1, 1], np.int32), ("a", "b")).missing().tolist() == [False, True, False]
    for kind in ("number", "truth"):
        assert Column(kind, np.array([-1.0, np.nan, 0.0])).missing().tolist() == [False, True, False]


def test_one_part_alone_is_joined_too():
    for part in (
        Column("number", np.array([1.0, 2.0])),
        Column("category", np.array([1, 0, -1], np.int32), ("a", "b")),
    ):
        whole = columns.joined("c", None, [part])
        assert (whole.kind, whole.values.tolist(), whole.categories) == (
            part.kind,
            part.values.tolist(),
            part.categories,
        )


def test_words_that_are_dates_but_for_gaps_are_refused():
    place = SimpleNamespace(
        name="c", source=SimpleNamespace(form=sources.Format()),
        column_wrong=lambda expected, got: ValueError(f"{expected}, got {got}"),
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"numbers, .*, got dates such as 2020-01-02"):
        columns.refuse_dates(place, ["NA", "2020-01-02", ""])
    for words in (["NA"], [], ["2020-01-02", "x"]):
        columns.refuse_dates(place, words)


def test_a_declared_number_has_all_digits_of_float64(tmp_path):
    assert column(tmp_path, ["16777217", "0.1"], "number").values.tolist() == [16777217, 0.1]


def test_a_number_that_is_not_finite_is_missing_where_wrong_cells_are():
    frame = pd.DataFrame({"a": [1.0, np.inf, 2.0], "b": [1.0, 0.5, 0.0]})
    table = Table.read(frame, kinds={"a": "number", "b": "truth"}, invalid="missing")
    np.testing.assert_array_equal(table.columns["a"].values, [1, np.nan, 2])
    np.testing.assert_array_equal(table.columns["b"].values, [1, np.nan, 0])


def test_a_hint_about_dates_is_for_dates(tmp_path):
    with pytest.raises(ValueError) as caught:
        column(tmp_path, ["1", "x"], "number")
    assert str(caught.value) == "data.csv, line 3, column 'c': expected a number, got 'x'"


def test_numbers_that_a_frame_calls_categories_are_such():
    frame = pd.DataFrame({"a": pd.Series([3, 1, 3]).astype("category"), "b": [True, False, True]})
    table = Table.read(frame)
    assert table.kinds == {"a": "category", "b": "truth"}
    assert names(table.columns["a"]) == ["3", "1", "3"]


@chunked
def test_the_first_number_is_named_though_gaps_come_before_it(tmp_path):
    with pytest.raises(ValueError, match="line 31, column 'c': expected a number, as in line 22, got 'x'"):
        column(tmp_path, [""] * 20 + ["12"] * 9 + ["x"])


@chunked
def test_an_empty_cell_among_truth_values_is_missing(tmp_path):
    np.testing.assert_array_equal(column(tmp_path, ["True", "", "False"] * 9).values, [1, np.nan, 0] * 9)
