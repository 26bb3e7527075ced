"""Adam's two bias corrections, and its update: section 5.2 (5)."""

import numpy as np

from npnet.derivations.engine import Derivation, Notation, counts, normals, uniform
from npnet.derivations.engine.shipped import take_steps
from npnet.derivations.momentum import decaying_weights, moving_averages
from npnet.optimizers import Adam
from npnet.typing import Array

LR = uniform("the learning rate", 0.01, 1, example=0.25)
BETA_1 = uniform("the first moment's decay factor β₁", 0.5, 0.99, example=0.75)
BETA_2 = uniform("the second moment's decay factor β₂", 0.5, 0.999, example=0.875)
STEADY = {
    "g": normals("the same gradient at each step", 4, example=[-0.5]),
    "t": counts("the number of steps", 10, example=3),
}
COUNTED = Notation(indices={"t": lambda t: t, "tau": lambda t: t})
first = Derivation(
    "adam-first-moment", "5.2 (5)", "Adam's first moment of a steady gradient, divided by 1 - β₁^t, is that gradient",
    {**STEADY, "beta_1": BETA_1}, notation=COUNTED, opened=True,
)  # fmt: skip
second = Derivation(
    "adam-second-moment", "5.2 (5)", "Adam's second moment of a steady gradient, divided by 1 - β₂^t, is its square",
    {**STEADY, "beta_2": BETA_2}, notation=COUNTED,
)  # fmt: skip
update = Derivation(
    "adam",
    "5.2 (5)",
    "Adam's two corrections fold into one factor of the learning rate",
    {
        "g": normals("the gradients of steps 1 to t, one in each row", 6, 4, example=[[1], [-0.5], [2]]),
        "beta_1": BETA_1,
        "beta_2": BETA_2,
        "lr": LR,
    },
    notation=Notation(
        values={
            "t": lambda g: len(g),
            "m": lambda g, beta_1: np.array(moving_averages(g, beta_1)),
            "V": lambda g, beta_2: np.array(moving_averages(g**2, beta_2)),
        },
        indices=dict.fromkeys(("tau", "sigma"), lambda g: len(g)),
    ),
)


@first.line(
    r"\hat m_t = \frac{m_t}{1-\beta_1^t}, \quad m_t = \beta_1 m_{t-1} + (1-\beta_1)\,g, \quad m_0 = 0",
    "What is sought: the corrected moment after t times the same gradient.",
)
def _(g: Array, t: int, beta_1: float) -> Array:
    return moving_averages([g] * t, beta_1)[-1] / (1 - beta_1**t)


@first.line(
    r"\frac{1-\beta_1}{1-\beta_1^t} \sum_{\tau=1}^t \beta_1^{t-\tau} g",
    "Unrolled, as in the derivation of momentum. Of gradients with the same mean, it is the corrected moment's mean.",
)
def _(g: Array, t: int, beta_1: float) -> Array:
    return (1 - beta_1) / (1 - beta_1**t) * np.sum(decaying_weights(t, beta_1)) * g


@first.line(r"\frac{1-\beta_1}{1-\beta_1^t} \cdot \frac{1-\beta_1^t}{1-\beta_1}\,g", "The geometric series.")
def _(g: Array, t: int, beta_1: float) -> Array:
    return (1 - beta_1) / (1 - beta_1**t) * ((1 - beta_1**t) / (1 - beta_1)) * g


@first.line(r"g", "All cancels: without the correction, m after the first step is (1 - β₁) g, a tenth for β₁ = 0.9.")
def _(g: Array, t: int, beta_1: float) -> Array:
    return g


@first.line(r"\frac{m_t}{1-\beta_1^t}", "npnet's optimizer's moment after t steps, divided by the correction.")
def _(g: Array, t: int, beta_1: float) -> Array:
    m = take_steps(Adam, 0 * g, [g] * t, learning_rate=1.0, beta_1=beta_1).state["m"]
    return m / (1 - beta_1**t)


@second.line(r"g^2", "What is sought: the square that V should give, after t times the same gradient.")
def _(g: Array, t: int, beta_2: float) -> Array:
    return g**2


@second.line(r"\frac{1-\beta_2}{1-\beta_2^t} \cdot \frac{1-\beta_2^t}{1-\beta_2}\,g^2", "A factor that is 1.")
def _(g: Array, t: int, beta_2: float) -> Array:
    return (1 - beta_2) / (1 - beta_2**t) * ((1 - beta_2**t) / (1 - beta_2)) * g**2


