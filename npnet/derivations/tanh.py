"""The hyperbolic tangent's derivative, twice: as the notes derive it, and directly. Section 3.1 (2)."""

import numpy as np

from npnet.activations import sigmoid, tanh
from npnet.derivations.engine import Derivation, derivative, reals
from npnet.typing import Array

# Beyond 150 the lines in the middle, unlike the first and the last, overflow. Where e^z rounds to 1, comparing complex
# numbers sends the sigmoid's complex step the wrong way, hence the least size
VARIABLES = {"z": reals("any real number", limit=150, least=2.0**-40)}
through_sigmoid = Derivation("tanh", "3.1 (2)", "The derivative of tanh is 1 - y², through the sigmoid", VARIABLES)
directly = Derivation("tanh-directly", "3.1 (2)", "The derivative of tanh is 1 - y², by the quotient rule", VARIABLES)


@through_sigmoid.line(r"\tanh'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(tanh, z)


@through_sigmoid.line(
    r"\frac{d}{dz}\left(\frac{1}{1+e^{-2z}} - \frac{e^{-2z}}{1+e^{-2z}}\right)",
    "The definition of tanh, divided through by the growing exponential, as two fractions.",
)
def _(z: Array) -> Array:
    return derivative(lambda z: 1 / (1 + np.exp(-2 * z)) - np.exp(-2 * z) / (1 + np.exp(-2 * z)), z)


@through_sigmoid.line(
    r"\frac{d}{dz}\left(\sigma(2z) - \sigma(-2z)\right)",
    "The sigmoid's definition; the second fraction is divided through by its numerator.",
)
def _(z: Array) -> Array:
    return derivative(lambda z: sigmoid(2 * z) - sigmoid(-2 * z), z)


@through_sigmoid.line(
    r"2\sigma(2z)\sigma(-2z) + 2\sigma(-2z)\sigma(2z)",
    "The chain rule, with the sigmoid's derivative as the product of both sides.",
)
def _(z: Array) -> Array:
    return 2 * sigmoid(2 * z) * sigmoid(-2 * z) + 2 * sigmoid(-2 * z) * sigmoid(2 * z)


@through_sigmoid.line(r"4\sigma(2z)\sigma(-2z)", "Both terms are the same.")
def _(z: Array) -> Array:
    return 4 * sigmoid(2 * z) * sigmoid(-2 * z)


@through_sigmoid.line(r"4\sigma(2z)(1-\sigma(2z))", "The sigmoid of z and of -z sum to 1.")
def _(z: Array) -> Array:
    return 4 * sigmoid(2 * z) * (1 - sigmoid(2 * z))


@through_sigmoid.line(
    r"1 - \left[1 - 4\sigma(2z) + (2\sigma(2z))^2\right]", "Completing the square: 1 is added and taken off."
)
def _(z: Array) -> Array:
    return 1 - (1 - 4 * sigmoid(2 * z) + (2 * sigmoid(2 * z)) ** 2)


@through_sigmoid.line(r"1 - (2\sigma(2z) - 1)^2", "The bracket is a square.")
def _(z: Array) -> Array:
    return 1 - (2 * sigmoid(2 * z) - 1) ** 2


@through_sigmoid.line(r"1 - \tanh^2 z", "The second line again: tanh z is 2σ(2z) - 1.")
def _(z: Array) -> Array:
    return 1 - tanh(z) ** 2


@through_sigmoid.line(
    r"(1-y)(1+y), \quad y = \tanh z", "npnet's derivative takes the output; the product keeps more digits."
)
def _(z: Array) -> Array:
    return tanh.derivative(tanh(z))


@directly.line(r"\tanh'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(tanh, z)


@directly.line(r"\frac{d}{dz}\,\frac{e^z-e^{-z}}{e^z+e^{-z}}", "The definition of tanh.")
def _(z: Array) -> Array:
    return derivative(lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)), z)


@directly.line(
    r"\frac{(e^z+e^{-z})^2 - (e^z-e^{-z})^2}{(e^z+e^{-z})^2}",
    "The quotient rule: numerator and denominator are each other's derivative.",
)
def _(z: Array) -> Array:
    grows, shrinks = np.exp(z), np.exp(-z)
    return ((grows + shrinks) ** 2 - (grows - shrinks) ** 2) / (grows + shrinks) ** 2


@directly.line(r"1 - \left(\frac{e^z-e^{-z}}{e^z+e^{-z}}\right)^2", "Term by term.")
def _(z: Array) -> Array:
    return 1 - ((np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))) ** 2


@directly.line(r"1 - \tanh^2 z", "The definition of tanh, backwards.")
def _(z: Array) -> Array:
    return 1 - tanh(z) ** 2


@directly.line(r"(1 - \tanh z)(1 + \tanh z)", "The difference of two squares.")
def _(z: Array) -> Array:
    return (1 - tanh(z)) * (1 + tanh(z))


@directly.line(r"(1-y)(1+y), \quad y = \tanh z", "npnet's derivative takes the output, which the forward pass has.")
def _(z: Array) -> Array:
    return tanh.derivative(tanh(z))
