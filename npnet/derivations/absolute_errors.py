"""The gradients of the mean absolute error and of Huber's loss, which the notes do not have."""

import numpy as np

from npnet.derivations.engine import BEYOND, Derivation, Notation, derivative, gradient, normals
from npnet.losses import Huber, MeanAbsoluteError
from npnet.typing import Array

# A sum of two powers of 2, so that no line rounds it, and not the default
DELTA = 0.75
mae, huber = MeanAbsoluteError(), Huber(DELTA)
VARIABLES = {
    "p": normals("the predictions", 4, 2, example=[[0.5, -1], [2, 1.5]]),
    "y": normals("the true values", 4, 2, example=[[1, 0], [-1, 2]]),
}
absolute = Derivation(
    "mae",
    BEYOND,
    "The gradient of the mean absolute error is the sign of p - y, over N",
    VARIABLES,
    notation=Notation({"L": mae}, {"N": lambda p: p.size}),
)
robust = Derivation(
    "huber",
    BEYOND,
    "The gradient of Huber's loss is p - y, clipped to ±δ, over N",
    VARIABLES,
    notation=Notation({"L": huber, "min": np.minimum}, {"N": lambda p: p.size, "delta": lambda: DELTA}),
)


@absolute.line(r"\nabla_p L(y, p)", "What is sought: the gradient of npnet's loss.")
def _(p: Array, y: Array) -> Array:
    return gradient(lambda p: mae(y, p), p)


@absolute.line(r"\frac1N\,\frac{d}{dp}|p-y|", "The definition; each prediction is in one term of the sum.")
def _(p: Array, y: Array) -> Array:
    return derivative(lambda p: np.maximum(p - y, y - p), p) / p.size


@absolute.line(
    r"\frac1N\bigl([p > y] - [p \le y]\bigr)", "The slopes of p - y and of y - p; where both are 0 there is none."
)
def _(p: Array, y: Array) -> Array:
    return np.where(p > y, 1.0, -1.0) / p.size


@absolute.line(
    r"\frac{\mathrm{sign}(p-y)}{N}",
    "npnet's gradient: where p = y it takes the mean of both slopes, 0, as TensorFlow does.",
)
def _(p: Array, y: Array) -> Array:
    return mae.gradient(y, p)


@robust.line(r"\nabla_p L(y, p)", "What is sought: the gradient of npnet's loss; here δ is 0.75.")
def _(p: Array, y: Array) -> Array:
    return gradient(lambda p: huber(y, p), p)


@robust.line(
    r"\frac1N\,\frac{d}{dp}\Bigl(s\,\frac{e^2}{2} + (1-s)\Bigl(\delta|e| - \frac{\delta^2}{2}\Bigr)\Bigr), "
    r"\quad s = [|e| \le \delta], \quad e = p - y",
    "The definition, half a square up to δ and a line beyond; each prediction is in one term of the sum.",
)
def _(p: Array, y: Array) -> Array:
    def term(p: Array) -> Array:
        e = p - y
        size = np.maximum(e, -e)
        return np.where(size <= DELTA, e**2 / 2, DELTA * size - DELTA**2 / 2)

    return derivative(term, p) / p.size


@robust.line(r"\frac1N\bigl(s\,e + (1-s)\,\delta\,\mathrm{sign}(e)\bigr)", "The slopes of the square and of the line.")
def _(p: Array, y: Array) -> Array:
    e = p - y
    return np.where(np.maximum(e, -e) <= DELTA, e, DELTA * np.sign(e)) / p.size


@robust.line(
    r"\frac{c}{N}, \quad c = \max(-\delta, \min(e, \delta))",
    "npnet's gradient: at ±δ the two slopes are one number, so that it does not jump.",
)
def _(p: Array, y: Array) -> Array:
    return huber.gradient(y, p)
