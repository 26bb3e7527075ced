"""The derivatives of ReLU and leaky ReLU, and what happens at 0: sections 3.1 (3) and 3.1 (4)."""

import numpy as np

from npnet.activations import LeakyReLU, relu
from npnet.derivations.engine import Derivation, Notation, derivative, reals, uniform
from npnet.typing import Array

# The slope for negative z: a power of 2, so that no line rounds it, and not the default
ALPHA = 0.25
leaky_relu = LeakyReLU(ALPHA)
AWAY = {"z": reals("any real number but 0", zero=False)}
LEAKY = Notation({"f": leaky_relu}, {"alpha": lambda: ALPHA})
AT_ZERO = {"h": uniform("a step, above 0", 1e-3, 10, 100, example=[0.5])}
rectifier = Derivation("relu", "3.1 (3)", "ReLU's derivative is 1 for z > 0 and 0 for z < 0", AWAY)
corner = Derivation(
    "relu-at-zero",
    "3.1 (3)",
    "ReLU has no derivative at 0; the slope from the left is taken",
    AT_ZERO,
    notation=Notation({"f": relu}),
)
leaky = Derivation(
    "leaky-relu", "3.1 (4)", "Leaky ReLU's derivative is 1 for z > 0 and α for z < 0", AWAY, notation=LEAKY
)
leaky_corner = Derivation(
    "leaky-relu-at-zero",
    "3.1 (4)",
    "Leaky ReLU has no derivative at 0; the slope from the left is taken",
    AT_ZERO,
    notation=LEAKY,
)


@rectifier.line(r"\mathrm{relu}'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(relu, z)


@rectifier.line(r"\frac{d}{dz}\max(z, 0)", "The definition.")
def _(z: Array) -> Array:
    return derivative(lambda z: np.maximum(z, 0), z)


@rectifier.line(r"[z > 0]", "Near any z but 0, the maximum is z alone or 0 alone, with the slope 1 or 0.")
def _(z: Array) -> Array:
    return np.where(z > 0, 1.0, 0.0)


@rectifier.line(r"\tfrac12(\mathrm{sign}(z) + 1)", "The notes' second form: the signs 1 and -1 become 1 and 0.")
def _(z: Array) -> Array:
    return (np.sign(z) + 1) / 2


@rectifier.line(
    r"\mathrm{sign}(y), \quad y = \mathrm{relu}(z)", "The output is above 0 where z is, and else 0, whose sign is 0."
)
def _(z: Array) -> Array:
    return np.sign(relu(z))


@rectifier.line(
    r"[y > 0]", "No output is negative, so its sign is 1 or 0: npnet's derivative asks only whether it is above 0."
)
def _(z: Array) -> Array:
    return relu.derivative(relu(z))


@corner.line(r"\frac{f(0) - f(-h)}{h}", "The slope from the left, f = relu: the same for every step.")
def _(h: Array) -> Array:
    return (relu(0 * h) - relu(-h)) / h


@corner.line(r"0", "Left of 0 the function is 0.")
def _(h: Array) -> Array:
    return 0 * h


@corner.line(
    r"\frac{f(h) - f(0)}{h} - 1",
    "From the right the slope is 1, the notes' first form, which has z ≥ 0: another number, so there is no derivative.",
)
def _(h: Array) -> Array:
    return (relu(h) - relu(0 * h)) / h - 1


@corner.line(
    r"\tfrac12(\mathrm{sign}(0) + 1) - \tfrac12",
    "The notes' second form is the mean of both slopes, ½: the notes contradict themselves.",
)
def _(h: Array) -> Array:
    return (np.sign(0 * h) + 1) / 2 - 0.5


@corner.line(
    r"[y > 0], \quad y = f(0)",
    "What npnet takes is the slope from the left, 0, as TensorFlow does: a unit at 0 learns nothing.",
)
def _(h: Array) -> Array:
    return relu.derivative(relu(0 * h))


@leaky.line(r"f'(z)", "What is sought: the derivative of npnet's function.")
def _(z: Array) -> Array:
    return derivative(leaky_relu, z)


@leaky.line(r"\frac{d}{dz}\max(\alpha z, z)", "The notes' definition, which needs α ≤ 1; here α is 0.25.")
def _(z: Array) -> Array:
    return derivative(lambda z: np.maximum(ALPHA * z, z), z)


@leaky.line(r"[z > 0] + \alpha\,[z \le 0]", "Near any z but 0, the maximum is one of two lines.")
def _(z: Array) -> Array:
    return np.where(z > 0, 1.0, ALPHA)


@leaky.line(
    r"s + \alpha(1-s), \quad s = \tfrac12(\mathrm{sign}(z)+1)", "ReLU's derivative s chooses between the two slopes."
)
def _(z: Array) -> Array:
    s = (np.sign(z) + 1) / 2
    return s + ALPHA * (1 - s)


@leaky.line(
    r"s + \alpha(1-s), \quad s = \tfrac12(\mathrm{sign}(y)+1), \quad y = f(z)",
    "As α > 0, the output has the sign of z.",
)
def _(z: Array) -> Array:
    s = (np.sign(leaky_relu(z)) + 1) / 2
    return s + ALPHA * (1 - s)


@leaky.line(r"s + \alpha(1-s), \quad s = [y > 0]", "npnet's derivative takes the output.")
def _(z: Array) -> Array:
    return leaky_relu.derivative(leaky_relu(z))


@leaky_corner.line(r"\frac{f(0) - f(-h)}{h}", "The slope from the left: the same for every step.")
def _(h: Array) -> Array:
    return (leaky_relu(0 * h) - leaky_relu(-h)) / h


@leaky_corner.line(r"\alpha", "Left of 0 the function is αz.")
def _(h: Array) -> Array:
    return ALPHA + 0 * h


@leaky_corner.line(
    r"\frac{f(h) - f(0)}{h} - 1 + \alpha",
    "From the right the slope is 1, the notes' choice, larger by 1 - α: there is no derivative.",
)
def _(h: Array) -> Array:
    return (leaky_relu(h) - leaky_relu(0 * h)) / h - 1 + ALPHA


@leaky_corner.line(
    r"s + \alpha(1-s), \quad s = [f(0) > 0]",
    "What npnet takes is the slope from the left, α, as TensorFlow does.",
)
def _(h: Array) -> Array:
    return leaky_relu.derivative(leaky_relu(0 * h))
