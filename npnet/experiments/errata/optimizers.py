"""Errata of sections 5.2 and 5.3: the optimizers' moments and updates."""

import numpy as np

from npnet.experiments.errata.erratum import Shown, erratum, row
from npnet.experiments.notes import BETA, BETA_1, BETA_2, IRIS
from npnet.language import Message
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.typing import Array

RATE = IRIS.learning_rate


def step_lengths(optimizer: Optimizer, gradient: float, steps: int) -> Array:
    """Return how far each of the shipped optimizer's steps goes, under a gradient that never changes."""
    w, path = np.zeros(1), [0.0]
    for _ in range(steps):
        optimizer.step(w, np.full_like(w, gradient))
        path.append(-w[0])
    return np.diff(path)


@erratum(
    "momentum-start",
    "5.2 (2)",
    "The first step of SGDM is a tenth of SGD's, as its moment starts at 0",
    "",
    r"m_0 = 0 \;\Rightarrow\; m_t = (1-\beta^t)\,\bar g_t",
    "The notes' code starts the moment at 0 and, unlike Adam's, does not correct it; they do not say that it is "
    "therefore no mean of the gradients ḡ at first: the first step is a tenth of SGD's. npnet keeps their form.",
    SGDM,
    quotation="mw, mb = 0, 0",
)
def momentum_start() -> tuple[Shown, ...]:
    ratios = step_lengths(SGDM(RATE, BETA), 1, 50) / step_lengths(SGD(RATE), 1, 50)
    return tuple(row(Message("step {t} over SGD's", t=t), "–", ratios[t - 1]) for t in (1, 2, 10, 50))


@erratum(
    "zero-gradient",
    "5.2 (3)",
    "Without an ε, Adagrad, RMSProp and Adam divide 0 by 0 where the gradient is 0",
    r"w \leftarrow w - \mathrm{lr} \cdot g / \sqrt V",
    r"w \leftarrow w - \mathrm{lr} \cdot g / \sqrt{V + \epsilon}",
    "No form has an ε. A weight that has had no gradient yet, as all into a ReLU unit that is never active, has V = "
    "0, and 0/0 makes it NaN at the first step. Adam's ε stands outside the root (section 5.2 (5)).",
    Adagrad,
    quotation="w1.assign_sub(lr * grads[0] / tf.sqrt(vw))  # 参数空间更新",
)
def zero_gradient() -> tuple[Shown, ...]:
    g, zero = np.array([0.0]), np.zeros(1)
    with np.errstate(invalid="ignore"):
        adagrad = RATE * g / np.sqrt(zero + g**2)
        rmsprop = RATE * g / np.sqrt(BETA * zero + (1 - BETA) * g**2)
        corrected = (1 - BETA_1) * g / (1 - BETA_1), (1 - BETA_2) * g**2 / (1 - BETA_2)
        adam = RATE * corrected[0] / np.sqrt(corrected[1])
    return (
        row("Adagrad's first step, g = 0", adagrad[0], step_lengths(Adagrad(RATE), 0, 1)[0]),
        row("RMSProp's", rmsprop[0], step_lengths(RMSProp(RATE, BETA), 0, 1)[0]),
        row("Adam's", adam[0], step_lengths(Adam(RATE, BETA_1, BETA_2), 0, 1)[0]),
    )


@erratum(
    "rmsprop-start",
    "5.2 (4)",
    "The first step of RMSProp is three times as long as later ones",
    "",
    r"V_0 = 0 \;\Rightarrow\; V_t = (1-\beta^t)\,\overline{g^2}_t",
    "The notes correct Adam's moments for their start at 0, but not RMSProp's, and do not say what follows: the first "
    "step is lr/√(1-β), three times as long as later ones. npnet, as Keras, keeps their form.",
    RMSProp,
    quotation="vw, vb = 0, 0",
)
def rmsprop_start() -> tuple[Shown, ...]:
    lengths = step_lengths(RMSProp(RATE, BETA, epsilon=0), 0.5, 50) / RATE
    return tuple(row(Message("step {t} over the rate", t=t), "–", lengths[t - 1]) for t in (1, 2, 10, 50))


