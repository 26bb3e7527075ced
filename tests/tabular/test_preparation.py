"""Features of rows, fitted to the rows that are trained on; and the rules for what was not among them."""

import copy
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import MLP, datasets
from npnet.tabular import Format, Preparation, Rules, Table, layout, sources
from tests.tabular.tables import written

DATA = {
    "n": [1.0, 3.0, 2.0, 2.0],
    "c": ["red", "blue", "red", "red"],
    "t": [True, False, True, True],
    "y": list("abab"),
}
ROW = {"n": [2.5], "c": ["blue"], "t": [True]}


def fitted(**rules):
    return Preparation.fit(Table.read(DATA, "y"), Rules(**rules))


def test_features_are_standardized_numbers_truth_values_and_one_hot_categories():
    made = fitted()
    x, y, rows = made.transform(DATA, "float64", target=True)
    assert made.names == ("n", "c=blue", "c=red", "t")
    deviation = np.sqrt(0.5)
    np.testing.assert_array_equal(x[:, 0], [-1 / deviation, 1 / deviation, 0, 0])
    np.testing.assert_array_equal(x[:, 1:], [[0, 1, 1], [1, 0, 0], [0, 1, 1], [0, 1, 1]])
    assert (y.tolist(), rows.tolist(), made.classes) == ([0, 1, 0, 1], [0, 1, 2, 3], ("a", "b"))
    assert y.dtype == np.int64


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_features_have_the_dtype_asked_for_and_are_rounded_once(dtype):
    exact = fitted().transform(DATA, np.float64).x
    x = fitted().transform(DATA, dtype).x
    assert x.dtype == dtype
    np.testing.assert_array_equal(x, exact.astype(dtype))
    with pytest.raises(ValueError, match="dtype: expected float32 or float64, got <class 'int'>"):
        fitted().transform(DATA, int)


def test_what_is_fitted_are_the_rows_that_are_trained_on_alone():
    table = Table.read(DATA, "y")
    made = Preparation.fit(table.take([0, 3]))
    assert made.features[0].mean == 1.5
    assert made.names == ("n", "c=red", "t")


def test_the_columns_may_come_in_any_order(tmp_path):
    path = written(tmp_path, "t,c,n\nTrue,blue,2.5\n")
    expected = fitted().transform(ROW).x
    np.testing.assert_array_equal(fitted().transform(path).x, expected)
    np.testing.assert_array_equal(fitted().transform(pd.DataFrame(ROW)).x, expected)
    np.testing.assert_array_equal(fitted().transform(Table.read(path)).x, expected)


def test_the_target_need_not_be_there_and_is_not_read_unless_it_is_asked_for():
    assert fitted().transform({**ROW, "y": [None]}).y is None
    assert fitted().transform(Table.read(ROW)).y is None
    assert [part.y for part in fitted().stream(ROW)] == [None]
    with pytest.raises(ValueError, match="frame: expected a column 'y', got n, c, t"):
        fitted(absent="fill").transform(ROW, target=True)
    with pytest.raises(ValueError, match="target: expected False, as the preparation was fitted to no target"):
        Preparation.fit(Table.read(DATA)).transform(DATA, target=True)


REFUSED = {
    "unknown": ({"c": "green"}, "line 5, column 'c': expected one of blue, red, got 'green'"),
    "invalid": ({"n": "1O"}, "line 5, column 'n': expected a number, got '1O'"),
    "invalid truth value": ({"t": "maybe"}, "line 5, column 't': expected true or false, got 'maybe'"),
    "missing": ({"n": ""}, "line 5, column 'n': expected a number, got an empty cell"),
    "missing category": ({"c": ""}, "line 5, column 'c': expected one of blue, red, got an empty cell"),
    "missing truth value": ({"t": "NA"}, "line 5, column 't': expected true or false, got an empty cell"),
}


