import sqlite3
import subprocess
import sys

import numpy as np
import pytest

from npnet.sweeping.store import Store
from npnet.sweeping.training import Result

DEFINITION = {"data": "d", "settings": "s"}
CURVES = {"loss": np.array([2.0, 1.0]), "val_loss": np.array([3.0, 1.5])}


def result(trial, status="done", curves=CURVES, **others):
    return Result(trial, status, 2, others.get("reason"), curves, 0.5, {"NumPy": "2"})


def test_rows_are_those_that_were_added(tmp_path):
    store = Store(tmp_path / "kept" / "sweep.sqlite", DEFINITION)
    store.add(0, [result(1), result(0, "diverged", reason="no")], ['{"a": 1}', '{"a": 2}'])
    first, second = store.rows()
    assert first == {
        "trial": 0, "rung": 0, "settings": '{"a": 1}', "status": "diverged", "reason": "no", "epochs": 2, "loss": None,
        "accuracy": None, "val_loss": None, "val_accuracy": None, "seconds": 0.5,
    }  # fmt: skip
    assert (second["loss"], second["val_loss"], second["accuracy"]) == (1.0, 1.5, None)
    assert [(trial, curve.tolist()) for trial, curve in store.curves("val_loss")] == [(0, [3.0, 1.5]), (1, [3.0, 1.5])]
    assert list(store.curves("accuracy")) == []
    assert store.machines() == [{"NumPy": "2"}]
    assert store.count() == (2, 4)
    store.close()


def test_numbers_of_a_rung_are_those_of_trials_that_are_done():
    store = Store(None, DEFINITION)
    store.add(0, [result(0), result(1, "diverged")], ["{}"] * 2)
    store.add(1, [result(0, curves={"loss": np.array([0.5])})], ["{}"])
    np.testing.assert_equal(store.values(0, "loss"), {0: 1.0, 1: np.nan})
    assert store.values(1, "loss") == {0: 0.5}
    assert (store.there(0), store.there(1), store.there(2)) == ({0, 1}, {0}, set())
    # Of each trial, the last rung
    assert [(row["trial"], row["rung"]) for row in store.rows()] == [(0, 1), (1, 0)]
    assert [curve.tolist() for _, curve in store.curves("loss")] == [[0.5], [2.0, 1.0]]
    store.close()


def test_a_trial_without_an_epoch_has_an_empty_curve():
    store = Store(None, DEFINITION)
    store.add(0, [result(0, "diverged", {"loss": np.array([])}), result(1, "died", {})], ["{}"] * 2)
    assert [(trial, curve.tolist()) for trial, curve in store.curves("loss")] == [(0, [])]
    store.close()


def test_all_of_a_group_is_kept_or_nothing():
    store = Store(None, DEFINITION)
    with pytest.raises(sqlite3.IntegrityError):
        store.add(0, [result(0), result(0)], ["{}"] * 2)
    assert store.there(0) == set()
    store.close()


def test_the_same_sweep_goes_on_and_another_is_refused(tmp_path):
    path = tmp_path / "sweep.sqlite"
    store = Store(path, DEFINITION)
    store.add(0, [result(0)], ["{}"])
    store.close()
    store = Store(path, DEFINITION)
    assert store.there(0) == {0}
    store.close()
    with pytest.raises(ValueError, match=r"expected one of the same sweep, got .*, of one with other settings"):
        Store(path, DEFINITION | {"settings": "t"})
    # Nothing is left of the attempt
    assert [file.name for file in tmp_path.iterdir()] == ["sweep.sqlite"]


def test_a_second_writer_is_refused_and_readers_are_not(tmp_path):
    path = tmp_path / "sweep.sqlite"
    store = Store(path, DEFINITION)
    store.add(0, [result(0)], ["{}"])
    with pytest.raises(ValueError, match="expected one that no other sweep writes to"):
        Store(path, DEFINITION)
    reader = Store(path, None)
    assert reader.there(0) == {0}
    store.add(0, [result(1)], ["{}"] * 2)
    assert reader.there(0) == {0, 1}
    reader.close()
    store.release()
    other = Store(path, DEFINITION)
    store.close()
    with pytest.raises(ValueError, match="no other sweep"):
        Store(path, DEFINITION)
    other.close()


def test_the_lock_of_a_process_that_was_killed_is_nobodys(tmp_path):
    path = tmp_path / "sweep.sqlite"
    code = (
        "import os, sys, signal\nfrom pathlib import Path\nfrom npnet.sweeping.store import Store\n"
        f"store = Store(Path(sys.argv[1]), {DEFINITION})\nos.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], timeout=60, check=False)
    assert path.with_name("sweep.sqlite-lock").exists()
    store = Store(path, DEFINITION)
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["sweep.sqlite"]


def test_what_is_no_sweep_is_refused(tmp_path):
    text = tmp_path / "text.sqlite"
    text.write_text("no database, but a text that is longer than a header " * 9)
    with pytest.raises(ValueError, match="file: expected one of a sweep, got another"):
        Store(text, DEFINITION)
    other = tmp_path / "other.sqlite"
    database = sqlite3.connect(other)
    database.execute("create table rows (a)")
    database.close()
    for definition in (DEFINITION, None):
        with pytest.raises(ValueError, match="file: expected one of a sweep, got another"):
            Store(other, definition)
    with pytest.raises(FileNotFoundError):
        Store(tmp_path / "none.sqlite", None)
    with pytest.raises(OSError, match="unable to open"):
        Store(tmp_path, DEFINITION)


def test_only_numbers_and_curves_can_be_asked_for():
    store = Store(None, DEFINITION)
    with pytest.raises(ValueError, match="by: expected one of loss"):
        store.values(0, "settings")
    with pytest.raises(ValueError, match="name: expected one of loss"):
        list(store.curves("seconds"))
    store.close()