@erratum(
    "adam-root",
    "5.2 (5)",
    "Adam's update is printed without the root of V",
    r"w \leftarrow w - \mathrm{lr} \cdot \hat m / \hat V",
    r"w \leftarrow w - \mathrm{lr} \cdot \hat m / \sqrt{\hat V}",
    "The printed update lacks the root, against the template of section 5.1 and the code below it: its step would "
    "grow as the gradient shrinks.",
    Adam,
    quotation="更新时",
)
def adam_root() -> tuple[Shown, ...]:
    rows = []
    for g in (0.01, 1.0, 100.0):
        m, V = (1 - BETA_1) * g, (1 - BETA_2) * g**2
        printed = RATE * (m / (1 - BETA_1)) / (V / (1 - BETA_2))
        shipped = step_lengths(Adam(RATE, BETA_1, BETA_2, epsilon=0), g, 1)[0]
        rows.append(row(Message("first step, gradient {g:g}", g=g), printed, shipped))
    return tuple(rows)


@erratum(
    "adam-correction",
    "5.2 (5)",
    "The notes' code computes 1 − β₂ᵗ in float32, which loses three digits of seven",
    r"1 - \beta_2^t \text{ in float32}",
    r"1 - \beta_2^t \text{ in float64}",
    "The code's tf.pow of a Python number is a float32, and the difference of 1 and 0.999 in float32 has lost three "
    "of its seven digits. npnet computes the correction in float64, whatever the parameters' type.",
    Adam,
    quotation="v_w = vw / (1 - tf.pow(betav, int(global_step)))",
)
def adam_correction() -> tuple[Shown, ...]:
    one, square = np.float32(1), np.float32(1 - BETA_2)
    corrections = one - np.float32(BETA_1) ** 1, one - np.float32(BETA_2) ** 1
    step = np.float32(RATE) * (np.float32(1 - BETA_1) / corrections[0]) / np.sqrt(square / corrections[1])
    adam, w = Adam(RATE, BETA_1, BETA_2, epsilon=0), np.zeros(1, np.float32)
    adam.step(w, np.ones(1, np.float32))
    exact = 1 - adam.beta_2**adam.iterations
    return (
        row("1 - β₂ᵗ for t = 1", f"{corrections[1]:.9f}", f"{exact:.9f}"),
        row("corrected V of gradient 1", f"{square / corrections[1]:.7f}", f"{adam.state['V'][0] / exact:.7f}"),
        row("first step at rate 0.1, float32", f"{step:.8f}", f"{-w[0]:.8f}"),
    )


@erratum(
    "adam-table",
    "5.3",
    "The table of the optimizers has 1β₂ in the place of β₂ in Adam's V",
    r"V_t = 1\beta_2 V_{t-1} + (1-\beta_2) g_t^2",
    r"V_t = \beta_2 V_{t-1} + (1-\beta_2) g_t^2",
    "The table has a 1 too many. Read as a factor it changes nothing; read as what is left of 1 - β₂, as in the next "
    "term, V forgets almost all at each step.",
    Adam,
    quotation="常用优化器比较",
)
def adam_table() -> tuple[Shown, ...]:
    adam, steps, V, forgetful = Adam(RATE, BETA_1, BETA_2), 10, 0.0, 0.0
    step_lengths(adam, 1, steps)
    for _ in range(steps):
        V = 1 * BETA_2 * V + (1 - BETA_2)
        forgetful = (1 - BETA_2) * forgetful + (1 - BETA_2)
    shipped = adam.state["V"][0]
    return (
        row("V after 10 gradients 1, with 1 · β₂", V, shipped),
        row("V after 10 gradients 1, with 1 - β₂", forgetful, shipped),
    )
