"""A running error analysis of a net: how far roundings can move its outputs, loss and gradient.

Each number carries a bound on its error. A sum of n products adds ``(n + 1)`` roundings of the sum of their absolute
values; an activation passes its input's error on, times its slope there and what the error itself can add to that
slope; where an error could carry a ReLU over its corner, the steeper slope is taken. The analysis is that of Higham,
"Accuracy and Stability of Numerical Algorithms", section 3.3, to first order.
"""

from typing import Any

import numpy as np

from npnet import MLP
from npnet.losses import BinaryCrossentropy, Loss, MeanSquaredError
from npnet.engine.stepping import Objective
from npnet.regularizers import Regularizer
from reference.tolerance import bound

# Roundings of an activation's value and derivative, exponential included, with room for TensorFlow's own forms
ACTIVATION = 16
# The largest |f''(z)|, by which an error of z moves the slope itself
BENDING = {"identity": 0.0, "sigmoid": 0.1, "tanh": 0.77}


def network_bounds(
    net: MLP, x: Any, y: Any, loss: Loss, regularizer: Regularizer | None, dtype: Any, flushed: bool = False
) -> tuple[float, Any]:
    """Return bounds on the errors of a loss and of its gradient (flat), computed in `dtype` by any order of summation.

    `net`, `x` and `y` hold the exact numbers, in a wide type; `y` has the shape of the outputs.
    """
    return _Analysis(net, x, y, loss, regularizer, dtype, flushed).bounds()


def output_bound(net: MLP, x: Any, dtype: Any, flushed: bool = False) -> Any:
    """Return a bound on the error of each of a net's outputs, computed in `dtype`."""
    labels = np.zeros((len(x), net.widths[-1]))
    analysis = _Analysis(net, x, labels, MeanSquaredError(), None, dtype, flushed)
    analysis._forward()
    return analysis.errors[-1]


