"""Section 3.1 of the notes: the activations."""

import numpy as np
import pandas

from npnet import activations as shipped
from npnet import experiments
from npnet.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from npnet.experiments import GradientFlow
from npnet.initializers import HeNormal
from npnet.source import listing
from npnet.study import figures
from npnet.study.content import Picture, RunSettings, Section, Table
from npnet.study.counterpart import POINTS, Numbers, digits


def activations_and_losses(settings: RunSettings) -> Section:
    """Return the head of the part."""
    return Section("3", "Activations and losses")


def activations(settings: RunSettings) -> Section:
    """Return the activation curves, and what becomes of the gradient in a deep net."""
    flow = experiments.gradient_flow(seeds=settings.seeds)
    text = r"""
An activation bends what a layer computes, `$y = f(z)$`. Its derivative is computed from its output `$y$`, which the
forward pass has already. Going back, each layer multiplies `$\delta$` by that derivative; where it is under 1 in many
layers, little is left of the gradient in the first ones.
"""
    tables = [*_curve_tables(), _flow_table(flow, len(settings.seeds))]
    if settings.tensorflow:
        tables.append(_beside_tensorflow(settings.tensorflow))
    pictures = (_curve_picture(), _flow_picture(flow, len(settings.seeds)))
    return Section("3.1", "Activations", text, tables=tuple(tables), pictures=pictures)


def _curve_tables() -> tuple[Table, Table]:
    grid = experiments.activation_curves(points=13)
    frame, slopes = grid.to_frame(), [f"{name}'" for name in grid.names]
    caption = "Values on a grid. Softmax is of one of three classes, the other two logits being 0."
    return (
        Table("activations", caption, frame[["z", *grid.names]]),
        Table("activation_derivatives", "Derivatives on the same grid.", frame[["z", *slopes]]),
    )


def _flow_table(flow: GradientFlow, seeds: int) -> Table:
    return Table(
        "gradient_flow",
        f"The norm of the gradient in the first and in the last of {flow.norms.shape[1]} hidden layers, and by "
        f"what factor it changes from layer to layer, going back. Medians over {seeds} seeds, with 95 % intervals.",
        flow.to_frame(), {"first layer": "{:.1e}".format, "last layer": "{:.1e}".format},
    )  # fmt: skip


def _curve_picture() -> Picture:
    return Picture(
        "activations", "The activations (solid) and their derivatives (dashed).",
        "Five panels: sigmoid rises from 0 to 1 with a derivative of at most 0.25; tanh from -1 to 1 with "
        "one of at most 1; ReLU is 0, then z; leaky ReLU is 0.2 z, then z; softmax rises like sigmoid.",
        figures.activation_curves(experiments.activation_curves()),
    )  # fmt: skip


def _flow_picture(flow: GradientFlow, seeds: int) -> Picture:
    return Picture(
        "gradient_flow",
        "The norm of the gradient in each hidden layer of an untrained net on the digits, from the same initial "
        f"weights: medians over {seeds} seeds, and bands that hold nine tenths of them.",
        "Three curves over ten layers on a logarithmic axis: ReLU's is nearly level; tanh's too, and lower "
        "but for the first layer; sigmoid's falls towards the first layers by several powers of ten.",
        figures.gradient_flow(flow),
    )  # fmt: skip


def _beside_tensorflow(tensorflow: Numbers) -> Table:
    z = np.array(POINTS, np.float32)
    rows = [
        {
            "activation": f.name,
            "z": point,
            "y": digits(y),
            "y, TensorFlow": tensorflow.values[f.name][i],
            "dy/dz": digits(f.derivative(y)),
            "dy/dz, TensorFlow": tensorflow.derivatives[f.name][i],
        }
        for f in (shipped.sigmoid, shipped.tanh, shipped.relu, shipped.leaky_relu)
        for i, (point, y) in enumerate(zip(POINTS, f(z)))
    ]
    caption = f"Values and derivatives beside those of TensorFlow {tensorflow.version}: float32, in all digits."
    return Table("tensorflow_activations", caption, pandas.DataFrame(rows), dict.fromkeys(list(rows[0])[2:], repr))


def sigmoid(settings: RunSettings) -> Section:
    """Return the sigmoid."""
    text = r"""
`$y = \sigma(z) = \frac{1}{1+e^{-z}}$` and `$\frac{dy}{dz} = y(1-y)$`, at most ¼. The exponential is taken of
`$-|z|$`, so that it cannot overflow.
"""
    return Section("3.1 (1)", "Sigmoid", text, listings=(listing(Sigmoid, "value", "slope"),))


def tanh(settings: RunSettings) -> Section:
    """Return the hyperbolic tangent."""
    text = r"""
`$y = \tanh z = \frac{e^z - e^{-z}}{e^z + e^{-z}} = 2\,\sigma(2z) - 1$` and `$\frac{dy}{dz} = 1 - y^2$`. Inputs
that lie symmetrically around 0 give outputs that do. The derivative is computed as `$(1-y)(1+y)$`, which keeps its
digits where `$y^2$` rounds to nearly 1.
"""
    return Section("3.1 (2)", "Tanh", text, listings=(listing(Tanh, "value", "slope"),))


def relu(settings: RunSettings) -> Section:
    """Return the rectifier."""
    text = r"""
`$y = \max(z, 0)$`, with the derivative 1 for `$z > 0$` and 0 for `$z < 0$`. At 0 it has none; npnet takes 0, as
TensorFlow does.
"""
    return Section("3.1 (3)", "ReLU", text, listings=(listing(ReLU, "value", "slope"),))


def leaky_relu(settings: RunSettings) -> Section:
    """Return the leaky rectifier."""
    text = r"""
`$y = z$` for `$z > 0$`, else `$\alpha z$`, so that a negative `$z$` still has a gradient. For `$\alpha \le 1$` that
is the notes' `$\max(\alpha z, z)$`.
"""
    return Section("3.1 (4)", "Leaky ReLU", text, listings=(listing(LeakyReLU, "value", "slope"),))


def advice(settings: RunSettings) -> Section:
    """Return the notes' advice on activations and initial weights."""
    text = r"""
The notes advise: take ReLU first; a small learning rate; inputs with mean 0 and standard deviation 1; and initial
weights from a normal distribution with mean 0 and standard deviation `$\sqrt{2/d}$`, where `$d$` is the number of
inputs of the layer. With that standard deviation the mean square of the outputs is expected to stay the same from one
ReLU layer to the next, as the derivation shows.
"""
    return Section("3.1 (5)", "Which activation to take", text, listings=(listing(HeNormal, "draw"),))


SECTIONS = (activations_and_losses, activations, sigmoid, tanh, relu, leaky_relu, advice)
