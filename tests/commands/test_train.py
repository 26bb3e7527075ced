"""``npnet train``: what it prints and leaves, and what it refuses."""

import csv
import os
import re

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import pytest

from npnet import cli, datasets
from npnet.callbacks import Checkpoint
from npnet.tabular import Table, load
from tests.tabular.tables import written

COMMAND = "train"
SMALL = "length,colour,y\n" + "1,red,no\n2,blue,yes\n3,red,no\n9,blue,yes\n" * 10


def halves(folder, name, target):
    """Write the rows to train on and the others as CSV files."""
    table = Table.read(datasets._file(name), target)
    paths = []
    for number, part in enumerate(table.split(0.25, seed=5)):
        columns = [np.array(one.categories)[one.values] if one.kind == "category" else one.values
                   for one in part.columns.values()]  # fmt: skip
        paths.append(folder / f"{number}.csv")
        with open(paths[-1], "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(part.names)
            writer.writerows(zip(*columns))
    return paths


@pytest.mark.parametrize(
    ("name", "target", "accuracy"),
    [("iris.csv", "species", 0.93), ("digits.csv.gz", None, 0.96), ("dot.csv", "y_c", 0.95)],
)
def test_defaults_are_good_enough_for_the_notes_data(tmp_path, capsys, name, target, accuracy):
    target = target or list(Table.read(datasets._file(name)).names)[-1]
    rows, others = halves(tmp_path, name, target)
    out = str(tmp_path / "out")
    assert cli.main(["train", str(rows), "--target", target, "--out", out]) == 0
    assert cli.main(["predict", f"{out}/model.safetensors", str(others), "--out", f"{out}/said.csv"]) == 0
    with open(f"{out}/said.csv", newline="") as said, open(others, newline="") as truth:
        right = [one[target] == other[target] for one, other in zip(csv.DictReader(said), csv.DictReader(truth))]
    assert np.mean(right) >= accuracy
    assert len(right) == len(Table.read(others, target))


@pytest.fixture
def data(tmp_path):
    return str(written(tmp_path, SMALL))


def test_a_summary_and_the_place_of_the_report(data, tmp_path, run_freely):
    status, out, err = run_freely(data, "--target", "y", "--out", str(tmp_path / "out"), "--epochs", "5")
    assert (status, err) == (0, "")
    assert "rows trained on  32" in out
    assert "numbers: 1, categories: 1" in out
    assert re.search(r"class +rows +precision P +recall R +F1", out)
    assert (tmp_path / "out" / "report.html").resolve().as_uri() in out


def test_lines_fit_a_terminal_of_80_columns(data, tmp_path, run, monkeypatch):
    # The page's address alone may be longer, as nothing can break it
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pathlib.Path.as_uri", lambda self: "file:///report.html")
    status, out, _ = run(data, "--target", "y", "--out", "out", "--schedule", "warmup-cosine", "--hidden", "9,8,7,6,5")
    assert status == 0
    assert "F1" in out


def test_options_reach_the_model(tmp_path, data, run_freely):
    out = tmp_path / "out"
    given = ["--hidden", "5,4", "--activation", "tanh", "--dtype", "float64", "--optimizer", "sgd", "--rate", "0.1",
             "--schedule", "cosine", "--l2", "0.01", "--epochs", "3", "--batch-size", "7", "--seed", "4", "--kind",
             "length=category", "--rule", "unknown=other", "--rule", "missing=fill", "--class-weight", "yes=2",
             "--validation", "0", "--no-early-stopping", "--checkpoint-every", "0"]  # fmt: skip
    assert run_freely(data, "--target", "y", "--out", str(out), *given)[::2] == (0, "")
    model = load(out / "model.safetensors")
    assert model.net.widths == (6, 5, 4, 2)
    assert repr(model.net).endswith("[tanh, tanh, softmax], float64)")
    assert model.preparation.rules.unknown == "other"
    assert model.preparation.rules.missing == "fill"
    assert model.preparation.kinds["length"] == "category"
    with open(out / "history.csv", newline="") as file:
        rates = [float(row["learning_rate"]) for row in csv.DictReader(file)]
    assert rates == pytest.approx([0.1, 0.075, 0.025])
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "rows that were trained on: of new rows it will be worse" in page


def test_a_linear_model_of_a_number_with_decimal_commas(tmp_path, run_freely):
    data = written(tmp_path, "x;y\n" + "".join(f"{i},5;{2 * i},25\n" for i in range(40)))
    out = tmp_path / "out"
    done = run_freely(str(data), "--target", "y", "--out", str(out), "--decimal", ",", "--hidden", "none",
                      "--rate", "0.1")  # fmt: skip
    assert done[::2] == (0, "")
    assert load(out / "model.safetensors").predict(data.parent / "data.csv")[3] == pytest.approx(6.25, abs=0.5)


def test_a_training_that_was_interrupted_is_gone_on_with(data, tmp_path, run_freely, monkeypatch):
    arguments = [data, "--target", "y", "--epochs", "9", "--checkpoint-every", "2"]
    assert run_freely(*arguments, "--out", str(tmp_path / "whole"))[0] == 0
    after = Checkpoint.after_epoch

    def stop(self, training):
        after(self, training)
        if training.history.epochs == 5:
            raise KeyboardInterrupt

    out = str(tmp_path / "stopped")
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "after_epoch", stop)
        status, _, err = run_freely(*arguments, "--out", out)
    assert status == 130
    assert err.endswith(f"npnet train: npnet train --resume {out} goes on\n")
    assert "--out: expected a folder without a training" in run_freely(*arguments, "--out", out)[2]
    assert run_freely("--resume", out)[::2] == (0, "")
    models = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("whole", "stopped")]
    assert models[0] == models[1]
    # More epochs than were asked for at first
    assert run_freely("--resume", out, "--epochs", "12")[::2] == (0, "")
    assert len((tmp_path / "stopped" / "history.csv").read_text().splitlines()) == 13
    assert run_freely(*arguments, "--out", out, "--overwrite")[0] == 0


