"""The notes' complete runs: npnet's and TensorFlow's loss curves are one, in float64 and from the same weights."""

import numpy as np
import pytest

from npnet import MLP, datasets
from npnet.initializers import Constant, Normal, TruncatedNormal
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, RMSProp
from npnet.regularizers import L2
from reference.tensorflow import training

OPTIMIZERS = {
    "SGD": lambda: SGD(0.1),
    "SGDM": lambda: SGDM(0.1),
    "Adagrad": lambda: Adagrad(0.1, epsilon=0),
    "RMSProp": lambda: RMSProp(0.01, epsilon=0),
    "Adam": lambda: Adam(0.1, epsilon=0),
}


def iris_net(dtype="float64"):
    first = TruncatedNormal(0.1)
    return MLP([4, 3], output="softmax", dtype=dtype, seed=0, kernel_initializer=first, bias_initializer=first)


def fit_iris(net, optimizer, epochs):
    split = datasets.iris_split()
    test = split.x_test, split.y_test
    return net.fit(
        split.x_train, split.y_train, loss="mse", optimizer=optimizer, epochs=epochs, shuffle=False,
        validation_data=test, record_batches=True,
    )  # fmt: skip


def means(history):
    """The notes' loss of each epoch: the mean of its batches' losses."""
    return history.batch_loss.mean(axis=1)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_iris_runs_of_all_five_optimizers(name):
    net = iris_net()
    theirs = training.iris(net.parameters, OPTIMIZERS[name](), "float64", 500)
    history = fit_iris(net, OPTIMIZERS[name](), 500)
    assert (abs(means(history) - theirs.loss) <= 1e-12 * theirs.loss).all()
    assert abs(net.parameters - theirs.parameters).max() <= 1e-11
    np.testing.assert_array_equal(history.val_accuracy, theirs.accuracy)


def test_rmsprop_at_a_tenth_agrees_until_its_chaos_has_magnified_the_roundings():
    """At 0.1 each step multiplies a difference some times: after 30 epochs, 1e-15 has grown to about 1."""
    net = iris_net()
    theirs = training.iris(net.parameters, RMSProp(0.1, epsilon=0), "float64", 5)
    history = fit_iris(net, RMSProp(0.1, epsilon=0), 5)
    assert (abs(means(history) - theirs.loss) <= 1e-9 * theirs.loss).all()
    nudged = iris_net()
    nudged.parameters[...] *= 1 + 1e-15
    one, other = fit_iris(iris_net(), RMSProp(0.1), 60).loss, fit_iris(nudged, RMSProp(0.1), 60).loss
    assert abs(one - other).max() > 0.01


@pytest.mark.parametrize("strength", [0.0, 0.03])
def test_the_dot_runs_with_and_without_l2(strength):
    net = MLP([2, 11, 1], dtype="float64", seed=0, kernel_initializer=Normal(), bias_initializer=Constant(0.01))
    theirs = training.dots(net.parameters, strength, "float64", 800)
    x, y, _ = datasets.load_dots()
    history = net.fit(
        x, y, loss="mse", optimizer=SGD(0.005), epochs=800, shuffle=False,
        regularizer=L2(strength) if strength else None, record_batches=True,
    )  # fmt: skip
    assert (abs(means(history) - theirs.loss) <= 1e-10 * theirs.loss).all()
    assert theirs.accuracy[-1] == net.evaluate(x, y).accuracy


def test_the_notes_run_in_float32_ends_alike():
    net = iris_net("float32")
    theirs = training.iris(net.parameters, SGD(0.1), "float32", 60)
    assert theirs.accuracy.shape == (60,)
    history = fit_iris(net, SGD(0.1), 60)
    # 240 steps of float32, each with some ten roundings of a loss that is not chaotic
    np.testing.assert_allclose(means(history), theirs.loss, rtol=2400 * 2.0**-24)
