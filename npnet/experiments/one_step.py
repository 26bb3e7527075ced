"""One training step of a 2-2-1 net with numbers for a pencil: forward, back, and the weights after it.

Source: the study notes, sections 3.1 (4), 3.2 (1) and 5.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from npnet._equality import ByValue
from npnet.activations import LeakyReLU, identity
from npnet.network import MLP
from npnet.optimizers import SGD
from npnet.typing import Array

INPUTS, TARGET = (1.0, 2.0), 3.5
"""One sample, and what the output should be."""
WEIGHTS = (((0.5, 1.0), (0.25, -1.0)), ((2.0,), (-1.0,)))
"""The weights of both layers, a row for each input of the layer; biases are 0."""
ALPHA = 0.5
"""The slope of the hidden units' leaky ReLU where z is negative."""
ACTIVATIONS = LeakyReLU(ALPHA), identity
"""Of the hidden units and of the output."""
LEARNING_RATE = 0.01
"""The rate of the step, by gradient descent."""


@dataclass(frozen=True, eq=False)
class OneStep(ByValue):
    """All numbers of one step; tuples have an entry for each layer, the hidden one and the output.

    Arrays are float64: a vector has an entry for each unit, a matrix a row for each input of the layer.
    """

    inputs: Array
    target: float
    learning_rate: float
    weights: tuple[Array, Array]
    biases: tuple[Array, Array]
    z: tuple[Array, Array]
    """``y_before @ W + b``, of the layer before."""
    y: tuple[Array, Array]
    """``f(z)``; the last one is the output, p."""
    loss: float
    """The mean squared error."""
    slopes: tuple[Array, Array]
    """``f'(z)``."""
    deltas: tuple[Array, Array]
    """The gradient of the loss with respect to z."""
    weight_gradients: tuple[Array, Array]
    bias_gradients: tuple[Array, Array]
    new_weights: tuple[Array, Array]
    new_biases: tuple[Array, Array]
    new_output: float
    new_loss: float


def pencil_net() -> MLP:
    """Return the net before the step: two inputs, two units with a leaky ReLU, one linear output.

    Examples
    --------
    >>> pencil_net().predict([[1, 2]])
    array([[2.5]])
    """
    net = MLP([2, 2, 1], *ACTIVATIONS, dtype="float64", seed=0)
    net.weights = [np.array(W) for W in WEIGHTS]
    return net


def one_step() -> OneStep:
    """Take one step, and return all numbers on its way.

    Examples
    --------
    >>> step = one_step()
    >>> step.loss, [delta.tolist() for delta in step.deltas], round(step.new_loss, 4)
    (1.0, [[-4.0, 1.0], [-2.0]], 0.1935)
    """
    x, target = np.array([INPUTS]), np.array([[TARGET]])
    net = pencil_net()
    before = net.copy()
    loss, flat = net.loss_and_gradient(x, target, loss="mse")
    # The gradient is laid out as the parameters are: a copy that has it as its parameters shows its parts
    gradient = net.copy()
    gradient.parameters = flat
    z, y = _forward(before, x)
    SGD(LEARNING_RATE).step(net.parameters, flat)
    return OneStep(
        x[0], TARGET, LEARNING_RATE, _pair(before.weights), _pair(before.biases), z, y, float(loss),
        _pair([f.derivative(out) for f, out in zip(ACTIVATIONS, y)]),
        # Of one sample, a bias's gradient is that of its z
        _pair(gradient.biases), _pair(gradient.weights), _pair(gradient.biases),
        _pair(net.weights), _pair(net.biases), float(net.predict(x)[0, 0]),
        float(net.evaluate(x, target, loss="mse").loss),
    )  # fmt: skip


def _forward(net: MLP, x: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return z and y of each layer for one sample."""
    z, y = [], [x[0]]
    for W, b, f in zip(net.weights, net.biases, net.activations):
        z.append(y[-1] @ W + b)
        y.append(f(z[-1]))
    return _pair(z), _pair(y[1:])


def _pair(arrays: Iterable[Array]) -> tuple[Array, Array]:
    first, second = arrays
    return np.array(first), np.array(second)
