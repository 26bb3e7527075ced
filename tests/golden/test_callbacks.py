"""What the tests of Keras state about ReduceLROnPlateau, in a training whose loss never improves by min_delta.

All are of keras/src/callbacks/reduce_lr_on_plateau_test.py of keras-team/keras, whose rate is 0.1, patience 1 and
factor 0.1.
"""

import numpy as np
import pytest

from npnet import MLP
from npnet.callbacks import ReduceLROnPlateau
from npnet.optimizers import Adam
from npnet.schedules import PolynomialDecay

X, Y = np.random.default_rng(0).normal(size=(2, 10, 3))


def fit(optimizer, epochs, **options):
    reduce = ReduceLROnPlateau("val_loss", factor=0.1, patience=1, **options)
    MLP([3, 5, 3], seed=0).fit(X, Y, optimizer=optimizer, epochs=epochs, validation_data=(X, Y), callbacks=[reduce])
    return reduce


@pytest.mark.parametrize(
    ("epochs", "options", "rate"),
    [
        (2, {"min_delta": 100}, 0.01),
        (4, {"min_delta": 10, "min_lr": 0.005}, 0.005),
        (4, {"min_delta": 100, "cooldown": 2}, 0.001),
    ],
)
def test_rates(epochs, options, rate):
    optimizer = Adam(0.1)
    fit(optimizer, epochs, **options)
    assert optimizer.learning_rate == pytest.approx(rate, rel=1e-14)


def test_a_schedule_is_refused():
    with pytest.raises(ValueError, match="expected a constant learning rate"):
        fit(Adam(PolynomialDecay(0.1, 10)), 2)


def test_another_training_begins_anew():
    optimizer = Adam(0.1)
    reduce = fit(optimizer, 4, min_delta=100, cooldown=9)
    # Its cooldown lasts no longer than the training: this rate is reduced as the first was
    MLP([3, 5, 3], seed=0).fit(X, Y, optimizer=optimizer.clone(), epochs=2, validation_data=(X, Y), callbacks=[reduce])
    assert reduce.best_epoch == 0
