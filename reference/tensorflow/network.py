"""TensorFlow's network from the same flat parameters."""

from typing import Any

import numpy as np
import tensorflow as tf

from npnet import MLP, datasets, losses, regularizers
from npnet.activations import Activation

from ..bounds.losses import folded
from . import activations as activation_counterparts
from . import losses as loss_counterparts
from . import regularizers as regularizer_counterparts


def variables(net: MLP) -> list[Any]:
    """Return TensorFlow variables with the net's weights and biases, in the order of its flat vector."""
    return [tf.Variable(array) for pair in zip(net.weights, net.biases) for array in pair if array is not None]


def forward(net: MLP, parameters: list[Any], x: Any, output: Activation | None = None) -> Any:
    """Return TensorFlow's outputs, with another activation of the last layer if one is given.

    `parameters` are as from `variables`.
    """
    activations = [*net.activations[:-1], output or net.activations[-1]]
    variable = iter(parameters)
    for bias, activation in zip(net.use_bias, activations):
        z = tf.matmul(x, next(variable))
        x = activation_counterparts.counterpart(activation)(z + next(variable) if bias else z)
    return x


def _weights(net: MLP, parameters: list[Any]) -> list[Any]:
    """Return the layers' weights, of all parameters."""
    starts = np.cumsum([0, *(1 + bias for bias in net.use_bias[:-1])])
    return [parameters[start] for start in starts]


def loss_value(
    net: MLP, parameters: list[Any], x: Any, y: Any, loss: Any, regularizer: Any, weights: Any = None
) -> Any:
    """Return TensorFlow's loss with its penalty, as a tensor; on logits where the output folds into the loss."""
    loss, output = folded(loss, net.activations[-1])
    value = loss_counterparts.counterpart(loss, weights)(y, forward(net, parameters, x, output))
    of_layers = regularizers.of_layers(regularizer, len(net.weights))
    penalties = [
        regularizer_counterparts.counterpart(rule)(W)
        for rule, W in zip(of_layers, _weights(net, parameters))
        if rule is not None
    ]
    return value + tf.add_n(penalties) if penalties else value


def loss_and_gradient(
    net: MLP, x: Any, y: Any, loss: Any = "mse", regularizer: Any = None, sample_weight: Any = None
) -> tuple[Any, Any]:
    """Return TensorFlow's loss and gradient (flat, by GradientTape) for npnet's net."""
    loss, regularizer = losses.get(loss), net.regularizer if regularizer is None else regularizer
    # It refuses what does not fit the net
    net.evaluate(x, y, loss, regularizer, sample_weight)
    weights = None if sample_weight is None else np.asarray(sample_weight, net.dtype)
    x, units, parameters = np.asarray(x, net.dtype), net.widths[-1], variables(net)
    y = datasets.one_hot(y, units) if np.ndim(y) == 1 and units > 1 else np.asarray(y)
    with tf.GradientTape() as tape:
        labels = tf.constant(y.reshape(len(x), units).astype(net.dtype))
        value = loss_value(net, parameters, tf.constant(x), labels, loss, regularizer, weights)
    gradients = tape.gradient(value, parameters)
    return value.numpy(), np.concatenate([gradient.numpy().ravel() for gradient in gradients])
