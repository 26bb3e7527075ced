from dataclasses import replace

import numpy as np
import pytest

from npnet.tabular import Rules, Table, train
from npnet.tabular.training.outcome import Outcome
from npnet.tabular.training.settings import Settings


def outcome(data, held_out=None, settings=None, **options):
    table = Table.read(data, "y")
    other = None if held_out is None else Table.read(held_out, "y", kinds=table.kinds)
    model = train(table, validation=other, epochs=30, batch_size=8, **options)
    return Outcome(settings or Settings("d.csv", "y"), model, model.history, table, other, 1.0)


CLASSES = {"x": [0.0, 1.0] * 20, "c": ["a", "b"] * 20, "y": ["no", "yes"] * 20}


def test_scores_are_those_of_the_rows_held_out():
    made = outcome(CLASSES, {"x": [0.0, 1.0, 1.0, 0.0], "c": ["a", "b", "b", "a"], "y": ["no", "yes", "no", "no"]})
    assert dict(made.scores) == {"accuracy": "0.7500", "the most frequent class alone": "0.7500"}
    assert made.by_class == [("no", 3, "1.000", "0.667", "0.800"), ("yes", 1, "0.500", "1.000", "0.667")]
    assert made.what_was_measured.startswith("On 4 rows that were held out. They chose the epoch, too")


def test_a_category_that_only_rows_held_out_have_is_none_of_the_others():
    made = outcome(CLASSES, {"x": [0.0, 1.0], "c": ["a", "new"], "y": ["no", "yes"]})
    assert dict(made.scores)["accuracy"] == "1.0000"


def test_numbers_are_measured_in_their_own_unit():
    x = np.linspace(0, 1, 40)
    made = outcome({"x": x, "y": 1000 + 100 * x}, {"x": [0.0, 1.0], "y": [1000.0, 1100.0]}, hidden=())
    labels, outputs = made.measured
    np.testing.assert_allclose(labels, [1000, 1100], rtol=1e-6)
    scores = dict(made.scores)
    assert float(scores["root mean squared error"]) == pytest.approx(np.sqrt(np.mean((outputs - labels) ** 2)), 1e-4)
    assert float(scores["mean absolute error"]) == pytest.approx(np.mean(np.abs(outputs - labels)), 1e-4)
    assert float(scores["standard deviation of the target"]) == pytest.approx(50, 1e-4)
    assert scores["R²"] == f"{1 - np.mean((outputs - labels) ** 2) / 2500:.4f}"
    assert made.by_class == []


def test_a_target_that_is_always_the_same_is_said():
    x = [float(i) for i in range(20)]
    assert outcome({"x": x, "y": x}).warning is None
    assert outcome(CLASSES).warning is None
    made = outcome({"x": x, "y": [2.5] * 20})
    assert "R²" not in dict(made.scores)
    assert made.warning.startswith("The target is 2.5 in all rows that were trained on")
    assert made.model.predict({"x": [0.0, 99.0]}).tolist() == [2.5, 2.5]


def test_of_one_row_there_is_no_r2():
    made = outcome({"x": [0.0, 1.0] * 9, "y": [0.5, 1.5] * 9}, {"x": [0.0], "y": [0.5]})
    assert "R²" not in dict(made.scores)


def test_what_is_measured_on_the_rows_trained_on_says_so():
    made = outcome(CLASSES)
    assert made.what_was_measured == "On the 40 rows that were trained on: of new rows it will be worse."
    assert made.best_epoch == 29


def test_the_epoch_is_the_best_where_training_ends_early_and_else_the_last():
    rng = np.random.default_rng(0)
    noise = {"x": rng.normal(size=60), "y": rng.integers(0, 2, 60)}
    others = {"x": rng.normal(size=60), "y": rng.integers(0, 2, 60)}
    early = outcome(noise, others, patience=40, regularizer=None)
    assert early.best_epoch == int(np.argmin(early.history.val_loss)) < early.history.epochs - 1
    assert early.model.evaluate(early.held_out).loss == pytest.approx(early.history.val_loss[early.best_epoch], 1e-6)
    last = outcome(noise, others, Settings("d.csv", "y", patience=None), patience=None)
    assert last.best_epoch == last.history.epochs - 1
    assert last.what_was_measured == "On 60 rows that were held out."


def test_columns_are_counted_by_their_kinds():
    assert dict(outcome(CLASSES).facts)["columns"] == "numbers: 1, categories: 1"


def test_the_seconds_are_told_of_a_whole_training_only():
    made = outcome(CLASSES)
    assert dict(made.facts)["training"] == "30 of at most 200 epochs in 1.0 s"
    resumed = dict(replace(made, resumed=True).facts)
    assert resumed["training"] == "30 of at most 200 epochs, gone on with after a checkpoint"


def test_the_facts_are_those_of_the_model():
    facts = dict(outcome(CLASSES).facts)
    assert facts["data"] == "d.csv"
    assert facts["rows trained on"] == "40"
    assert facts["net"] == "MLP([3, 64, 2], [relu, softmax], float32), 386 parameters"
    assert facts["regularizer"] == "L2(0.001)"
    assert facts["parameters of"] == "epoch 29"


def test_the_models_own_rule_for_unknown_categories_holds():
    others = {"x": [0.0, 1.0], "c": ["a", "new"], "y": ["no", "yes"]}
    made = outcome(CLASSES, {name: column[:1] for name, column in others.items()}, rules=Rules(unknown="drop"))
    assert len(made.measure(Table.read(others, "y")).labels) == 1
