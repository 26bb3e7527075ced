"""Predictions are lines of CSV, as many as are said; what the command makes of them is in tests/commands."""

import io

import numpy as np
import pytest

from npnet.tabular import Rules, Table, predictions, sources, train
from tests.tabular.tables import written


@pytest.fixture(scope="module")
def model():
    table = Table.read({"x": [1.0, 3.0] * 9, "c": ["u", "v"] * 9, "y": ["a", "b"] * 9}, "y")
    return train(table, epochs=1, rules=Rules(unknown="drop"))


def lines(model, path):
    """Write predictions, and return how many there are said to be, with their lines."""
    to = io.BytesIO()
    count = predictions.write(model, path, to)
    return count, to.getvalue().decode().splitlines()


def test_lines_are_counted_over_all_parts_of_a_file(model, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "BLOCK", 200)
    path = written(tmp_path, "x,c\n" + "1,u\n2,v\n3,w\n" * 100)
    count, (header, *rest) = lines(model, path)
    assert header == "row,y,P(a),P(b)"
    assert count == len(rest) == 200
    assert [int(line.split(",")[0]) for line in rest] == [i + 1 for i in range(300) if i % 3 < 2]


def test_of_rows_that_all_are_dropped_there_is_the_header(model, tmp_path):
    assert lines(model, written(tmp_path, "x,c\n1,w\n")) == (0, ["row,y,P(a),P(b)"])


def test_names_have_no_quotation_marks_where_they_need_none(model, tmp_path):
    _, (_, line) = lines(model, written(tmp_path, "x,c\n1,u\n"))
    assert line.split(",")[1] in ("a", "b")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_probabilities_are_those_of_the_net_in_each_dtype(tmp_path, dtype):
    table = Table.read({"x": [1.0, 3.0] * 9, "y": ["a", "b"] * 9}, "y")
    model = train(table, epochs=1, dtype=dtype)
    _, (_, line) = lines(model, written(tmp_path, "x\n1.25\n"))
    assert [np.dtype(dtype).type(cell) for cell in line.split(",")[2:]] == model.predict_proba({"x": [1.25]})[
        0
    ].tolist()