@second.line(
    r"\frac{1-\beta_2}{1-\beta_2^t} \sum_{\tau=1}^t \beta_2^{t-\tau} g^2",
    "The second fraction as its geometric series.",
)
def _(g: Array, t: int, beta_2: float) -> Array:
    return (1 - beta_2) / (1 - beta_2**t) * np.sum(decaying_weights(t, beta_2)) * g**2


@second.line(
    r"\hat V_t = \frac{V_t}{1-\beta_2^t}, \quad V_t = \beta_2 V_{t-1} + (1-\beta_2)\,g^2, \quad V_0 = 0",
    "The recursion that unrolls to this sum: without the division, the first V is a thousandth of g² for β₂ = 0.999.",
)
def _(g: Array, t: int, beta_2: float) -> Array:
    return moving_averages([g**2] * t, beta_2)[-1] / (1 - beta_2**t)


@second.line(r"\frac{V_t}{1-\beta_2^t}", "npnet's optimizer's V after t steps, corrected.", floats_only=True)
def _(g: Array, t: int, beta_2: float) -> Array:
    V = take_steps(Adam, 0 * g, [g] * t, learning_rate=1.0, beta_2=beta_2).state["V"]
    return V / (1 - beta_2**t)


@update.line(
    r"\sum_\tau \mathrm{lr}\,\frac{\hat m_\tau}{\sqrt{\hat V_\tau}}, \quad "
    r"\hat m_\tau = \frac{m_\tau}{1-\beta_1^\tau}, \quad \hat V_\tau = \frac{V_\tau}{1-\beta_2^\tau}",
    "What is sought: how far the steps move the weights, with ε = 0. The notes print this without the root.",
)
def _(g: Array, beta_1: float, beta_2: float, lr: float) -> Array:
    moved, moments = 0 * g[0], zip(moving_averages(g, beta_1), moving_averages(g**2, beta_2))
    for t, (m, V) in enumerate(moments, 1):
        moved = moved + lr * (m / (1 - beta_1**t)) / np.sqrt(V / (1 - beta_2**t))
    return moved


@update.line(
    r"\sum_\tau \mathrm{lr}\,\frac{\hat m_\tau}{\sqrt{\hat V_\tau}}, \quad "
    r"\hat m_\tau = \frac{\sum_{\sigma\le\tau} \beta_1^{\tau-\sigma} g_\sigma}"
    r"{\sum_{\sigma\le\tau} \beta_1^{\tau-\sigma}}, \quad "
    r"\hat V_\tau = \frac{\sum_{\sigma\le\tau} \beta_2^{\tau-\sigma} g_\sigma^2}"
    r"{\sum_{\sigma\le\tau} \beta_2^{\tau-\sigma}}",
    "Each moment as its weighted sum: corrected, both are true means, and a steady gradient moves a weight by lr.",
)
def _(g: Array, beta_1: float, beta_2: float, lr: float) -> Array:
    moved = 0 * g[0]
    for t in range(1, len(g) + 1):
        first, second = decaying_weights(t, beta_1), decaying_weights(t, beta_2)
        m, V = first @ g[:t] / np.sum(first), second @ g[:t] ** 2 / np.sum(second)
        moved = moved + lr * m / np.sqrt(V)
    return moved


@update.line(
    r"\sum_\tau \mathrm{lr}\,\frac{\sqrt{1-\beta_2^\tau}}{1-\beta_1^\tau} \cdot \frac{m_\tau}{\sqrt{V_\tau}}",
    "The moments again; both corrections, the same for every weight, taken out as one number.",
)
def _(g: Array, beta_1: float, beta_2: float, lr: float) -> Array:
    moved, moments = 0 * g[0], zip(moving_averages(g, beta_1), moving_averages(g**2, beta_2))
    for t, (m, V) in enumerate(moments, 1):
        moved = moved + lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / np.sqrt(V)
    return moved


@update.line(
    r"-w_t, \quad w_\tau = w_{\tau-1} - \mathrm{lr}\,\frac{\sqrt{1-\beta_2^\tau}}{1-\beta_1^\tau} \cdot "
    r"\frac{m_\tau}{\sqrt{V_\tau}}, \quad w_0 = 0",
    "npnet's optimizer's steps, from 0, with ε = 0.",
    floats_only=True,
)
def _(g: Array, beta_1: float, beta_2: float, lr: float) -> Array:
    numbers = {"learning_rate": lr, "beta_1": beta_1, "beta_2": beta_2, "epsilon": 0.0}
    return -take_steps(Adam, 0 * g[0], g, **numbers).w
