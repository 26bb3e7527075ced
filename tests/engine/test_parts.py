"""Samples that are made in parts: the same training as on all of them at once."""

import numpy as np
import pytest

from npnet import MLP, Ensemble
from npnet.callbacks import Checkpoint
from npnet.engine import parts
from npnet.engine.parts import PartBatches, Samples
from npnet.engine.stepping import Batches, Objective

X = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
Y = (X[:, 0] > 0).astype(int) + (X[:, 1] > 1)


class Halves(Samples):
    """Rows of arrays."""

    width = 3

    def __init__(self, x=X, y=Y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def order(self, rng):
        return rng.permutation(len(self))

    def parts(self, order, rows):
        order = np.arange(len(self)) if order is None else order
        for start in range(0, len(self), rows):
            part = order[start : start + rows]
            yield self.x[part], self.y[part]


def net(**options):
    return MLP([3, 8, 3], hidden="relu", output="softmax", seed=3, **options)


def fitted(x, y, **options):
    one = net()
    return one, one.fit(x, y, epochs=4, optimizer="adam", **options)


@pytest.mark.parametrize(
    "options",
    [
        {"batch_size": 8},
        {"batch_size": 7, "seed": 5, "validation_data": (X[:9], Y[:9])},
        {"batch_size": None, "shuffle": False, "record_batches": True},
        {"batch_size": 20, "record_accuracy": True, "validation_data": (X[:9], Y[:9], np.arange(9.0))},
        {"batch_size": 100, "loss": "mse", "validation_batch_size": 4, "validation_data": (X[:9], Y[:9])},
    ],
)
def test_a_training_in_parts_has_the_same_bits(options, monkeypatch):
    monkeypatch.setattr(parts, "PART", 16)
    (whole, history), (made, same) = fitted(X, Y, **options), fitted(Halves(), None, **options)
    np.testing.assert_array_equal(made.parameters, whole.parameters)
    assert same.columns.keys() == history.columns.keys()
    for name, column in history.columns.items():
        np.testing.assert_array_equal(same.columns[name], column, err_msg=name)
    if "record_batches" in options:
        np.testing.assert_array_equal(same.batch_loss, history.batch_loss)


@pytest.mark.parametrize("biases", [(True, False), (False, True)])
def test_a_first_layer_may_have_no_biases(biases):
    whole, made = (MLP([3, 4, 3], output="softmax", use_bias=biases, seed=0) for _ in range(2))
    whole.fit(X, Y, epochs=2)
    made.fit(Halves(), None, epochs=2)
    np.testing.assert_array_equal(made.parameters, whole.parameters)


@pytest.mark.parametrize("size", [1, 16, 30, 50, 64])
def test_batches_are_those_of_arrays_and_shares_are_of_samples(size, monkeypatch):
    monkeypatch.setattr(parts, "PART", 32)
    objective = Objective(net(), "categorical_crossentropy", None)
    labels = objective.labels(net().checked_labels("y", Y, 50, objective.loss))
    whole = Batches(X, labels, size, np.random.default_rng(1))
    made = PartBatches(objective, Halves(), size, np.random.default_rng(1))
    assert (len(made), made.largest, made.count) == (len(whole), whole.largest, whole.count)
    np.testing.assert_array_equal(made.shares, whole.shares)
    for _ in range(2):
        whole.draw()
        made.draw()
        for (x, y), (same, others) in zip(whole, made, strict=True):
            np.testing.assert_array_equal(same, x)
            np.testing.assert_array_equal(others, y)
            assert others.flags.c_contiguous


def test_a_part_has_a_whole_number_of_batches(monkeypatch):
    monkeypatch.setattr(parts, "PART", 32)
    asked = []

    class Told(Halves):
        def parts(self, order, rows):
            asked.append(rows)
            return super().parts(order, rows)

    for size in (5, 16, 40):
        list(PartBatches(Objective(net(), "mse", None), Told(), size, None))
    assert asked == [30, 32, 40]


def test_a_training_is_gone_on_with_to_the_bit_and_other_samples_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PART", 16)
    whole, _ = fitted(Halves(), None)
    path, one = tmp_path / "checkpoint.safetensors", net()
    one.fit(Halves(), None, epochs=2, optimizer="adam", callbacks=[Checkpoint(path)])
    again = net()
    history = again.fit(Halves(), None, epochs=4, optimizer="adam", resume=path)
    assert history.epochs == 4
    np.testing.assert_array_equal(again.parameters, whole.parameters)
    for samples, name in ((Halves(X + 1), "x"), (Halves(X, Y[::-1]), "y and weights")):
        with pytest.raises(ValueError, match=f"resume: expected the {name} that"):
            net().fit(samples, None, epochs=4, optimizer="adam", resume=path)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"y": Y}, "y: expected None beside samples that are made in parts, got array"),
        ({"sample_weight": np.ones(50)}, "sample_weight: expected None beside"),
        ({"class_weight": "balanced"}, "class_weight: expected None beside samples that are made in parts, got 'bal"),
        ({"validation_split": 0.5}, "validation_split: expected None beside"),
    ],
)
def test_what_is_said_of_all_samples_at_once_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        net().fit(Halves(), **{"y": None} | options)


def test_nets_that_they_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="x: expected samples of 2 features, got 3"):
        MLP([2, 3], output="softmax").fit(Halves(), None)
    with pytest.raises(ValueError, match="x: expected an array for an ensemble, got samples that are made in parts"):
        Ensemble([3, 3], output="softmax", seeds=range(2)).fit(Halves(), None)
