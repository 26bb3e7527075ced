"""Centered RMSProp's variance, which the notes do not have: why it is never negative."""

import numpy as np

from npnet.derivations.engine import BEYOND, Derivation, Notation, normals, uniform
from npnet.derivations.engine.shipped import take_steps
from npnet.derivations.momentum import decaying_weights, moving_averages
from npnet.optimizers import CenteredRMSProp
from npnet.typing import Array

variance = Derivation(
    "centered-variance",
    BEYOND,
    "Centered RMSProp divides by the root of a variance, which is never negative",
    {
        "g": normals("the gradients of steps 1 to t, one in each row", 6, 4, example=[[1], [-0.5], [2]]),
        "rho": uniform("the decay factor ρ, the notes' β", 0.5, 0.99, example=0.75),
    },
    notation=Notation(
        values={"t": lambda g: len(g), "m": lambda g, rho: moving_averages(g, rho)[-1]},
        indices={"t": lambda g: len(g), "tau": lambda g: len(g)},
    ),
)


@variance.line(
    r"V_t - m^2, \quad V_\tau = \rho V_{\tau-1} + (1-\rho) g_\tau^2, \quad V_0 = 0",
    "What is sought: the mean of squares less the square of the mean, m, which follows the same recursion from 0.",
)
def _(g: Array, rho: float) -> Array:
    m = moving_averages(g, rho)[-1]
    return moving_averages(g**2, rho)[-1] - m**2


@variance.line(r"(1-\rho) \sum_{\tau=1}^t \rho^{t-\tau} g_\tau^2 - m^2", "Unrolled, as in the derivation of momentum.")
def _(g: Array, rho: float) -> Array:
    m = moving_averages(g, rho)[-1]
    return (1 - rho) * (decaying_weights(len(g), rho) @ g**2) - m**2


@variance.line(
    r"(1-\rho) \sum_{\tau=1}^t \rho^{t-\tau} (g_\tau - m)^2 + \rho^t m^2",
    "The weights sum to 1 - ρ^t: of the three terms of the squares, two make m² (1 - ρ^t) - 2m². No term is negative.",
)
def _(g: Array, rho: float) -> Array:
    m = moving_averages(g, rho)[-1]
    weights = decaying_weights(len(g), rho)
    return (1 - rho) * (weights @ (g - m) ** 2) + rho ** len(g) * m**2


@variance.line(
    r"V_t - m^2, \quad V_\tau = \rho V_{\tau-1} + (1-\rho) g_\tau^2, \quad V_0 = 0",
    "npnet's optimizer's moments after its steps.",
    floats_only=True,
)
def _(g: Array, rho: float) -> Array:
    others = {"learning_rate": 0.25, "epsilon": 0.125}
    state = take_steps(CenteredRMSProp, 0 * g[0], g, rho=rho, **others).state
    return np.asarray(state["V"]) - np.asarray(state["m"]) ** 2
