"""Nesterov's momentum at the parameters where its gradient is computed, which the notes do not have."""

from itertools import pairwise

import numpy as np

from npnet.derivations.engine import BEYOND, Derivation, Notation, normals, uniform
from npnet.derivations.engine.shipped import take_steps
from npnet.optimizers import Nesterov
from npnet.typing import Array

ahead = Derivation(
    "nesterov",
    BEYOND,
    "Nesterov's step, seen from the point ahead where its gradient is computed, needs no other parameters",
    {
        "g": normals("the gradients of steps 1 to t, one in each row", 6, 4, example=[[1], [-0.5], [2]]),
        "mu": uniform("the momentum μ", 0.5, 0.99, example=0.75),
        "lr": uniform("the learning rate", 0.01, 1, example=0.25),
    },
    notation=Notation(values={"t": lambda g: len(g)}, indices={"t": lambda g: len(g), "tau": lambda g: len(g)}),
)


def velocities(g: Array, mu: float, lr: float) -> list[Array]:
    """Return the velocity before the first step, 0, and after each."""
    v = [0 * g[0]]
    for gradient in g:
        v.append(mu * v[-1] - lr * gradient)
    return v


@ahead.line(
    r"\sum_{\tau=1}^t v_\tau + \mu v_t, \quad v_\tau = \mu v_{\tau-1} - \mathrm{lr} \cdot g_\tau, \quad v_0 = 0",
    "What is sought: the point ahead after t steps from 0. The parameters have moved by each velocity so far, and the "
    "next gradient is computed where the last one leads, without a new gradient.",
)
def _(g: Array, mu: float, lr: float) -> Array:
    _, *v = velocities(g, mu, lr)
    return np.sum(v, axis=0) + mu * v[-1]


@ahead.line(
    r"\sum_{\tau=1}^t \left(v_\tau + \mu v_\tau - \mu v_{\tau-1}\right), "
    r"\quad v_\tau = \mu v_{\tau-1} - \mathrm{lr} \cdot g_\tau, \quad v_0 = 0",
    "The last term as the sum of its changes, from 0.",
)
def _(g: Array, mu: float, lr: float) -> Array:
    v = velocities(g, mu, lr)
    return np.sum([new + mu * new - mu * old for old, new in pairwise(v)], axis=0)


@ahead.line(
    r"\sum_{\tau=1}^t \left(\mu v_\tau - \mathrm{lr} \cdot g_\tau\right), "
    r"\quad v_\tau = \mu v_{\tau-1} - \mathrm{lr} \cdot g_\tau, \quad v_0 = 0",
    "What a velocity has more than μ times the one before is its gradient's part.",
)
def _(g: Array, mu: float, lr: float) -> Array:
    _, *v = velocities(g, mu, lr)
    return np.sum([mu * new - lr * gradient for new, gradient in zip(v, g)], axis=0)


@ahead.line(
    r"w_t, \quad w_\tau = w_{\tau-1} + \mu v_\tau - \mathrm{lr} \cdot g_\tau, \quad w_0 = 0, "
    r"\quad v_\tau = \mu v_{\tau-1} - \mathrm{lr} \cdot g_\tau, \quad v_0 = 0",
    "npnet's optimizer's steps, from 0.",
)
def _(g: Array, mu: float, lr: float) -> Array:
    return take_steps(Nesterov, 0 * g[0], g, learning_rate=lr, momentum=mu).w
