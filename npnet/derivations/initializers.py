"""The scale of He's initializer, from keeping the variance from layer to layer: section 3.1 (5)."""

import itertools

import numpy as np

from npnet.activations import relu
from npnet.derivations.engine import Derivation, Notation, Variable
from npnet.initializers import HeNormal
from npnet.typing import Array

# Lines go through all signs of 2 d numbers; the symbolic check has 2, for which the root is exact
SIZES = (2, 5)
DRAWS = 20_000
# A sample mean does not stray by 6 standard deviations: for normal numbers once in 500 million
DEVIATIONS = 6
chain = Derivation(
    "he",
    "3.1 (5)",
    "Initial weights of standard deviation sqrt(2/d) keep the variance after a ReLU",
    {
        "a": Variable(
            "the sizes of the d units before ReLU, each with either sign equally often",
            lambda rng: abs(rng.normal(size=rng.choice(SIZES))),
            (np.array([0.5, 2]),),
            positive=True,
        )
    },
    cases=2,
    notation=Notation({"E": np.mean}, {"d": lambda a: len(a)}, {"i": lambda a: len(a)}),
)


def signs(d: int) -> Array:
    """Return every way to give d numbers their signs, one in each row."""
    return np.array(list(itertools.product([1.0, -1.0], repeat=d)))


@chain.line(
    r"E\Bigl[\Bigl(\sum_i w_i x_i\Bigr)^2\Bigr], \quad x_i = \mathrm{relu}(\pm a_i), \quad w_i = \pm s, \quad "
    r"s = \sqrt{2/d}",
    "What is sought: the variance of a unit, the mean over all signs of its inputs and of its weights.",
)
def _(a: Array) -> Array:
    x, w = relu(signs(len(a)) * a), signs(len(a)) * np.sqrt(2 / len(a))
    return np.mean((x @ w.T) ** 2)


@chain.line(
    r"\sum_i E[w_i^2]\,E[x_i^2]",
    "Weights are independent with mean 0: in the square, the products of two different ones vanish.",
)
def _(a: Array) -> Array:
    x, w = relu(signs(len(a)) * a), signs(len(a)) * np.sqrt(2 / len(a))
    return np.mean(w**2, axis=0) @ np.mean(x**2, axis=0)


@chain.line(r"s^2 \sum_i E[x_i^2]", "The weights' variance is s².")
def _(a: Array) -> Array:
    return np.sqrt(2 / len(a)) ** 2 * np.sum(np.mean(relu(signs(len(a)) * a) ** 2, axis=0))


@chain.line(r"s^2 \sum_i \tfrac12 a_i^2", "ReLU lets one of the two signs through: half of the second moment is left.")
def _(a: Array) -> Array:
    return np.sqrt(2 / len(a)) ** 2 * np.sum(a**2 / 2)


@chain.line(r"\frac{d s^2}{2} \cdot \frac1d \sum_i a_i^2", "The sum as d times a mean.")
def _(a: Array) -> Array:
    return len(a) * np.sqrt(2 / len(a)) ** 2 / 2 * np.mean(a**2)


@chain.line(r"\frac1d \sum_i a_i^2", "With s² = 2/d the factor is 1: the variance of the layer before is kept.")
def _(a: Array) -> Array:
    return np.mean(a**2)


def _sampling_error(a: Array) -> Array:
    """Return the bound on the last line, a mean of draws: its standard deviation is at most sqrt(2/draws) × its value.

    For normal weights of variance v, the variance of wᵀMw is 2 v² tr(M²), at most 2 (v tr M)².
    """
    return DEVIATIONS * np.sqrt(2 / DRAWS) * np.mean(a**2)


@chain.line(
    r"\overline{\Bigl(\sum_i w_i x_i\Bigr)^2}, \quad w_i \sim N\bigl(0, \sqrt{2/d}\bigr)",
    "npnet's initializer, a mean of 20000 draws: of the weights' distribution only the variance mattered.",
    error=_sampling_error,
    unchecked="the mean of a sample",
)
def _(a: Array) -> Array:
    w = HeNormal()((len(a), DRAWS), np.random.default_rng(0))
    return np.mean((relu(signs(len(a)) * a) @ w) ** 2)
