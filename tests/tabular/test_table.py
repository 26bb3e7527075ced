import numpy as np
import pandas as pd
import pytest

from npnet import datasets
from npnet.tabular import Table, sources
from tests.tabular.tables import names, written

TEXT = "size,colour,fits,y\n1.5,red,True,no\n2,blue,False,yes\n,red,,no\n"


def test_a_table_shows_its_columns(tmp_path):
    table = Table.read(written(tmp_path, TEXT), "y")
    assert repr(table) == (
        "Table of 3 rows: size (number), colour (category, 2), fits (truth), y (category, 2, target)"
    )
    assert table.kinds == {"size": "number", "colour": "category", "fits": "truth", "y": "category"}
    assert table.names == ("size", "colour", "fits", "y")


def test_some_columns_are_read_and_the_target_with_them(tmp_path):
    table = Table.read(written(tmp_path, TEXT), "y", columns=["colour"])
    assert table.names == ("colour", "y")


def test_a_column_that_is_not_read_may_hold_anything(tmp_path):
    path = written(tmp_path, "a,b\n1,2024-01-01\n2,x\n")
    assert Table.read(path, columns=["a"]).columns["a"].values.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "qqq"}, "target: expected a column of data.csv, got 'qqq'; it has size, colour, fits, y"),
        ({"target": "colours"}, "target: expected a column of data.csv, got 'colours'; did you mean colour"),
        ({"columns": ["zz"]}, "columns: expected a column of data.csv, got 'zz'"),
        ({"columns": "size"}, "columns: expected a list of names, got 'size'"),
        ({"kinds": {"z": "number"}}, "kinds: expected columns that are read, size, colour, fits, y, got 'z'"),
        ({"kinds": {"size": "float"}}, r"kinds\['size'\]: expected one of number, category, truth, got 'float'"),
        ({"invalid": "drop"}, "invalid: expected 'refuse' or 'missing', got 'drop'"),
        ({"target": np.array(["size", "y"])}, "target: expected a column of data.csv, got"),
        (
            {"kinds": {"size": np.array(["number", "truth"])}},
            r"kinds\['size'\]: expected one of number, category, truth",
        ),
        ({"invalid": np.array(["refuse", "missing"])}, "invalid: expected 'refuse' or 'missing', got"),
    ],
)
def test_arguments_that_fit_no_column_are_refused(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        Table.read(written(tmp_path, TEXT), **options)


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (list(range(3)) * 4, "category"),
        ([0, 1], "category"),
        ([1, 2, 3], "number"),
        ([1.0, 2.0, np.nan] * 3, "category"),
        (list(range(20)) * 2, "category"),
        (list(range(21)) * 2, "number"),
        (list(range(12)), "number"),
        ([0.5, 1.5] * 9, "number"),
        (list(range(2)) * 600 + list(range(30)), "number"),
        ([0] * 1200 + [0.5], "number"),
        ([True, False], "truth"),
    ],
)
def test_a_target_of_few_whole_numbers_has_classes(target, kind):
    table = Table.read({"x": [1.0] * len(target), "y": target}, "y")
    assert table.kinds["y"] == kind
    assert Table.read({"y": target}).kinds["y"] == ("truth" if kind == "truth" else "number")


def test_the_kind_of_a_target_may_be_declared():
    data = {"x": range(4), "y": [0, 1, 0, 1]}
    assert Table.read(data, "y", kinds={"y": "number"}).kinds["y"] == "number"
    assert Table.read({**data, "y": [0, 1, 2.5, 4]}, "y", kinds={"y": "category"}).kinds["y"] == "category"


def test_classes_that_are_numbers_keep_their_text_and_their_order(tmp_path):
    path = written(tmp_path, "x,y\n" + "".join(f"{i},{y}\n" for i, y in enumerate(["10", "9", "07", "+2"] * 3)))
    assert Table.read(path, "y").columns["y"].categories == ("+2", "07", "9", "10")


@pytest.mark.parametrize(
    ("name", "target", "classes"), [("iris", "species", 3), ("dot", "y_c", 2), ("digits", "digit", 10)]
)
def test_the_notes_data_are_tables(name, target, classes):
    path = datasets._file({"digits": "digits.csv.gz"}.get(name, f"{name}.csv"))
    table = Table.read(path, target)
    expected = datasets.read_csv(path, target)
    assert table.columns[target].categories == expected.names
    assert len(expected.names) == classes
    np.testing.assert_array_equal(table.columns[target].values, expected.labels)
    found = [column.values for one, column in table.columns.items() if one != target]
    np.testing.assert_array_equal(np.column_stack(found), expected.features)