class _Analysis:
    def __init__(
        self, net: MLP, x: Any, y: Any, loss: Loss, regularizer: Regularizer | None, dtype: Any, flushed: bool
    ) -> None:
        self.net, self.x, self.y, self.regularizer, self.dtype, self.flushed = net, x, y, regularizer, dtype, flushed
        self.objective = Objective(net, loss, regularizer)
        self.loss = self.objective.loss

    def round(self, roundings: Any, magnitude: Any) -> Any:
        return bound(roundings, magnitude, self.dtype, self.flushed)

    def bounds(self) -> tuple[float, Any]:
        self._forward()
        value = self._loss_error()
        gradient = np.zeros_like(self.net.parameters)
        layers = self.net._views(gradient)
        self._backward([layer.W for layer in layers], [layer.b for layer in layers])
        return value, gradient

    def _forward(self) -> None:
        inputs, error = self.x, np.zeros_like(self.x)
        self.inputs, self.outputs, self.z, self.errors, self.z_errors = [inputs], [], [], [error], []
        for W, b, f in zip(self.net.weights, self.net.biases, self.objective.activations):
            terms = len(W) + 2
            z = inputs @ W + b
            error = error @ abs(W) + self.round(terms, abs(inputs) @ abs(W) + abs(b))
            self.z.append(z)
            self.z_errors.append(error)
            inputs = f(z)
            error = self._passed(f, z, inputs, error) + self.round(
                ACTIVATION + (z.shape[1] if f.name == "softmax" else 0), inputs
            )
            self.inputs.append(inputs)
            self.errors.append(error)

    @staticmethod
    def _passed(f: Any, z: Any, y: Any, error: Any) -> Any:
        """Return how far an error of z moves the output."""
        if f.name == "softmax":
            return y * (error + (error * y).sum(axis=1, keepdims=True)) * (1 + 2 * error.max(axis=1, keepdims=True))
        if f.name in ("relu", "leaky_relu"):
            alpha = getattr(f, "alpha", 0.0)
            return error * np.where(abs(z) <= error, max(1.0, alpha), np.where(z > 0, 1.0, alpha))
        return error * (abs(f.derivative(y)) + BENDING[f.name] * error)

    def _loss_error(self) -> float:
        p, error, n = self.inputs[-1], self.errors[-1], self.y.size
        terms = abs(self.loss._terms(self.y, self.loss._common(self.y, p)))
        slope = abs(self.loss._derivative(self.y, self.loss._common(self.y, p), 1, None))
        per_unit = slope * error + self._loss_curvature(p) * error**2 + self.round(ACTIVATION, terms + abs(p))
        samples = len(p) * self.loss._terms_per_sample(p.shape[1])
        value = per_unit.sum() / samples + self.round(n + 2, terms.sum() / samples)
        if self.regularizer is not None:
            for W in self.net.weights:
                value = value + self.round(W.size + 6, self.regularizer(W))
        return float(value + self.round(len(self.net.weights) + 1, value))

    def _loss_curvature(self, p: Any) -> Any:
        if isinstance(self.loss, MeanSquaredError):
            return np.full_like(p, 2.0)
        if self.loss.from_logits:
            return np.full_like(p, 0.5)
        curvature = self.y / np.maximum(p, np.finfo(p.dtype).tiny) ** 2
        if isinstance(self.loss, BinaryCrossentropy):
            curvature = curvature + (1 - self.y) / np.maximum(1 - p, np.finfo(p.dtype).tiny) ** 2
        return curvature

    def _backward(self, weights: Any, biases: Any) -> None:
        p, error = self.inputs[-1], self.errors[-1]
        samples = len(p) * self.loss._terms_per_sample(p.shape[1])
        grad = self.loss._derivative(self.y, self.loss._common(self.y, p), 1, None) / samples
        slack = abs(self._loss_magnitude(p)) / samples
        grad_error = self._loss_curvature(p) * error / samples + self.round(ACTIVATION, slack)
        for i in reversed(range(len(self.net.weights))):
            delta, delta_error = self._through(i, grad, grad_error)
            x, x_error, batch = self.inputs[i], self.errors[i], len(p)
            magnitude = abs(x).T @ abs(delta)
            weights[i][...] = x_error.T @ abs(delta) + abs(x).T @ delta_error + self.round(batch + 2, magnitude)
            biases[i][...] = delta_error.sum(axis=0) + self.round(batch + 2, abs(delta).sum(axis=0))
            W = self.net.weights[i]
            if self.regularizer is not None:
                weights[i][...] += self.round(6, abs(self.regularizer.gradient(W)) + magnitude)
            grad = delta @ W.T
            grad_error = delta_error @ abs(W).T + self.round(W.shape[1] + 2, abs(delta) @ abs(W).T)

    def _loss_magnitude(self, p: Any) -> Any:
        """Return the size of the terms that a loss's derivative subtracts from each other."""
        if isinstance(self.loss, MeanSquaredError):
            return 2 * (abs(p) + abs(self.y))
        return abs(self.loss._derivative(self.y, self.loss._common(self.y, p), 1, None)) + 1

    def _through(self, i: int, grad: Any, grad_error: Any) -> tuple[Any, Any]:
        """Return delta and its error, from the gradient with respect to layer i's output."""
        f, y, z_error = self.objective.activations[i], self.inputs[i + 1], self.z_errors[i]
        delta = f.backward(grad, y)
        if f.name == "softmax":
            size = abs(grad) + (abs(grad) * y).sum(axis=1, keepdims=True)
            moved = grad_error + (grad_error * y).sum(axis=1, keepdims=True)
            moved = moved + self.round(4 + y.shape[1], size)
            bent = (self.errors[i + 1] * abs(grad)).sum(axis=1, keepdims=True)
            return delta, (moved + bent) * y + self.errors[i + 1] * size + self.round(4, size * y)
        alpha = getattr(f, "alpha", 0.0)
        slope = abs(f.derivative(y))
        # Rounding y moves y(1 - y) by at most (y's roundings) · |y|, and 1 - y² by twice that
        rounded = {"sigmoid": ACTIVATION * abs(y), "tanh": 2 * ACTIVATION * abs(y)}.get(f.name, 0.0)
        error = slope * grad_error + self.round(4, abs(grad) * slope) + self.round(rounded, abs(grad))
        if f.name in ("relu", "leaky_relu"):
            unknown = abs(self.z[i]) <= z_error
            error = np.where(unknown, (1 + alpha) * (abs(grad) + grad_error), error)
        else:
            error = error + BENDING[f.name] * z_error * (abs(grad) + grad_error)
        return delta, error
