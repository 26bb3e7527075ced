"""AdamW's decay is no L2 penalty, which the notes do not have."""

import numpy as np

from npnet.derivations.engine import BEYOND, Derivation, Notation, counts, normals, uniform
from npnet.derivations.engine.shipped import take_steps
from npnet.optimizers import Adam, AdamW
from npnet.typing import Array

W = normals("the weights before the first step", 4, example=[0.5, -2])
LR = uniform("the learning rate", 0.01, 1, example=0.25)
decayed = Derivation(
    "decoupled-decay",
    BEYOND,
    "Where the loss has no gradient, AdamW's weights decay by the same factor in each step",
    {"w": W, "lam": uniform("the weight decay λ", 0.01, 0.5, example=0.5), "lr": LR, "t": counts("the steps", 8, 3)},
    notation=Notation(values={"lambda": lambda lam: lam}, indices={"t": lambda t: t, "tau": lambda t: t}),
)
penalized = Derivation(
    "decay-in-adam",
    BEYOND,
    "In Adam an L2 penalty's first step has the same length for any strength",
    {"w": W, "s": uniform("the penalty's strength", 0.01, 0.5, example=0.5), "lr": LR},
)
_ADAM = {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.0}


@decayed.line(
    r"u_t, \quad u_\tau = u_{\tau-1} - \mathrm{lr} \cdot \lambda u_{\tau-1}, \quad u_0 = w",
    "What is sought: the weights after t steps. Without a gradient, both of Adam's moments stay 0.",
)
def _(w: Array, lam: float, lr: float, t: int) -> Array:
    for _step in range(t):
        w = w - lr * lam * w
    return w


@decayed.line(r"(1 - \mathrm{lr} \cdot \lambda)^t w", "Each step takes the same share.")
def _(w: Array, lam: float, lr: float, t: int) -> Array:
    return (1 - lr * lam) ** t * w


@decayed.line(
    r"u_t, \quad u_\tau = u_{\tau-1} - \mathrm{lr} \cdot \lambda u_{\tau-1}, \quad u_0 = w",
    "npnet's optimizer's steps, with gradients of 0.",
)
def _(w: Array, lam: float, lr: float, t: int) -> Array:
    return take_steps(AdamW, w, [0 * w] * t, learning_rate=lr, weight_decay=lam, **_ADAM).w


@penalized.line(
    r"\mathrm{lr}\,\frac{s w}{\sqrt{(s w)^2}}",
    "What is sought: how far Adam's first step moves a weight whose gradient is the penalty's alone, sw. Both "
    "corrections leave the moments of one gradient, the gradient and its square.",
)
def _(w: Array, s: float, lr: float) -> Array:
    return lr * (s * w) / np.sqrt((s * w) ** 2)


@penalized.line(
    r"\mathrm{lr}\,\frac{w}{\sqrt{w^2}}", "The strength is in both, and goes out: a penalty of any strength is one."
)
def _(w: Array, s: float, lr: float) -> Array:
    return lr * w / np.sqrt(w**2)


@penalized.line(
    r"\mathrm{lr}\,\frac{s w}{\sqrt{(s w)^2}}", "npnet's optimizer's step, with that gradient.", floats_only=True
)
def _(w: Array, s: float, lr: float) -> Array:
    # From 0, so that nothing cancels
    return -take_steps(Adam, 0 * w, [s * w], learning_rate=lr, **_ADAM).w
