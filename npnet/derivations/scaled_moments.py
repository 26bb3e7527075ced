"""Adam's moments as they are kept, without the factors 1 - β₁ and 1 - β₂: section 5.2 (5)."""

from collections.abc import Sequence

import numpy as np

from npnet.derivations.adam import BETA_1, BETA_2, LR
from npnet.derivations.engine import Derivation, Notation, normals, uniform
from npnet.derivations.engine.shipped import take_steps
from npnet.derivations.momentum import moving_averages
from npnet.optimizers import Adam
from npnet.typing import Array


def decaying_sums(values: Sequence[Array] | Array, beta: float) -> list[Array]:
    """Return the decaying sum after each value, from 0: the recursion that the optimizers run."""
    M, sums = 0 * values[0], []
    for value in values:
        M = beta * M + value
        sums.append(M)
    return sums


scaled = Derivation(
    "scaled-moments",
    "5.2 (5)",
    "Adam's moments need no factor 1 - β, if its step and ε take it over",
    {
        "g": normals("the gradients of steps 1 to t, one in each row", 6, 4, example=[[1], [-0.5], [2]]),
        "beta_1": BETA_1,
        "beta_2": BETA_2,
        "lr": LR,
        "epsilon": uniform("ε, above 0", 1e-3, 1, example=0.5),
    },
    notation=Notation(
        values={
            "t": lambda g: len(g),
            "m": lambda g, beta_1: np.array(moving_averages(g, beta_1)),
            "V": lambda g, beta_2: np.array(moving_averages(g**2, beta_2)),
            "M": lambda g, beta_1: np.array(decaying_sums(g, beta_1)),
            "S": lambda g, beta_2: np.array(decaying_sums(g**2, beta_2)),
        },
        indices={"tau": lambda g: len(g)},
    ),
)


@scaled.line(
    r"\sum_\tau \mathrm{lr}\,\frac{\sqrt{1-\beta_2^\tau}}{1-\beta_1^\tau} \cdot "
    r"\frac{m_\tau}{\sqrt{V_\tau} + \epsilon}",
    "What is sought: how far Adam's steps move the weights, as its formula has them.",
)
def _(g: Array, beta_1: float, beta_2: float, lr: float, epsilon: float) -> Array:
    moved, moments = 0 * g[0], zip(moving_averages(g, beta_1), moving_averages(g**2, beta_2))
    for t, (m, V) in enumerate(moments, 1):
        step = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        moved = moved + step * m / (np.sqrt(V) + epsilon)
    return moved


@scaled.line(
    r"\sum_\tau \mathrm{lr}\,\frac{\sqrt{1-\beta_2^\tau}}{1-\beta_1^\tau} \cdot "
    r"\frac{(1-\beta_1)\,M_\tau}{\sqrt{1-\beta_2}\,\sqrt{S_\tau} + \epsilon}",
    "M = β₁M + g and S = β₂S + g² start at 0 as m and V do, and lack only the factor: m = (1 - β₁)M, V = (1 - β₂)S.",
)
def _(g: Array, beta_1: float, beta_2: float, lr: float, epsilon: float) -> Array:
    moved, root = 0 * g[0], np.sqrt(1 - beta_2)
    for t, (M, S) in enumerate(zip(decaying_sums(g, beta_1), decaying_sums(g**2, beta_2)), 1):
        step = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        moved = moved + step * ((1 - beta_1) * M) / (root * np.sqrt(S) + epsilon)
    return moved


@scaled.line(
    r"\sum_\tau r_\tau\,\frac{M_\tau}{\sqrt{S_\tau} + \epsilon / \sqrt{1-\beta_2}}, \quad "
    r"r_\tau = \mathrm{lr}\,\frac{\sqrt{1-\beta_2^\tau}}{1-\beta_1^\tau} \cdot \frac{1-\beta_1}{\sqrt{1-\beta_2}}",
    "Both factors taken out: they become part of the step's one number and of ε. For each weight, two products fewer.",
)
def _(g: Array, beta_1: float, beta_2: float, lr: float, epsilon: float) -> Array:
    moved, root = 0 * g[0], np.sqrt(1 - beta_2)
    for t, (M, S) in enumerate(zip(decaying_sums(g, beta_1), decaying_sums(g**2, beta_2)), 1):
        r = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t) * (1 - beta_1) / root
        moved = moved + r * (M / (np.sqrt(S) + epsilon / root))
    return moved


@scaled.line(
    r"-w_t, \quad w_\tau = w_{\tau-1} - r_\tau\,\frac{M_\tau}{\sqrt{S_\tau} + \epsilon / \sqrt{1-\beta_2}}, "
    r"\quad w_0 = 0",
    "npnet's optimizer's steps, from 0.",
    floats_only=True,
)
def _(g: Array, beta_1: float, beta_2: float, lr: float, epsilon: float) -> Array:
    numbers = {"learning_rate": lr, "beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon}
    return -take_steps(Adam, 0 * g[0], g, **numbers).w
