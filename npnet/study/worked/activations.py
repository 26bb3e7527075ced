"""Worked numbers of section 3.1: activations and their slopes."""

from collections.abc import Sequence

import numpy as np

from npnet import datasets
from npnet.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from npnet.experiments import GradientFlow, gradient_flow
from npnet.initializers import Normal
from npnet.network import MLP
from npnet.optimizers import SGD
from npnet.study.content import Worked


def collapsed() -> Worked:
    """Return two layers that are one, and that ReLU keeps them two."""
    relu = ReLU()
    text = r"""
Two layers with one unit each: first `$z = 2x + 1$`, then `$p = 3z - 4$`. Put one into the other, and
`$p = 3(2x + 1) - 4 = 6x - 1$`: one layer with the weight 6 and the bias −1 does the same.

With a ReLU between them, `$p = 3 \max(2x + 1, 0) - 4$`. At `$x = -2$` that is `$3 \cdot {bent} - 4 = {low}$`, at
`$x = -1$` it is {low} too, at `$x = 1$` it is {high}: level, then rising. No single layer draws a line with a bend,
and with enough bends a net can follow any curve.
"""

    def output(x: float) -> float:
        return float(3 * relu(2 * x + 1) - 4)

    assert output(-2) == output(-1)
    values = {"bent": f"{relu(-3.0):.0f}", "low": f"{output(-2):.0f}", "high": f"{output(1):.0f}"}
    return Worked("Two layers that are one", text, {name: value.replace("-", "−") for name, value in values.items()})


STANDARD_DEVIATIONS = (0.25, 1.0)
"""The notes' for layers of 32 units, √(2/32), and that of their own nets."""
WIDTH = 32


def five_layers(flow: GradientFlow, seeds: Sequence[int]) -> Worked:
    """Return what five sigmoids leave of a gradient, and what the weights make of it.

    Parameters
    ----------
    flow : GradientFlow
        What is measured with the notes' weights.
    seeds : sequence of int
        The seeds that it is measured over.
    """
    sigmoid = Sigmoid()
    _, std = STANDARD_DEVIATIONS
    wide = gradient_flow(hidden=[sigmoid], kernel_initializer=Normal(std), seeds=seeds)
    measured = [np.median(flow.factors[flow.names.index(sigmoid.name)]), np.median(wide.factors)]
    slopes = [_usual_slope(sigmoid, std, seeds[:5]) for std in STANDARD_DEVIATIONS]
    small, large = (np.sqrt(WIDTH) * std for std in STANDARD_DEVIATIONS)
    text = r"""
At `$z = 0$` the sigmoid is ½, and its slope `$\frac12 \cdot \frac12 = {most}$`. At `$z = 2$` it is {y}, and its slope
`${y} \cdot {rest} = {slope}$`; at `$z = 5$` only {flat} are left. Even if every unit stood at its steepest, the
slopes of five layers would leave `$0.25^5 = {five}$` of the gradient, a thousandth.

The weights multiply too. In the net that was measured above, each hidden layer has 32 units, and the `$\delta$` of one
is its slope times a sum over the 32 `$\delta$` of the next layer, each times a weight; with random weights of standard
deviation `$s$`, the sum is `$\sqrt{32}\,s$` times as large as one of these `$\delta$`. With `$s = \sqrt{2/32} = 0.25$`
that is {small}, the slopes are about {slope_small} where the units really stand (their root mean square), and
`${small} \cdot {slope_small} = {product_small}$` a layer; measured over the seeds it is {measured_small}. With
`$s = 1$` the weights give {large}, but they also push the units to the flat ends, where the slopes are about
{slope_large}: `${large} \cdot {slope_large} = {product_large}$`, and {measured_large} measured, as slopes and weights
are not quite independent. Over the eight steps from the last layer back to the second, the first factor leaves {eight}
of the gradient. (Sigmoids give inputs of about the same size to every layer, so that the gradient of the weights, which
is measured, changes as `$\delta$` does.)
"""
    values = {
        "most": f"{sigmoid.derivative(0.5):.2f}", "y": f"{sigmoid(2.0):.3f}", "rest": f"{1 - sigmoid(2.0):.3f}",
        "slope": f"{sigmoid.derivative(sigmoid(2.0)):.3f}", "flat": f"{sigmoid.derivative(sigmoid(5.0)):.4f}",
        "five": f"{sigmoid.derivative(0.5) ** 5:.5f}", "small": f"{small:.3f}", "large": f"{large:.3f}",
        "slope_small": f"{slopes[0]:.4f}", "slope_large": f"{slopes[1]:.4f}",
        "product_small": f"{small * slopes[0]:.3f}", "product_large": f"{large * slopes[1]:.3f}",
        "measured_small": f"{measured[0]:.3f}", "measured_large": f"{measured[1]:.3f}",
        "eight": f"{measured[0] ** 8:.5f}",
    }  # fmt: skip
    return Worked("Five layers back, without and with weights", text, values)


