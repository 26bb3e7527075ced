"""The benchmark of tables: its files, its contestants and its table."""

import csv
import json
import subprocess
import sys
import warnings

import numpy as np
import pytest

from benchmarks import ROOT
from benchmarks.tabular import __main__ as command
from benchmarks.tabular import rows, worker
from benchmarks.tabular.contestants import CONTESTANTS, Settings
from npnet import MLP
from npnet.tabular import Table


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    for seed, count in enumerate((3000, 1000)):
        rows.write(folder / f"{seed}.csv", count, seed)
    return folder / "0.csv", folder / "1.csv"


def test_a_file_has_numbers_and_categories_and_repeats(files, tmp_path):
    table = Table.read(files[0], rows.TARGET)
    assert len(table) == 3000
    assert list(table.kinds.values()) == ["number"] * 20 + ["category"] * 5
    assert [len(table.columns[name].categories) for name in [*rows.names()[20:], rows.TARGET]] == [4, 6, 8, 10, 3]
    assert np.bincount(table.columns[rows.TARGET].values).min() > 500
    rows.write(tmp_path / "again.csv", 3000, 0)
    assert (tmp_path / "again.csv").read_bytes() == files[0].read_bytes()
    assert files[1].read_bytes()[:3000] not in files[0].read_bytes()


def test_a_file_may_have_more_rows_than_are_drawn_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "BLOCK", 7)
    rows.write(tmp_path / "some.csv", 20, 0)
    with open(tmp_path / "some.csv", newline="") as file:
        assert len(list(csv.reader(file))) == 21


@pytest.mark.parametrize("name", CONTESTANTS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_contestant_learns_more_than_the_most_frequent_class(name, dtype, files):
    ends = {}
    one = CONTESTANTS[name](Settings(epochs=3, batch_size=32, rate=0.003, dtype=dtype))
    with warnings.catch_warnings(action="ignore"):
        one.train(str(files[0]), lambda stage: ends.update({stage: len(ends)}))
    assert list(ends) == ["read", "train"]
    assert one.accuracy(str(files[1])) > 0.7


def test_contestants_minimize_the_same_loss_with_the_same_optimizer(files, monkeypatch):
    """None has a penalty, holds rows out, or stops early."""
    fits, fit = [], MLP.fit
    monkeypatch.setattr(MLP, "fit", lambda net, *data, **options: fits.append(options) or fit(net, *data, **options))
    settings = Settings(epochs=1, rate=0.005, epsilon=1e-6)
    sides = [CONTESTANTS[name](settings) for name in CONTESTANTS]
    with warnings.catch_warnings(action="ignore"):
        for side in sides:
            side.train(str(files[0]), lambda stage: None)
    theirs = sides[-1]._model[-1]
    assert (theirs.alpha, theirs.early_stopping) == (0, False)
    assert len(fits) == len(sides) - 1
    for options in fits:
        assert options["regularizer"] is options["validation_data"] is options.get("callbacks") is None
        assert repr(options["optimizer"]) == "Adam(0.005, beta_1=0.9, beta_2=0.999, epsilon=1e-06)"
        assert (options["batch_size"], options["epochs"]) == (theirs.batch_size, theirs.max_iter)
    rates = (theirs.learning_rate_init, theirs.beta_1, theirs.beta_2, theirs.epsilon)
    assert rates == (0.005, 0.9, 0.999, 1e-6)


def test_a_process_prints_what_it_took(files, capsys):
    worker.main("npnet", str(files[0]), str(files[1]), json.dumps({"epochs": 1, "hidden": [8]}))
    found = json.loads(capsys.readouterr().out)
    assert 0 < found["ends"]["read"] < found["ends"]["train"]
    assert found["memory"] > 1e7
    assert 0 < found["accuracy"] < 1


def measured(seconds, memory):
    one = command.Measured()
    for taken in seconds:
        one.add({"ends": {"read": taken / 2, "train": taken}, "memory": memory, "accuracy": 0.9, "threads": {}})
    return one


def test_ratios_are_taken_round_by_round():
    found = {"npnet": measured([1.0, 10.0, 2.0], 10**8), "scikit-learn": measured([3.0, 30.0, 8.0], 3 * 10**8)}
    assert command.cells(found) == [
        ("npnet", "1 s", "2 s", "1.5–6 s", "1", "100 MB", "1", "0.9000"),
        ("scikit-learn", "4 s", "8 s", "5.5–19 s", "3", "300 MB", "3", "0.9000"),
    ]


def test_each_round_begins_with_another_one_and_has_a_seed_of_its_own(monkeypatch, tmp_path):
    asked = []

    def once(name, train, test, settings):
        asked.append((name, settings.seed))
        return {"ends": {"read": 1, "train": 2}, "memory": 1, "accuracy": 1, "threads": {}}

    monkeypatch.setattr(command, "once", once)
    found = command.measure(["a", "b"], (tmp_path, tmp_path), Settings(), 2, lambda text: None)
    assert asked == [("a", 0), ("b", 0), ("b", 1), ("a", 1)]
    assert found["a"].seconds == [2, 2]


def test_the_table_fits_a_terminal(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    one = measured([123.4, 125.6], 1234 * 10**6)
    command.show({"npnet": one, "scikit-learn": one}, 10**6, Settings())
    printed = capsys.readouterr().out
    assert "medians of 2 rounds" in printed
    assert "1,000,000 rows of 20 numbers and 4 categories\n64-64, 5 epochs, batch 256, float32\n" in printed
    table = printed.split("1,000,000")[0]
    assert "…" not in table
    assert max(map(len, table.splitlines())) <= 80


def test_the_command_measures_and_leaves_no_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "TEST", 100)
    monkeypatch.setattr(command, "CONTESTANTS", {"npnet": CONTESTANTS["npnet"]})
    arguments = ["--rows", "300", "--rounds", "1", "--epochs", "1", "--folder", str(tmp_path)]
    assert command.main(arguments) == 0
    assert "npnet" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_a_contestant_that_fails_is_named_with_its_last_words(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "CONTESTANTS", {"nobody": None})
    monkeypatch.setattr(command, "TEST", 10)
    assert command.main(["--rows", "10", "--rounds", "1", "--folder", str(tmp_path)]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error == "python -m benchmarks.tabular: nobody: KeyError: 'nobody'"


def test_a_folder_that_is_not_there_gives_one_line_and_status_2(tmp_path, capsys):
    assert command.main(["--folder", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--rows", "0"], ["--rounds", "x"], ["--dtype", "float16"]])
def test_bad_arguments_give_status_2(arguments):
    with pytest.raises(SystemExit) as caught:
        command.main(arguments)
    assert caught.value.code == 2


def test_its_help_needs_nothing_but_the_core():
    done = subprocess.run([sys.executable, "-m", "benchmarks.tabular", "--help"], cwd=ROOT, capture_output=True)
    assert done.returncode == 0
