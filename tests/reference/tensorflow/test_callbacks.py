"""npnet's ReduceLROnPlateau and Keras's reduce the rate in the same epochs, on whatever numbers they monitor."""

import types

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet.callbacks import ReduceLROnPlateau
from npnet.optimizers import SGD
from tests.strategies import seeds
from tests.test_callbacks import rates

# The least rate, which Keras rounds to float32, and what is compared are exact: powers of 2, and quarters
FACTORS, LEAST = [0.5, 0.25, 0.125], [0.0, 2.0**-4, 2.0**-9]


def keras_rates(values, monitor, **options):
    """The rates of the epochs with these numbers, and of the one after them."""
    callback = keras.callbacks.ReduceLROnPlateau(monitor, mode="max" if "acc" in monitor else "min", **options)
    # All that it reads and writes of a model
    optimizer = types.SimpleNamespace(learning_rate=1.0)
    callback.set_model(types.SimpleNamespace(optimizer=optimizer))
    callback.on_train_begin()
    found = [optimizer.learning_rate]
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {monitor: value})
        found.append(optimizer.learning_rate)
    return found


@pytest.mark.parametrize("monitor", ["loss", "val_loss", "val_accuracy"])
@given(
    seed=seeds, factor=st.sampled_from(FACTORS), patience=st.integers(1, 4), cooldown=st.integers(0, 4),
    min_delta=st.sampled_from([0.0, 0.25, 0.5, 2.0]), min_lr=st.sampled_from(LEAST),
)  # fmt: skip
def test_rates_are_reduced_in_the_same_epochs(monitor, seed, **options):
    rng = np.random.default_rng(seed)
    # Numbers that wander, with ties and plateaus among them
    values = np.cumsum(rng.integers(-3, 3, 25) * rng.integers(0, 2, 25)) / 4
    assert rates(ReduceLROnPlateau(monitor, **options), values, SGD(1.0)) == keras_rates(values, monitor, **options)


def test_defaults_are_kerass():
    ours, theirs = ReduceLROnPlateau(), keras.callbacks.ReduceLROnPlateau()
    for name in ("monitor", "factor", "patience", "min_delta", "cooldown", "min_lr"):
        assert getattr(ours, name) == getattr(theirs, name)
