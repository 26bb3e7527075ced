"""RMSProp's V as an exponential mean of squares, and the step that it makes: section 5.2 (4)."""

import numpy as np

from npnet.derivations.engine import Derivation, Notation, normals, uniform
from npnet.derivations.engine.shipped import take_steps
from npnet.derivations.momentum import decaying_weights, moving_averages
from npnet.optimizers import RMSProp
from npnet.typing import Array

VARIABLES = {
    "g": normals("the gradients of steps 1 to t, one in each row", 6, 4, example=[[1], [-0.5], [2]]),
    "rho": uniform("the decay factor ρ, the notes' β", 0.5, 0.99, example=0.75),
    "lr": uniform("the learning rate", 0.01, 1, example=0.25),
    "epsilon": uniform("ε, which keeps the root above 0", 1e-7, 1e-3, example=0.125),
}
STEPS = Notation(values={"t": lambda g: len(g)}, indices=dict.fromkeys(("t", "tau", "sigma"), lambda g: len(g)))
square = Derivation("rmsprop", "5.2 (4)", "RMSProp's V is a mean of squares that forgets", VARIABLES, notation=STEPS)
steps = Derivation(
    "rmsprop-steps",
    "5.2 (4)",
    "RMSProp measures each gradient in its recent root mean square",
    VARIABLES,
    notation=STEPS,
)


@square.line(r"V_t = \rho V_{t-1} + (1-\rho) g_t^2, \quad V_0 = 0", "What is sought: V after t steps.")
def _(g: Array, rho: float, lr: float, epsilon: float) -> Array:
    return moving_averages(g**2, rho)[-1]


@square.line(r"(1-\rho) \sum_\tau \rho^{t-\tau} g_\tau^2", "Unrolled, as in the derivation of momentum.")
def _(g: Array, rho: float, lr: float, epsilon: float) -> Array:
    return (1 - rho) * (decaying_weights(len(g), rho) @ g**2)


@square.line(
    r"(1-\rho^t)\,\frac{\sum_\tau \rho^{t-\tau} g_\tau^2}{\sum_\tau \rho^{t-\tau}}",
    "A mean, times the sum of its weights. Adagrad's is a sum: this one can shrink again.",
)
def _(g: Array, rho: float, lr: float, epsilon: float) -> Array:
    weights = decaying_weights(len(g), rho)
    return (1 - rho ** len(g)) * (weights @ g**2 / np.sum(weights))


@square.line(r"V_t = \rho V_{t-1} + (1-\rho) g_t^2, \quad V_0 = 0", "npnet's optimizer's V after its steps.")
def _(g: Array, rho: float, lr: float, epsilon: float) -> Array:
    return take_steps(RMSProp, 0 * g[0], g, learning_rate=lr, rho=rho, epsilon=epsilon).state["V"]


@steps.line(
    r"\sum_\tau \mathrm{lr}\,\frac{g_\tau}{\sqrt{V_\tau + \epsilon}}, \quad "
    r"V_\tau = \rho V_{\tau-1} + (1-\rho) g_\tau^2, \quad V_0 = 0",
    "What is sought: how far the steps move the weights.",
)
def _(g: Array, rho: float, lr: float, epsilon: float) -> Array:
    return np.sum(lr * g / np.sqrt(np.array(moving_averages(g**2, rho)) + epsilon), axis=0)


@steps.line(
    r"\sum_\tau \frac{\mathrm{lr}}{\sqrt{1-\rho^\tau}} \cdot "
    r"\frac{g_\tau}{\sqrt{\overline{g^2}_\tau + \epsilon/(1-\rho^\tau)}}, \quad "
    r"\overline{g^2}_\tau = \frac{\sum_{\sigma \le \tau} \rho^{\tau-\sigma} g_\sigma^2}"
    r"{\sum_{\sigma \le \tau} \rho^{\tau-\sigma}}",
    "V as a mean times the sum of its weights: the first step is too long, by 1/√(1-ρ), 3.2 for ρ = 0.9, others less.",
)
def _(g: Array, rho: float, lr: float, epsilon: float) -> Array:
    moved = 0 * g[0]
    for tau in range(1, len(g) + 1):
        weights, total = decaying_weights(tau, rho), 1 - rho**tau
        mean = weights @ g[:tau] ** 2 / np.sum(weights)
        moved = moved + lr / np.sqrt(total) * (g[tau - 1] / np.sqrt(mean + epsilon / total))
    return moved


@steps.line(
    r"-w_t, \quad w_\tau = w_{\tau-1} - \mathrm{lr}\,\frac{g_\tau}{\sqrt{V_\tau + \epsilon}}, \quad w_0 = 0",
    "npnet's optimizer's steps, from 0.",
)
def _(g: Array, rho: float, lr: float, epsilon: float) -> Array:
    return -take_steps(RMSProp, 0 * g[0], g, learning_rate=lr, rho=rho, epsilon=epsilon).w
