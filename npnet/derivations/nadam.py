"""Nadam's step, whose momentum looks one step ahead, which the notes do not have."""

import numpy as np

from npnet.derivations.engine import BEYOND, Derivation, Notation, normals, uniform
from npnet.derivations.engine.shipped import take_steps
from npnet.derivations.momentum import decaying_weights, moving_averages
from npnet.optimizers import Nadam
from npnet.typing import Array


def momentums(t: int, beta_1: float, psi: float) -> Array:
    """Return the momentum of each step from 1 to t."""
    return np.array([beta_1 * (1 - 0.96 ** (psi * i) / 2) for i in range(1, t + 1)])


def products(t: int, beta_1: float, psi: float) -> Array:
    """Return the product of the momentums up to each step from 1 to t."""
    return np.cumprod(momentums(t, beta_1, psi))


step = Derivation(
    "nadam",
    BEYOND,
    "In Nadam's step the newest gradient counts twice: in the moment, and by itself",
    {
        "g": normals("the gradients of steps 1 to t, one in each row", 6, 4, example=[[1], [-0.5], [2]]),
        "beta_1": uniform("the first moment's decay factor β₁", 0.5, 0.99, example=0.75),
        "beta_2": uniform("the second moment's decay factor β₂", 0.5, 0.999, example=0.875),
        "psi": uniform("the momentum's decay ψ", 0.01, 1, example=0.5),
        "lr": uniform("the learning rate", 0.01, 1, example=0.25),
    },
    notation=Notation(
        values={
            "t": lambda g: len(g),
            "P": lambda g, beta_1, psi: products(len(g) + 1, beta_1, psi),
            "m": lambda g, beta_1: np.array(moving_averages(g, beta_1)),
            "V": lambda g, beta_2: np.array(moving_averages(g**2, beta_2)),
        },
        indices={"tau": lambda g: len(g), "sigma": lambda g: len(g), "nu": lambda g: len(g) + 1},
    ),
)


@step.line(
    r"\sum_\tau \mathrm{lr}\,\frac{\hat m_\tau}{\sqrt{\hat V_\tau}}, \quad "
    r"\hat m_\tau = \frac{u_{\tau+1} m_\tau}{1-P_{\tau+1}} + \frac{(1-u_\tau)\,g_\tau}{1-P_\tau}, \quad "
    r"\hat V_\tau = \frac{V_\tau}{1-\beta_2^\tau}, "
    r"\quad u_\nu = \beta_1\Bigl(1 - \frac{0.96^{\psi\nu}}{2}\Bigr)",
    "What is sought: how far the steps move the weights, with ε = 0. The momentum u rises from step to step, and P is "
    "the product of all so far; the moment's factor is that of the step ahead.",
)
def _(g: Array, beta_1: float, beta_2: float, psi: float, lr: float) -> Array:
    u, P = momentums(len(g) + 1, beta_1, psi), products(len(g) + 1, beta_1, psi)
    moved, moments = 0 * g[0], zip(moving_averages(g, beta_1), moving_averages(g**2, beta_2))
    for i, (m, V) in enumerate(moments):
        ahead = u[i + 1] * m / (1 - P[i + 1]) + (1 - u[i]) * g[i] / (1 - P[i])
        moved = moved + lr * ahead / np.sqrt(V / (1 - beta_2 ** (i + 1)))
    return moved


@step.line(
    r"\sum_\tau \mathrm{lr}\,\frac{\hat m_\tau}{\sqrt{\hat V_\tau}}, \quad "
    r"\hat m_\tau = \frac{u_{\tau+1} (1-\beta_1)}{1-P_{\tau+1}} \sum_{\sigma\le\tau} \beta_1^{\tau-\sigma} g_\sigma "
    r"+ \frac{1-u_\tau}{1-P_\tau}\,g_\tau, \quad \hat V_\tau = \frac{V_\tau}{1-\beta_2^\tau}",
    "The moment as its weighted sum: the gradient of step τ is its last term, and stands beside it once more, as in "
    "Nesterov's step.",
)
def _(g: Array, beta_1: float, beta_2: float, psi: float, lr: float) -> Array:
    u, P = momentums(len(g) + 1, beta_1, psi), products(len(g) + 1, beta_1, psi)
    moved = 0 * g[0]
    for i, V in enumerate(moving_averages(g**2, beta_2)):
        mean = (1 - beta_1) * decaying_weights(i + 1, beta_1) @ g[: i + 1]
        ahead = u[i + 1] / (1 - P[i + 1]) * mean + (1 - u[i]) / (1 - P[i]) * g[i]
        moved = moved + lr * ahead / np.sqrt(V / (1 - beta_2 ** (i + 1)))
    return moved


@step.line(
    r"\sum_\tau \mathrm{lr}\,\sqrt{1-\beta_2^\tau} \cdot \frac{a_\tau m_\tau + b_\tau g_\tau}{\sqrt{V_\tau}}, \quad "
    r"a_\tau = \frac{u_{\tau+1}}{1-P_{\tau+1}}, \quad b_\tau = \frac{1-u_\tau}{1-P_\tau}",
    "The moment again; three numbers, the same for every weight, have all the corrections.",
)
def _(g: Array, beta_1: float, beta_2: float, psi: float, lr: float) -> Array:
    u, P = momentums(len(g) + 1, beta_1, psi), products(len(g) + 1, beta_1, psi)
    a, b = u[1:] / (1 - P[1:]), (1 - u[:-1]) / (1 - P[:-1])
    moved, moments = 0 * g[0], zip(moving_averages(g, beta_1), moving_averages(g**2, beta_2))
    for i, (m, V) in enumerate(moments):
        root = np.sqrt(1 - beta_2 ** (i + 1))
        moved = moved + lr * root * (a[i] * m + b[i] * g[i]) / np.sqrt(V)
    return moved


@step.line(
    r"-w_t, \quad w_\tau = w_{\tau-1} - \mathrm{lr}\,\sqrt{1-\beta_2^\tau} \cdot "
    r"\frac{a_\tau m_\tau + b_\tau g_\tau}{\sqrt{V_\tau}}, \quad w_0 = 0",
    "npnet's optimizer's steps, from 0, with ε = 0.",
    floats_only=True,
)
def _(g: Array, beta_1: float, beta_2: float, psi: float, lr: float) -> Array:
    betas = {"beta_1": beta_1, "beta_2": beta_2}
    settings = {"learning_rate": lr, **betas, "epsilon": 0.0, "momentum_decay": psi}
    return -take_steps(Nadam, 0 * g[0], g, **settings).w
