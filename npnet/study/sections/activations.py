"""Section 3.1 of the notes: the activations."""

from functools import lru_cache

import numpy as np
import pandas

from npnet import activations as shipped
from npnet import experiments
from npnet.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from npnet.experiments import GradientFlow
from npnet.initializers import HeNormal
from npnet.language import Message
from npnet.source import listing
from npnet.study import figures, plain
from npnet.study.content import Picture, RunSettings, Section, Table
from npnet.study.counterpart import POINTS, Numbers, digits
from npnet.study.exercises import activations as exercises
from npnet.study.worked import activations as worked


def activations_and_losses(settings: RunSettings) -> Section:
    """Return the head of the part."""
    why = """
A net is built of straight pieces, sums of weighted inputs. Two kinds of curve make something of them: the activation
after each layer, which lets layers do together what none can do alone, and the loss after the last one, which says
what is wanted. And as training goes down the slope of the whole, what counts of every curve is its slope too.
"""
    return Section("3", "Activations and losses", why=why, quotation="激活函数、损失函数")


@lru_cache(maxsize=1)
def _flow(seeds: range) -> GradientFlow:
    return experiments.gradient_flow(seeds=seeds)


def activations(settings: RunSettings) -> Section:
    """Return the activation curves, and what becomes of the gradient in a deep net."""
    flow = _flow(settings.seeds)
    why = """
Stack a hundred layers without activations, and you have one layer: a straight line drawn through a straight line is a
straight line. The bend between layers is what depth is for.

The bend has a price on the way back. Think of a message whispered along a row of people. If each passes it on at a
quarter of the loudness, after five of them a thousandth is left, and after ten nothing but noise. So it is with the
gradient: every layer it passes multiplies it by the slope of its activation, and by its weights. Factors under 1 make
it **vanish**, and the first layers learn nothing; factors over 1 make it **explode**. A good activation bends, and
still has a slope near 1 in most places.
"""
    text = r"""
`$y = f(z), \quad \delta = \frac{\partial L}{\partial y}\, f'(z)$`

`$z$` is a unit's sum of weighted inputs, with its bias, `$f$` its activation and `$y$` the output; `$L$` is the loss,
and `$\delta$` the gradient of the loss with respect to `$z$`. For each `$f$` here the slope `$f'(z)$` can be had from
`$y$`, which the forward pass has already, so that no exponential is taken twice. Section 3.3 follows `$\delta$` through
all layers.

The figure and the table measure what is left of the gradient in each layer of a deep net: ten hidden layers of 32 units
each, on handwritten digits, pictures of 8 × 8 pixels. Its initial weights are drawn from `$N(0, s)$`, the normal
distribution with mean 0 and standard deviation `$s$`, here with the notes' `$s = \sqrt{2/d}$` for a layer with `$d$`
inputs. Measured is the gradient of each layer's weights, `$\delta$` times the layer's input, by its norm, the root of
the sum of its squares. On the way back through a ReLU net, `$\delta$` grows by about the factor by which the layers'
inputs get smaller, or shrinks as they get larger: the norm of their product stays about the same, that of `$\delta$`
alone need not.
"""
    tables = [*_curve_tables(), _flow_table(flow, len(settings.seeds))]
    if settings.tensorflow:
        tables.append(_beside_tensorflow(settings.tensorflow))
    pictures = (_curve_picture(), _flow_picture(flow, len(settings.seeds)))
    return Section(
        "3.1", "Activations", text, why=why, worked=worked.collapsed(), exercise=exercises.without_bends(),
        tables=tuple(tables), pictures=pictures,
        quotation="几种激活函数介绍",
    )  # fmt: skip


def _curve_tables() -> tuple[Table, Table]:
    grid = experiments.activation_curves(points=13)
    frame, slopes = grid.to_frame(), [f"{name}'" for name in grid.names]
    caption = "Values on a grid. Softmax (section 3.2 (2)) is of one of three classes, with 0 for the other two."
    return (
        Table("activations", caption, frame[["z", *grid.names]]),
        Table("activation_derivatives", "Derivatives on the same grid.", frame[["z", *slopes]]),
    )


def _flow_table(flow: GradientFlow, seeds: int) -> Table:
    return Table(
        "gradient_flow",
        Message(
            "The norm of the weights' gradient in the first and in the last of {layers} hidden layers, and the factor "
            "by which it changes from layer to layer, from the last back to the second, whose shapes are the same. "
            "Medians over {seeds} seeds, with 95 % intervals.",
            layers=flow.norms.shape[1], seeds=seeds,
        ),
        flow.to_frame(), {"first layer": "{:.1e}".format, "last layer": "{:.1e}".format},
    )  # fmt: skip