def _usual_slope(sigmoid: Sigmoid, std: float, seeds: Sequence[int]) -> float:
    """Return the root mean square of the slopes in the hidden layers of untrained nets on the digits."""
    features, _, _ = datasets.load_digits()
    (x,) = datasets.standardize(features[:64])
    squares = []
    for seed in seeds:
        first, *others = MLP([64, *[WIDTH] * 10], sigmoid, sigmoid, "float64", seed, Normal(std)).weights
        y = sigmoid(x @ first)
        for W in others:
            y = sigmoid(y @ W)
            squares.append(np.mean(np.square(sigmoid.derivative(y))))
    return float(np.sqrt(np.mean(squares)))


def two_ways() -> Worked:
    """Return tanh and its slope, by itself and from the sigmoid."""
    tanh, sigmoid = Tanh(), Sigmoid()
    y, s = float(tanh(0.5)), float(sigmoid(1.0))
    text = r"""
At `$z = 0.5$`, `$\tanh z = {y}$`. From the sigmoid, stretched and moved:
`$2\,\sigma(1) - 1 = 2 \cdot {s} - 1 = {moved}$`, the same. The slope is `$1 - {y}^2 = (1 - {y})(1 + {y}) = {slope}$`,
and from the sigmoid's, `$4 \cdot {s} \cdot {rest} = {stretched}$`: twice as steep for being twice as high, and twice
again for being half as wide. So at 0, where the sigmoid's slope is ¼, that of tanh is 1.
"""
    values = {
        "y": y, "s": s, "moved": 2 * s - 1, "slope": float(tanh.derivative(y)), "rest": 1 - s,
        "stretched": 4 * float(sigmoid.derivative(s)),
    }  # fmt: skip
    return Worked("Tanh from a sigmoid", text, {name: f"{value:.4f}" for name, value in values.items()})


def one_step_too_long() -> Worked:
    """Return how one long step kills a ReLU unit."""
    relu, x = ReLU(), np.array([1.0, 2.0])
    w = np.array([0.5])
    y = relu(w * x)
    gradient = np.mean(2 * y * relu.derivative(y) * x)
    SGD(1.0).step(w, np.array([gradient]))
    z = w * x
    text = r"""
One unit with the weight `$w = 0.5$`, no bias, two samples `$x = 1$` and `$x = 2$`, and labels 0. The outputs are
{first} and {second}, and the gradient of the mean squared error is
`$\frac12 (2 \cdot {first} \cdot 1 + 2 \cdot {second} \cdot 2) = {gradient}$`. A step with `$\mathrm{lr} = 1$` leads
to `$w = 0.5 - {gradient} = {w}$`.

Now `$z$` is {low} and {lower}: both outputs are 0, both slopes are 0, and the gradient is {nothing}. Here that is the
right answer by luck. Had the labels been 5, it would be just as 0: nothing tells this unit to come back.
"""
    values = {
        "first": f"{y[0]:g}", "second": f"{y[1]:g}", "gradient": f"{gradient:g}", "w": f"{w[0]:g}",
        "low": f"{z[0]:g}".replace("-", "−"), "lower": f"{z[1]:g}".replace("-", "−"),
        "nothing": f"{relu.derivative(relu(z)).sum():g}",
    }  # fmt: skip
    return Worked("One step too long", text, values)


def ajar() -> Worked:
    """Return the slopes of leaky ReLU on either side."""
    leaky = LeakyReLU()
    y = leaky(np.array([-2.0, 2.0]))
    slopes = leaky.derivative(y)
    text = r"""
With `$\alpha = 0.2$`, `$z = 2$` gives {up} with slope {slope_up}, and `$z = -2$` gives {down} with slope
{slope_down}. The dead unit of the last section would still get a fifth of the gradient. Five such layers, all on the
wrong side, leave `$0.2^5 = {five}$`: a leak is no cure for depth, only for death.
"""
    values = {
        "up": f"{y[1]:g}", "slope_up": f"{slopes[1]:g}", "down": f"{y[0]:g}".replace("-", "−"),
        "slope_down": f"{slopes[0]:g}", "five": f"{slopes[0] ** 5:.5f}",
    }  # fmt: skip
    return Worked("A door left ajar", text, values)


def balance() -> Worked:
    """Return the mean square after a ReLU layer with the notes' weights."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal(100_000)
    kept = np.mean(np.square(ReLU()(z))) / np.mean(np.square(z))
    text = r"""
A unit adds up 32 products of an input and a weight. If the inputs have mean square 1 and the weights variance
`$s^2$`, each product has mean square `$s^2$`, and as their signs are random, the sum has `$32 s^2$`. ReLU then takes
the negative half away: of 100,000 normal numbers it leaves {kept} of the mean square. So a layer multiplies by
`$\frac12 \cdot 32 s^2$`, and that is 1 for `$s^2 = \frac{2}{32}$`: `$s = {std}$`. This is where the 2 comes from, and
for tanh, which keeps nearly all near 0, one takes 1 in its place.
"""
    return Worked("Why 2 / d", text, {"kept": f"{kept:.3f}", "std": f"{np.sqrt(2 / 32):.2f}"})