@pytest.mark.parametrize(
    ("schedule", "epochs", "said"),
    [
        ("cosine", "9", "expected 6, over which the learning rate's schedule cosine goes, got 9"),
        ("constant", "5", "expected at least 6, as were asked for before, got 5"),
    ],
)
def test_other_epochs_that_would_make_it_another_training_are_refused(
    data, tmp_path, run_freely, schedule, epochs, said
):
    out = tmp_path / "out"
    assert run_freely(data, "--target", "y", "--out", str(out), "--epochs", "6", "--schedule", schedule)[0] == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert run_freely("--resume", str(out), "--epochs", epochs) == (2, "", f"npnet train: epochs: {said}\n")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert run_freely("--resume", str(out), "--epochs", "6")[::2] == (0, "")
    assert (out / "model.safetensors").read_bytes() == before["model.safetensors"]


def test_a_schedule_goes_on_where_it_was(data, tmp_path, run_freely, monkeypatch):
    arguments = [data, "--target", "y", "--epochs", "6", "--schedule", "warmup-cosine", "--checkpoint-every", "2"]
    assert run_freely(*arguments, "--out", str(tmp_path / "whole"))[0] == 0
    after = Checkpoint.after_epoch

    def stop(self, training):
        after(self, training)
        if training.history.epochs == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "after_epoch", stop)
        assert run_freely(*arguments, "--out", str(tmp_path / "stopped"))[0] == 130
    assert run_freely("--resume", str(tmp_path / "stopped"))[::2] == (0, "")
    for name in ("history.csv", "model.safetensors"):
        assert (tmp_path / "stopped" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="files are limited by a call of POSIX")
