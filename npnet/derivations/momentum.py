"""SGD with momentum, unrolled: the moment is a weighted sum of all gradients. Section 5.2 (2)."""

from collections.abc import Sequence

import numpy as np

from npnet.derivations.engine import Derivation, Notation, normals, uniform
from npnet.derivations.engine.shipped import take_steps
from npnet.optimizers import SGDM
from npnet.typing import Array

VARIABLES = {
    "g": normals("the gradients of steps 1 to t, one in each row", 6, 4, example=[[1], [-0.5], [2]]),
    "beta": uniform("the moment's decay factor β", 0.5, 0.99, example=0.75),
    "lr": uniform("the learning rate", 0.01, 1, example=0.25),
}
STEPS = Notation(values={"t": lambda g: len(g)}, indices={"t": lambda g: len(g), "tau": lambda g: len(g)})
moment = Derivation(
    "momentum", "5.2 (2)", "Momentum is a weighted sum of all gradients so far", VARIABLES, notation=STEPS
)
path = Derivation(
    "momentum-path",
    "5.2 (2)",
    "With momentum, each gradient in the end moves the weights by lr g, spread over time",
    VARIABLES,
    notation=STEPS,
)


def moving_averages(values: Sequence[Array] | Array, beta: float) -> list[Array]:
    """Return the moving average after each value, from 0: the notes' recursion."""
    m, averages = 0 * values[0], []
    for value in values:
        m = beta * m + (1 - beta) * value
        averages.append(m)
    return averages


def decaying_weights(t: int, beta: float) -> Array:
    """Return β to the power of each value's age, oldest first: t - 1, ..., 1, 0."""
    return np.array([beta**age for age in reversed(range(t))])


@moment.line(r"m_t = \beta m_{t-1} + (1-\beta) g_t, \quad m_0 = 0", "What is sought: the moment after t steps.")
def _(g: Array, beta: float, lr: float) -> Array:
    return moving_averages(g, beta)[-1]


@moment.line(
    r"\beta^2 m_{t-2} + (1-\beta)(\beta g_{t-1} + g_t)", "The same for the step before, put in: β came in once more."
)
def _(g: Array, beta: float, lr: float) -> Array:
    return beta**2 * moving_averages(g[:-2], beta)[-1] + (1 - beta) * (beta * g[-2] + g[-1])


@moment.line(r"(1-\beta) \sum_{\tau=1}^t \beta^{t-\tau} g_\tau", "And so on, back to the start, where the moment is 0.")
def _(g: Array, beta: float, lr: float) -> Array:
    return (1 - beta) * np.sum(decaying_weights(len(g), beta)[:, np.newaxis] * g, axis=0)


@moment.line(
    r"(1-\beta^t)\,\frac{\sum_\tau \beta^{t-\tau} g_\tau}{\sum_\tau \beta^{t-\tau}}",
    "A geometric series: the weights sum to 1 - β^t only, so it is a mean that starts too small.",
)
def _(g: Array, beta: float, lr: float) -> Array:
    weights = decaying_weights(len(g), beta)
    return (1 - beta ** len(g)) * (weights @ g) / np.sum(weights)


@moment.line(r"m_t = \beta m_{t-1} + (1-\beta) g_t, \quad m_0 = 0", "npnet's optimizer's moment after its steps.")
def _(g: Array, beta: float, lr: float) -> Array:
    return take_steps(SGDM, 0 * g[0], g, learning_rate=lr, beta=beta).state["m"]


@path.line(
    r"\sum_{\tau=1}^t \mathrm{lr} \cdot m_\tau, \quad m_\tau = \beta m_{\tau-1} + (1-\beta) g_\tau, \quad m_0 = 0",
    "What is sought: how far t steps move the weights.",
)
def _(g: Array, beta: float, lr: float) -> Array:
    return lr * np.sum(moving_averages(g, beta), axis=0)


@path.line(
    r"\mathrm{lr}\,(1-\beta) \sum_{\tau=1}^t \sum_{\sigma=1}^\tau \beta^{\tau-\sigma} g_\sigma",
    "Each moment as its weighted sum.",
)
def _(g: Array, beta: float, lr: float) -> Array:
    sums = [decaying_weights(n, beta) @ g[:n] for n in range(1, len(g) + 1)]
    return lr * (1 - beta) * np.sum(sums, axis=0)


@path.line(
    r"\mathrm{lr}\,(1-\beta) \sum_{\sigma=1}^t \Bigl(\sum_{k=0}^{t-\sigma} \beta^k\Bigr) g_\sigma",
    "The other order of summation: a gradient is in its own step and in all later ones.",
)
def _(g: Array, beta: float, lr: float) -> Array:
    t = len(g)
    shares = [np.sum(decaying_weights(t - i, beta)) * g[i] for i in range(t)]
    return lr * (1 - beta) * np.sum(shares, axis=0)


@path.line(
    r"\mathrm{lr} \sum_{\sigma=1}^t \bigl(1 - \beta^{t-\sigma+1}\bigr)\,g_\sigma",
    "The geometric series: with time a gradient's share goes to lr, as much as in SGD.",
)
def _(g: Array, beta: float, lr: float) -> Array:
    t = len(g)
    return lr * np.sum([(1 - beta ** (t - i)) * g[i] for i in range(t)], axis=0)


@path.line(
    r"-w_t, \quad w_\tau = w_{\tau-1} - \mathrm{lr} \cdot m_\tau, \quad w_0 = 0",
    "npnet's optimizer's steps, from 0.",
)
def _(g: Array, beta: float, lr: float) -> Array:
    return -take_steps(SGDM, 0 * g[0], g, learning_rate=lr, beta=beta).w
