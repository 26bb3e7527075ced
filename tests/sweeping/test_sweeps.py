import numpy as np
import pytest

from npnet import optimizers, sweep
from npnet.sweeping import Random, TrialError, Uniform, load
from tests.sweeping.executors import bits

SPACE = {"units": [(), (5,)], "seed": range(3)}


def test_each_trial_has_a_row_with_its_settings_in_their_order(irises):
    with sweep(SPACE, **irises, epochs=2) as table:
        rows = list(table.rows())
        assert table.settings == ("units", "seed")
        assert (len(table), table.trials) == (6, 6)
        assert repr(table) == "Sweep(6 trials; units, seed)"
    assert [(row["trial"], row["units"], row["seed"], row["epochs"]) for row in rows] == [
        (0, "()", 0, 2), (1, "()", 1, 2), (2, "()", 2, 2), (3, "(5,)", 0, 2), (4, "(5,)", 1, 2), (5, "(5,)", 2, 2),
    ]  # fmt: skip
    assert all(row["val_accuracy"] is not None and row["accuracy"] is None for row in rows)


def test_lists_and_draws_are_spaces_too(irises):
    with sweep(Random({"learning_rate": Uniform(0.01, 0.1)}, 3), **irises, optimizer="adam") as table:
        assert all(0.01 <= row["learning_rate"] <= 0.1 for row in table.rows())
    with sweep([{"units": (3,)}, {"seed": 5}], **irises) as table:
        assert [(row["units"], row["seed"]) for row in table.rows()] == [("(3,)", None), (None, 5)]


def test_each_trial_has_all_folds_unless_it_names_one(irises):
    data = {"x": irises["x"], "y": irises["y"], "folds": 3}
    with sweep(SPACE, **data) as table:
        assert [row["fold"] for row in table.rows()][:4] == [0, 1, 2, 0]
        assert len(table) == 18
    with sweep([{"fold": 2}], **data) as one, sweep([{}], **data) as all_folds:
        assert next(one.rows())["val_loss"] == list(all_folds.rows())[2]["val_loss"]


def test_the_output_is_that_of_the_labels(irises):
    x, y = irises["x"], irises["y"]
    for labels, outputs in ((y, "val_accuracy"), (np.eye(3)[y], "val_accuracy"), (y * 0.5, None)):
        with sweep([{}], x, labels, validation_data=(x, labels)) as table:
            (row,) = table.rows()
            assert (row["val_accuracy"] is not None) == (outputs is not None)


def test_settings_that_are_called_as_numbers_have_columns_of_their_own(irises):
    with sweep({"loss": ["mse", "categorical_crossentropy"], "epochs": [1, 2]}, **irises) as table:
        assert table.settings == ("set_loss", "set_epochs")
        rows = list(table.rows())
    assert [(row["set_loss"], row["epochs"]) for row in rows[:2]] == [("mse", 1), ("mse", 2)]
    assert rows[0]["loss"] != rows[2]["loss"]


def test_a_file_keeps_the_table_and_is_gone_on_with(irises, tmp_path, monkeypatch):
    file = tmp_path / "sweep.sqlite"
    with sweep(SPACE, **irises) as whole:
        expected = bits(whole)
    monkeypatch.setattr("npnet.sweeping.sweeps.running.Course.run", stopping(after=1))
    with pytest.raises(KeyboardInterrupt):
        sweep(SPACE, **irises, file=file)
    monkeypatch.undo()
    with load(file) as half:
        assert repr(half) == "Sweep(3 of 6 trials; units, seed)"
    sweep(SPACE, **irises, file=str(file)).close()
    with load(file) as table:
        assert bits(table) == expected
        assert table.file == file


def stopping(after):
    from npnet.sweeping.running import Course

    run = Course.run

    def stopped(self, groups):
        run(self, groups[:after])
        raise KeyboardInterrupt

    return stopped


def test_a_sweep_that_is_done_trains_nothing(irises, tmp_path, monkeypatch):
    file = tmp_path / "sweep.sqlite"
    sweep(SPACE, **irises, file=file).close()
    monkeypatch.setattr("npnet.sweeping.training.trained", None)
    with sweep(SPACE, **irises, file=file, executor="process") as table:
        assert len(table) == 6


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ({"epochs": 3}, "settings"), ({"space": {"units": [(), (6,)], "seed": range(3)}}, "settings"),
        ({"order_seed": 1}, "order"), ({"halving": 2}, "halving"), ({"x": 0}, "data"),
    ],
)  # fmt: skip
def test_a_file_of_another_sweep_is_refused(irises, tmp_path, change, other):
    given = {"space": SPACE, **irises, "epochs": 2, "file": tmp_path / "sweep.sqlite"}
    sweep(**given).close()
    if "x" in change:
        change = {"x": irises["x"] + 1}
    with pytest.raises(ValueError, match=f"expected one of the same sweep, got .*, of one with other {other}"):
        sweep(**given | change)


