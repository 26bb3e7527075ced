"""Layers: their three products, forward and backward.

All arrays have the units first, ``(units, batch)``, and under each input stands a row of ones, whose weights are the
biases: ``W``, of shape (features + 1, units), is weights and biases in one, and with ``y = f(z)``::

    z = W.T @ x             the last row of x is 1, so that this is the notes' x @ W + b
    dW = x @ delta.T        with delta, the gradient by z: the weights' gradient, and in the last row the biases'
    dx = W[:-1] @ delta     the gradient by the output of the layer before

A layer without biases has the same products, with an input without that row and a ``W`` of (features, units).

An ensemble's arrays have one more axis, the last, for the members. Elementwise lines, and sums over units or batch, are
the same; the products are those of `MembersLayer`.

Source: the study notes, sections 2.1 and 4.2 (3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from npnet.activations import Activation
from npnet.engine import tuning
from npnet.engine.parameters import matrices
from npnet.typing import Array


class Layer:
    """A layer's parameters, their gradient, and its activation.

    Parameters
    ----------
    W : ndarray, shape (features + 1, units), or (features, units) without biases
        Weights, and a last row of biases.
    activation : Activation
        The function of the product's result; its units are along axis 0.
    bias : bool
        Whether there are biases.
    """

    gradient: Array
    """The gradient by `W`, of its shape."""
    weights_gradient: Array
    """The part of it that is the gradient by the weights."""

    def __init__(self, W: Array, activation: Activation, bias: bool = True) -> None:
        self.activation, self.bias = activation, bias
        self.hold(W)

    def hold(self, W: Array) -> None:
        """Compute with these parameters."""
        self.W, self.weights, self.transposed = W, self.without_biases(W), W.T

    def without_biases(self, matrix: Array) -> Array:
        """Return the weights' part of an array that is laid out as `W` is."""
        return matrix[:-1] if self.bias else matrix

    def forward(self, x: Array, p: Pass) -> None:
        """Set ``z = W.T @ x``."""
        self.transposed.dot(x, p.z)

    def gradients(self, delta: Array, p: Pass) -> None:
        """Set ``dW = x @ delta.T``."""
        p.x.dot(delta.T, self.gradient)

    def back(self, delta: Array, p: Pass, out: Array) -> Array:
        """Return ``dx = W[:-1] @ delta``, in `out`."""
        return self.weights.dot(delta, out)

    def square(self, p: Pass) -> float:
        """Return a bound on the sum of squares of the last `gradients`.

        By the inequality of Cauchy and Schwarz, that of ``x @ delta.T`` is at most the product of those of ``x`` and
        ``delta``, which in a wide layer have far fewer elements.
        """
        if not p.wide:
            return float(np.vdot(self.gradient, self.gradient))
        x, delta = p.x.ravel("K"), p.delta.ravel("K")
        return float(x.dot(x)) * float(delta.dot(delta))


class MembersLayer(Layer):
    """The same layer of each member of an ensemble: ``W`` is (features + 1, units, members).

    The samples, which all members share, are (features + 1, batch); a product with them is one matrix product for each
    unit. Of the two forms of a product of arrays that both have members, `numpy.einsum` sums products of rows of
    members, and takes a time proportional to the multiply-adds; `numpy.matmul`, one matrix product for each member,
    first needs copies with the members in front, and is faster where there are enough units on both sides.
    """

    def forward(self, x: Array, p: Pass) -> None:
        """Set ``z = W.T @ x`` for each member."""
        if x.ndim == 2:
            np.matmul(x.T, self.W.transpose(1, 0, 2), out=p.z)
        elif tuning.few(*self.weights.shape):
            np.einsum("ibk,iok->obk", x, self.W, out=p.z)
        else:
            p.product(p.front("W", self.W).transpose(0, 2, 1), p.front("x", x), p.z)

    def gradients(self, delta: Array, p: Pass) -> None:
        """Set ``dW = x @ delta.T`` for each member."""
        if p.x.ndim == 2:
            np.matmul(p.x, delta, out=self.gradient.transpose(1, 0, 2))
        elif tuning.few(*self.weights.shape):
            np.einsum("ibk,obk->iok", p.x, delta, out=self.gradient)
        else:
            p.product(p.front("x", p.x), p.front("delta", delta).transpose(0, 2, 1), self.gradient)

    def back(self, delta: Array, p: Pass, out: Array) -> Array:
        """Return ``dx = W[:-1] @ delta`` for each member, in `out`."""
        W = self.weights
        if W.shape[1] == 1:
            # One unit leaves nothing to sum, and the product saves 4 of 60 microseconds of a step of 100 2-11-1 nets
            return np.multiply(delta, W, out=out)
        if tuning.few(*W.shape):
            return np.einsum("obk,iok->ibk", delta, W, out=out)
        return p.product(p.front("W", W), p.front("delta", delta), out)


