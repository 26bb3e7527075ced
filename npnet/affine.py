"""The affine layer and its way back.

Forward, ``z = x @ W + b``; back from ``delta``, the gradient of the loss with respect to ``z``::

    dW = x.T @ delta        db = sum(delta)        dx = delta @ W.T

`Affine` does this for one net, `MembersAffine` for many of one shape, whose arrays have a last axis: that
of the members. Either is made for batches of one size.

Source: the study notes, sections 2.1 and 4.2 (3).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from npnet.validation import Array

# A layer with so many units for each sample has the units first in memory: OpenBLAS then needs half the time for
# ``delta @ W.T`` at 32 samples and 512 units, as much at 256
WIDE = 4


class Layer(NamedTuple):
    """A layer's parameters, or their gradients: views of one flat vector."""

    W: Array
    """The weights, of shape (in, out[, members])."""
    b: Array
    """The biases, of shape (out[, members])."""
    both: Array
    """The biases as one more row of the weights, of shape (in + 1, out[, members])."""


class Affine:
    """The products of one net: ``x`` is (batch, in), ``W`` (in, out), ``z`` and ``delta`` (batch, out).

    Parameters
    ----------
    batch : int
        The number of samples.
    dtype : dtype
        That of all arrays.
    members : int or None
        How many nets; None for one.
    """

    def __init__(self, batch: int, dtype: Any, members: int | None) -> None:
        self._batch, self._dtype, self._members = batch, dtype, members
        self._ones = np.ones(batch, dtype)

    def inputs(self, x: Array) -> Array:
        """Return the samples as the first layer multiplies them."""
        return x

    def buffer(self, units: int, memory: Array | None = None) -> Array:
        """Return an array for the numbers of a layer with so many units, a view of `memory` if that is given."""
        memory = np.empty(self._batch * units, self._dtype) if memory is None else memory
        memory = memory[: self._batch * units]
        if units >= WIDE * self._batch:
            return memory.reshape(units, self._batch).T
        return memory.reshape(self._batch, units)

    def hidden(self, units: int) -> tuple[Array, Array]:
        """Return an array for the outputs of a hidden layer, and the same memory as the next layer multiplies it."""
        outputs = self.buffer(units)
        return outputs, outputs

    def forward(self, x: Array, layer: Layer, out: Array) -> None:
        """Set ``out = x @ W + b``."""
        _multiply(x, layer.W, out)
        out += layer.b

    def gradients(self, x: Array, delta: Array, out: Layer) -> None:
        """Set ``dW = x.T @ delta`` and ``db = sum(delta)`` over the batch."""
        np.dot(x.T, delta, out=out.W)
        # The sum over the batch, as a product, which takes half the time of a reduction
        np.dot(self._ones, delta, out=out.b)

    def back(self, delta: Array, layer: Layer, out: Array) -> Array:
        """Set ``out = delta @ W.T``, and return it."""
        return _multiply(delta, layer.W.T, out)