def _curve_picture() -> Picture:
    return Picture(
        "activations", "The activations (solid) and their derivatives (dashed).",
        "Five panels: sigmoid rises from 0 to 1 with a derivative of at most 0.25; tanh from -1 to 1 with one of at "
        "most 1; ReLU is 0, then z; leaky ReLU is 0.2 z, then z; softmax rises like sigmoid.",
        figures.activation_curves(experiments.activation_curves()),
    )  # fmt: skip


def _flow_picture(flow: GradientFlow, seeds: int) -> Picture:
    return Picture(
        "gradient_flow",
        Message(
            "The norm of the weights' gradient in each hidden layer of an untrained net on the digits, from the same "
            "initial weights: medians over {seeds} seeds, and bands that hold nine tenths of them.",
            seeds=seeds,
        ),
        "Three curves over ten layers on a logarithmic axis: ReLU's is nearly level; tanh's too, and lower but for "
        "the first layer; sigmoid's falls towards the first layers by several powers of ten.",
        figures.gradient_flow(flow),
    )  # fmt: skip


def _beside_tensorflow(tensorflow: Numbers) -> Table:
    z = np.array(POINTS, np.float32)
    rows = [
        {
            Message("activation"): f.name,
            "z": point,
            "y": digits(y),
            "y, TensorFlow": tensorflow.values[f.name][i],
            "dy/dz": digits(f.derivative(y)),
            "dy/dz, TensorFlow": tensorflow.derivatives[f.name][i],
        }
        for f in (shipped.sigmoid, shipped.tanh, shipped.relu, shipped.leaky_relu)
        for i, (point, y) in enumerate(zip(POINTS, f(z)))
    ]
    caption = Message(
        "Values and derivatives beside those of TensorFlow {version}: float32, in all digits.",
        version=tensorflow.version,
    )
    return Table("tensorflow_activations", caption, pandas.DataFrame(rows), dict.fromkeys(list(rows[0])[2:], repr))


def sigmoid(settings: RunSettings) -> Section:
    """Return the sigmoid."""
    why = """
The sigmoid is a soft switch. Far below 0 it is off, far above 0 it is on, and in between it turns from one to the
other, so that its output can be read as a probability, or as how strongly a nerve cell fires.

Its slope is where the trouble lies. It is the product of two numbers that add up to 1, the output and 1 minus the
output. Think of them as the sides of a rectangle whose sides always add up to 1: its area is largest as a square, ½ by
½. So the slope is **at most ¼**, halfway up, and next to nothing at both ends, where the unit is sure of itself and,
right or wrong, hardly learns: it is saturated. On the way back the gradient meets this slope once in every layer, and
each time at least three quarters of it are gone, unless large weights make up for it.

Two smaller faults come with it. All outputs are positive, so that on one sample the gradients of all weights into a
unit of the next layer have the same sign: they can only rise together or fall together, and a net that has to raise
one and lower another must zigzag. And the exponential takes time, though less of a whole training than one would
think.
"""
    text = r"""
`$y = \sigma(z) = \frac{1}{1+e^{-z}}, \quad \frac{dy}{dz} = y(1-y)$`

`$z$` is any number, `$y$` lies between 0 and 1, and `$\sigma(-z) = 1 - \sigma(z)$`. The code that runs takes the
exponential of `$-|z|$`, so that it cannot overflow.
"""
    how = r"""
`e` is `$e^{-|z|}$`. Right of 0 the numerator is `$\max(e, 1) = 1$`, left of it `$\max(e, 0) = e$`: `z >= 0` counts as 1
or 0. Both are the sigmoid, `$\frac{1}{1+e^{-z}} = \frac{e^z}{1+e^z}$`.
"""
    return Section(
        "3.1 (1)", "Sigmoid", text, why=why, worked=worked.five_layers(_flow(settings.seeds), settings.seeds),
        exercise=exercises.larger_weights(),
        listings=(listing(Sigmoid, "value", "slope", plain=plain.sigmoid, note=how),),
        quotation="特点:易造成梯度消失(导数值小于1,多层相乘之后趋于0)",
    )  # fmt: skip


def tanh(settings: RunSettings) -> Section:
    """Return the hyperbolic tangent."""
    why = r"""
Take a sigmoid, make it twice as high and half as wide, and move it down so that it goes through 0: that is tanh. Both
faults get smaller. Outputs are of either sign, so that inputs that lie around 0 give outputs that do. And the slope
is 1 in the middle: near 0, `$\tanh z$` is almost `$z$` itself, so that a deep net with modest weights begins as a
nearly linear one, through which the gradient passes unharmed.

Only far from 0 does tanh go flat like the sigmoid. Whether the gradient vanishes is thus up to the weights, which
decide how far from 0 the units stand; the claim below says what that comes to.
"""
    text = r"""
`$y = \tanh z = \frac{e^z - e^{-z}}{e^z + e^{-z}} = 2\,\sigma(2z) - 1, \quad \frac{dy}{dz} = 1 - y^2$`

`$y$` lies between −1 and 1. The code that runs computes the slope as `$(1-y)(1+y)$`, which keeps its digits where
`$y^2$` rounds to nearly 1.
"""
    return Section(
        "3.1 (2)", "Tanh", text, why=why, worked=worked.two_ways(), exercise=exercises.cancellation(),
        listings=(listing(Tanh, "value", "slope", plain=plain.tanh),),
        quotation="相对于直接求导来说这个过程有些复杂,但应用了Sigmoid函数的一些性质,以及两个函数的一些关系。",
    )  # fmt: skip


