"""Backpropagation through a net of n layers: the chain rule, worked from the back. Section 3.3."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from npnet.activations import identity, sigmoid, tanh
from npnet.derivations.engine import Derivation, Notation, Variable, gradient, jacobian, normals
from npnet.derivations.engine.shipped import flat, net_of
from npnet.losses import MeanSquaredError
from npnet.network import MLP
from npnet.typing import Array

mse = MeanSquaredError()
HIDDEN = [tanh, sigmoid]
chain = Derivation(
    "backpropagation",
    "3.3",
    "In a net each layer's δ follows from the δ of the next layer",
    {
        "x": normals("a batch of inputs", 3, 2, example=[[0.5]]),
        "w": normals("all weights and biases", 29, example=[0.5, -1, 0.25, 0.75, 1, -0.5, 0.125, 2, -0.25]),
        "t": normals("what the outputs should be", 3, 2, example=[[1]]),
        "widths": Variable("the layers' widths", lambda rng: [2, 3, 3, 2], ([1, 2, 1, 1],), fixed=True),
    },
    cases=4,
    notation=Notation(
        {"mse": mse, "f": [*HIDDEN, identity]},
        {
            "n": lambda widths: len(widths) - 1,
            "W": lambda w, widths: net_of(w, widths).weights,
            "b": lambda w, widths: net_of(w, widths).biases,
        },
        {"l": lambda widths: len(widths) - 1, "s": lambda x: len(x)},
        matrices=True,
    ),
    opened=True,
)


def outputs(net: MLP, x: Array) -> list[Array]:
    """Return the input, then the output of each layer."""
    y = [x]
    for W, b, f in zip(net.weights, net.biases, net.activations):
        y.append(f(y[-1] @ W + b))
    return y


def next_z(net: MLP, i: int, z: Array) -> Array:
    """Return the z of the layer after layer i from that of layer i, counted from 1."""
    return net.activations[i - 1](z) @ net.weights[i] + net.biases[i]


def layer_gradients(y: Sequence[Array], deltas: Sequence[Array]) -> Array:
    """Return the flat gradient from each layer's input and δ, by the derivation of the affine layer."""
    parts: list[Array] = []
    for x, delta in zip(y, deltas):
        parts += [x.T @ delta, np.sum(delta, axis=0)]
    return flat(*parts)


@chain.line(
    r"\frac{\partial L}{\partial w}, \quad L = \mathrm{mse}(t, y_n), \quad y_l = f_l(z_l), \quad "
    r"z_l = y_{l-1} W_l + b_l, \quad y_0 = x",
    "What is sought: the gradient of a loss of a net's outputs, with all its parameters in w.",
)
def _(x: Array, w: Array, t: Array, widths: Sequence[int]) -> Array:
    return gradient(lambda w: mse(t, net_of(w, widths, HIDDEN)(x)), w)


@chain.line(
    r"\frac{\partial L}{\partial y_n}\,\frac{\partial y_n}{\partial w}",
    "The chain rule at the loss: its gradient times the Jacobian of the outputs.",
)
def _(x: Array, w: Array, t: Array, widths: Sequence[int]) -> Array:
    def net_outputs(w: Array) -> Array:
        return net_of(w, widths, HIDDEN)(x).ravel()

    return mse.gradient(t, net_outputs(w).reshape(t.shape)).ravel() @ jacobian(net_outputs, w)


@chain.line(
    r"\frac{\partial L}{\partial (W_l, b_l)} = \bigl(y_{l-1}^T \delta_l, {\textstyle\sum_s \delta_{ls}}\bigr), \quad "
    r"\delta_l = \frac{\partial L}{\partial z_l}",
    "Each layer is affine in its parameters; δ is the loss's gradient with respect to its z, all later layers at once.",
)
def _(x: Array, w: Array, t: Array, widths: Sequence[int]) -> Array:
    net = net_of(w, widths, HIDDEN)
    y = outputs(net, x)

    def loss_of(i: int, z: Array) -> Array:
        for W, b, f in zip(net.weights[i:], net.biases[i:], net.activations[i - 1 :]):
            z = f(z) @ W + b
        return mse(t, z)

    deltas = []
    for i in range(1, len(y)):
        z = y[i - 1] @ net.weights[i - 1] + net.biases[i - 1]
        deltas.append(gradient(partial(loss_of, i), z))
    return layer_gradients(y, deltas)


@chain.line(
    r"\bigl(y_{l-1}^T \delta_l, {\textstyle\sum_s \delta_{ls}}\bigr), \quad "
    r"\delta_l = \delta_{l+1}\,\frac{\partial z_{l+1}}{\partial z_l}, \quad \delta_n = \frac{\partial L}{\partial z_n}",
    "The chain rule between two layers: what the later layers make of δ is found once, not once for each layer.",
)
def _(x: Array, w: Array, t: Array, widths: Sequence[int]) -> Array:
    net = net_of(w, widths, HIDDEN)
    y = outputs(net, x)
    deltas = [mse.gradient(t, y[-1])]
    for i in reversed(range(1, len(y) - 1)):
        z = y[i - 1] @ net.weights[i - 1] + net.biases[i - 1]
        rows = [d @ jacobian(partial(next_z, net, i), row) for d, row in zip(deltas[0], z)]
        deltas = [np.array(rows), *deltas]
    return layer_gradients(y, deltas)


@chain.line(
    r"\bigl(y_{l-1}^T \delta_l, {\textstyle\sum_s \delta_{ls}}\bigr), \quad "
    r"\delta_l = \bigl(\delta_{l+1} W_{l+1}^T\bigr) \circ f_l'(z_l), \quad \delta_n = \frac{\partial L}{\partial z_n}",
    "The affine layer hands on δWᵀ, and an elementwise activation multiplies by its derivative, taken from y.",
)
def _(x: Array, w: Array, t: Array, widths: Sequence[int]) -> Array:
    net = net_of(w, widths, HIDDEN)
    y = outputs(net, x)
    deltas = [mse.gradient(t, y[-1])]
    for i in reversed(range(1, len(y) - 1)):
        deltas = [deltas[0] @ net.weights[i].T * HIDDEN[i - 1].derivative(y[i]), *deltas]
    return layer_gradients(y, deltas)


@chain.line(
    r"\bigl(y_{l-1}^T \delta_l, {\textstyle\sum_s \delta_{ls}}\bigr), \quad "
    r"\delta_l = \bigl(\delta_{l+1} W_{l+1}^T\bigr) \circ f_l'(z_l), \quad \delta_n = \frac{\partial L}{\partial z_n}",
    "npnet's backward pass.",
)
def _(x: Array, w: Array, t: Array, widths: Sequence[int]) -> Array:
    return net_of(w, widths, HIDDEN).loss_and_gradient(x, t)[1]
