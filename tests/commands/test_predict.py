"""``npnet predict``: a line for each row, and what it refuses."""

import csv
import io

import numpy as np
import pyarrow.parquet
import pytest

from npnet import files
from npnet.tabular import Format, Rules, Table, predictions, sources, train
from tests.tabular.tables import written

COMMAND = "predict"
ROWS = {"length": [1.0, 2.0, 3.0, 4.0] * 5, "colour": ["red", "blue", "red", "grey"] * 5}
CLASSES = {**ROWS, "y": ["no", "yes", "no", "yes"] * 5}


def saved(folder, data, **options):
    model = train(Table.read(data, "y", form=options.pop("form", None)), epochs=5, **options)
    model.save(folder / "model.safetensors")
    return model


def lines(text):
    header, *rows = csv.reader(io.StringIO(text))
    return header, rows


def test_classes_and_their_probabilities_are_written_exactly(tmp_path, run_freely):
    model = saved(tmp_path, CLASSES)
    data = written(tmp_path, "colour,length\nred,1\nblue,9\ngrey,-2e3\n")
    out = tmp_path / "out.csv"
    assert run_freely(str(tmp_path / "model.safetensors"), str(data), "--out", str(out)) == (0, "", "")
    header, rows = lines(out.read_text())
    assert header == ["row", "y", "P(no)", "P(yes)"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert [row[1] for row in rows] == model.predict(data).tolist()
    assert (np.array([row[2:] for row in rows], np.float32) == model.predict_proba(data)).all()
    assert run_freely(str(tmp_path / "model.safetensors"), str(data)) == (0, out.read_text(), "")


def test_what_a_prediction_that_was_killed_left_is_removed(tmp_path, run_freely):
    saved(tmp_path, CLASSES)
    data, out = written(tmp_path, "colour,length\nred,1\n"), tmp_path / "out.csv"
    left = tmp_path / ".out.csv.a1b2c3_4.part"
    left.touch()
    assert run_freely(str(tmp_path / "model.safetensors"), str(data), "--out", str(out))[0] == 0
    assert out.exists()
    assert not left.exists()


def test_a_number_is_in_its_own_unit(tmp_path, run_freely):
    model = saved(tmp_path, {"x": [1.0, 2.0, 4.0, 8.0] * 5, "y": [0.5, 1.5, 1e6, 7.25] * 5}, dtype="float64")
    data = written(tmp_path, "x\n1\n3\n")
    header, rows = lines(run_freely(str(tmp_path / "model.safetensors"), str(data))[1])
    assert header == ["row", "y"]
    assert [float(row[1]) for row in rows] == model.predict(data).tolist()


def test_a_parquet_file_is_predicted_as_a_csv_file(tmp_path, run_freely, monkeypatch):
    saved(tmp_path, CLASSES)
    rows = {"colour": ["red", "blue", "grey"] * 50, "length": [1.0, -2.5, 3.0] * 50}
    data = written(tmp_path, "colour,length\n" + "".join(f"{a},{b}\n" for a, b in zip(*rows.values())))
    pyarrow.parquet.write_table(pyarrow.table(rows), tmp_path / "data.parquet")
    monkeypatch.setattr(sources, "BATCH", 64)
    model, parquet = str(tmp_path / "model.safetensors"), str(tmp_path / "data.parquet")
    assert run_freely(model, parquet) == run_freely(model, str(data))
    assert len(lines(run_freely(model, parquet)[1])[1]) == 150
    pyarrow.parquet.write_table(pyarrow.table({**rows, "length": ["1"] * 149 + ["long"]}), tmp_path / "data.parquet")
    said = "npnet predict: data.parquet, row 150, column 'length': expected a number, got 'long'\n"
    assert run_freely(model, parquet)[::2] == (2, said)


def test_names_with_commas_and_quotes_come_back_whole(tmp_path, run_freely):
    names = ['a,"b"', "c\nd", "é"]
    model = saved(tmp_path, {"x": [1.0, 2.0, 3.0] * 9, "y": names * 9})
    data = written(tmp_path, "x\n1\n2\n3\n")
    header, rows = lines(run_freely(str(tmp_path / "model.safetensors"), str(data))[1])
    assert header == ["row", "y", *(f"P({name})" for name in model.preparation.classes)]
    assert [row[1] for row in rows] == model.predict(data).tolist()


def test_rows_are_numbered_across_the_parts_of_a_file_and_those_that_are_dropped(tmp_path, run_freely, monkeypatch):
    saved(tmp_path, CLASSES, rules=Rules(missing="drop", unknown="drop"))
    cells = ["red,1", "blue,", "green,3", "red,5"]
    data = written(tmp_path, "colour,length\n" + "".join(f"{cells[i % 4]}\n" for i in range(400)))
    monkeypatch.setattr(sources, "BLOCK", 500)
    _, rows = lines(run_freely(str(tmp_path / "model.safetensors"), str(data))[1])
    assert [int(row[0]) for row in rows] == [i + 1 for i in range(400) if i % 4 in (0, 3)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour,length\nred,1\ngreen,2\n", "data.csv, line 3, column 'colour': expected one of blue, grey, red, got"),
        ("colour,length\nred,1\nred,long\n", "data.csv, line 3, column 'length': expected a number, got 'long'\n"),
        ("colour,length\nred,\n", "data.csv, line 2, column 'length': expected a number, got an empty cell\n"),
        ("colour\nred\n", "data.csv: expected a column 'length', got colour\n"),
        ("colour,length,mass\nred,1,2\n", "data.csv: expected the columns length, colour, y, got also 'mass'; the "),
        ("colour,length\nred,1,2\n", "data.csv: expected 2 cells in each line, as the header, got 3 in line 2\n"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line_and_no_file_is_left(tmp_path, run_freely, text, said):
    saved(tmp_path, CLASSES)
    data, out = written(tmp_path, text), tmp_path / "out.csv"
    before = sorted(tmp_path.iterdir())
    status, printed, err = run_freely(str(tmp_path / "model.safetensors"), str(data), "--out", str(out))
    assert (status, printed, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"npnet predict: {said}")
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_that_was_there_stays_where_a_later_cell_is_refused(tmp_path, run_freely, monkeypatch):
    saved(tmp_path, CLASSES)
    data = written(tmp_path, "colour,length\n" + "red,1\n" * 500 + "red,x\n")
    (tmp_path / "out.csv").write_text("before")
    monkeypatch.setattr(sources, "BLOCK", 500)
    done = run_freely(str(tmp_path / "model.safetensors"), str(data), "--out", str(tmp_path / "out.csv"))
    assert done[::2] == (2, "npnet predict: data.csv, line 502, column 'length': expected a number, got 'x'\n")
    assert (tmp_path / "out.csv").read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 3


def test_a_full_disk_is_one_line_that_names_the_file(tmp_path, run_freely, monkeypatch):
    saved(tmp_path, CLASSES)
    data, out = written(tmp_path, "colour,length\nred,1\n"), tmp_path / "out.csv"

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(predictions, "write", full)
    done = run_freely(str(tmp_path / "model.safetensors"), str(data), "--out", str(out))
    assert done == (2, "", f"npnet predict: {out}: No space left on device\n")
    assert not out.exists()


def test_the_rows_and_the_model_are_not_written_over(tmp_path, run_freely):
    saved(tmp_path, CLASSES)
    data = written(tmp_path, "colour,length\nred,1\n")
    model = str(tmp_path / "model.safetensors")
    assert run_freely(model, str(data), "--out", str(data))[2].startswith("npnet predict: --out: expected another file")
    assert run_freely(model, str(data), "--out", model)[0] == 2
    assert data.read_text() == "colour,length\nred,1\n"


def test_files_that_are_not_there_are_named(tmp_path, run_freely):
    saved(tmp_path, CLASSES)
    model, none = str(tmp_path / "model.safetensors"), str(tmp_path / "none")
    assert run_freely(model, none) == (2, "", f"npnet predict: {none}: No such file or directory\n")
    assert run_freely(none, none) == (2, "", f"npnet predict: {none}: No such file or directory\n")
    text = written(tmp_path, "x\n1\n")
    assert "expected a model file of npnet, got another kind of file" in run_freely(str(text), str(text))[2]


def test_numbers_are_written_as_where_the_model_was_trained_unless_said_otherwise(tmp_path, run_freely):
    model = saved(tmp_path, written(tmp_path, "x;y\n" + "1,5;a\n2,5;b\n" * 9), form=Format(decimal=","))
    path = str(tmp_path / "model.safetensors")
    data = written(tmp_path, "x;z\n1,75;\n".replace(";z", "").replace(";", ""), "more.csv")
    expected = model.predict_proba({"x": [1.75]}).astype(str).tolist()[0]
    assert lines(run_freely(path, str(data), "--delimiter", ";")[1])[1][0][2:] == expected
    data = written(tmp_path, "x\n1.75\n", "more.csv")
    assert "expected a number, got '1.75'" in run_freely(path, str(data))[2]
    assert lines(run_freely(path, str(data), "--decimal", ".")[1])[1][0][2:] == expected
    assert run_freely(path, str(data), "--decimal", "x")[2] == "npnet predict: decimal: expected '.' or ',', got 'x'\n"


def test_what_writes_a_file_names_the_one_that_failed(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, files.writing(tmp_path / "out"), open(tmp_path / "in"):
        pass
    assert caught.value.filename == str(tmp_path / "in")
    assert list(tmp_path.iterdir()) == []
