"""The derivative of ReLU6, which the notes do not have."""

from dataclasses import replace

import numpy as np

from npnet.activations import relu6
from npnet.derivations.engine import BEYOND, Derivation, Notation, derivative, reals
from npnet.typing import Array

# One symbol for each of the three pieces
Z = replace(reals("any real number but 0 and 6", zero=False), examples=tuple(np.array([z]) for z in (-0.75, 0.75, 8.0)))
chain = Derivation(
    "relu6",
    BEYOND,
    "ReLU6's derivative is 1 between 0 and 6, and else 0",
    {"z": Z},
    notation=Notation({"f": relu6, "min": np.minimum}),
)


@chain.line(r"f'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(relu6, z)


@chain.line(r"\frac{d}{dz}\min(\max(z, 0), 6)", "The definition.")
def _(z: Array) -> Array:
    return derivative(lambda z: np.minimum(np.maximum(z, 0), 6), z)


@chain.line(r"[z > 0]\,[z < 6]", "Near any z but 0 and 6, it is z alone or a constant, with the slope 1 or 0.")
def _(z: Array) -> Array:
    return np.where(z > 0, 1.0, 0.0) * np.where(z < 6, 1.0, 0.0)


@chain.line(r"[y > 0]\,[y < 6], \quad y = f(z)", "The output is at 0 or 6 where z is beyond; no more is asked.")
def _(z: Array) -> Array:
    return relu6.derivative(relu6(z))
