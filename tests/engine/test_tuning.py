"""Measured constants change no result but for rounding errors."""

import numpy as np
import pytest

from npnet import MLP, Ensemble
from npnet.engine import tuning
from npnet.optimizers import Adam
from reference.bounds.tolerance import assert_within, bound

X = np.random.default_rng(0).normal(size=(24, 3))
LABELS = np.arange(24) % 2


def trained(make):
    """A net or an ensemble after some epochs; its parameters and losses."""
    net = make()
    history = net.fit(X, LABELS, "categorical_crossentropy", Adam(0.01), epochs=3, batch_size=10)
    return np.vstack([net.parameters.reshape(-1, 1), history.loss.reshape(-1, 1)])


def one():
    return MLP([3, 5, 2], "tanh", "softmax", dtype="float64", seed=0)


def many():
    return Ensemble([3, 5, 2], "tanh", "softmax", dtype="float64", seeds=range(3))


@pytest.mark.parametrize("make", [one, many])
@pytest.mark.parametrize(("name", "other"), [("SLICE", 4), ("BUFFER", 16), ("WIDE", 0), ("SWEEP", 1), ("IN_SINGLE", 0)])
def test_some_change_no_bit(name, other, make, monkeypatch):
    expected = trained(make)
    monkeypatch.setattr(tuning, name, other)
    np.testing.assert_array_equal(trained(make), expected)


@pytest.mark.parametrize(
    ("name", "other"),
    [("GROUP_BYTES", 1), ("ALONE", 0), ("ONE_PRODUCT", 0), ("few", lambda *_: True), ("few", lambda *_: False)],
)
def test_others_change_the_order_of_sums(name, other, monkeypatch):
    expected = trained(many)
    monkeypatch.setattr(tuning, name, other)
    # Nine steps, each with a gradient of sums of at most 24 terms, whose roundings Adam magnifies some 40 times
    assert_within(trained(many), expected, bound(9 * 40 * 24, 1 + abs(expected), "float64"))


@pytest.mark.parametrize(("members", "units"), [(5, 2), (20, 3), (100, 5)])
def test_few_units_are_as_many_as_were_measured(members, units):
    assert tuning.few(units - 1, 64, members)
    assert tuning.few(64, units - 1, members)
    assert not tuning.few(units, units, members)
