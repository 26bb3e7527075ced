"""A clipped gradient's norm, which the notes do not have."""

import numpy as np

from npnet.clipping import ClipByNorm
from npnet.derivations.engine import BEYOND, Derivation, Notation, normals, uniform
from npnet.typing import Array

norm = Derivation(
    "clipped-norm",
    BEYOND,
    "A gradient clipped by its norm has the smaller one of its norm and the limit",
    {"g": normals("a gradient", 12, example=[3, -4]), "c": uniform("the limit", 0.5, 8, example=2)},
    notation=Notation(indices={"i": lambda g: len(g), "j": lambda g: len(g)}),
)


@norm.line(
    r"\sqrt{\sum_{i} \left(g_i \frac{c}{\max(n, c)}\right)^2}, \quad n = \sqrt{\sum_{j} g_j^2}",
    "What is sought: the norm of what the definition leaves.",
)
def _(g: Array, c: float) -> Array:
    n = np.sqrt(np.sum(g**2))
    return np.sqrt(np.sum((g * (c / np.maximum(n, c))) ** 2))


@norm.line(
    r"\frac{c}{\max(n, c)}\,n, \quad n = \sqrt{\sum_{j} g_j^2}", "The factor is above 0, and the same for all elements."
)
def _(g: Array, c: float) -> Array:
    n = np.sqrt(np.sum(g**2))
    return c / np.maximum(n, c) * n


@norm.line(
    r"n + c - \max(n, c), \quad n = \sqrt{\sum_{j} g_j^2}",
    "Over the limit it is c, else n: both, less the larger one.",
)
def _(g: Array, c: float) -> Array:
    n = np.sqrt(np.sum(g**2))
    return n + c - np.maximum(n, c)


@norm.line(
    r"\sqrt{\sum_{i} \left(g_i \frac{c}{\max(n, c)}\right)^2}, \quad n = \sqrt{\sum_{j} g_j^2}",
    "The norm of what npnet's rule leaves.",
    floats_only=True,
)
def _(g: Array, c: float) -> Array:
    (clipped,) = ClipByNorm(float(c))([g])
    return np.sqrt(np.sum(clipped**2))
