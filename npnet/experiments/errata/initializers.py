"""Errata of sections 3.1 (5) and 4.2 (3): the initial weights."""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from npnet.activations import relu
from npnet.experiments import notes
from npnet.experiments.errata.erratum import Shown, erratum, row
from npnet.initializers import HeNormal, Initializer, Normal
from npnet.language import Message
from npnet.typing import Array

SAMPLES = 1000
# A net of some layers, and the second layer of the notes' net on the dots, drawn many times
WIDTH, LAYERS = 200, 3
DRAWS = 2000


def gains(initializer: Initializer, widths: Sequence[int]) -> Array:
    """Return the mean square after each layer, ReLU and new weights, over that of the standard normal inputs."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal((SAMPLES, widths[0]))
    squares = [np.mean(z**2)]
    for shape in itertools.pairwise(widths):
        z = relu(z) @ initializer(shape, rng)
        squares.append(np.mean(z**2))
    return np.array(squares[1:]) / squares[0]


@erratum(
    "he-notation",
    "3.1 (5)",
    "In N(0, √(2/d)), √(2/d) is a standard deviation, not a variance",
    r"w \sim N\bigl(0, \sqrt{2/d}\bigr), \text{ read as a variance}",
    r"w \sim N\bigl(0, \sqrt{2/d}\bigr), \text{ a standard deviation}",
    "Most books write the variance as the second argument of N; here it must be the standard deviation. Read as a "
    "variance, each layer of d inputs multiplies the variance by √(d/2), which is 10 for d = 200. (The notes also "
    "call the weights x, as they call the inputs.)",
    HeNormal,
    quotation="初始参数中心化,x∼N(0,√(2/d)),d为当前层输入特征个数",
)
def he_notation() -> tuple[Shown, ...]:
    read, he = Normal(math.sqrt(math.sqrt(2 / WIDTH))), HeNormal()
    variances = [np.var(kind((WIDTH, WIDTH), np.random.default_rng(0))) for kind in (read, he)]
    printed, right = (gains(kind, [WIDTH] * (LAYERS + 1)) for kind in (read, he))
    return (
        row(Message("variance of the weights, d = {width}", width=WIDTH), *variances),
        row("variance after 1 layer, over that before", printed[0], right[0]),
        row(Message("variance after {layers} layers, over that before", layers=LAYERS), printed[-1], right[-1]),
    )


@erratum(
    "he-not-used",
    "4.2 (3)",
    "The notes' own net does not start from the weights that the notes advise",
    r"w_2 \sim N(0, 1), \quad d = 11",
    r"w_2 \sim N\bigl(0, \sqrt{2/d}\bigr), \quad d = 11",
    "The notes' own net does not follow their advice of section 3.1 (5): all weights have the standard "
    "deviation 1. For the 2 inputs of the first layer that is √(2/d), for the 11 of the second 2.3 times as much.",
    HeNormal,
    quotation="w2 = tf.Variable(tf.random.normal([11, 1]), dtype=tf.float32)",
)
def he_not_used() -> tuple[Shown, ...]:
    kinds, rng = (Normal(), HeNormal()), np.random.default_rng(0)
    inputs, hidden, _ = notes.DOTS_WIDTHS
    return (
        row("standard deviation of w1, 2 inputs", *(np.std(kind((inputs, DRAWS), rng)) for kind in kinds)),
        row("standard deviation of w2, 11 inputs", *(np.std(kind((hidden, DRAWS), rng)) for kind in kinds)),
        row("variance of the output, over that of hidden units", *(gains(kind, [hidden, DRAWS])[0] for kind in kinds)),
    )
