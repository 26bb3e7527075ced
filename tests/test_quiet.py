"""A number that underflows is no error, whatever NumPy is told to do about it."""

import numpy as np
import pytest

from npnet import (
    MLP,
    Ensemble,
    activations,
    datasets,
    gradcheck,
    initializers,
    losses,
    metrics,
    regularizers,
    schedules,
)
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, RMSProp
from npnet.training import EarlyStopping
from tests.strategies import ELEMENTWISE

# From the smallest subnormal number to where an exponential is 0
SIZES = np.array([1e-310, 1e-200, 1e-45, 1e-40, 1e-20, 1e-3, 1.0, 30.0, 110.0, 760.0])
DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])


@pytest.fixture(autouse=True)
def strict():
    """Each error of NumPy's is raised."""
    with np.errstate(all="raise"):
        yield


def numbers(dtype):
    with np.errstate(all="ignore"):
        return np.r_[-SIZES, 0, SIZES].astype(dtype)


@DTYPES
@pytest.mark.parametrize("f", [activations.get(name) for name in ELEMENTWISE])
def test_elementwise_activations(f, dtype):
    z = numbers(dtype)
    y = f(z)
    assert np.isfinite(y).all()
    assert np.isfinite(f.derivative(f.kept(z, y))).all()
    assert np.isfinite(f.backward(z, f.kept(z, y))).all()


@DTYPES
def test_softmax(dtype):
    z = np.stack([numbers(dtype), np.flip(numbers(dtype)), np.zeros(21, dtype)])
    for logits in (z, z.T):
        y = activations.softmax(logits)
        assert np.isfinite(activations.softmax.backward(logits, y)).all()


@DTYPES
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("kind", [losses.CategoricalCrossentropy, losses.KLDivergence, losses.BinaryCrossentropy])
def test_cross_entropies(kind, from_logits, dtype):
    loss, z = kind(from_logits), numbers(dtype)
    p = z if from_logits else activations.sigmoid(z)
    predictions = np.stack([p, p[::-1]], axis=1)
    for hot in (0, 1):
        y = np.eye(2)[np.full(21, hot)]
        # A wrong answer that is certain has an infinite loss: not asked for here
        rows = predictions[:, hot] > 0 if from_logits else (predictions[:, hot] > 0) & (predictions[:, 1 - hot] < 1)
        assert np.isfinite(loss(y[rows], predictions[rows]))
        assert np.isfinite(loss.per_sample(y[rows], predictions[rows])).all()
        loss.gradient(y[rows], predictions[rows])


@DTYPES
@pytest.mark.parametrize("loss", [losses.MeanSquaredError(), losses.MeanAbsoluteError(), losses.Huber()], ids=repr)
def test_losses_of_numbers(loss, dtype):
    p = numbers(dtype)
    for value in (loss(np.zeros(21), p), loss.per_sample(np.zeros(21), p), loss.gradient(np.zeros(21), p)):
        assert np.isfinite(value).all()


@DTYPES
@pytest.mark.parametrize("penalty", [regularizers.L1(1e-30), regularizers.L2(1e-30), regularizers.L1L2(1e-30, 1e-30)])
def test_penalties(penalty, dtype):
    w = numbers(dtype)
    assert np.isfinite(penalty(w))
    assert np.isfinite(penalty.gradient(w)).all()


@DTYPES
@pytest.mark.parametrize("make", [SGD, SGDM, Adagrad, RMSProp, Adam])
@pytest.mark.parametrize("members", [None, 2])
def test_optimizers(make, dtype, members):
    g = numbers(dtype) if members is None else np.stack([numbers(dtype)] * 2, axis=1)
    w, optimizer = g.copy(), make(1e-30)
    for _ in range(3):
        optimizer.step(w, g)
        optimizer.step(w, np.zeros_like(g))
    for name, moment in optimizer.state.items():
        optimizer.state[name] = moment.copy()
        optimizer.state[name][0] = 0
    for name in {"beta", "rho", "beta_1", "beta_2"} & set(optimizer.table):
        setattr(optimizer, name, 0.25)
    assert np.isfinite(w).all()


def test_schedules():
    for epoch in (0, 1, 1e4, 1e300):
        assert schedules.ExponentialDecay(1e-300, 1, 0.5)(epoch) >= 0
        assert (schedules.ExponentialDecay([1e-300, 1], 1, 0.5)(epoch) >= 0).all()
        assert schedules.InverseTimeDecay(1e-300, 1, 1e10)(epoch) >= 0
        assert schedules.CosineDecay(1e-300, 1e5)(epoch) >= 0
        assert schedules.WarmupCosineDecay(1e-300, 1e5, 1e-300, 2)(epoch) >= 0
        assert schedules.PolynomialDecay(1e-300, 1e5, 0, 9)(epoch) >= 0
        assert schedules.CyclicPolynomialDecay(1e-300, 1e5, 0, 9)(epoch) >= 0


@pytest.mark.parametrize("name", ["he_normal", "glorot_uniform", "orthogonal", "normal", "truncated_normal", "zeros"])
def test_initializers(name):
    assert np.isfinite(MLP([3, 50, 2], kernel_initializer=name, seed=0).parameters).all()
    assert initializers.get(name, "kernel_initializer") is not None
    MLP([3, 2], kernel_initializer=initializers.Normal(1e-40), seed=0)


X = np.random.default_rng(0).normal(size=(30, 2)) * [1e-30, 1e3]
LABELS = (X[:, 1] > 0).astype(int)
HIDDEN = [*ELEMENTWISE, "softmax"]


@DTYPES
@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("output", ["identity", "sigmoid", "softmax"])
@pytest.mark.parametrize("members", [None, 2])
def test_nets(hidden, output, members, dtype):
    if members is None:
        net = MLP([2, 4, 2], hidden, output, dtype, seed=0)
    else:
        net = Ensemble([2, 4, 2], hidden, output, dtype, seeds=range(members))
    y = np.eye(2)[LABELS]
    for optimizer in (SGD(1e-7), SGDM(1e-7), Adagrad(0.1), RMSProp(0.1), Adam(0.1)):
        net.fit(
            X, y, optimizer=optimizer, epochs=3, regularizer="l1_l2", validation_data=(X, y),
            callbacks=[EarlyStopping(restore_best=True)],
        )  # fmt: skip
    assert np.isfinite(net.predict(X)).all()
    net.evaluate(X, y)
    assert np.isfinite(net.loss_and_gradient(X, y, regularizer="l2")[1]).all()


def test_a_gradient_check():
    for method in ("complex", "central"):
        assert gradcheck.check(lambda x: np.sum(x * x) / 2, lambda x: x, np.array([1e-3, 2.0]), method=method)


def test_data_and_metrics():
    x_train, _, x_test, _ = datasets.iris_split()
    for table in (*datasets.standardize(x_train, x_test), *datasets.standardize(X)):
        assert np.isfinite(table).all()
    assert datasets.standardize(np.float32([[-1e30], [1e30]]), np.float32([[1e-20]]))[1] == 0
    assert metrics.accuracy(LABELS, np.eye(2)[LABELS] * 1e-310) == 1


def test_an_overflow_is_still_the_callers_business():
    with pytest.raises(FloatingPointError, match="overflow"):
        MLP([1, 1], kernel_initializer=initializers.Constant(1e38)).predict([[1e30]])
