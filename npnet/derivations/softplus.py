"""The derivative of softplus, which the notes do not have."""

import numpy as np

from npnet.activations import softplus
from npnet.derivations.engine import BEYOND, Derivation, Notation, derivative, reals
from npnet.typing import Array

# Beyond 300 the lines in the middle, unlike the first and the last, overflow
chain = Derivation(
    "softplus",
    BEYOND,
    "The derivative of softplus is the sigmoid, which can be had from the output",
    {"z": reals("any real number", limit=300)},
    notation=Notation({"f": softplus}),
)


@chain.line(r"f'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(softplus, z)


@chain.line(r"\frac{d}{dz}\ln(1 + e^z)", "The definition.")
def _(z: Array) -> Array:
    return derivative(lambda z: np.log(1 + np.exp(z)), z)


@chain.line(r"\frac{e^z}{1+e^z}", "The chain rule: the logarithm, and the exponential, its own derivative.")
def _(z: Array) -> Array:
    return np.exp(z) / (1 + np.exp(z))


@chain.line(r"1 - \frac{1}{1+e^z}", "The numerator is the denominator less 1.")
def _(z: Array) -> Array:
    return 1 - 1 / (1 + np.exp(z))


@chain.line(r"1 - e^{-\ln(1+e^z)}", "The denominator as the exponential of its logarithm.")
def _(z: Array) -> Array:
    return 1 - np.exp(-np.log(1 + np.exp(z)))


@chain.line(r"1 - e^{-y}, \quad y = f(z)", "That logarithm is the output, which npnet's derivative takes.")
def _(z: Array) -> Array:
    return softplus.derivative(softplus(z))