def relu(settings: RunSettings) -> Section:
    """Return the rectifier."""
    why = """
ReLU is a hinge: what is positive passes unchanged, what is negative is stopped. There is nothing to compute but a
comparison, and the slope is exactly 1 or exactly 0. Along a path of active units the slopes multiply to 1, however
many layers there are: nothing vanishes, and only the weights decide how large the gradient is.

A net of hinges is a sheet of paper folded along straight lines. Each unit adds a fold, and the boundaries of section
4.2 show the straight pieces. But a hinge can also shut for good. A unit that is negative on *every* sample gives 0
and gets the gradient 0, so that no step ever changes it: it is **dead**, unless the layers before it move. Steps that
are too long and weights that are too large are what kill.
"""
    text = r"""
`$y = \max(z, 0), \quad \frac{dy}{dz} = 1 \text{ if } z > 0, \text{ else } 0$`

At `$z = 0$` there is a corner and no derivative; npnet takes 0, as TensorFlow does. In the derivation, `$[z > 0]$` is 1
where `$z > 0$` holds, and 0 elsewhere.
"""
    return Section(
        "3.1 (3)", "ReLU", text, why=why, worked=worked.one_step_too_long(), exercise=exercises.killed(),
        listings=(listing(ReLU, "value", "slope", plain=plain.relu),),
        quotation="优点:解决了梯度消失(正区间);只需判断输入是否大于0,计算速度快;收敛速度远快于sigmoid&tanh",
    )  # fmt: skip


def leaky_relu(settings: RunSettings) -> Section:
    """Return the leaky rectifier."""
    why = """
Leave the door ajar, and nobody is locked in. On the negative side the leaky ReLU has a small slope in place of none,
so that every unit gets a gradient on every sample, and can come back. It costs nothing. Whether it helps depends on
whether dead units were what held the net back; often they were not.
"""
    text = r"""
`$y = z \text{ if } z > 0, \text{ else } \alpha z, \quad \frac{dy}{dz} = 1 \text{ if } z > 0, \text{ else } \alpha$`

`$\alpha$` is the slope on the negative side, 0.2 unless you say otherwise, as in `tf.nn.leaky_relu` (Keras's layer has
0.3, PyTorch's 0.01). For `$\alpha \le 1$` this is the notes'
`$\max(\alpha z, z)$`.
"""
    return Section(
        "3.1 (4)", "Leaky ReLU", text, why=why, worked=worked.ajar(), exercise=exercises.slope_of_one(),
        listings=(listing(LeakyReLU, "value", "slope", plain=plain.leaky_relu),),
        quotation="实践中证明未必一定好于ReLu函数",
    )  # fmt: skip


def advice(settings: RunSettings) -> Section:
    """Return the notes' advice on activations and initial weights."""
    why = r"""
The notes advise to take ReLU first, a small learning rate, standardized inputs and centred initial weights. The first
two follow from the hinge: its slope of 1 keeps the gradient, and long steps kill units. The other two are about
*size*.

A deep net is a chain of amplifiers. If each makes its signal a little louder, the last one roars; if each makes it a
little softer, the last one is silent; and the gradient on the way back is treated in the same way. There is one
setting at which each layer hands on what it gets. Standardized inputs, each feature with mean 0 and standard
deviation 1, start the chain at the right loudness, and bring all directions of the loss to a similar steepness, so
that one rate suits all.
"""
    text = r"""
`$x \sim N(0, 1), \quad w \sim N\left(0, \sqrt{2/d}\right)$`

`$x$` is an input feature and `$w$` an initial weight, `$N$` the normal distribution with its mean and its standard
deviation, and `$d$` the number of inputs of the layer. With that standard deviation the mean square of the outputs is
expected to stay the same from one ReLU layer to the next, as the derivation shows.
"""
    return Section(
        "3.1 (5)", "Which activation to take", text, why=why, worked=worked.balance(),
        exercise=exercises.ten_layers(), listings=(listing(HeNormal, "draw"),),
        quotation="激活函数选择建议",
    )  # fmt: skip


SECTIONS = (activations_and_losses, activations, sigmoid, tanh, relu, leaky_relu, advice)
