"""The sigmoid's derivative, as the notes derive it: section 3.1 (1)."""

import numpy as np

from npnet.activations import sigmoid
from npnet.derivations.engine import Derivation, derivative, reals
from npnet.typing import Array

# Beyond 300 the lines in the middle, unlike the first and the last, overflow
chain = Derivation(
    "sigmoid",
    "3.1 (1)",
    "The sigmoid's derivative is y(1 - y)",
    {"z": reals("any real number", limit=300)},
    opened=True,
)


@chain.line(r"\sigma'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(sigmoid, z)


@chain.line(r"\frac{d}{dz}(1+e^{-z})^{-1}", "The sigmoid's definition.")
def _(z: Array) -> Array:
    return derivative(lambda z: 1 / (1 + np.exp(-z)), z)


@chain.line(r"-(1+e^{-z})^{-2} \cdot e^{-z} \cdot (-1)", "The chain rule: the power, the exponential, the sign.")
def _(z: Array) -> Array:
    return -((1 + np.exp(-z)) ** -2) * np.exp(-z) * -1


@chain.line(r"\frac{e^{-z}}{(1+e^{-z})^2}", "The two signs cancel.")
def _(z: Array) -> Array:
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


@chain.line(r"\frac{1}{1+e^{-z}} \cdot \frac{e^{-z}}{1+e^{-z}}", "One fraction as a product of two.")
def _(z: Array) -> Array:
    return 1 / (1 + np.exp(-z)) * (np.exp(-z) / (1 + np.exp(-z)))


@chain.line(
    r"\frac{1}{1+e^{-z}} \left(1 - \frac{1}{1+e^{-z}}\right)", "The second numerator is its denominator less 1."
)
def _(z: Array) -> Array:
    return 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z)))


@chain.line(r"\sigma(z)(1-\sigma(z))", "The sigmoid's definition, backwards.")
def _(z: Array) -> Array:
    return sigmoid(z) * (1 - sigmoid(z))


@chain.line(r"y(1-y), \quad y = \sigma(z)", "npnet's derivative takes the output, which the forward pass has.")
def _(z: Array) -> Array:
    return sigmoid.derivative(sigmoid(z))
