"""The losses' gradients: the mean squared error, and both cross-entropies on probabilities. Section 3.2."""

import numpy as np

from npnet.derivations.engine import Derivation, Notation, derivative, distributions, gradient, normals, uniform
from npnet.losses import BinaryCrossentropy, CategoricalCrossentropy, MeanSquaredError
from npnet.typing import Array

mse = MeanSquaredError()
categorical = CategoricalCrossentropy()
binary = BinaryCrossentropy()
PROBABILITIES = uniform("the predicted probabilities", 0.01, 0.99, 5, 3, example=[[0.4, 0.6], [0.7, 0.3]])
LABELS = distributions("the labels, rows that sum to 1", 5, 3, example=[[0.25, 0.75], [1, 0]])
BINARY_LABELS = distributions("the labels, from 0 to 1", 5, 3, example=[[0.25, 0.75], [1, 0]])
squares = Derivation(
    "mse",
    "3.2 (1)",
    "The gradient of the mean squared error is 2(p - y)/N",
    {
        "p": normals("the predictions", 5, 3, example=[[0.5, -1], [2, 1.5]]),
        "y": normals("the true values", 5, 3, example=[[1, 0], [-1, 2]]),
    },
    notation=Notation({"L": mse}, {"N": lambda p: p.size}),
)
entropy = Derivation(
    "cross-entropy",
    "3.2 (2)",
    "The gradient of the cross-entropy is -y/p for each class",
    {"p": PROBABILITIES, "y": LABELS},
    notation=Notation({"L": categorical}, {"n": lambda p: len(p)}, {"s": lambda p: len(p), "k": lambda p: p.shape[1]}),
)
yes_or_no = Derivation(
    "binary-cross-entropy",
    "3.2 (2)",
    "The gradient of the binary cross-entropy is -y/p + (1 - y)/(1 - p)",
    {"p": PROBABILITIES, "y": BINARY_LABELS},
    notation=Notation({"L": binary}, {"N": lambda p: p.size}),
)


@squares.line(r"\nabla_p L(y, p)", "What is sought: the gradient of npnet's loss.")
def _(p: Array, y: Array) -> Array:
    return gradient(lambda p: mse(y, p), p)


@squares.line(r"\nabla_p \frac1N \sum (p-y)^2", "The definition; N counts all elements, batch times units.")
def _(p: Array, y: Array) -> Array:
    return gradient(lambda p: np.sum((p - y) ** 2) / p.size, p)


@squares.line(r"\frac1N\,\frac{d}{dp}(p-y)^2", "Each prediction is in one term of the sum: the sum is gone.")
def _(p: Array, y: Array) -> Array:
    return derivative(lambda p: (p - y) ** 2, p) / p.size


@squares.line(r"\frac2N(p-y)", "The power rule.")
def _(p: Array, y: Array) -> Array:
    return 2 * (p - y) / p.size


@squares.line(r"\frac{2(p-y)}{N}", "npnet's gradient.")
def _(p: Array, y: Array) -> Array:
    return mse.gradient(y, p)


@entropy.line(r"\nabla_p L(y, p)", "What is sought: the gradient of npnet's loss.")
def _(p: Array, y: Array) -> Array:
    return gradient(lambda p: categorical(y, p), p)


@entropy.line(
    r"\nabla_p \Bigl(-\frac1n \sum_{s=1}^n \sum_k y_{sk} \ln p_{sk}\Bigr)", "The definition, the mean over n samples."
)
def _(p: Array, y: Array) -> Array:
    return gradient(lambda p: -np.sum(y * np.log(p)) / len(p), p)


@entropy.line(
    r"\frac1n\,\frac{d}{dp}(-y \ln p)", "Each probability is in one term: the notes' gradient keeps the sum, wrongly."
)
def _(p: Array, y: Array) -> Array:
    return derivative(lambda p: -y * np.log(p), p) / len(p)


@entropy.line(r"-\frac1n\,\frac{y}{p}", "The derivative of the logarithm.")
def _(p: Array, y: Array) -> Array:
    return -y / p / len(p)


@entropy.line(r"-\frac{y}{n p}", "npnet's gradient.")
def _(p: Array, y: Array) -> Array:
    return categorical.gradient(y, p)


@yes_or_no.line(r"\nabla_p L(y, p)", "What is sought: the gradient of npnet's loss.")
def _(p: Array, y: Array) -> Array:
    return gradient(lambda p: binary(y, p), p)


@yes_or_no.line(
    r"\nabla_p \Bigl(-\frac1N \sum \bigl(y \ln p + (1-y) \ln(1-p)\bigr)\Bigr)",
    "The definition: the cross-entropy of the two classes yes and no.",
)
def _(p: Array, y: Array) -> Array:
    return gradient(lambda p: -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / p.size, p)


@yes_or_no.line(r"-\frac1N\,\frac{d}{dp}\bigl(y \ln p + (1-y) \ln(1-p)\bigr)", "Each probability is in one term.")
def _(p: Array, y: Array) -> Array:
    return -derivative(lambda p: y * np.log(p) + (1 - y) * np.log(1 - p), p) / p.size


@yes_or_no.line(r"-\frac1N\left(\frac yp - \frac{1-y}{1-p}\right)", "The derivative of the logarithm, and of 1 - p.")
def _(p: Array, y: Array) -> Array:
    return -(y / p - (1 - y) / (1 - p)) / p.size


@yes_or_no.line(r"\frac1N\left(\frac{1-y}{1-p} - \frac yp\right)", "npnet's gradient.")
def _(p: Array, y: Array) -> Array:
    return binary.gradient(y, p)