def test_rows_are_taken_with_all_their_cells(tmp_path):
    table = Table.read(written(tmp_path, TEXT), "y")
    for rows in ([2, 0], np.array([True, False, True])):
        part = table.take(rows)
        assert len(part) == 2
        assert sorted(names(part.columns["y"])) == ["no", "no"]
        assert part.target == "y"
    assert str(table.take([2]).wrong(0, "size", "a number", "none")).startswith("data.csv, line 4, column 'size'")


@pytest.mark.parametrize("rows", [[3], [-4], [[0]], [True], [0.5], "0", None, 1, {0}])
def test_rows_that_there_are_not_are_refused(rows):
    with pytest.raises(ValueError, match="rows: expected places of 3 rows, or True or False for each, got "):
        Table.read({"x": [1, 2, 3]}).take(rows)


def test_each_class_has_its_share_of_a_split():
    y = ["a"] * 40 + ["b"] * 20 + [None] * 10
    table = Table.read({"x": range(70), "y": y}, "y")
    train, test = table.split(0.3, seed=4)
    assert [names(test.columns["y"]).count(one) for one in ("a", "b", None)] == [12, 6, 3]
    x = [part.columns["x"].values for part in (train, test)]
    assert sorted(np.concatenate(x)) == list(range(70))
    assert all((np.diff(one) > 0).all() for one in x)
    np.testing.assert_array_equal(table.split(0.3, seed=4)[1].columns["x"].values, x[1])
    assert (table.split(0.3, seed=5)[1].columns["x"].values != x[1]).any()


@pytest.mark.parametrize("target", [None, "x"])
def test_rows_without_classes_are_split_at_random(target):
    table = Table.read({"x": np.linspace(0, 100, 50)}, target)
    train, test = table.split(0.2)
    assert (len(train), len(test)) == (40, 10)
    # The seed is 0 unless it is given
    taken = [table.split(0.2, seed)[1].columns["x"].values.tolist() for seed in (0, 1)]
    assert test.columns["x"].values.tolist() == taken[0] != taken[1]


def test_truth_values_are_classes_of_a_split_and_rows_without_one_are_another():
    table = Table.read({"x": range(20), "y": [True, True, False, False, None] * 4}, "y")
    _, test = table.split(0.25)
    found = test.columns["y"].values
    assert [np.sum(found == 1), np.sum(found == 0), np.sum(np.isnan(found))] == [2, 2, 1]


def test_rows_without_one_of_several_classes_are_a_group_of_their_own():
    table = Table.read({"x": range(48), "y": ["a", "b", "c", None] * 12}, "y")
    _, test = table.split(0.25)
    assert np.unique(test.columns["y"].values, return_counts=True)[1].tolist() == [3, 3, 3, 3]


def test_a_header_alone_is_no_table(tmp_path):
    with pytest.raises(ValueError, match=r"data.csv: expected rows below the header, got none"):
        Table.read(written(tmp_path, "a,b\n"))


@pytest.mark.parametrize(
    ("share", "message"),
    [
        (0, "share: expected a finite number > 0 and < 1, got 0"),
        (0.01, "share: expected one that holds out .* to train on, got 0.01, which holds out 0 of 3$"),
    ],
)
def test_a_share_that_leaves_a_side_empty_is_refused(share, message):
    with pytest.raises(ValueError, match=message):
        Table.read({"x": [1, 2, 3]}).split(share)


def test_classes_of_one_row_each_leave_none_to_hold_out():
    table = Table.read({"x": [1, 2, 3], "y": ["a", "b", "c"]}, "y")
    with pytest.raises(ValueError, match=r"got 0\.5, which holds out 0 of 3; each class keeps one to train on"):
        table.split(0.5)


@pytest.mark.parametrize("batch", [2, 1 << 16])
def test_a_frame_is_read_the_same_in_parts(monkeypatch, batch):
    monkeypatch.setattr(sources, "BATCH", batch)
    frame = pd.DataFrame({"n": [1, 2, 3, 4, 5], "c": ["x", "y", "x", "z", None]})
    table = Table.read(frame)
    assert table.columns["n"].values.tolist() == [1, 2, 3, 4, 5]
    assert names(table.columns["c"]) == ["x", "y", "x", "z", None]
