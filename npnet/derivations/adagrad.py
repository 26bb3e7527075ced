"""Adagrad's effective learning rate: section 5.2 (3)."""

import numpy as np

from npnet.derivations.engine import Derivation, Notation, normals, uniform
from npnet.derivations.engine.shipped import take_steps
from npnet.optimizers import Adagrad
from npnet.typing import Array

chain = Derivation(
    "adagrad",
    "5.2 (3)",
    "Adagrad's rate for a weight falls as 1/sqrt(t), and as its gradients are large",
    {
        "g": normals("the gradients of steps 1 to t, one in each row", 6, 4, example=[[1], [-0.5], [2]]),
        "lr": uniform("the learning rate", 0.01, 1, example=0.25),
        "epsilon": uniform("ε, which keeps the root above 0", 1e-7, 1e-3, example=0.125),
    },
    notation=Notation(values={"t": lambda g: len(g)}, indices=dict.fromkeys(("tau", "sigma"), lambda g: len(g))),
)


@chain.line(
    r"\sum_\tau \mathrm{lr}\,\frac{g_\tau}{\sqrt{V_\tau + \epsilon}}, \quad V_\tau = V_{\tau-1} + g_\tau^2, "
    r"\quad V_0 = 0",
    "What is sought: how far the steps move the weights, from 0. The notes have ε = 0.",
)
def _(g: Array, lr: float, epsilon: float) -> Array:
    V, moved = 0 * g[0], 0 * g[0]
    for step in g:
        V = V + step**2
        moved = moved + lr * step / np.sqrt(V + epsilon)
    return moved


@chain.line(
    r"\sum_\tau \mathrm{lr}\,\frac{g_\tau}{\sqrt{\sum_{\sigma \le \tau} g_\sigma^2 + \epsilon}}",
    "V is the sum of all squares so far: it never shrinks.",
)
def _(g: Array, lr: float, epsilon: float) -> Array:
    return np.sum(lr * g / np.sqrt(np.cumsum(g**2, axis=0) + epsilon), axis=0)


@chain.line(
    r"\sum_\tau \frac{\mathrm{lr}}{\sqrt{\tau}} \cdot \frac{g_\tau}{\sqrt{\overline{g^2}_\tau + \epsilon/\tau}}, \quad "
    r"\overline{g^2}_\tau = \frac1\tau \sum_{\sigma \le \tau} g_\sigma^2",
    "The sum as τ times a mean: the gradient is measured in its own root mean square, and the rate falls as 1/√τ.",
)
def _(g: Array, lr: float, epsilon: float) -> Array:
    tau = np.arange(1, len(g) + 1)[:, np.newaxis] + 0 * g
    mean = np.cumsum(g**2, axis=0) / tau
    return np.sum(lr / np.sqrt(tau) * (g / np.sqrt(mean + epsilon / tau)), axis=0)


@chain.line(
    r"-w_t, \quad w_\tau = w_{\tau-1} - \mathrm{lr}\,\frac{g_\tau}{\sqrt{V_\tau + \epsilon}}, \quad w_0 = 0",
    "npnet's optimizer's steps, from 0.",
)
def _(g: Array, lr: float, epsilon: float) -> Array:
    return -take_steps(Adagrad, 0 * g[0], g, learning_rate=lr, epsilon=epsilon).w