def test_halving_trains_the_better_ones_longer_and_says_what_it_saved(irises):
    space = {"learning_rate": [0.001, 0.01, 0.03, 0.1, 0.2, 0.3], "seed": range(2)}
    with sweep(space, **irises, epochs=8, halving=2) as table:
        rows = list(table.rows())
        assert [row["epochs"] for row in rows if row["rung"] == 2] == [8] * 4
        assert [row["epochs"] for row in rows if row["rung"] == 1] == [4] * 2
        assert [row["epochs"] for row in rows if row["rung"] == 0] == [2] * 6
        # Each rung from the beginning
        assert table.saving == (12 * 2 + 6 * 4 + 4 * 8, 12 * 8)
        assert table.saving.share == pytest.approx(1 - 80 / 96)
        assert table.best()["learning_rate"] in {row["learning_rate"] for row in rows if row["rung"] == 2}
    with sweep(space, **irises, epochs=8) as table:
        assert table.saving is None


def test_what_a_rung_reaches_is_what_a_sweep_of_its_survivors_does(irises):
    space = {"learning_rate": [0.01, 0.1], "seed": range(2)}
    with (
        sweep(space, **irises, epochs=6, halving=2) as table,
        sweep({"learning_rate": [0.1], "seed": range(2)}, **irises, epochs=6) as full,
    ):
        assert [row["val_loss"] for row in table.rows()][2:] == [row["val_loss"] for row in full.rows()]


def test_a_net_that_is_trained_alone_begins_each_rung_without_moments(irises):
    common = irises | {"optimizer": "adam", "epochs": 4}
    # Of other shapes, so that each is a group of its own
    with sweep({"units": [(4,), (5,)]}, **common, halving=2) as table:
        (row,) = [row for row in table.rows() if row["rung"] == 1]
    with sweep([{"units": units} for units in [(4,), (5,)]], **common) as full:
        assert row["val_loss"] == list(full.rows())[row["trial"]]["val_loss"]


def test_trials_that_differ_in_their_seed_alone_are_those_of_a_list(irises):
    listed = [{"units": (4,), "seed": seed, "learning_rate": rate} for rate in (0.1, 0.2) for seed in (3, 1, 3)]
    space = {"units": [(4,)], "learning_rate": [0.1, 0.2], "seed": [3, 1, 3]}
    with sweep(listed, **irises, epochs=2) as first, sweep(space, **irises, epochs=2) as second:
        assert [row["val_loss"] for row in first.rows()] == [row["val_loss"] for row in second.rows()]
    with pytest.raises(TrialError, match=r"trial 1, seed=-1: seed: expected"):
        sweep({"seed": [0, -1]}, **irises)


def test_an_interrupted_halving_goes_on(irises, tmp_path, monkeypatch):
    given = {"space": {"units": [(), (4,), (5,), (6,)], "seed": range(2)}, **irises, "epochs": 4, "halving": 2}
    with sweep(**given) as whole:
        expected = bits(whole)
    file, kept = tmp_path / "sweep.sqlite", 0
    for after in (1, 1, 2):
        with monkeypatch.context() as patch:
            patch.setattr("npnet.sweeping.sweeps.running.Course.run", stopping(after))
            with pytest.raises(KeyboardInterrupt):
                sweep(**given, file=file)
        with load(file) as table:
            assert table._store.count()[0] > kept
            kept = table._store.count()[0]
    with sweep(**given, file=file) as table:
        assert bits(table) == expected


def test_progress_is_told(irises, capsys):
    sweep(SPACE, **irises, verbose=1).close()
    assert capsys.readouterr().out == "trials 3 of 6, about 0 s left\ntrials 6 of 6\n"
    sweep(SPACE, **irises, epochs=4, halving=2, verbose=True).close()
    assert capsys.readouterr().out.splitlines()[-1] == "trials 9 of 9"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"space": {"units": [3]}}, "trial 0, units=3: units: expected those of each hidden layer"),
        ({"space": {"seed": [0, -1]}}, "trial 1, seed=-1: seed: expected a whole number >= 0, got -1"),
        ({"space": {"hidden": ["no"], "units": [(3,)]}}, "trial 0, hidden=no, units=(3,): hidden: expected"),
        ({"space": {"epochs": [1]}}, "epochs: expected in the space or for all trials, got both"),
        ({"halving": 1}, "halving: expected a whole number >= 2, got 1"),
        ({"monitor": "seconds"}, "monitor: expected a number that is measured, of loss"),
        ({"monitor": "val_loss", "validation_data": None}, "monitor: expected a number that is measured"),
        ({"x": np.zeros((120, 2, 2))}, "x: expected shape (samples, features), got (120, 2, 2)"),
        ({"order_seed": -1}, "order_seed: expected a whole number >= 0, got -1"),
        ({"optimizr": "sgd"}, "trial 0, units=(), seed=0: optimizr: expected a setting"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_before_anything_is_trained(irises, tmp_path, change, said):
    with pytest.raises(ValueError) as caught:
        sweep(**{"space": SPACE, **irises, "epochs": 2, "file": tmp_path / "none.sqlite"} | change)
    assert str(caught.value).startswith(said)
    assert isinstance(caught.value, TrialError) == said.startswith("trial")
    assert not (tmp_path / "none.sqlite").exists()


def test_halving_compares_equal_epochs(irises):
    with pytest.raises(ValueError, match=r"epochs: expected the same for all trials, .*, got \[1, 2\]"):
        sweep({"epochs": [1, 2]}, **irises, halving=2)


def test_objects_of_npnet_are_settings(irises):
    space = {"optimizer": [optimizers.SGD(0.1), optimizers.Adam(0.1)]}
    with sweep(space, **irises) as table:
        assert [row["optimizer"] for row in table.rows()] == [str(one) for one in space["optimizer"]]
