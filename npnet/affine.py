"""The affine layer and its way back.

Forward, ``z = x @ W + b``; back from ``delta``, the gradient of the loss with respect to ``z``::

    dW = x.T @ delta        db = sum(delta)        dx = delta @ W.T

`Affine` does this for one net, `MembersAffine` for many of one shape, whose arrays have a last axis: that
of the members.

Source: the study notes, sections 2.1 and 4.2 (3).
"""

import math
from typing import Any

import numpy as np

from npnet.validation import Array


class Affine:
    """The products of one net: ``x`` is (batch, in), ``W`` (in, out), ``z`` and ``delta`` (batch, out)."""

    def buffer(self, batch: int, units: int, parameters: Array, memory: Array | None = None) -> Array:
        """Return an array for the outputs of a layer with so many units, a view of `memory` if that is given."""
        memory = np.empty(batch * units, parameters.dtype) if memory is None else memory
        return memory[: batch * units].reshape(batch, units)

    def forward(self, x: Array, W: Array, b: Array, out: Array) -> None:
        """Set ``out = x @ W + b``."""
        np.dot(x, W, out=out)
        out += b

    def gradients(self, x: Array, delta: Array, ones: Array, dW: Array, db: Array) -> None:
        """Set ``dW = x.T @ delta`` and ``db = sum(delta)`` over the batch, given a 1 for each sample."""
        np.dot(x.T, delta, out=dW)
        # The sum over the batch, as a product, which takes half the time of a reduction
        np.dot(ones, delta, out=db)

    def back(self, delta: Array, W: Array, out: Array) -> Array:
        """Set ``out = delta @ W.T``, and return it."""
        return np.dot(delta, W.T, out=out)


class MembersAffine(Affine):
    """The same products for each member: ``x`` (batch, in, members) or, shared, (batch, in); ``W`` (in, out, members).

    In memory, the outputs have the units first: a sum over them, and the broadcast of one, then runs over
    long rows. A product with a shared ``x`` is one matrix product for each unit. Of the two forms of a product
    with arrays of the members' own, `numpy.einsum` sums products of rows of members, and takes a time
    proportional to the multiply-adds; `numpy.matmul`, one matrix product for each member, first needs copies
    with the members in front, and is faster where there are enough units on both sides of the layer: see `_few`.
    """

    def __init__(self) -> None:
        self._copies: dict[tuple[Any, ...], Array] = {}

    def buffer(self, batch: int, units: int, parameters: Array, memory: Array | None = None) -> Array:
        """Return an array of shape (batch, units, members) whose memory has the units first."""
        shape = units, batch, parameters.shape[1]
        return super().buffer(math.prod(shape), 1, parameters, memory).reshape(shape).transpose(1, 0, 2)

    def forward(self, x: Array, W: Array, b: Array, out: Array) -> None:
        """Set ``out = x @ W + b`` for each member."""
        if x.ndim == 2:
            np.matmul(x, W.transpose(1, 0, 2), out=out.transpose(1, 0, 2))
        elif _few(W):
            np.einsum("bik,iok->bok", x, W, out=out)
        else:
            self._product(self._front("W", W).transpose(0, 2, 1), self._front("x", x), out.transpose(2, 1, 0))
        out += b

    def gradients(self, x: Array, delta: Array, ones: Array, dW: Array, db: Array) -> None:
        """Set ``dW = x.T @ delta`` and ``db = sum(delta)`` over the batch for each member."""
        by_unit = delta.transpose(1, 0, 2)
        if x.ndim == 2:
            np.matmul(x.T, by_unit, out=dW.transpose(1, 0, 2))
        elif _few(dW):
            np.einsum("bik,bok->iok", x, delta, out=dW)
        else:
            self._product(self._front("x", x), self._front("delta", delta).transpose(0, 2, 1), dW.transpose(2, 0, 1))
        np.matmul(ones[np.newaxis], by_unit, out=db[:, np.newaxis])

    def back(self, delta: Array, W: Array, out: Array) -> Array:
        """Set ``out = delta @ W.T`` for each member, and return it."""
        if _few(W):
            np.einsum("bok,iok->bik", delta, W, out=out)
            return out
        self._product(self._front("W", W), self._front("delta", delta), out.transpose(2, 1, 0))
        return out

    def _front(self, name: str, array: Array) -> Array:
        """Return a contiguous copy with the members first: W (members, in, out), others (members, units, batch)."""
        view = array.transpose((2, 0, 1) if name == "W" else (2, 1, 0))
        copy = self._held(name, view.shape, view.dtype)
        copy[...] = view
        return copy

    def _product(self, a: Array, b: Array, out: Array) -> None:
        """Set ``out`` to the product of each member, by way of a contiguous array."""
        product = self._held("product", out.shape, out.dtype)
        out[...] = np.matmul(a, b, out=product)

    def _held(self, name: str, shape: tuple[int, ...], dtype: Any) -> Array:
        """Return the array of that name and shape, the same one at each call."""
        key = name, shape
        if key not in self._copies:
            self._copies[key] = np.empty(shape, dtype)
        return self._copies[key]


def _few(W: Array) -> bool:
    """Return whether `numpy.einsum` is the faster form for a layer of that shape.

    Measured with NumPy 2.4 in float32 at batch 32: `numpy.matmul` is faster from 2 units on with 5 members,
    from 3 on with 20, from 5 on with 100.
    """
    features_in, features_out, members = W.shape
    return min(features_in, features_out) < 2 + members / 32