@pytest.mark.parametrize("bytes_left", [-1, 200])
def test_a_full_disk_leaves_the_last_checkpoint_and_one_line(data, tmp_path, run_freely, bytes_left):
    import resource

    def train(epochs, out):
        return run_freely(data, "--target", "y", "--epochs", epochs, "--checkpoint-every", "1", "--out", str(out))

    assert train("3", tmp_path / "small")[0] == 0
    assert train("30", tmp_path / "whole")[0] == 0
    checkpoint, out = "checkpoint.safetensors", tmp_path / "out"
    size = (tmp_path / "small" / checkpoint).stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Each epoch adds its numbers to the history in the file, so that there is room for some, or for none
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + bytes_left if bytes_left > 0 else size // 2, limits[1]))
    try:
        done = train("30", out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert done == (2, "", f"npnet train: {out / checkpoint}: File too large\n")
    there = {path.name for path in out.iterdir()}
    assert there == ({"training.json", checkpoint} if bytes_left > 0 else {"training.json"})
    assert run_freely("--resume", str(out))[::2] == (0, "")
    for name in ("history.csv", "model.safetensors", checkpoint):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name


def test_a_parquet_file_trains_the_model_that_a_csv_file_does(data, tmp_path, run_freely):
    rows = pyarrow.csv.read_csv(data)
    pyarrow.parquet.write_table(rows, tmp_path / "data.parquet")
    for name, file in (("of-csv", data), ("of-parquet", str(tmp_path / "data.parquet"))):
        out = str(tmp_path / name)
        assert run_freely(file, "--target", "y", "--epochs", "3", "--out", out)[::2] == (0, "")
    models = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("of-csv", "of-parquet")]
    assert models[0] == models[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "expected DATA and --target COLUMN, got no --target COLUMN"),
        (["--target", "z"], "target: expected a column of data.csv, got 'z'"),
        (["--target", "y", "--kind", "colour=number"], "data.csv, line 2, column 'colour': expected a number, got"),
        (["--target", "y", "--kind", "colour=some"], "kinds['colour']: expected one of number, category, truth, got"),
        (["--target", "y", "--rule", "missing=ignore"], "missing: expected one of refuse, drop, fill, got 'ignore'"),
        (["--target", "y", "--rule", "miss=fill"], "rule: expected one of unknown, invalid, missing, absent, extra"),
        (["--target", "y", "--activation", "rely"], "activation: expected one of elu,"),
        (["--target", "y", "--optimizer", "adm"], "optimizer: expected one of adagrad, adam"),
        (["--target", "y", "--rate", "-1"], "rate: expected a finite number > 0, got -1.0"),
        (["--target", "y", "--class-weight", "maybe=2"], "class_weight: expected the classes no, yes, got 'maybe'"),
        (["--target", "y", "--class-weight", "no=2", "--class-weight", "balanced"], "--class-weight: expected"),
        (["--target", "y", "--validation", "1e-9"], "validation: expected one that holds out at least one row"),
        (["--target", "y", "--resume", "out"], "--resume: expected no other argument than --epochs, got"),
        (["--target", "y", "--decimal", "x"], "decimal: expected '.' or ',', got 'x'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line_and_leaves_nothing(data, tmp_path, run_freely, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    status, out, err = run_freely(data, *arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"npnet train: {said}")
    assert not (tmp_path / "trained" / "model.safetensors").exists()
    # Nothing stands in the way of the next one
    assert run_freely(data, "--target", "y", "--epochs", "1")[0] == 0


def test_a_target_that_is_always_the_same_is_said_in_the_summary_and_the_report(tmp_path, run_freely):
    data = written(tmp_path, "x,y\n" + "".join(f"{i},2.5\n" for i in range(30)))
    out = tmp_path / "out"
    arguments = [str(data), "--target", "y", "--task", "number", "--epochs", "2", "--out", str(out)]
    status, printed, err = run_freely(*arguments)
    said = "The target is 2.5 in all rows that were trained on, so the model predicts that number for each row"
    assert (status, err) == (0, "")
    assert said in " ".join(printed.split())
    assert said in (out / "report.html").read_text(encoding="utf-8")


def test_a_training_that_diverges_is_one_line(data, tmp_path, run_freely):
    status, _, err = run_freely(data, "--target", "y", "--rate", "1e30", "--out", str(tmp_path / "out"))
    assert (status, len(err.splitlines())) == (2, 1)
    assert err.startswith("npnet train: the loss is not finite in epoch 0, ")
    assert err.endswith("; a lower --rate may help\n")
    assert not (tmp_path / "out" / "model.safetensors").exists()


def test_a_cell_that_does_not_fit_is_named(tmp_path, run_freely):
    data = written(tmp_path, SMALL + "many,red,no\n")
    done = run_freely(str(data), "--target", "y", "--out", str(tmp_path / "out"))
    assert done[2].startswith(
        "npnet train: data.csv, line 42, column 'length': expected a number, as in line 2, got 'many'"
    )
    assert done[2].endswith("; --kind length=category takes both as categories\n")
    assert not (tmp_path / "out").exists()
    latin = written(tmp_path, SMALL.replace("red", "röt").encode("latin-1"), "latin.csv")
    assert run_freely(str(latin), "--target", "y")[2].endswith("; --encoding names another one\n")


@pytest.mark.parametrize(
    "arguments",
    [["--kind", "x"], ["--validation", "1.5"], ["--hidden", "0"], ["--class-weight", "a=b"], ["--epochs", "0"]],
    ids=" ".join,
)
def test_arguments_that_are_none_show_the_usage(data, capsys, arguments):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["train", data, "--target", "y", *arguments])
    assert "error: argument" in capsys.readouterr().err


def test_a_folder_that_has_no_training_can_not_be_gone_on_with(tmp_path, run_freely):
    none = tmp_path / "none"
    assert run_freely("--resume", str(none)) == (
        2, "", f"npnet train: --resume: expected a folder with a training, got {none}, where nothing was kept yet\n",
    )  # fmt: skip


def test_a_table_can_be_streamed_and_gone_on_with(data, tmp_path, run_freely):
    arguments = [data, "--target", "y", "--stream", "--epochs", "4", "--checkpoint-every", "2"]
    status, out, err = run_freely(*arguments, "--out", str(tmp_path / "out"))
    assert (status, err) == (0, "")
    assert re.search(r"rows trained on  \d+", out)
    model = load(tmp_path / "out" / "model.safetensors")
    assert model.predict(data).shape == (40,)
    assert run_freely("--resume", str(tmp_path / "out"), "--epochs", "6")[::2] == (0, "")
    assert run_freely(*arguments, "--out", str(tmp_path / "whole"), "--epochs", "6")[0] == 0
    models = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("whole", "out")]
    assert models[0] == models[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--validation", "0"], "validation: expected rows that are held out, which a streamed table is measured on"),
        (["--class-weight", "balanced"], "class_weight: expected none of a streamed table, got some"),
        (["--kind", "colour=number"], "data.csv, line 2, column 'colour': expected a number, got"),
    ],
)
def test_what_a_streamed_table_can_not_have_is_refused(data, tmp_path, run_freely, arguments, said):
    status, _, err = run_freely(data, "--target", "y", "--stream", "--out", str(tmp_path / "out"), *arguments)
    assert status == 2
    assert err.startswith(f"npnet train: {said}")
