"""Numbers that the tests of other libraries state about losses: facts that npnet's have to meet as well.

Keras is keras/src/losses/losses_test.py of keras-team/keras; optax is _regression_test.py, _classification_test.py and
_smoothing_test.py in optax/losses of google-deepmind/optax; SciPy is scipy/stats/tests/test_entropy.py of scipy/scipy.
"""

import numpy as np
import pytest

from npnet.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Huber,
    KLDivergence,
    LabelSmoothing,
    MeanAbsoluteError,
)

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


LOG_P = [-2.9957, -3.5066, -3.9120, -1.2040, -0.6931, -2.3026], [-1.6094, -1.6094, -1.6094, -2.3026, -1.8971, -1.8971]
"""Their exponentials have the sum 1 but for what four decimals leave out."""


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize(
    ("row", "labels", "value"),
    [
        (0, [0.2, 0.2, 0.2, 0.1, 0.15, 0.15], 0.8875577),
        (1, [0.05, 0.03, 0.02, 0.3, 0.5, 0.1], 0.7187435584901326),
        (1, [0.05, 0.03, 0.02, 0.3, 0.5, 0.0], 0.7592807),
    ],
)
def test_optax_divergences(row, labels, value, from_logits):
    total = sum(labels)
    y, log_p = np.array([labels]) / total, np.array([LOG_P[row]])
    found = KLDivergence(from_logits)(y, log_p if from_logits else np.exp(log_p))
    # Its last labels have the sum 0.9: the sum of y ln(y / p) is 0.9 times that of distributions, and 0.9 ln 0.9
    assert total * (found + np.log(total)) == pytest.approx(value, abs=1e-4)


def test_scipy_relative_entropies():
    p, q = np.array([[0.1, 0.2], [0.6, 0.3], [0.3, 0.5]]).T, np.array([[0.2, 0.1], [0.3, 0.6], [0.5, 0.3]]).T
    np.testing.assert_allclose(KLDivergence().per_sample(p, q), [0.1933259, 0.18609809], atol=1e-8)
    np.testing.assert_allclose(KLDivergence(True).per_sample(p, np.log(q)), [0.1933259, 0.18609809], atol=1e-8)


def test_keras_smoothed_cross_entropies():
    smooth = LabelSmoothing(CategoricalCrossentropy(from_logits=True), 0.1)
    assert smooth([[1, 0, 0]], [[100.0, -100, -100]]) == pytest.approx(400 * 0.1 / 3, abs=1e-6)
    binary = LabelSmoothing(BinaryCrossentropy(from_logits=True), 0.1)
    assert binary([[1, 0, 1]], [[10.0, -10, -10]]) == pytest.approx((10 + 5 * 0.1) / 3, abs=5e-5)


@pytest.mark.parametrize(
    ("smoothing", "rows"),
    [
        (0, [[0, 1, 0], [1, 0, 0]]),
        (0.1, [[0.1 / 3, 0.9 + 0.1 / 3, 0.1 / 3], [0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3]]),
        (1 - 1e-12, [[1 / 3] * 3] * 2),
    ],
)
def test_optax_smoothed_labels(smoothing, rows):
    found = LabelSmoothing(CategoricalCrossentropy(), smoothing).prepared(np.array([[0.0, 1], [1, 0], [0, 0]]))
    np.testing.assert_allclose(found.T, rows, atol=1e-11)
