"""The softmax's Jacobian, and its product with a vector: section 3.2 (2)."""

import numpy as np

from npnet.activations import softmax
from npnet.derivations.engine import Derivation, Notation, gradient, jacobian, normals
from npnet.typing import Array

LOGITS = normals("the logits of one sample", 4, scale=5, example=[0.5, -1, 2])
UNITS = Notation(indices=dict.fromkeys("ijk", lambda z: len(z)))
full = Derivation("softmax", "3.2 (2)", "The softmax's Jacobian is yᵢ([i = j] - yⱼ)", {"z": LOGITS}, notation=UNITS)
product = Derivation(
    "softmax-product",
    "3.2 (2)",
    "The backward pass of softmax needs no Jacobian",
    {"z": LOGITS, "g": normals("the gradient with respect to the output", 4, example=[1, -2, 3])},
    notation=UNITS,
)


@full.line(
    r"\frac{\partial y_i}{\partial z_j}, \quad y = \mathrm{softmax}(z)",
    "What is sought: the Jacobian of npnet's function.",
)
def _(z: Array) -> Array:
    return jacobian(softmax, z)


@full.line(
    r"\frac{\partial}{\partial z_j}\,\frac{e^{z_i}}{\sum_k e^{z_k}}",
    "The definition. npnet takes the largest z off first, which changes nothing.",
)
def _(z: Array) -> Array:
    return jacobian(lambda z: np.exp(z) / np.sum(np.exp(z)), z)


@full.line(
    r"\frac{[i=j]\,e^{z_i} S - e^{z_i} e^{z_j}}{S^2}, \quad S = \sum_k e^{z_k}",
    "The quotient rule: the numerator depends on its own z only, the sum on each.",
)
def _(z: Array) -> Array:
    e, S = np.exp(z), np.sum(np.exp(z))
    return (np.diag(e) * S - np.outer(e, e)) / S**2


@full.line(r"[i=j]\,y_i - y_i y_j", "Each fraction is an output.")
def _(z: Array) -> Array:
    y = softmax(z)
    return np.diag(y) - np.outer(y, y)


@full.line(r"y_i\,([i=j] - y_j)", "The common factor.")
def _(z: Array) -> Array:
    y = softmax(z)
    return y[:, np.newaxis] * (np.eye(len(y)) - y)


@full.line(
    r"\Bigl([i=j] - \sum_k [i=k]\,y_k\Bigr) y_j",
    "npnet's product with each unit vector, whose elements are [i = j], gives the Jacobian's rows.",
)
def _(z: Array) -> Array:
    unit = np.eye(len(z))
    return softmax.backward(unit, np.broadcast_to(softmax(z), unit.shape))


@product.line(
    r"\nabla_z \sum_i g_i y_i, \quad y = \mathrm{softmax}(z)",
    "What is sought: the gradient of a function of the outputs.",
)
def _(z: Array, g: Array) -> Array:
    return gradient(lambda z: g @ softmax(z), z)


@product.line(r"\sum_i g_i \frac{\partial y_i}{\partial z_j}", "The chain rule: a row vector times the Jacobian.")
def _(z: Array, g: Array) -> Array:
    return g @ jacobian(softmax, z)


@product.line(r"\sum_i g_i\,([i=j]\,y_i - y_i y_j)", "The Jacobian, from the derivation of softmax.")
def _(z: Array, g: Array) -> Array:
    y = softmax(z)
    return g @ (np.diag(y) - np.outer(y, y))


@product.line(r"g_j y_j - \Bigl(\sum_i g_i y_i\Bigr) y_j", "The first term is left for i = j only.")
def _(z: Array, g: Array) -> Array:
    y = softmax(z)
    return g * y - np.sum(g * y) * y


@product.line(r"\Bigl(g_j - \sum_i g_i y_i\Bigr) y_j", "The common factor: the work is 3n multiplications, not n².")
def _(z: Array, g: Array) -> Array:
    y = softmax(z)
    return (g - np.sum(g * y)) * y


@product.line(r"(g - \textstyle\sum_i g_i y_i) \circ y", "npnet's product.")
def _(z: Array, g: Array) -> Array:
    return softmax.backward(g, softmax(z))
