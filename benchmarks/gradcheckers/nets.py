"""Small nets as functions of their weights, with gradients by backpropagation, written apart from npnet."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.gradcheckers.functions import Case, relu, sigmoid, single


def _leaky(z: Any) -> Any:
    return np.where(z.real > 0, z, 0.1 * z)


ACTIVATIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "relu": (relu, lambda z: 1.0 * (z > 0)),
    "leaky": (_leaky, lambda z: np.where(z > 0, 1.0, 0.1)),
}


def _mse(z: Any, y: Any) -> Any:
    return ((z - y) ** 2).mean()


def _cross_entropy(z: Any, y: Any) -> Any:
    top = np.take_along_axis(z, np.argmax(z.real, axis=1)[:, None], axis=1)
    return (np.log(np.exp(z - top).sum(axis=1)) + top[:, 0] - (z * y).sum(axis=1)).mean()


def _cross_entropy_slope(z: Any, y: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - y) / len(z)


LOSSES: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    "mse": (_mse, lambda z, y: 2 * (z - y) / z.size),
    "cross-entropy": (_cross_entropy, _cross_entropy_slope),
}


class Net:
    """A net of one hidden layer as a function of its flat vector of weights and biases."""

    def __init__(self, hidden: int, activation: str, loss: str, x: Any, y: Any) -> None:
        self.x, self.y = x, y
        self.shapes = [(x.shape[1], hidden), (hidden,), (hidden, y.shape[1]), (y.shape[1],)]
        self.activation, self.loss = ACTIVATIONS[activation], LOSSES[loss]

    def _parts(self, w: Any) -> list[Any]:
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])[:-1]
        return [part.reshape(shape) for part, shape in zip(np.split(w, ends), self.shapes)]

    def value(self, w: Any) -> Any:
        """Return the loss, in the precision of the weights."""
        W, b, V, c = self._parts(w)
        x, y = (a.astype(w.real.dtype) for a in (self.x, self.y))
        return self.loss[0](self.activation[0](x @ W + b) @ V + c, y)

    def gradient(self, w: Any) -> Any:
        """Return the gradient."""
        W, b, V, c = self._parts(w)
        z = self.x @ W + b
        h = self.activation[0](z)
        slope = self.loss[1](h @ V + c, self.y)
        back = slope @ V.T * self.activation[1](z)
        return np.concatenate([p.ravel() for p in (self.x.T @ back, back.sum(0), h.T @ slope, slope.sum(0))])

    def weights(self, seed: int, scale: float = 1.0) -> Any:
        """Return weights of the usual size, those of the first layer times `scale`."""
        rng = np.random.default_rng(seed)
        parts = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in self.shapes]
        return np.concatenate([(part * (scale if i == 0 else 1)).ravel() for i, part in enumerate(parts)])


def _data(seed: int, features: int, outputs: int, loss: str, rows: int = 12) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, features))
    y = (
        np.eye(outputs)[rng.integers(outputs, size=rows)]
        if loss == "cross-entropy"
        else rng.normal(size=(rows, outputs))
    )
    return x, y


def cases() -> list[Case]:
    """Return nets on standardized data, on raw data, in float32, and with a unit at its corner."""
    made = []
    shapes = [("tanh", "mse", (2, 4, 1)), ("sigmoid", "mse", (3, 3, 2)), ("relu", "mse", (2, 6, 1)),
              ("leaky", "cross-entropy", (3, 4, 3)), ("tanh", "cross-entropy", (2, 5, 3))]  # fmt: skip
    for i, (activation, loss, (features, hidden, outputs)) in enumerate(shapes):
        net = Net(hidden, activation, loss, *_data(i, features, outputs, loss))
        made.append(Case("net", f"{activation}, {loss}", net.value, net.gradient, net.weights(i)))
    for i, (activation, loss, hidden) in enumerate(
        [("tanh", "mse", 3), ("relu", "mse", 4), ("tanh", "cross-entropy", 3)]
    ):
        x, y = _data(10 + i, 1 + i, 1 if loss == "mse" else 3, loss)
        net = Net(hidden, activation, loss, 5000 + 1000 * x, 300 + 20 * y if loss == "mse" else y)
        made.append(
            Case("net on raw data", f"{activation}, {loss}", net.value, net.gradient, net.weights(10 + i, 1e-4))
        )
    net = Net(6, "tanh", "mse", *_data(20, 2, 1, "mse"))
    made.append(Case("float32", "net, tanh", single(net.value), net.gradient, net.weights(20), single=True))
    corners = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    net = Net(4, "relu", "mse", corners, np.array([[0.0], [1], [1], [0]]))
    weights = net.weights(21)
    weights[8:12] = 0
    made.append(Case("on a corner", "net on XOR, biases 0", net.value, net.gradient, weights))
    return made