class Pass:
    """A layer's arrays for a batch of one size.

    Parameters
    ----------
    layer : Layer
        The layer.
    batch : int
        The number of samples.
    ones : bool
        Whether a row of ones stands under the output, for the biases of the next layer.
    """

    x: Array
    """The input, (features + 1, batch[, members])."""
    grad: Any = None
    """The gradient by the output; None in a pass that only goes forward, but for the last layer."""
    scratch: Any = None
    """An array of that shape, whose numbers nobody needs."""
    delta: Array
    """The gradient by the product, `z`; often it is `grad`, overwritten."""
    count: int
    """Of the last layer, the number that the sum of the loss's terms is divided by."""
    any_wide: bool
    """Of the last layer, whether there is a wide one in a single net."""

    def __init__(self, layer: Layer, batch: int, ones: bool) -> None:
        W = layer.W
        units, dtype = W.shape[1], W.dtype
        self.with_ones = np.empty((units + 1 if ones else units, batch, *W.shape[2:]), dtype)
        self.z = self.saved = self.y = self.with_ones[:-1] if ones else self.with_ones
        if ones:
            self.with_ones[-1] = 1
        if layer.activation.needs == "z":
            self.z = self.saved = np.empty_like(self.y)
        self.wide = W.ndim == 2 and W.size > tuning.WIDE * batch * (len(W) + units)
        self._copies: dict[tuple[Any, ...], Array] = {}

    def front(self, name: str, array: Array) -> Array:
        """Return a contiguous copy with the members first, always in the same memory."""
        view = array.transpose(2, 0, 1)
        copy = self._copy(name, view.shape)
        copy[...] = view
        return copy

    def product(self, a: Array, b: Array, out: Any) -> Array:
        """Return the product of each member, by way of a contiguous array, in `out`."""
        members_first = self._copy("product", (out.shape[2], *out.shape[:2]))
        out[...] = np.matmul(a, b, out=members_first).transpose(1, 2, 0)
        return out

    def _copy(self, name: str, shape: tuple[int, ...]) -> Array:
        key = name, shape
        if key not in self._copies:
            self._copies[key] = np.empty(shape, self.y.dtype)
        return self._copies[key]


def check_activations(activations: Any, layers: int) -> None:
    """Check that there is an activation for each layer."""
    chosen = activations if isinstance(activations, Sequence) else ()
    if len(chosen) != layers or not all(isinstance(f, Activation) for f in chosen):
        raise ValueError(f"activations: expected an Activation for each of {layers} layers, got {activations!r}")


def layers_of(
    parameters: Array, widths: Sequence[int], activations: Sequence[Activation], use_bias: Sequence[bool]
) -> list[Layer]:
    """Return the layers of a net, or of an ensemble, whose parameters have a second axis."""
    check_activations(activations, len(use_bias))
    kind = Layer if parameters.ndim == 1 else MembersLayer
    arrays = matrices(parameters, widths, use_bias)
    return [kind(W, activation.along(0), bias) for W, activation, bias in zip(arrays, activations, use_bias)]


def passes_of(layers: Sequence[Layer], batch: int, training: bool = False) -> list[Pass]:
    """Return the arrays of all layers for batches of one size; those of the way back only for training."""
    ones = [*(layer.bias for layer in layers[1:]), False]
    passes = [Pass(layer, batch, some) for layer, some in zip(layers, ones)]
    if training:
        memory = np.empty(max(p.y.size for p in passes), passes[0].y.dtype)
        for p in passes:
            p.grad = np.empty_like(p.y)
            p.scratch = memory[: p.y.size].reshape(p.y.shape)
    return passes


def with_ones(x: Array) -> Array:
    """Return samples of shape (batch, features) as rows that end with a 1, (batch, features + 1)."""
    rows = np.empty((len(x), x.shape[1] + 1), x.dtype)
    rows[:, :-1] = x
    rows[:, -1] = 1
    return rows


def inputs(x: Array, bias: bool) -> Array:
    """Return a copy of samples, (batch, features), as rows for a first layer that has biases or none."""
    return with_ones(x) if bias else np.array(x, order="C")


def forward(layers: Sequence[Layer], passes: Sequence[Pass], x: Array) -> Array:
    """Return the output of the last layer for a batch of shape (features + 1, batch), or (features, batch)."""
    for layer, p in zip(layers, passes):
        p.x = x
        layer.forward(x, p)
        y = layer.activation.value(p.z, p.y)
        if y is not p.y:
            p.y[...] = y
        x = p.with_ones
    return p.y


def backward(layers: Sequence[Layer], passes: Sequence[Pass], grad: Array) -> None:
    """Set each layer's gradient from that by the output of the last layer, which is overwritten."""
    for i in range(len(layers) - 1, -1, -1):
        layer, p = layers[i], passes[i]
        p.delta = delta = layer.activation.pullback(grad, p.saved, grad, p.scratch)
        layer.gradients(delta, p)
        if i:
            grad = layer.back(delta, p, passes[i - 1].grad)
