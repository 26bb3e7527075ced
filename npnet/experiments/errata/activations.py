"""Errata of section 3.1 (1) to (4): the activations."""

import numpy as np

from npnet.activations import LeakyReLU, ReLU, Sigmoid, Tanh, leaky_relu, relu, sigmoid, tanh
from npnet.experiments.errata.erratum import Shown, erratum, row
from npnet.typing import Array

GRID = np.linspace(-6, 6, 241)


@erratum(
    "sigmoid-slope",
    "3.1 (1)",
    "The slope of the sigmoid is at most ¼, not just under 1",
    r"\sigma'(z) < 1",
    r"\sigma'(z) = y(1-y) \le \tfrac14",
    "The notes say why gradients vanish with a bound that is four times too large: y(1 - y) is at most ¼, at z = 0. A "
    "product of factors under 1 may stay near 1; one of factors up to ¼ cannot.",
    Sigmoid,
    quotation="导数值小于1,多层相乘之后趋于0",
)
def sigmoid_slope() -> tuple[Shown, ...]:
    largest = sigmoid.derivative(sigmoid(GRID)).max()
    return (
        row("bound on one slope", 1, largest),
        row("bound on the product of 5 layers' slopes", 1**5, largest**5),
        row("bound on the product of 10 layers' slopes", 1**10, largest**10),
    )


def _tanh_of_growing(z: Array | float) -> Array:
    """Return the notes' second form, whose numerator and denominator both overflow for z far under 0."""
    return (1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z))


@erratum(
    "tanh-definition",
    "3.1 (2)",
    "The fraction that is printed for tanh is always 1",
    r"\tanh z = \frac{e^z - e^{-z}}{e^z - e^{-z}}",
    r"\tanh z = \frac{e^z - e^{-z}}{e^z + e^{-z}}",
    "Numerator and denominator are the same, so that the quotient is 1 (and 0/0 at 0). The notes' next form, (1 - "
    "e^-2z)/(1 + e^-2z), is right.",
    Tanh,
    quotation="tanh函数",
)
def tanh_definition() -> tuple[Shown, ...]:
    z = np.array([-2, 0, 0.5])
    with np.errstate(invalid="ignore"):
        printed = (np.exp(z) - np.exp(-z)) / (np.exp(z) - np.exp(-z))
    return (
        row("at -2, 0 and 0.5", printed, tanh(z)),
        row("at -2, 0 and 0.5, the notes' next form", _tanh_of_growing(z), tanh(z)),
    )


@erratum(
    "tanh-overflow",
    "3.1 (2)",
    "The notes' second form of tanh overflows far below 0",
    r"\tanh z = \frac{1 - e^{-2z}}{1 + e^{-2z}}",
    r"\tanh z = \mathrm{sign}(z)\,\frac{1 - e^{-2|z|}}{1 + e^{-2|z|}}",
    "The form is right for real numbers, but run as it stands its exponential overflows for z far under 0, and ∞/∞ is "
    "NaN. The exponential of -2|z| cannot overflow; npnet calls NumPy's tanh.",
    Tanh,
    quotation="tanh函数",
)
def tanh_overflow() -> tuple[Shown, ...]:
    with np.errstate(over="ignore", invalid="ignore"):
        return (
            row("at -400, float64", _tanh_of_growing(np.float64(-400)), tanh(np.float64(-400))),
            row("at -50, float32", _tanh_of_growing(np.float32(-50)), tanh(np.float32(-50))),
            row("at 400, float64", _tanh_of_growing(np.float64(400)), tanh(np.float64(400))),
        )


@erratum(
    "relu-equation",
    "3.1 (3)",
    "ReLU is defined with ==, which compares",
    r"y == \max(0, z)",
    r"y = \max(0, z)",
    "Two signs of equality compare, in the code that the notes teach, and define nothing.",
    ReLU,
    quotation="y==max(0,x)",
)
def relu_equation() -> tuple[Shown, ...]:
    y, z = 0.0, 3.0
    return (row("for z = 3, where y was 0", str(y == max(0, z)), relu(z)),)


@erratum(
    "relu-at-zero",
    "3.1 (3)",
    "The two forms of ReLU's derivative differ at 0",
    r"\frac{dy}{dz} = 1 \text{ if } z \ge 0, \text{ else } 0 = \tfrac12(\mathrm{sign}(z) + 1)",
    r"\frac{dy}{dz} = 1 \text{ if } z > 0, \text{ else } 0",
    "The two forms are not equal at 0, where one is 1 and the other ½. ReLU has no derivative there; TensorFlow, "
    "which trains the notes' nets, takes 0, and so does npnet.",
    ReLU,
    quotation="1(if x≥0) or 0(else)",
)
def relu_at_zero() -> tuple[Shown, ...]:
    corner, away = np.array(0.0), np.array([-2.0, 2.0])
    return (
        row("slope at 0, first form", np.where(corner >= 0, 1, 0), relu.derivative(relu(corner))),
        row("slope at 0, second form", (np.sign(corner) + 1) / 2, relu.derivative(relu(corner))),
        row("slopes at -2 and 2, first form", np.where(away >= 0, 1, 0), relu.derivative(relu(away))),
        row("slopes at -2 and 2, second form", (np.sign(away) + 1) / 2, relu.derivative(relu(away))),
    )


@erratum(
    "leaky-relu-slope",
    "3.1 (4)",
    "max(αz, z) is leaky ReLU for α ≤ 1 only",
    r"y = \max(\alpha z, z) \quad (\alpha > 0)",
    r"y = z \text{ if } z > 0, \text{ else } \alpha z",
    "For α > 1 the maximum is αz where z is above 0, so that the slopes change sides, against the derivative that the "
    "notes print beside it. The maximum is right for α ≤ 1 only; for larger α it is the minimum.",
    LeakyReLU,
    quotation="y=max(αx,x)",
)
def leaky_relu_slope() -> tuple[Shown, ...]:
    z = np.array([-1.0, 3.0])
    return (
        row("α = 2, at -1 and 3", np.maximum(2 * z, z), LeakyReLU(2)(z)),
        row("α = 2, slopes at -1 and 3", np.where(2 * z > z, 2, 1), LeakyReLU(2).derivative(LeakyReLU(2)(z))),
        row("α = 0.2, at -1 and 3", np.maximum(0.2 * z, z), LeakyReLU(0.2)(z)),
    )


@erratum(
    "leaky-relu-at-zero",
    "3.1 (4)",
    "At 0 the notes give leaky ReLU a derivative of 1, where TensorFlow has α",
    r"\frac{dy}{dz} = 1 \text{ if } z \ge 0, \text{ else } \alpha",
    r"\frac{dy}{dz} = 1 \text{ if } z > 0, \text{ else } \alpha",
    "There is no derivative at 0. The notes take the slope from the right, TensorFlow, which trains their nets, and "
    "npnet the one from the left.",
    LeakyReLU,
    quotation="1(if x≥0) or α(else)",
)
def leaky_relu_at_zero() -> tuple[Shown, ...]:
    z = np.array([-1.0, 0.0, 1.0])
    return (row("α = 0.2, slopes at -1, 0 and 1", np.where(z >= 0, 1, 0.2), leaky_relu.derivative(leaky_relu(z))),)
