"""Numbers that the tests of other libraries state about losses: facts that npnet's have to meet as well.

Keras is keras/src/losses/losses_test.py of keras-team/keras, optax is optax/losses/_regression_test.py of
google-deepmind/optax.
"""

import numpy as np
import pytest

from npnet.losses import Huber, MeanAbsoluteError

Y, P = np.array([[1.0, 9, 2], [-5, -2, 6]]), np.array([[4.0, 8, 12], [8, 1, 3]])


@pytest.mark.parametrize(
    ("weights", "value"),
    [(None, 5.5), ([2.3, 2.3], 12.65), ([1.2, 3.4], 81.4 / 6), ([0, 0], 0)],
)
def test_keras_absolute_errors(weights, value):
    assert MeanAbsoluteError()(Y, P, weights) == pytest.approx(value, abs=5e-7)


def test_keras_absolute_errors_of_each_sample():
    assert MeanAbsoluteError()(Y, Y) == 0
    np.testing.assert_allclose(2.3 * MeanAbsoluteError().per_sample(Y, P), [10.7333, 14.5666], rtol=1e-5)
    assert 2.3 * MeanAbsoluteError().per_sample(Y, P).sum() == pytest.approx(25.29999, abs=2e-5)


def test_optax_huber_losses():
    p, y = np.array([-2.0, 0.5, 0.0, 0.5, 2.0, 4.0, 132.0]), np.array([0.0, -0.5, 0.0, 1.0, 1.0, 2.0, 0.3])
    np.testing.assert_allclose(Huber(delta=1).per_sample(y, p), [1.5, 0.5, 0, 0.125, 0.5, 1.5, 131.2], rtol=1e-7)


def test_the_example_of_keras_huber_loss():
    """Of the documentation of ``keras.losses.huber``, the loss of each sample."""
    found = Huber().per_sample([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])
    np.testing.assert_allclose(found, [0.18, 0.13], rtol=1e-7)
    assert found.mean() == pytest.approx(0.155, abs=1e-12)