def with_cell(folder, change):
    """Return the path of a file of three rows, of which the second, after a blank line, has another cell."""
    good = {"n": "2.5", "c": "blue", "t": "true"}
    rows = [good, {**good, **change}, good]
    lines = [",".join(row.values()) for row in rows]
    return written(folder, "n,c,t\n" + lines[0] + "\n\n\n" + "\n".join(lines[1:]) + "\n")


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("block", [16, 1 << 20])
def test_a_cell_that_does_not_fit_is_refused_by_file_line_column_and_text(
    tmp_path, monkeypatch, change, message, block
):
    monkeypatch.setattr(sources, "BLOCK", block)
    with pytest.raises(ValueError) as caught:
        fitted().transform(with_cell(tmp_path, change))
    assert str(caught.value) == f"data.csv, {message}"


def test_a_text_among_numbers_does_not_make_unknown_ones_of_the_others(tmp_path):
    table = Table.read({"c": ["1", "2", "1"], "y": [0.5, 1.5, 2.5]}, "y")
    made = Preparation.fit(table, Rules(unknown="other"))
    path = written(tmp_path, "c\n1\n2\nx\n1\n")
    assert made.transform(path).x.tolist() == [[1, 0], [0, 1], [0, 0], [1, 0]]


@pytest.mark.parametrize(
    ("rules", "change", "expected"),
    [
        ({"unknown": "fill"}, {"c": "green"}, {"c": ["red"]}),
        ({"missing": "fill"}, {"n": ""}, {"n": [2.0]}),
        ({"missing": "fill"}, {"c": ""}, {"c": ["red"]}),
        ({"missing": "fill"}, {"t": ""}, {"t": [True]}),
        ({"invalid": "missing", "missing": "fill"}, {"n": "x"}, {"n": [2.0]}),
        ({"invalid": "missing", "missing": "fill"}, {"t": "x"}, {"t": [True]}),
    ],
)
def test_a_cell_is_filled_where_the_rule_says_so(tmp_path, rules, change, expected):
    found = fitted(**rules).transform(with_cell(tmp_path, change))
    np.testing.assert_array_equal(found.x[1:2], fitted().transform({**ROW, **expected}).x)
    np.testing.assert_array_equal(found.x[[0, 2]], np.repeat(fitted().transform(ROW).x, 2, axis=0))


def test_a_category_that_is_unknown_may_be_none_of_those_known(tmp_path):
    found = fitted(unknown="other").transform(with_cell(tmp_path, {"c": "green"}))
    assert found.x[:, 1:3].tolist() == [[1, 0], [0, 0], [1, 0]]


@pytest.mark.parametrize(
    ("rules", "change"),
    [
        ({"unknown": "drop"}, {"c": "green"}),
        ({"missing": "drop"}, {"n": ""}),
        ({"missing": "drop", "invalid": "missing"}, {"n": "x"}),
    ],
)
@pytest.mark.parametrize("block", [16, 1 << 20])
def test_a_row_is_dropped_where_the_rule_says_so(tmp_path, monkeypatch, rules, change, block):
    monkeypatch.setattr(sources, "BLOCK", block)
    found = fitted(**rules).transform(with_cell(tmp_path, change))
    assert found.rows.tolist() == [0, 2]
    assert len(found.x) == 2


def test_a_column_that_is_missing_is_refused_or_filled():
    data = {name: ROW[name] for name in ("n", "t")}
    with pytest.raises(ValueError, match="frame: expected a column 'c', got n, t"):
        fitted().transform(data)
    expected = fitted().transform({**ROW, "c": ["red"]}).x
    np.testing.assert_array_equal(fitted(absent="fill").transform(data).x, expected)
    np.testing.assert_array_equal(fitted(absent="fill").transform(Table.read(data)).x, expected)
    without_number = {name: ROW[name] for name in ("c", "t")}
    assert fitted(absent="fill").transform(without_number).x[0, 0] == 0
    with pytest.raises(ValueError, match="frame: expected a column 'n', got y"):
        fitted(absent="fill").transform({"y": ["a"]})


