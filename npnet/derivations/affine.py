"""The affine layer z = xW + b: the gradients with respect to weights, biases and input. Section 3.3."""

import numpy as np

from npnet.derivations.engine import Derivation, Notation, gradient, jacobian, normals
from npnet.derivations.engine.shipped import flat, net_of
from npnet.losses import MeanSquaredError
from npnet.typing import Array

# Any loss would do: its gradient with respect to z is the δ that the layer is given
mse = MeanSquaredError()
parameters = Derivation(
    "affine",
    "3.3",
    "In an affine layer dW = xᵀδ and db = Σδ",
    {
        "x": normals("a batch of inputs", 4, 3, example=[[0.5, -1], [2, 1.5]]),
        "W": normals("the weights", 3, 2, example=[[1, 0.5], [-0.5, 2]]),
        "b": normals("the biases", 2, example=[0.25, -1]),
        "t": normals("what the outputs should be", 4, 2, example=[[1, 0], [-1, 2]]),
    },
    notation=Notation(
        {"mse": mse},
        {"mathbf 1": lambda x: np.ones((len(x), 1))},
        {"s": lambda x: len(x), "i": lambda W: len(W), "j": lambda b: len(b), "k": lambda b: len(b)},
        matrices=True,
    ),
)
inputs = Derivation(
    "affine-input",
    "3.3",
    "An affine layer hands dx = δWᵀ to the layer before it",
    {
        "x": normals("one input, as a row", 1, 3, example=[[0.5, -1]]),
        "W": normals("the weights", 3, 2, example=[[1, 0.5], [-0.5, 2]]),
        "t": normals("what the outputs should be", 1, 2, example=[[1, 0]]),
    },
    notation=Notation(
        {"mse": mse}, indices={"s": lambda x: len(x), "i": lambda W: len(W), "j": lambda W: W.shape[1]}, matrices=True
    ),
)


@parameters.line(
    r"\frac{\partial L}{\partial (W, b)}, \quad L = \mathrm{mse}(t, z), \quad z = xW + b",
    "What is sought: the gradient of a loss of a layer's outputs.",
)
def _(x: Array, W: Array, b: Array, t: Array) -> Array:
    return gradient(lambda w: mse(t, net_of(w, W.shape)(x)), flat(W, b))


@parameters.line(
    r"\sum_{s,k} \delta_{sk} \frac{\partial z_{sk}}{\partial (W, b)}, \quad \delta = \frac{\partial L}{\partial z}",
    "The chain rule, over every output k of every sample s.",
)
def _(x: Array, W: Array, b: Array, t: Array) -> Array:
    delta = mse.gradient(t, x @ W + b)

    def z(w: Array) -> Array:
        return (x @ w[: W.size].reshape(W.shape) + w[W.size :]).ravel()

    return delta.ravel() @ jacobian(z, flat(W, b))


@parameters.line(
    r"\frac{\partial L}{\partial W_{ij}} = \sum_s x_{si}\,\delta_{sj}, \quad "
    r"\frac{\partial L}{\partial b_j} = \sum_s \delta_{sj}",
    "A weight from i to j is in output j alone, with the factor x of input i; a bias has the factor 1.",
)
def _(x: Array, W: Array, b: Array, t: Array) -> Array:
    delta = mse.gradient(t, x @ W + b)
    dW = [[np.sum(x[:, i] * delta[:, j]) for j in range(len(b))] for i in range(len(W))]
    return flat(np.array(dW), np.sum(delta, axis=0))


@parameters.line(
    r"\frac{\partial L}{\partial W} = x^T \delta, \quad \frac{\partial L}{\partial b} = \mathbf{1}^T \delta",
    "The sums over the batch are matrix products.",
)
def _(x: Array, W: Array, b: Array, t: Array) -> Array:
    delta = mse.gradient(t, x @ W + b)
    return flat(x.T @ delta, np.ones(len(x)) @ delta)


@parameters.line(
    r"\frac{\partial L}{\partial W} = x^T \delta, \quad \frac{\partial L}{\partial b} = \textstyle\sum_s \delta_s",
    "npnet's backward pass of one layer: dW and db.",
)
def _(x: Array, W: Array, b: Array, t: Array) -> Array:
    return net_of(flat(W, b), W.shape).loss_and_gradient(x, t)[1]


@inputs.line(
    r"\frac{\partial L}{\partial x}, \quad L = \mathrm{mse}(t, z), \quad z = xW",
    "What is sought: the gradient with respect to the input.",
)
def _(x: Array, W: Array, t: Array) -> Array:
    return gradient(lambda x: mse(t, x @ W), x)


@inputs.line(
    r"\sum_j \delta_{sj} \frac{\partial z_{sj}}{\partial x_{si}}, \quad \delta = \frac{\partial L}{\partial z}",
    "The chain rule.",
)
def _(x: Array, W: Array, t: Array) -> Array:
    return mse.gradient(t, x @ W) @ jacobian(lambda x: x @ W, x[0])


@inputs.line(r"\sum_j \delta_{sj} W_{ij}", "Input i is in output j with the factor W.")
def _(x: Array, W: Array, t: Array) -> Array:
    (delta,) = mse.gradient(t, x @ W)
    return np.array([[np.sum(delta * W[i]) for i in range(len(W))]])


@inputs.line(r"\delta W^T", "The sum over the outputs is a matrix product.")
def _(x: Array, W: Array, t: Array) -> Array:
    return mse.gradient(t, x @ W) @ W.T


@inputs.line(
    r"\delta W^T",
    "npnet's backward pass, through a layer in front that changes nothing: its db is this dx.",
)
def _(x: Array, W: Array, t: Array) -> Array:
    d, k = W.shape
    w = flat(np.eye(d), np.zeros(d), W, np.zeros(k))
    return net_of(w, [d, d, k]).loss_and_gradient(x, t)[1][np.newaxis, d * d : d * d + d]
