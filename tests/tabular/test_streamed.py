"""Tables whose rows are read again: the same kinds and preparation as in memory, in memory that does not grow."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from npnet import datasets
from npnet.tabular import Rules, StreamedTable, Table, samples, sources, streamed, train
from tests.tabular.tables import written

WORDS = ["red", "blue", "green", ""]
LINES = [f"{i / 7},{WORDS[i % 4]},{i % 3},{'true' if i % 2 else 'False'},NA,{'yn'[i % 2]}\n" for i in range(400)]
TEXT = "number,colour,whole,truth,gap,y\n" + "".join(LINES) + "1e3,red,2,true,4.5,y\n"


@pytest.fixture
def path(tmp_path, monkeypatch):
    # Parts of some 30 rows
    monkeypatch.setattr(sources, "BLOCK", 1000)
    return written(tmp_path, TEXT)


@pytest.mark.parametrize("target", ["y", "whole", "truth", "number", "gap", None])
def test_kinds_are_those_of_a_table_in_memory(path, target):
    kinds = StreamedTable.read(path, target).kinds
    assert kinds == Table.read(path, target).kinds
    assert list(kinds) == ["number", "colour", "whole", "truth", "gap", "y"]


@pytest.mark.parametrize(
    "cells",
    [
        [0, 1, 2, 3, 0, 1, 2], range(20), list(range(20)) * 2, list(range(21)) * 3, [0.5] * 40, [0] * 40,
        ["", "1", "2"] * 9, ["1", "2"],
        ["1", "2", "3"], ["NA"] * 30 + ["true"], [""] * 30 + ["5"], ["x", "NA"] * 20, ["1.0", "2"] * 20,
    ],
)  # fmt: skip
def test_a_target_has_classes_where_it_has_in_memory(tmp_path, monkeypatch, cells):
    monkeypatch.setattr(sources, "BLOCK", 40)
    path = written(tmp_path, "y,i\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells)))
    assert StreamedTable.read(path, "y").kinds == Table.read(path, "y").kinds


@pytest.mark.parametrize("lines", ["1\nx\n", "x\n1\n", "2020-01-01\n2021-01-01\n", "NA\n\n", "inf\n1\n"])
def test_what_is_refused_in_memory_is_refused_in_the_same_words(tmp_path, lines):
    path = written(tmp_path, "c,i\n" + lines.replace("\n", ",3\n"))
    with pytest.raises(ValueError, match=r"data.csv, ") as one:
        Table.read(path)
    with pytest.raises(ValueError, match=r"data.csv, ") as other:
        StreamedTable.read(path)
    assert str(one.value) == str(other.value)


def test_a_cell_is_refused_with_file_line_and_column(path):
    kinds = {"colour": "number"}
    table = StreamedTable.read(path, "y", kinds=kinds)
    with pytest.raises(ValueError, match=r"data.csv, line 2, column 'colour': expected a number, got 'red'"):
        train(table, epochs=1)
    lines = TEXT.splitlines(keepends=True)
    lines[300] = "x" + lines[300]
    path.write_text("".join(lines))
    with pytest.raises(ValueError, match=r"data.csv, line 301, column 'number': expected a number, as in line 2"):
        StreamedTable.read(path, "y")


def test_missing_cells_follow_the_rules(path):
    table = StreamedTable.read(path, "y", columns=["number", "colour"])
    with pytest.raises(
        ValueError, match=r"data.csv, line 5, column 'colour': expected one of blue, green, red, got an"
    ):
        train(table, validation=None, epochs=1)
    assert train(table, validation=None, epochs=1, rules=Rules(missing="fill")).preparation.names[-1] == "colour=red"


def test_the_preparation_is_that_of_a_table_in_memory_up_to_rounding(path):
    rules = Rules(missing="fill")
    one, other = (train(kind.read(path, "y"), rules=rules, validation=None, epochs=1).preparation
                  for kind in (Table, StreamedTable))  # fmt: skip
    assert one.names == other.names
    for mine, its in zip((*one.features, one.target), (*other.features, other.target)):
        assert type(mine) is type(its)
        if mine.kind == "number":
            # Sums of 401 numbers in another order: each of 401 roundings is at most an epsilon of the largest
            bound = 401 * np.finfo(float).eps
            assert its.mean == pytest.approx(mine.mean, rel=bound)
            assert its.deviation == pytest.approx(mine.deviation, rel=bound)
        else:
            assert mine.settings() == its.settings()


def test_rows_held_out_are_about_a_share_and_the_others_are_trained_on(path):
    table = StreamedTable.read(path, "y")
    rows, held_out = table.split(0.3, seed=1)
    assert len(rows) + len(held_out) == len(table) == 401
    # Of 401 rows, each with 0.3: 120, with a standard deviation of 9
    assert 80 < len(held_out) < 160
    parts = list(rows.parts())
    assert len(parts) > 5
    numbers = [part.columns["number"].values for part in parts]
    together = np.sort(np.concatenate([*numbers, held_out.columns["number"].values]))
    np.testing.assert_array_equal(together, np.sort(Table.read(path).columns["number"].values))
    _, same = table.split(0.3, seed=1)
    _, other = table.split(0.3, seed=2)
    np.testing.assert_array_equal(same.columns["number"].values, held_out.columns["number"].values)
    assert other.columns["number"].values.tolist() != held_out.columns["number"].values.tolist()


def test_rows_held_out_are_a_table_of_the_same_kinds_whose_errors_name_lines(path):
    _, held_out = StreamedTable.read(path, "y").split(0.3, seed=1)
    whole = Table.read(path, "y")
    assert (held_out.kinds, held_out.target) == (whole.kinds, "y")
    assert held_out.columns["colour"].categories == whole.columns["colour"].categories
    lines = path.read_text().splitlines()
    for row in (0, 50, len(held_out) - 1):
        line = int(str(held_out.wrong(row, "y", "a", "b")).split("line ")[1].split(",")[0])
        colour = held_out.columns["colour"]
        cell = "" if colour.values[row] < 0 else colour.categories[colour.values[row]]
        number, word = lines[line - 1].split(",")[:2]
        assert (float(number), word) == (held_out.columns["number"].values[row], cell)


def test_no_more_rows_are_held_out_than_memory_is_meant_to_hold(path, monkeypatch):
    monkeypatch.setattr(streamed, "MOST_HELD_OUT", 20)
    rows, held_out = StreamedTable.read(path, "y").split(0.5)
    assert 5 < len(held_out) < 40
    assert len(rows) == 401 - len(held_out)


@pytest.mark.parametrize("batch", [64, 401, 1000])
@pytest.mark.parametrize("seed", range(5))
def test_the_rows_that_are_left_are_counted_in_parts(path, monkeypatch, batch, seed):
    monkeypatch.setattr(streamed, "BATCH", batch)
    rows, held_out = StreamedTable.read(path, "y").split(0.5, seed)
    assert len(rows) == sum(len(part) for part in rows.parts()) == 401 - len(held_out)


def test_a_split_has_a_seed_of_its_own(path):
    table = StreamedTable.read(path, "y")
    _, held_out = table.split(0.3)
    _, same = table.split(0.3, 0)
    np.testing.assert_array_equal(held_out.columns["number"].values, same.columns["number"].values)


def test_a_column_may_be_read_alone(path):
    table = StreamedTable.read(path, columns=["number"])
    assert (table.kinds, len(table)) == ({"number": "number"}, 401)


def test_a_split_that_leaves_none_is_refused(path):
    table = StreamedTable.read(path, "y")
    with pytest.raises(
        ValueError, match=r"share: expected one that holds out .*, got 1e-09, which holds out 0 of 401$"
    ):
        table.split(1e-9)
    with pytest.raises(ValueError, match=r"which holds out 3 of 3$"):
        StreamedTable.read({"x": [1.0, 2.0, 3.0]}).split(1 - 1e-9)
    for share in (0, 1, 1.5, -0.5):
        with pytest.raises(ValueError, match=f"share: expected a finite number > 0 and < 1, got {share}$"):
            table.split(share)
    with pytest.raises(ValueError, match="split: expected rows of which none are held out yet"):
        table.split(0.5)[0].split(0.5)


def test_a_table_without_rows_or_target_is_refused(tmp_path, path):
    with pytest.raises(ValueError, match=r"data.csv: expected rows below the header, got none"):
        StreamedTable.read(written(tmp_path, "a,b\n"))
    path.write_text(TEXT)
    with pytest.raises(ValueError, match="table: expected one with a target"):
        train(StreamedTable.read(path))


def test_what_it_says_of_itself(path):
    table = StreamedTable.read(path, "y", columns=["number"])
    assert repr(table) == "StreamedTable of 401 rows: number (number), y (category, target)"
    assert table.names == ("number", "y")


def test_the_same_seed_trains_the_same_model_and_learns(tmp_path):
    table = StreamedTable.read(datasets._file("iris.csv"), "species")
    one, same, other = (train(table, epochs=40, batch_size=8, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.net.parameters, same.net.parameters)
    assert (one.net.parameters != other.net.parameters).any()
    assert one.evaluate(datasets._file("iris.csv")).accuracy >= 0.93


def large(folder, blocks):
    """Return the path of a file of 2000 rows for each block, of 10 numbers and a class."""
    rng = np.random.default_rng(0)
    block = "".join(f"{','.join(map(str, row))},{'ab'[int(row[0] > 0)]}\n" for row in rng.normal(size=(2000, 10)))
    return written(folder, ",".join(f"x{i}" for i in range(10)) + ",y\n" + block * blocks)


def test_arrays_take_less_than_the_cells_of_all_rows_would(tmp_path, monkeypatch):
    monkeypatch.setattr(streamed, "MOST_HELD_OUT", 1000)
    monkeypatch.setattr(samples, "BUFFER", 8192)
    path, peaks = large(tmp_path, 150), []
    for kind in (StreamedTable, Table):
        tracemalloc.start()
        train(kind.read(path, "y"), epochs=1, hidden=[4], batch_size=256)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # 10 numbers of 8 bytes and a place among the categories of 4
    cells = 300_000 * 84
    assert peaks[0] < cells < peaks[1]


CODE = """
import sys
from npnet.tabular import StreamedTable, train
from benchmarks.worker import peak_memory
train(StreamedTable.read(sys.argv[1], "y"), epochs=1, hidden=[4], batch_size=256)
print(peak_memory())
"""


def test_a_process_stays_far_below_a_gigabyte(tmp_path):
    path = large(tmp_path, 100)
    done = subprocess.run([sys.executable, "-c", CODE, str(path)], capture_output=True, text=True, check=True)
    assert path.stat().st_size > 35e6
    assert int(done.stdout) < 400e6
