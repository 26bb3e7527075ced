"""The cross-entropies on logits: softmax and sigmoid fold with them into p - y. Section 3.2 (2)."""

import numpy as np

from npnet.activations import sigmoid, softmax
from npnet.derivations.engine import Derivation, Notation, derivative, distributions, gradient, normals
from npnet.losses import BinaryCrossentropy, CategoricalCrossentropy
from npnet.typing import Array

on_classes = CategoricalCrossentropy()
on_logits = CategoricalCrossentropy(from_logits=True)
on_chances = BinaryCrossentropy()
on_scores = BinaryCrossentropy(from_logits=True)
VARIABLES = {
    "z": normals("the logits", 4, 3, scale=3, example=[[0.5, -1], [-0.25, 2]]),
    "y": distributions("the labels, rows that sum to 1", 4, 3, example=[[0.25, 0.75], [1, 0]]),
}
BINARY_LABELS = distributions("the labels, from 0 to 1", 4, 3, example=[[0.25, 0.75], [1, 0]])
categorical = Derivation(
    "softmax-cross-entropy",
    "3.2 (2)",
    "Softmax and cross-entropy together have the gradient p - y",
    VARIABLES,
    notation=Notation(
        {"L": on_classes},
        {"n": lambda z: len(z)},
        {"s": lambda z: len(z), "j": lambda z: z.shape[1], "k": lambda z: z.shape[1]},
    ),
    opened=True,
)
binary = Derivation(
    "sigmoid-cross-entropy",
    "3.2 (2)",
    "Sigmoid and binary cross-entropy together have the gradient p - y",
    VARIABLES | {"y": BINARY_LABELS},
    notation=Notation({"L": on_chances}, {"N": lambda z: z.size}),
)


@categorical.line(
    r"\nabla_z L(y, \mathrm{softmax}(z))", "What is sought: the gradient of the loss, as a function of the logits."
)
def _(z: Array, y: Array) -> Array:
    return gradient(lambda z: on_classes(y, softmax(z)), z)


@categorical.line(
    r"\nabla_z \frac1n \sum_s \sum_k y_{sk} \Bigl(\ln \sum_j e^{z_{sj}} - z_{sk}\Bigr)",
    "The logarithm of the quotient; npnet's loss on logits computes this, and cannot overflow.",
)
def _(z: Array, y: Array) -> Array:
    return gradient(lambda z: on_logits(y, z), z)


@categorical.line(
    r"-\frac1n \sum_k \frac{y_{sk}}{p_{sk}}\,\frac{\partial p_{sk}}{\partial z_{sj}}, \quad p = \mathrm{softmax}(z)",
    "The chain rule on the first line: the cross-entropy's gradient times the softmax's Jacobian.",
)
def _(z: Array, y: Array) -> Array:
    p = softmax(z)
    return softmax.backward(-y / p, p) / len(z)


@categorical.line(
    r"\frac1n \biggl(-\frac{y_{sj}}{p_{sj}} + \sum_k \frac{y_{sk}}{p_{sk}}\,p_{sk}\biggr)\,p_{sj}",
    "The product with the Jacobian.",
)
def _(z: Array, y: Array) -> Array:
    p = softmax(z)
    return (-y / p + np.sum(y / p * p, axis=1, keepdims=True)) * p / len(z)


@categorical.line(r"\frac1n \Bigl(p_{sj} \sum_k y_{sk} - y_{sj}\Bigr)", "In each term p cancels.")
def _(z: Array, y: Array) -> Array:
    return (softmax(z) * np.sum(y, axis=1, keepdims=True) - y) / len(z)


@categorical.line(r"\frac1n (p - y)", "Labels sum to 1.")
def _(z: Array, y: Array) -> Array:
    return (softmax(z) - y) / len(z)


@categorical.line(r"\frac{p - y}{n}", "npnet's gradient on logits.")
def _(z: Array, y: Array) -> Array:
    return on_logits.gradient(y, z)


@binary.line(r"\nabla_z L(y, \sigma(z))", "What is sought: the gradient of the loss, as a function of the logits.")
def _(z: Array, y: Array) -> Array:
    return gradient(lambda z: on_chances(y, sigmoid(z)), z)


@binary.line(
    r"\nabla_z \frac1N \sum \bigl(\max(z, 0) - zy + \ln(1+e^{-|z|})\bigr)",
    "The logarithms of σ(z) and of 1 - σ(z), in the form that cannot overflow: npnet's loss on logits.",
)
def _(z: Array, y: Array) -> Array:
    return gradient(lambda z: on_scores(y, z), z)


@binary.line(
    r"\frac1N\,\frac{d}{dz}\bigl(\ln(1+e^z) - zy\bigr)",
    "The same for either sign of z: max(z, 0) + ln(1 + e^-|z|) = ln(1 + e^z).",
)
def _(z: Array, y: Array) -> Array:
    return derivative(lambda z: np.log(1 + np.exp(z)) - z * y, z) / z.size


@binary.line(
    r"\frac1N \left(\frac{1-y}{1-p} - \frac yp\right) p(1-p), \quad p = \sigma(z)",
    "The chain rule on the first line: the loss's derivative times the sigmoid's.",
)
def _(z: Array, y: Array) -> Array:
    p = sigmoid(z)
    return ((1 - y) / (1 - p) - y / p) * (p * (1 - p)) / z.size


@binary.line(r"\frac1N \bigl((1-y)p - y(1-p)\bigr)", "In each term a factor cancels.")
def _(z: Array, y: Array) -> Array:
    p = sigmoid(z)
    return ((1 - y) * p - y * (1 - p)) / z.size


@binary.line(r"\frac1N (p - y)", "The two products yp cancel.")
def _(z: Array, y: Array) -> Array:
    return (sigmoid(z) - y) / z.size


@binary.line(r"\frac{p - y}{N}", "npnet's gradient on logits.")
def _(z: Array, y: Array) -> Array:
    return on_scores.gradient(y, z)
