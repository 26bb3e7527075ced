"""A running error analysis of a net: how far rounding errors can move its outputs, loss and gradient.

Each number carries a bound on its error. A sum of n products adds ``(n + 1)`` roundings of the sum of their absolute
values, and none where all of them are exactly 0; an activation passes its input's error on, times its slope there and
what the error itself can add to that slope; where an error could carry z over a kink, the steeper slope is taken. The
analysis is that of Higham, "Accuracy and Stability of Numerical Algorithms", section 3.3, to first order.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from npnet import MLP, regularizers
from npnet.activations import Activation, identity
from npnet.losses import Loss
from npnet.regularizers import Choice, Regularizer

from . import losses
from .activations import activated, pulled_back
from .linear import Linear
from .tolerance import Inexact, Rounding, bound, exactly


def network_bounds(
    net: MLP,
    x: Any,
    y: Any,
    loss: Loss,
    regularizer: Choice,
    dtype: Any,
    flushed: bool = False,
    weights: Any = None,
) -> tuple[float, Any]:
    """Return bounds on the errors of a loss and of its gradient (flat), computed in `dtype` by any order of summation.

    `net`, `x` and `y` hold the exact numbers, in a wide type, and so do the samples' `weights`, if they have some; `y`
    has the shape of the outputs.
    """
    rounding = partial(bound, dtype=dtype, flushed=flushed)
    loss, output = losses.folded(loss, net.activations[-1])
    passes = _forward(net, [*net.activations[:-1], output], x, rounding)
    p = passes[-1].y
    grad_error = losses.gradient_moved(loss, y, p, weights) + losses.gradient_rounded(
        loss, y, p.value, rounding, weights
    )
    grad = Inexact(loss.gradient(y, p.value, weights), grad_error)
    value = losses.value_moved(loss, y, p, weights) + losses.value_rounded(loss, y, p.value, rounding, weights)
    size = losses.sizes(loss, y, p.value, weights).value.sum()
    of_layers = regularizers.of_layers(regularizer, len(net.weights))
    if any(of_layers):
        penalties = [0 if rule is None else rule(W) for W, rule in zip(net.weights, of_layers)]
        value += sum(rounding(W.size + 6, penalty) for W, penalty in zip(net.weights, penalties))
        value += rounding(len(penalties) + 1, size + sum(penalties))
    return float(value), _backward(net, passes, grad, of_layers, rounding)


def output_bound(net: MLP, x: Any, dtype: Any, flushed: bool = False) -> Any:
    """Return a bound on the error of each of a net's outputs, computed in `dtype`."""
    return _forward(net, net.activations, x, partial(bound, dtype=dtype, flushed=flushed))[-1].y.error


def layer_outputs(net: MLP, x: Any, dtype: Any, flushed: bool = False) -> list[Inexact]:
    """Return the output of each layer, with bounds on the errors of its numbers, computed in `dtype`."""
    return [one.y for one in _forward(net, net.activations, x, partial(bound, dtype=dtype, flushed=flushed))]


def loss_gradient(net: MLP, x: Any, y: Any, loss: Loss, dtype: Any, flushed: bool = False) -> Inexact:
    """Return the gradient of a loss by the outputs, or by the logits if it folds, with bounds on its errors."""
    rounding = partial(bound, dtype=dtype, flushed=flushed)
    loss, output = losses.folded(loss, net.activations[-1])
    p = _forward(net, [*net.activations[:-1], output], x, rounding)[-1].y
    error = losses.gradient_moved(loss, y, p) + losses.gradient_rounded(loss, y, p.value, rounding)
    return Inexact(loss.gradient(y, p.value), error)


def gradient_of_logits(net: MLP, x: Any, delta: Inexact, regularizer: Choice, dtype: Any, flushed: bool) -> Inexact:
    """Return the gradient by all weights and biases, flat, from the gradient of the loss by the last layer's z."""
    rounding = partial(bound, dtype=dtype, flushed=flushed)
    linear = net.copy()
    linear.activations[-1] = identity
    passes = _forward(linear, linear.activations, x, rounding)
    limit = _backward(linear, passes, delta, regularizers.of_layers(regularizer, len(net.weights)), rounding)
    linear.regularizer = regularizer
    _, exact = linear.loss_and_gradient(x, delta.value * len(x), Linear())
    return Inexact(exact, limit)


class _Pass(NamedTuple):
    """The numbers of one layer."""

    activation: Activation
    x: Inexact
    z: Inexact
    y: Inexact


def _forward(net: MLP, activations: Sequence[Activation], x: Any, rounding: Rounding) -> list[_Pass]:
    passes, y = [], exactly(x)
    for W, b, f in zip(net.weights, net.biases, activations):
        x, z = y, _affine(y, W, 0 if b is None else b, rounding)
        y = activated(f, z, rounding)
        passes.append(_Pass(f, x, z, y))
    return passes


def _backward(
    net: MLP, passes: list[_Pass], grad: Inexact, of_layers: Sequence[Regularizer | None], rounding: Rounding
) -> Any:
    """Return the bounds on the gradient by the weights and biases, flat."""
    bounds: list[Any] = []
    for W, b, regularizer, (f, x, z, y) in reversed(list(zip(net.weights, net.biases, of_layers, passes))):
        delta = pulled_back(f, grad, z, y, rounding)
        size, terms = abs(delta.value), len(x.value) + 2
        magnitude = abs(x.value).T @ size
        dW = x.error.T @ (size + delta.error) + abs(x.value).T @ delta.error + rounding(terms, magnitude)
        db = [] if b is None else delta.error.sum(axis=0) + rounding(terms, size.sum(axis=0))
        if regularizer is not None:
            dW += rounding(6, abs(regularizer.gradient(W)) + magnitude)
        bounds = [dW.ravel(), db, *bounds]
        grad = _affine(delta, W.T, 0, rounding)
    return np.concatenate(bounds)


def _affine(x: Inexact, W: Any, b: Any, rounding: Rounding) -> Inexact:
    """Return ``x @ W + b`` for exact weights."""
    passed_on, magnitude = x.error @ abs(W), abs(x.value) @ abs(W) + abs(b)
    # A sum of zeros is exact, so that a ReLU that sees none but them is at its kink, and nowhere near it
    rounded = np.where(magnitude + passed_on > 0, rounding(len(W) + 2, magnitude), 0)
    return Inexact(x.value @ W + b, passed_on + rounded)
