"""The derivatives of ELU and SELU, which the notes do not have."""

import numpy as np

from npnet.activations import ELU, SELU, selu
from npnet.derivations.engine import BEYOND, Derivation, Notation, derivative, reals
from npnet.typing import Array

# A power of 2, so that no line rounds it, and not the default
ALPHA = 0.25
elu = ELU(ALPHA)
LAMBDA, PRODUCT = SELU.scale, SELU.scale * SELU.alpha
# Beyond 300 the exponential, which is not used there, overflows
AWAY = {"z": reals("any real number but 0", limit=300, zero=False)}
plain = Derivation(
    "elu",
    BEYOND,
    "The derivative of ELU is 1 for z > 0 and α times the exponential for z < 0",
    AWAY,
    notation=Notation({"f": elu}, {"alpha": lambda: ALPHA}),
)
scaled = Derivation(
    "selu",
    BEYOND,
    "The derivative of SELU is λ for z > 0 and λα times the exponential for z < 0",
    AWAY,
    notation=Notation({"f": selu}, {"lambda": lambda: LAMBDA, "c": lambda: PRODUCT}),
)


@plain.line(r"f'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(elu, z)


@plain.line(
    r"\frac{d}{dz}\left(s z + (1-s)\alpha(e^z - 1)\right), \quad s = [z \ge 0]", "The definition; here α is 0.25."
)
def _(z: Array) -> Array:
    return derivative(lambda z: np.where(z >= 0, z, ALPHA * (np.exp(z) - 1)), z)


@plain.line(r"s + (1-s)\alpha e^z", "Near any z but 0, it is one of two curves.")
def _(z: Array) -> Array:
    return np.where(z >= 0, 1.0, ALPHA * np.exp(z))


@plain.line(
    r"s + (1-s)\alpha e^{-|z|}, \quad s = [z > 0]",
    "Where it is used, z is -|z|. From the output, as y + α, it would have no digits where y is nearly -α.",
)
def _(z: Array) -> Array:
    return elu.derivative(z)


@scaled.line(r"f'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(selu, z)


@scaled.line(
    r"\frac{d}{dz}\left(s\lambda z + (1-s)c(e^z - 1)\right), \quad s = [z \ge 0]",
    "The definition, with c = λα.",
)
def _(z: Array) -> Array:
    return derivative(lambda z: np.where(z >= 0, LAMBDA * z, PRODUCT * (np.exp(z) - 1)), z)


@scaled.line(r"s\lambda + (1-s)c e^z", "Near any z but 0, it is one of two curves.")
def _(z: Array) -> Array:
    return np.where(z >= 0, LAMBDA, PRODUCT * np.exp(z))


@scaled.line(
    r"s\lambda + (1-s)c e^{-|z|}, \quad s = [z \ge 0]",
    "Where the exponential is used, z is -|z|. At 0, where there is a corner, npnet takes the slope from the right.",
)
def _(z: Array) -> Array:
    return selu.derivative(z)