def test_of_columns_that_are_missing_the_target_is_named_first():
    for absent in ("refuse", "fill"):
        with pytest.raises(ValueError, match="frame: expected a column 'y', got n, t"):
            fitted(absent=absent).transform({name: ROW[name] for name in ("n", "t")}, target=True)


def test_no_rows_have_no_features_and_no_labels(tmp_path):
    path = written(tmp_path, "n,c,t,y\n")
    x, y, rows = fitted().transform(path, "float64", target=True)
    assert (x.shape, x.dtype, y.shape, y.dtype, rows.shape) == ((0, 4), np.float64, (0,), np.int64, (0,))
    assert fitted().transform(path).y is None
    numbers = Preparation.fit(Table.read({"n": [1, 2], "y": [0.5, 1.5]}, "y"))
    assert numbers.transform(written(tmp_path, "n,y\n"), target=True).y.dtype == np.float32
    assert numbers.transform({"n": [1], "y": [2.5]}, target=True).y.dtype == np.float32


def test_a_file_is_read_in_the_form_that_is_given(tmp_path):
    path = written(tmp_path, "n;c;t\n2,5;blue;true\n")
    form = Format(decimal=",", delimiter=";")
    np.testing.assert_array_equal(fitted().transform(path, form=form).x, fitted().transform(ROW).x)
    assert [len(part.x) for part in fitted().stream(path, form=form)] == [1]


def test_columns_of_one_name_are_refused():
    number = Preparation.fit(Table.read({"n": [1, 2]})).features[0]
    for features, target in (([number, number], None), ([number], number)):
        with pytest.raises(ValueError, match="features, target: expected columns of different names, got n, n"):
            Preparation(features, target)


@pytest.mark.parametrize("target", [["y"], 3, "z"])
def test_a_target_that_is_no_column_is_refused(target):
    with pytest.raises(ValueError, match="target: expected one of the columns n, c, t, y, got"):
        Preparation.fit(Table.read(DATA), target=target)


def test_a_column_too_many_is_refused_or_left_out():
    data = {**ROW, "more": [object()]}
    with pytest.raises(
        ValueError, match="frame: expected the columns n, c, t, y, got also 'more'; the rule extra='drop'"
    ):
        fitted().transform(data)
    np.testing.assert_array_equal(fitted(extra="drop").transform(data).x, fitted().transform(ROW).x)


def test_a_target_is_never_made_up():
    with pytest.raises(ValueError, match="row 1, column 'y': expected one of a, b, got an empty cell"):
        fitted(missing="fill").transform({**DATA, "y": ["a", None, "b", "a"]}, target=True)
    with pytest.raises(ValueError, match="row 1, column 'y': expected one of a, b, got 'z'"):
        fitted(unknown="drop").transform({**DATA, "y": ["a", "z", "b", "a"]}, target=True)
    found = fitted(missing="drop").transform({**DATA, "y": ["a", None, "b", "a"]}, target=True)
    assert (found.y.tolist(), found.rows.tolist()) == ([0, 1, 0], [0, 2, 3])


def test_a_target_that_is_a_number_is_scaled_and_restored():
    data = {"n": [0.0, 1.0, 2.0], "y": [10.5, 20.0, 42.0]}
    made = Preparation.fit(Table.read(data, "y"))
    y = made.transform(data, "float64", target=True).y
    assert made.classes is None
    np.testing.assert_allclose([y.mean(), y.std()], [0, 1], atol=1e-15)
    np.testing.assert_allclose(made.restored(y), data["y"], rtol=1e-15)
    with pytest.raises(ValueError, match="outputs: expected those for a target that is a number"):
        fitted().restored(y)


