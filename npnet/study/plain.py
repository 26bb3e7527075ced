"""Each formula that the page lists, as the notes write it: the code to read beside the code that runs.

What npnet runs computes the same in buffers that are used again, without overflow and without lost digits. A test
holds each of these equal to it: on floats within the bound on the rounding errors of both, and on symbols. Of a
function that returns something, the page shows the lines before that.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from npnet.activations import Elementwise
from npnet.regularizers import Regularizer
from npnet.typing import Array


def exponential_decay(lr_0: float, r: float, s: float, e: int) -> float:
    """Return the learning rate of epoch e."""
    lr = lr_0 * r ** (e / s)
    return lr


def sigmoid(z: Array) -> tuple[Array, Array]:
    """Return the sigmoid and its slope."""
    y = 1 / (1 + np.exp(-z))
    slope = y * (1 - y)
    return y, slope


def tanh(z: Array) -> tuple[Array, Array]:
    """Return the hyperbolic tangent and its slope."""
    y = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
    slope = 1 - y**2
    return y, slope


def relu(z: Array) -> tuple[Array, Array]:
    """Return the rectifier and its slope."""
    y = np.maximum(z, 0)
    slope = np.where(z > 0, 1, 0)
    return y, slope


def leaky_relu(z: Array, alpha: float) -> tuple[Array, Array]:
    """Return the leaky rectifier and its slope."""
    y = np.where(z > 0, z, alpha * z)
    slope = np.where(z > 0, 1, alpha)
    return y, slope


def mean_squared_error(y: Array, p: Array) -> tuple[Any, Array]:
    """Return the loss of predictions p for labels y, and its gradient."""
    loss = np.mean((p - y) ** 2)
    gradient = 2 * (p - y) / p.size
    return loss, gradient


def softmax_cross_entropy(y: Array, z: Array) -> tuple[Any, Array]:
    """Return the loss of logits z for labels y, one sample in each row, and its gradient."""
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    loss = -np.sum(y * np.log(p)) / len(z)
    gradient = (p - y) / len(z)
    return loss, gradient


def backward(
    W: Sequence[Array], f: Sequence[Elementwise], y: Sequence[Array], gradient: Array
) -> tuple[dict[int, Array], dict[int, Array]]:
    """Return the gradients of all weights and biases.

    Layer i goes from y[i] to y[i + 1], by the weights W[i] and the activation f[i]; `gradient` is that by the output.
    """
    dW, db = {}, {}
    for i in reversed(range(len(W))):
        delta = gradient * f[i].derivative(y[i + 1])
        dW[i] = y[i].T @ delta
        db[i] = np.sum(delta, axis=0)
        gradient = delta @ W[i].T
    return dW, db


def l1(w: Array, s: float) -> tuple[Any, Array]:
    """Return the L1 penalty and its gradient."""
    penalty = s * np.sum(np.abs(w))
    gradient = s * np.sign(w)
    return penalty, gradient


def l2(w: Array, s: float) -> tuple[Any, Array]:
    """Return the L2 penalty and its gradient."""
    penalty = s / 2 * np.sum(w**2)
    gradient = s * w
    return penalty, gradient


def penalized(loss: Any, W: Sequence[Array], dW: list[Array], R: Regularizer) -> Any:
    """Return a loss with the penalty on all weights, and add the penalty's gradient to the loss's."""
    for i in range(len(W)):
        loss = loss + R(W[i])
        dW[i] += R.gradient(W[i])
    return loss


def update(w: Array, m: Array, V: Array, lr: float) -> None:
    """Take one step, with the moments of any optimizer."""
    w -= lr * m / np.sqrt(V)


def sgd(w: Array, g: Array, lr: float) -> None:
    """Take one step."""
    w -= lr * g


def sgdm(w: Array, g: Array, m: Array, lr: float, beta: float) -> None:
    """Take one step."""
    m[:] = beta * m + (1 - beta) * g
    w -= lr * m


def adagrad(w: Array, g: Array, V: Array, lr: float, epsilon: float) -> None:
    """Take one step."""
    V += g**2
    w -= lr * g / np.sqrt(V + epsilon)


def rmsprop(w: Array, g: Array, V: Array, lr: float, rho: float, epsilon: float) -> None:
    """Take one step."""
    V[:] = rho * V + (1 - rho) * g**2
    w -= lr * g / np.sqrt(V + epsilon)


def adam(
    w: Array, g: Array, m: Array, V: Array, t: int, lr: float, beta_1: float, beta_2: float, epsilon: float
) -> None:
    """Take step t, counted from 1."""
    m[:] = beta_1 * m + (1 - beta_1) * g
    V[:] = beta_2 * V + (1 - beta_2) * g**2
    lr_t = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    w -= lr_t * m / (np.sqrt(V) + epsilon)
