import numpy as np
import pytest

from npnet import sweep
from npnet.sweeping.store import Store
from npnet.sweeping.table import Saving, Sweep
from npnet.sweeping.training import Result

ROWS = [
    # units, seed, val_accuracy, seconds, status
    (4, 0, 0.9, 1.0, "done"), (4, 1, 0.7, 3.0, "done"), (8, 0, 0.9, 4.0, "done"), (8, 1, 0.9, 6.0, "done"),
    (16, 0, 1.0, 1.0, "done"), (16, 1, 0.0, 1.0, "diverged"), (32, 0, 0.85, 9.0, "done"), (32, 1, 0.85, 9.0, "done"),
]  # fmt: skip


@pytest.fixture
def table():
    store = Store(None, {"names": '["units", "seed"]', "trials": "8", "full": "null"})
    results = [
        Result(trial, status, 2, None, {"loss": np.array([2.0, 1.0]), "val_accuracy": np.array([0, accuracy])}, seconds,
               {"threads": "1"})
        for trial, (_, _, accuracy, seconds, status) in enumerate(ROWS)
    ]  # fmt: skip
    store.add(0, results, [f'{{"units": {units}, "seed": {seed}}}' for units, seed, *_ in ROWS])
    with Sweep(store) as made:
        yield made


def test_a_frame_has_settings_and_numbers(table):
    frame = table.frame()
    assert list(frame.columns) == [
        "units", "seed", "rung", "status", "reason", "epochs", "loss", "accuracy", "val_loss", "val_accuracy",
        "seconds",
    ]  # fmt: skip
    assert frame.index.tolist() == list(range(8))
    assert frame["val_accuracy"][0] == 0.9
    assert np.isnan(frame["val_accuracy"][5])
    assert frame["accuracy"].isna().all()
    assert frame["accuracy"].dtype == "float64"
    assert repr(table) == "Sweep(8 trials, 1 failed; units, seed)"


def test_means_are_over_seeds_and_one_that_failed_counts(table):
    means = table.means()
    assert means["units"].tolist() == [4, 8, 16, 32]
    np.testing.assert_allclose(means["val_accuracy"], [0.8, 0.9, np.nan, 0.85])
    assert means["trials"].tolist() == [2, 2, 2, 2]
    assert means["failed"].tolist() == [0, 0, 1, 0]
    assert table.means(over=("units",))["seed"].tolist() == [0, 1]
    assert len(table.means(over=())) == 8
    assert len(table.means(over=("units", "seed"))) == 1


def test_the_best_is_the_largest_accuracy_and_the_smallest_loss_or_time(table):
    assert table.best("val_accuracy")["units"] == 8
    assert table.best("seconds")["units"] == 4
    assert table.best()["loss"] == 1.0
    assert table.best("val_accuracy", over=())["units"] == 16


def test_of_equal_ones_the_first_is_the_best(table):
    assert table.best("loss")["units"] == 4


def test_pareto_has_what_no_other_beats(table):
    front = table.pareto("val_accuracy", "seconds")
    # 32 is slower and worse than 8; of 16, one failed
    assert front["units"].tolist() == [8, 4]
    assert table.pareto("val_accuracy")["units"].tolist() == [8]
    assert table.pareto("loss")["units"].tolist() == [4, 8, 32]


def test_pareto_leaves_out_what_is_as_good_in_one_number_and_worse_in_another():
    store = Store(None, {"names": '["units"]', "trials": "3", "full": "null"})
    rows = [(4, 0.9, 1.0), (8, 0.9, 2.0), (16, 0.8, 1.0)]
    results = [
        Result(trial, "done", 1, None, {"loss": np.ones(1), "val_accuracy": np.array([accuracy])}, seconds, {})
        for trial, (_, accuracy, seconds) in enumerate(rows)
    ]
    store.add(0, results, [f'{{"units": {units}}}' for units, *_ in rows])
    with Sweep(store) as table:
        front = table.pareto("val_accuracy", "seconds")
        assert front["units"].tolist() == [4]
        assert list(front.columns) == list(table.means().columns)
        # None has a loss on validation data
        assert table.pareto("val_loss", "seconds").empty


def test_the_best_is_that_of_validation_data_though_one_trial_failed():
    store = Store(None, {"names": '["units"]', "trials": "3", "full": "null"})
    results = [
        Result(trial, status, 1, None, {"loss": np.array([loss]), "val_loss": np.array([val_loss])}, 1.0, {})
        for trial, (status, loss, val_loss) in enumerate([("done", 1, 4), ("done", 2, 3), ("diverged", 0, 0)])
    ]
    store.add(0, results, [f'{{"units": {units}}}' for units in (4, 8, 16)])
    with Sweep(store) as table:
        assert table.best()["units"] == 8


@pytest.mark.parametrize("of", [40, 100])
def test_what_halving_saves_is_a_share_of_all_epochs(of):
    assert Saving(30, of).share == 1 - 30 / of


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda table: table.best("val_los"), "by: expected one of loss"),
        (lambda table: table.best("val_loss"), "by: expected a number that some trial has, got val_loss"),
        (lambda table: table.pareto(), "by: expected at least one number, got none"),
        (lambda table: table.pareto("units"), "by: expected one of loss"),
        (lambda table: table.curves("seconds"), "name: expected one of loss"),
    ],
)
def test_what_is_not_in_the_table_is_refused(table, ask, said):
    with pytest.raises(ValueError) as caught:
        ask(table)
    assert str(caught.value).startswith(said)


def test_curves_have_the_epochs_of_each_trial(table):
    curves = table.curves("val_accuracy")
    assert list(curves) == list(range(8))
    np.testing.assert_array_equal(curves[1], [0, 0.7])
    assert table.machines == [{"threads": "1"}]


def test_after_halving_those_that_have_trained_longest_are_compared(irises):
    space = {"learning_rate": [0.001, 0.1, 0.05, 0.2], "seed": range(2)}
    with sweep(space, **irises, epochs=4, halving=2) as table:
        assert set(table.pareto("val_loss", "seconds")["epochs"]) == {4.0}
        assert table.best("seconds")["epochs"] == 4