def test_a_target_that_never_changes_is_zero_and_restored_to_what_it_was():
    data = {"n": [0.0, 1.0], "y": [0.3, 0.3]}
    made = Preparation.fit(Table.read(data, "y", kinds={"y": "number"}))
    y = made.transform(data, target=True).y
    assert y.tolist() == [0, 0]
    assert made.restored(y).tolist() == [0.3, 0.3]


def test_a_target_that_is_a_truth_value_has_two_classes():
    data = {"n": [0.0, 1.0], "y": [True, False]}
    made = Preparation.fit(Table.read(data, "y"))
    assert made.classes == ("false", "true")
    assert made.transform(data, target=True).y.tolist() == [1, 0]


def test_a_constant_column_is_exactly_zero(tmp_path):
    rows = "".join(f"0.1,{i},{i % 2}\n" for i in range(99))
    table = Table.read(written(tmp_path, f"constant,n,y\n{rows}"), "y")
    made = Preparation.fit(table)
    assert not made.transform(table).x[:, 0].any()
    assert made.transform({"constant": [0.3], "n": [1]}).x[0, 0] == 0


def test_float32_numbers_far_from_zero_keep_their_differences():
    numbers = (2.0**24 - np.arange(8)).astype(np.float32)
    table = Table.read({"n": numbers, "y": [0, 1] * 4}, "y")
    x = Preparation.fit(table).transform(table).x[:, 0]
    exact = (3.5 - np.arange(8)) / np.sqrt(5.25)
    np.testing.assert_allclose(x, exact, rtol=2**-23)


def test_a_number_too_far_from_the_mean_is_refused_by_its_row():
    with pytest.raises(
        ValueError, match="row 1, column 'n': expected a number whose distance from the mean fits float32"
    ):
        fitted().transform({"n": [1.0, 1e300], "c": ["red"] * 2, "t": [True] * 2})


def test_a_number_too_far_from_the_mean_is_refused_by_its_own_column():
    data = {"t": [True, False], "n": [-1.0, 1.0], "m": [0.0, 1.0]}
    with pytest.raises(ValueError, match="row 1, column 'n': expected a number whose distance from the mean fits"):
        Preparation.fit(Table.read(data)).transform({**data, "n": [0.0, 1e300]})


def test_a_number_that_vanishes_beside_the_deviation_is_zero_whatever_numpy_is_told():
    made = Preparation.fit(Table.read({"n": [-1.0, 1.0]}))
    with np.errstate(all="raise"):
        assert made.transform({"n": [1e-60, 1e-300]}).x.tolist() == [[0], [0]]


@pytest.mark.parametrize("unknown", ["refuse", "drop", "other"])
def test_no_number_is_an_unknown_category(unknown):
    made = Preparation.fit(Table.read({"n": [-3.0, -1.0]}), Rules(unknown=unknown))
    assert made.transform({"n": [-2.0, -1.0]}).x.tolist() == [[0], [1]]


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.sampled_from(["a", "b", "c"])), min_size=2, max_size=30))
def test_a_file_in_parts_has_the_features_of_the_whole(tmp_path_factory, rows):
    path = written(tmp_path_factory.mktemp("parts"), "n,c\n" + "".join(f"{n!r},{c}\n" for n, c in rows))
    table = Table.read(path)
    try:
        made = Preparation.fit(table)
    except ValueError:
        assert np.ptp(table.columns["n"].values) < 1e-150
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "BLOCK", 64)
        patch.setattr(layout, "BLOCK", 3)
        parts = list(made.stream(path))
    whole = made.transform(table)
    np.testing.assert_array_equal(np.concatenate([part.x for part in parts]), whole.x)
    np.testing.assert_array_equal(np.concatenate([part.rows for part in parts]), whole.rows)


def test_a_table_of_other_kinds_is_refused():
    with pytest.raises(
        ValueError, match=r"column 'n': expected the kind number, got category; kinds=\{'n': 'number'\} reads"
    ):
        fitted().transform(Table.read({**ROW, "n": ["x"]}))


