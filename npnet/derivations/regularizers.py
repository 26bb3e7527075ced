"""The gradients of the L1 and L2 penalties, and what L2 makes of a step: section 4.2."""

import numpy as np

from npnet.derivations.engine import Derivation, Notation, derivative, gradient, normals, uniform
from npnet.derivations.engine.shipped import take_steps
from npnet.optimizers import SGD
from npnet.regularizers import L1, L2
from npnet.typing import Array

# The notes' REGULARIZER
STRENGTH = 0.03
S = {"s": lambda: STRENGTH}
l1, l2 = L1(STRENGTH), L2(STRENGTH)
WEIGHTS = normals("the weights, none of them 0", 4, 3, example=[[0.5, -1.5], [2, -3]])
absolute = Derivation(
    "l1",
    "4.2 (1)",
    "The gradient of the L1 penalty is s sign(w): the same pull at any size",
    {"w": WEIGHTS},
    notation=Notation({"R": l1}, S),
)
squared = Derivation(
    "l2",
    "4.2 (1)",
    "The gradient of the L2 penalty is s w: the factor ½ cancels the 2",
    {"w": WEIGHTS},
    notation=Notation({"R": l2}, S),
)
decay = Derivation(
    "weight-decay",
    "4.2 (1)",
    "With L2, each step of SGD shrinks the weights by a factor first",
    {
        "w": normals("the weights", 6, example=[0.5, -1.5]),
        "g": normals("the gradient of the loss", 6, example=[1, 2]),
        "r": uniform("the learning rate", 0.001, 1, example=0.25),
    },
    notation=Notation(values=S),
)


@absolute.line(r"\nabla_w R(w)", "What is sought: the gradient of npnet's penalty.")
def _(w: Array) -> Array:
    return gradient(l1, w)


@absolute.line(r"\nabla_w\, s \sum |w|", "The definition, with |w| as the larger of w and -w.")
def _(w: Array) -> Array:
    return gradient(lambda w: STRENGTH * np.sum(np.maximum(w, -w)), w)


@absolute.line(r"s\,\frac{d}{dw}|w|", "Each weight is in one term of the sum.")
def _(w: Array) -> Array:
    return STRENGTH * derivative(lambda w: np.maximum(w, -w), w)


@absolute.line(r"s\,\bigl([w > 0] - [w \le 0]\bigr)", "The slopes of w and of -w; at 0 there is none.")
def _(w: Array) -> Array:
    return STRENGTH * np.where(w > 0, 1.0, -1.0)


@absolute.line(
    r"s\,\mathrm{sign}(w)",
    "npnet's gradient; at 0 it takes the mean of both slopes, 0, which leaves a zero weight alone.",
)
def _(w: Array) -> Array:
    return l1.gradient(w)


@squared.line(r"\nabla_w R(w)", "What is sought: the gradient of npnet's penalty.")
def _(w: Array) -> Array:
    return gradient(l2, w)


@squared.line(r"\nabla_w\,\frac s2 \sum w^2", "The definition, with the factor ½ of the notes' code, tf.nn.l2_loss.")
def _(w: Array) -> Array:
    return gradient(lambda w: STRENGTH / 2 * np.sum(w**2), w)


@squared.line(r"\frac s2\,\frac{d}{dw}w^2", "Each weight is in one term of the sum.")
def _(w: Array) -> Array:
    return STRENGTH / 2 * derivative(lambda w: w**2, w)


@squared.line(r"\frac s2 \cdot 2w", "The power rule: without the factor ½, the pull would be twice as strong.")
def _(w: Array) -> Array:
    return STRENGTH / 2 * (2 * w)


@squared.line(r"s\,w", "npnet's gradient: the pull fades with the weight, which seldom becomes 0.")
def _(w: Array) -> Array:
    return l2.gradient(w)


@decay.line(
    r"w - r\,\Bigl(g + \nabla_w\,\frac s2 \sum w^2\Bigr)", "A step of SGD on the loss and its penalty, with rate r."
)
def _(w: Array, g: Array, r: float) -> Array:
    return w - r * (g + gradient(l2, w))


@decay.line(r"w - r g - r s w", "The penalty's gradient, from the derivation of l2.")
def _(w: Array, g: Array, r: float) -> Array:
    return w - r * g - r * STRENGTH * w


@decay.line(r"(1 - r s)\,w - r g", "The terms in w together: the weights decay, then follow the gradient.")
def _(w: Array, g: Array, r: float) -> Array:
    return (1 - r * STRENGTH) * w - r * g


@decay.line(r"w \leftarrow w - r\,(g + s w)", "npnet's step, given npnet's gradient of the penalty.")
def _(w: Array, g: Array, r: float) -> Array:
    return take_steps(SGD, w, [g + l2.gradient(w)], learning_rate=r).w
