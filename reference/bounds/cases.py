"""Random cases for the comparison: hard values, nets with all that a loss needs, hyperparameters of optimizers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from npnet import MLP, activations, datasets
from npnet.activations import ELU, LeakyReLU
from npnet.losses import LabelSmoothing, Loss
from npnet.optimizers import (
    SGD,
    SGDM,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    CenteredRMSProp,
    CenteredRMSPropMomentum,
    Momentum,
    Nadam,
    Nesterov,
    Optimizer,
    RMSProp,
    RMSPropMomentum,
)
from npnet.regularizers import L1, L1L2, L2, Regularizer
from npnet.schedules import (
    CosineDecay,
    CyclicPolynomialDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
    Schedule,
    WarmupCosineDecay,
)

from .losses import LOSSES, OF_DISTRIBUTIONS, ON_LOGITS, kind

SMOOTHED = {
    name: LabelSmoothing(loss, 0.125 if name in OF_DISTRIBUTIONS else 0.3)
    for name, loss in LOSSES.items()
    if loss.labels != "numbers"
}
"""The losses whose labels can be smoothed, by their names."""
# Outputs and losses that fit each other
PAIRS: list[tuple[str, Loss]] = [
    ("identity", LOSSES["mse"]),
    ("sigmoid", LOSSES["mse"]),
    ("tanh", LOSSES["mse"]),
    ("softmax", LOSSES["mse"]),
    ("identity", LOSSES["mae"]),
    ("tanh", LOSSES["mae"]),
    ("identity", LOSSES["huber"]),
    ("sigmoid", LOSSES["huber"]),
    ("softmax", LOSSES["categorical_crossentropy"]),
    ("identity", LOSSES["softmax_crossentropy"]),
    ("softmax", LOSSES["kl_divergence"]),
    ("identity", LOSSES["softmax_kl_divergence"]),
    ("softmax", SMOOTHED["categorical_crossentropy"]),
    ("sigmoid", LOSSES["binary_crossentropy"]),
    ("sigmoid", SMOOTHED["binary_crossentropy"]),
    ("identity", LOSSES["sigmoid_crossentropy"]),
]


def single(value: float) -> float:
    """Return the nearest float32 number, as a Python float."""
    return float(np.float32(value))


# The activations of hidden layers that have no hyperparameter
HIDDEN = [
    "identity", "sigmoid", "tanh", "relu", "relu6", "softplus", "selu", "silu", "gelu", "gelu_tanh", "softmax",
]  # fmt: skip
ALPHAS = [0.01, 0.2, 0.5, 1.0, 1.5, 3.0]
# Keras rounds a strength to float32 even in float64
STRENGTHS = [single(0.01), single(0.03), 0.5, 1.0]


def hard_values(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> Any:
    """Return numbers of all sizes, among them zeros of both signs, subnormals, ±88, ±1e4 and ties."""
    info = np.finfo(dtype)
    special = [0.0, -0.0, 1.0, 88.0, 1e4, float(info.smallest_normal), float(info.smallest_subnormal)]
    values = rng.normal(size=shape) * 10.0 ** rng.integers(-6, 3, size=shape)
    chosen = rng.choice(special, size=shape) * rng.choice([-1, 1], size=shape)
    return np.where(rng.random(shape) < 0.3, chosen, values).astype(dtype)


def labels(rng: np.random.Generator, loss: Loss, batch: int, units: int) -> Any:
    """Return labels that fit a loss, hard or soft, of shape (batch, units)."""
    name = kind(loss)
    if name in OF_DISTRIBUTIONS:
        if rng.random() < 0.5:
            return datasets.one_hot(rng.integers(0, units, batch), units)
        return activations.softmax(rng.normal(size=(batch, units)))
    if name in ("binary_crossentropy", "sigmoid_crossentropy"):
        return rng.integers(0, 2, (batch, units)).astype(float) if rng.random() < 0.5 else rng.random((batch, units))
    return _numbers(rng, batch, units)


def _numbers(rng: np.random.Generator, batch: int, units: int) -> Any:
    """Return normal numbers, or half of the time quarters, so that errors are 0 or just the delta of a Huber loss."""
    numbers = rng.normal(size=(batch, units))
    return np.round(4 * numbers) / 4 if rng.random() < 0.5 else numbers


def predictions(rng: np.random.Generator, loss: Loss, batch: int, units: int, dtype: Any) -> Any:
    """Return predictions in a loss's domain."""
    name = kind(loss)
    if name in ("mse", "mae", "huber"):
        return _numbers(rng, batch, units).astype(dtype)
    if name in ON_LOGITS.values():
        return hard_values(rng, (batch, units), dtype)
    if name in OF_DISTRIBUTIONS:
        return activations.softmax(rng.normal(size=(batch, units)) * 3).astype(dtype)
    return rng.uniform(1e-6, 1 - 1e-6, (batch, units)).astype(dtype)


def sample_weights(rng: np.random.Generator, batch: int, dtype: Any) -> Any:
    """Return weights of several sizes, some of them 0."""
    return (rng.exponential(size=batch) * rng.choice([0, 1, 1, 30], size=batch)).astype(dtype)


def regularizer(rng: np.random.Generator) -> Regularizer:
    """Return a regularizer."""
    s, t = rng.choice(STRENGTHS, 2)
    return [L1(s), L2(s), L1L2(s, t)][rng.integers(3)]