def test_several_tables_are_fitted_as_one():
    table = Table.read(DATA, "y")
    parts = Preparation.fit([table.take([0, 1]), table.take([2, 3])])
    assert json.dumps(parts.settings()) == json.dumps(Preparation.fit(table).settings())


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        ({"n": [1, 2], "y": ["a", "a"]}, {}, "target: expected at least two classes in 'y', got 'a' alone"),
        ({"y": ["a", "b"]}, {}, "features: expected at least one column beside the target, got none"),
        ({"n": [1, 2], "y": ["a", "b"]}, {"target": "z"}, "target: expected one of the columns n, y, got 'z'"),
    ],
)
def test_a_table_that_nothing_can_be_learnt_of_is_refused(data, options, message):
    with pytest.raises(ValueError, match=message):
        Preparation.fit(Table.read(data, "y"), **options)


def test_no_tables_have_no_preparation():
    with pytest.raises(ValueError, match="tables: expected rows, got none"):
        Preparation.fit([])


def test_rules_are_known():
    with pytest.raises(ValueError, match="missing: expected one of refuse, drop, fill, got 'mean'"):
        Rules(missing="mean")


def test_settings_make_the_same_preparation_again():
    made = fitted(unknown="other")
    text = json.dumps(made.settings(), allow_nan=False)
    again = Preparation.from_settings(json.loads(text))
    assert json.dumps(again.settings()) == text
    np.testing.assert_array_equal(again.transform(DATA).x, made.transform(DATA).x)
    assert again.rules == Rules(unknown="other")
    without_target = Preparation.fit(Table.read({"n": [1, 2]}))
    assert Preparation.from_settings(without_target.settings()).target is None


BAD = [
    (lambda s: 3, "preparation: expected version, features, target, rules, got 3"),
    (lambda s: s.pop("rules"), "preparation: expected version, features, target, rules, got version, features, target"),
    (lambda s: s.update(version=2), "preparation, version: expected 1, got 2; is the file of a newer npnet"),
    (lambda s: s.update(version=True), "preparation, version: expected 1, got True"),
    (lambda s: s.update(features={}), "preparation, features: expected a list, got {}"),
    (lambda s: s.update(features=[3]), "preparation: expected the settings of a column, got 3"),
    (lambda s: s.update(features=[]), "features: expected at least one column beside the target"),
    (lambda s: s["features"].append(s["features"][0]), "features, target: expected columns of different names"),
    (lambda s: s.update(target=[]), "preparation: expected the settings of a column"),
    (lambda s: s.update(rules=[]), "preparation, rules: expected a mapping"),
    (lambda s: s["rules"].update(unknown="guess"), "unknown: expected one of refuse, drop, fill, other, got 'guess'"),
    (lambda s: s["rules"].update(unknown=[]), r"unknown: expected one of refuse, drop, fill, other, got \[\]"),
    (lambda s: s["rules"].update(more=1), "preparation, rules: expected unknown, invalid, missing, absent, extra, got"),
    (lambda s: s["features"][0].update(kind=3), "column 'n', kind: expected number, category or truth, got 3"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_settings_that_are_none_are_refused(change, message):
    settings = copy.deepcopy(fitted().settings())
    settings = 3 if change(settings) == 3 else settings
    with pytest.raises(ValueError, match=message):
        Preparation.from_settings(settings)


def test_a_net_learns_the_irises_from_their_table():
    table = Table.read(datasets._file("iris.csv"), "species")
    train, test = table.split(0.2)
    made = Preparation.fit(train)
    x, y, _ = made.transform(train, target=True)
    net = MLP([len(made.names), 16, len(made.classes)], output="softmax", seed=0)
    net.fit(x, y, optimizer="adam", epochs=200)
    x_test, y_test, _ = made.transform(test, target=True)
    assert net.evaluate(x_test, y_test).accuracy >= 0.9
