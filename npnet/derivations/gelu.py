"""The derivatives of GELU, with the normal distribution and with tanh, which the notes do not have."""

import numpy as np

from npnet.activations import GELUTanh, gelu, gelu_tanh, sigmoid
from npnet.derivations.engine import BEYOND, Derivation, Notation, derivative, reals
from npnet.engine.normal import cumulative, density
from npnet.typing import Array

C, A = GELUTanh.factor, GELUTanh.cubic
# Farther out the imaginary part of a complex step is too small for float64. Where e^z rounds to 1, comparing complex
# numbers sends the sigmoid's complex step the wrong way, hence the least size
VARIABLES = {"z": reals("any real number", limit=8, least=2.0**-40)}
exact = Derivation(
    "gelu",
    BEYOND,
    "The derivative of GELU is Φ + zφ",
    VARIABLES,
    notation=Notation({"f": gelu, "Phi": cumulative, "phi": density}),
)
by_tanh = Derivation(
    "gelu-tanh",
    BEYOND,
    "GELU by tanh is SiLU with another exponent, and so is its derivative",
    VARIABLES,
    notation=Notation({"f": gelu_tanh}, {"a": lambda: A, "c": lambda: C}),
)


@exact.line(r"f'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(gelu, z)


@exact.line(r"\frac{d}{dz}\,z\Phi(z)", "The definition: z, let through as often as a normal number is below it.")
def _(z: Array) -> Array:
    return derivative(lambda z: z * cumulative(z), z)


@exact.line(r"\Phi(z) + z\Phi'(z)", "The product rule.")
def _(z: Array) -> Array:
    return cumulative(z) + z * derivative(cumulative, z)


@exact.line(r"\Phi(z) + z\phi(z)", "A distribution function's derivative is the density.")
def _(z: Array) -> Array:
    return cumulative(z) + z * density(z)


@exact.line(
    r"\Phi(z) + z\phi(z)",
    "npnet's derivative takes the tail, Φ(-|z|), in which nothing cancels, and for z > 0 what is missing to 1.",
)
def _(z: Array) -> Array:
    return gelu.derivative(z)


@by_tanh.line(r"f'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(gelu_tanh, z)


@by_tanh.line(
    r"\frac{d}{dz}\,\tfrac12 z(1 + \tanh u), \quad u = \tfrac12 c(z + a z^3)",
    "The definition, with c = 2·sqrt(2/π) and a = 0.044715.",
)
def _(z: Array) -> Array:
    return derivative(lambda z: z / 2 * (1 + np.tanh(C * (z + A * z * z * z) / 2)), z)


@by_tanh.line(r"\frac{d}{dz}\,z\sigma(v), \quad v = c(z + a z^3)", "Half of 1 + tanh u is the sigmoid of 2u.")
def _(z: Array) -> Array:
    return derivative(lambda z: z * sigmoid(C * (z + A * z * z * z)), z)


@by_tanh.line(
    r"\sigma(v) + z\sigma(v)(1-\sigma(v))c(1 + 3a z^2)", "The product rule, the sigmoid's derivative, and that of v."
)
def _(z: Array) -> Array:
    s = sigmoid(C * (z + A * z * z * z))
    return s + z * s * (1 - s) * C * (1 + 3 * (A * z * z))


@by_tanh.line(
    r"\sigma(v) + z\sigma(v)(1-\sigma(v))c(1 + 3a z^2)",
    "npnet's derivative takes that at -|z|, and for z > 0 what is missing to 1.",
)
def _(z: Array) -> Array:
    return gelu_tanh.derivative(z)