class MembersAffine(Affine):
    """The same products for each member: ``x`` (batch, in, members) or, shared, (batch, in); ``W`` (in, out, members).

    The bias is the weight of one more input that is always 1: that input is the last column of ``x``, its weights
    the last row of ``W``, and one product computes ``x @ W + b``, another ``dW`` with ``db``.

    In memory, the outputs have the units first: a sum over them, and the broadcast of one, then runs over
    long rows. A product with a shared ``x`` is one matrix product for each unit. Of the two forms of a product
    with arrays of the members' own, `numpy.einsum` sums products of rows of members, and takes a time
    proportional to the multiply-adds; `numpy.matmul`, one matrix product for each member, first needs copies
    with the members in front, and is faster where there are enough units on both sides of the layer: see `_few`.
    """

    def __init__(self, batch: int, dtype: Any, members: int | None) -> None:
        super().__init__(batch, dtype, members)
        self._copies: dict[tuple[Any, ...], Array] = {}

    def inputs(self, x: Array) -> Array:
        """Return the samples with a last column of ones, always in the same array."""
        with_ones = self._held("inputs", (len(x), x.shape[1] + 1))
        with_ones[:, :-1] = x
        return with_ones

    def buffer(self, units: int, memory: Array | None = None) -> Array:
        """Return an array of shape (batch, units, members) whose memory has the units first."""
        assert self._members is not None
        shape = units, self._batch, self._members
        memory = np.empty(math.prod(shape), self._dtype) if memory is None else memory
        return memory[: math.prod(shape)].reshape(shape).transpose(1, 0, 2)

    def hidden(self, units: int) -> tuple[Array, Array]:
        """Return an array for the outputs of a hidden layer, and the same memory with ones as one more unit."""
        with_ones = self.buffer(units + 1)
        with_ones[:, -1] = 1
        return with_ones[:, :-1], with_ones

    def forward(self, x: Array, layer: Layer, out: Array) -> None:
        """Set ``out = x @ W + b`` for each member."""
        W = layer.both
        if x.ndim == 2:
            np.matmul(x, W.transpose(1, 0, 2), out=out.transpose(1, 0, 2))
        elif _few(W):
            np.einsum("bik,iok->bok", x, W, out=out)
        else:
            self._product(self._front("W", W).transpose(0, 2, 1), self._front("x", x), out.transpose(2, 1, 0))

    def gradients(self, x: Array, delta: Array, out: Layer) -> None:
        """Set ``dW = x.T @ delta`` and ``db = sum(delta)`` over the batch for each member."""
        dW = out.both
        if x.ndim == 2:
            np.matmul(x.T, delta.transpose(1, 0, 2), out=dW.transpose(1, 0, 2))
        elif _few(dW):
            np.einsum("bik,bok->iok", x, delta, out=dW)
        else:
            self._product(self._front("x", x), self._front("delta", delta).transpose(0, 2, 1), dW.transpose(2, 0, 1))

    def back(self, delta: Array, layer: Layer, out: Array) -> Array:
        """Set ``out = delta @ W.T`` for each member, and return it."""
        W = layer.W
        if W.shape[1] == 1:
            # One unit leaves nothing to sum, and the product saves 4 of 60 microseconds of a step of 100 2-11-1 nets
            return np.multiply(delta, W[:, 0], out=out)
        if _few(W):
            np.einsum("bok,iok->bik", delta, W, out=out)
            return out
        self._product(self._front("W", W), self._front("delta", delta), out.transpose(2, 1, 0))
        return out

    def _front(self, name: str, array: Array) -> Array:
        """Return a contiguous copy with the members first: W (members, in, out), others (members, units, batch)."""
        view = array.transpose((2, 0, 1) if name == "W" else (2, 1, 0))
        copy = self._held(name, view.shape)
        copy[...] = view
        return copy

    def _product(self, a: Array, b: Array, out: Array) -> None:
        """Set ``out`` to the product of each member, by way of a contiguous array."""
        product = self._held("product", out.shape)
        out[...] = np.matmul(a, b, out=product)

    def _held(self, name: str, shape: tuple[int, ...]) -> Array:
        """Return the array of that name and shape, the same one at each call; at first it holds ones."""
        key = name, shape
        if key not in self._copies:
            self._copies[key] = np.ones(shape, self._dtype)
        return self._copies[key]


def _multiply(a: Array, b: Array, out: Array) -> Array:
    """Set ``out = a @ b``, and return it; of an array that has the units first in memory, by its transpose."""
    if out.flags.c_contiguous:
        return np.dot(a, b, out=out)
    np.dot(b.T, a.T, out=out.T)
    return out


def _few(W: Array) -> bool:
    """Return whether `numpy.einsum` is the faster form for a layer of that shape.

    Measured with NumPy 2.4 in float32 at batch 32: `numpy.matmul` is faster from 2 units on with 5 members,
    from 3 on with 20, from 5 on with 100.
    """
    features_in, features_out, members = W.shape
    return min(features_in, features_out) < 1.75 + members / 32
