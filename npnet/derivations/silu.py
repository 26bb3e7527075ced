"""The derivative of SiLU, which the notes do not have."""

from npnet.activations import sigmoid, silu
from npnet.derivations.engine import BEYOND, Derivation, Notation, derivative, reals
from npnet.typing import Array

# Where e^z rounds to 1, comparing complex numbers sends the sigmoid's complex step the wrong way, hence the least size
chain = Derivation(
    "silu",
    BEYOND,
    "The derivative of SiLU is s + zs(1 - s), with the sigmoid s",
    {"z": reals("any real number", limit=300, least=2.0**-40)},
    notation=Notation({"f": silu}),
)


@chain.line(r"f'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(silu, z)


@chain.line(r"\frac{d}{dz}\,z\sigma(z)", "The definition: z, let through by its sigmoid.")
def _(z: Array) -> Array:
    return derivative(lambda z: z * sigmoid(z), z)


@chain.line(r"\sigma(z) + z\sigma'(z)", "The product rule.")
def _(z: Array) -> Array:
    return sigmoid(z) + z * derivative(sigmoid, z)


@chain.line(r"\sigma(z) + z\sigma(z)(1-\sigma(z))", "The sigmoid's derivative.")
def _(z: Array) -> Array:
    return sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))


@chain.line(
    r"\sigma(z) + z\sigma(z)(1-\sigma(z))",
    "npnet's derivative takes that at -|z|, and for z > 0 what is missing to 1, as f(z) - f(-z) is z.",
)
def _(z: Array) -> Array:
    return silu.derivative(z)
