"""The objective: a net's loss and penalty as one function of a batch, with its gradient."""

from functools import cached_property, reduce
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np

from npnet import activations, losses, regularizers
from npnet.losses import Loss
from npnet.regularizers import Regularizer
from npnet.validation import Array

if TYPE_CHECKING:
    from npnet.affine import Layer
    from npnet.layout import Buffers
    from npnet.network import Network


class Objective:
    """What is minimized: a net's loss with its penalty, as a function of a batch, with buffers reused.

    Parameters
    ----------
    net : MLP or Ensemble
        The net; its parameters are read at each call. Of an ensemble, losses are vectors.
    loss : str or Loss
        The loss; folded with the output's activation where the two form a pair.
    regularizer : str, Regularizer or None
        The penalty on the weights.
    buffers : dict or None
        The buffers for each size of a batch, shared with the objectives of other nets of the same shape.

    Raises
    ------
    ValueError
        If a name is not known, or the loss can't follow the output's activation.
    """

    def __init__(
        self,
        net: "Network",
        loss: str | Loss,
        regularizer: str | Regularizer | None,
        buffers: "dict[int, Buffers] | None" = None,
    ) -> None:
        self.net = net
        self.loss = losses.get(loss)
        self.regularizer = regularizers.get(regularizer)
        if self.regularizer is not None:
            self.regularizer._check_members(net._members)
        self.activations = net._functions()
        folded = self.loss.fold(net.activations[-1])
        if folded is not None:
            self.loss, self.activations[-1] = folded, activations.identity
        self.threshold = 0.0 if self.loss.from_logits else 0.5
        self._held = {} if buffers is None else buffers

    @cached_property
    def gradient(self) -> Array:
        """The gradient that the last `value_and_gradient` left, of the shape of the parameters."""
        return np.empty_like(self.net.parameters)

    @cached_property
    def _gradients(self) -> "list[Layer]":
        return self.net._views(self.gradient)

    def outputs(self, batch: int) -> list[Array]:
        """Return each layer's output in the last pass with this batch size; the last may be logits."""
        return self._at(batch).outputs

    def _at(self, batch: int, training: bool = False) -> "Buffers":
        held = self._held.get(batch)
        if held is None or (training and not held.deltas):
            held = self._held[batch] = self.net._buffers(batch, training)
        return held

    def value(self, x: Array, y: Array) -> Any:
        """Return the loss with its penalty; `x` and `y` are of the net's dtype."""
        buffers = self._at(len(x))
        value = self.loss._mean(y, self.net._forward(buffers.affine.inputs(x), self.activations, buffers))
        return value if self.regularizer is None else value + self._penalty(self.regularizer)

    def _penalty(self, regularizer: Regularizer) -> Any:
        return reduce(add, (regularizer._penalty(W, (0, 1)) for W in self.net.weights))

    def value_and_gradient(self, x: Array, y: Array) -> Any:
        """Return the loss with its penalty, and leave the gradient in `gradient`."""
        buffers = self._at(len(x), training=True)
        x = buffers.affine.inputs(x)
        outputs, scratch = self.net._forward(x, self.activations, buffers), buffers.scratch[-1]
        value, grad_y = self.loss._mean_and_gradient(y, outputs, buffers.deltas[-1], scratch)
        self.activations[-1]._backward(grad_y, outputs, grad_y, scratch)
        self.net._backward(x, self.activations, buffers, self._gradients)
        if self.regularizer is not None:
            value = value + self._penalty(self.regularizer)
            for W, (dW, *_) in zip(self.net.weights, self._gradients):
                dW += self.regularizer._gradient(W)
        return value