def network(rng: np.random.Generator, dtype: Any) -> tuple[Any, ...]:
    """Return a net of 0 to 4 hidden layers with mixed activations, a batch, labels, a loss and regularizers.

    Every second one has layers without biases.
    """
    output, loss = PAIRS[rng.integers(len(PAIRS))]
    names = [*HIDDEN, LeakyReLU(rng.choice(ALPHAS)), ELU(rng.choice(ALPHAS))]
    hidden = [names[rng.integers(len(names))] for _ in range(rng.integers(0, 5))]
    widths = rng.integers(1, 33, len(hidden) + 2)
    # A softmax of one unit is refused
    least = [1, *(2 if name == "softmax" else 1 for name in hidden), 2]
    widths = np.maximum(widths, least)
    batch = int(rng.integers(1, 65))
    some = rng.random(len(widths) - 1) < rng.choice([0.5, 1])
    net = MLP(widths, hidden, output, dtype=dtype, seed=rng, bias_initializer="normal", use_bias=some.tolist())
    # Every third batch is large enough to saturate units, or all zero in some columns
    x = rng.normal(size=(batch, widths[0])) * rng.choice([1, 1, 30]) * rng.choice([1, 1, 1, 0], size=widths[0])
    y = labels(rng, loss, batch, int(widths[-1]))
    penalties = [None, regularizer(rng), [regularizer(rng) if rng.random() < 0.5 else None for _ in some]]
    return net, x, y, loss, penalties[rng.choice(3, p=[0.4, 0.3, 0.3])]


def optimizer(rng: np.random.Generator, kind: str, notes: bool) -> Callable[[], Optimizer]:
    """Return a maker of an optimizer with random hyperparameters; with `notes`, without epsilon.

    The decay factors and Adagrad's first value are float32 numbers, because Keras rounds them so even in float64.
    """
    lr = float(10 ** rng.uniform(-4, 0))
    epsilon = 0.0 if notes else float(rng.choice([1e-8, 1e-7, 1e-3]))
    beta, rho = single(rng.choice([0.5, 0.9, 0.99])), single(rng.choice([0.9, 0.99]))
    beta_2 = single(rng.choice([0.99, 0.999]))
    first, decay = 0.0 if notes else single(0.1), single(rng.choice([0.004, 0.1]))
    return {
        "SGD": lambda: SGD(lr),
        "SGDM": lambda: SGDM(lr, beta),
        "Adagrad": lambda: Adagrad(lr, initial_accumulator_value=first, epsilon=epsilon),
        "RMSProp": lambda: RMSProp(lr, rho, epsilon),
        "Adam": lambda: Adam(lr, beta, beta_2, epsilon),
        "Momentum": lambda: Momentum(lr, beta),
        "Nesterov": lambda: Nesterov(lr, beta),
        "RMSPropMomentum": lambda: RMSPropMomentum(lr, rho, epsilon, beta),
        "CenteredRMSProp": lambda: CenteredRMSProp(lr, rho, epsilon),
        "CenteredRMSPropMomentum": lambda: CenteredRMSPropMomentum(lr, rho, epsilon, beta),
        "AdamW": lambda: AdamW(lr, beta, beta_2, epsilon, decay),
        "AMSGrad": lambda: AMSGrad(lr, beta, beta_2, epsilon),
        "Nadam": lambda: Nadam(lr, beta, beta_2, epsilon),
    }[kind]


def gradients(rng: np.random.Generator, steps: int, size: int, dtype: Any) -> Any:
    """Return gradients from 1e-12 to 1e4 in size at first; each column shrinks, to a thousandth at most.

    Where they shrink, the mean of squares falls, which Adam follows and AMSGrad does not.
    """
    sizes, left = 10.0 ** rng.uniform(-12, 4, size=(1, size)), 10.0 ** rng.uniform(-3, 0, size=(1, size))
    return (rng.normal(size=(steps, size)) * sizes * left ** np.linspace(0, 1, steps)[:, np.newaxis]).astype(dtype)


def gradients_of_layers(rng: np.random.Generator, dtype: Any) -> list[Any]:
    """Return the gradients of the weights and biases of two layers, each from 1e-6 to 1e3 in size, one of them 0."""
    shapes = [(5, 4), (4,), (4, 3), (3,)]
    sizes = 10.0 ** rng.uniform(-6, 3, 4)
    sizes[rng.integers(4)] = 0
    return [(size * rng.normal(size=shape)).astype(dtype) for size, shape in zip(sizes, shapes)]


SCHEDULES = (
    "ExponentialDecay", "InverseTimeDecay", "CosineDecay", "WarmupCosineDecay", "PolynomialDecay",
    "CyclicPolynomialDecay", "PiecewiseConstantDecay",
)  # fmt: skip
"""The names of the schedules that are compared."""


def schedule(rng: np.random.Generator, kind: str) -> Schedule:
    """Return a schedule with random settings."""
    rate, steps = float(10 ** rng.uniform(-3, 0)), int(rng.integers(1, 20))
    decay = float(rng.uniform(0.5, 1))
    first, last = (float(part) * rate for part in rng.choice([0, 0.1, 0.5], 2))
    alpha, power = float(rng.choice([0, 0.1, 0.5])), float(rng.choice([0.5, 1, 2, 3.5]))
    makers: dict[str, Callable[[], Schedule]] = {
        "ExponentialDecay": lambda: ExponentialDecay(rate, steps, decay, staircase=bool(rng.integers(2))),
        "InverseTimeDecay": lambda: InverseTimeDecay(rate, steps, decay),
        "CosineDecay": lambda: CosineDecay(rate, steps, alpha),
        "WarmupCosineDecay": lambda: WarmupCosineDecay(first, steps, rate, int(rng.integers(1, 10)), alpha),
        "PolynomialDecay": lambda: PolynomialDecay(rate, steps, last, power),
        "CyclicPolynomialDecay": lambda: CyclicPolynomialDecay(rate, steps, last, power),
        "PiecewiseConstantDecay": lambda: PiecewiseConstantDecay([steps, steps + 3], [rate, rate / 2, rate / 10]),
    }
    return makers[kind]()
