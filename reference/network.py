"""TensorFlow's network from the same flat parameters, and Keras models to and from npnet."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from npnet import MLP, activations, losses, regularizers
from npnet.activations import Activation, LeakyReLU
from npnet.optimizers import Optimizer
from reference import activations as activation_twins
from reference import losses as loss_twins
from reference import optimizers as optimizer_twins
from reference import regularizers as regularizer_twins
from reference.floatx import floatx


def variables(net: MLP) -> list[Any]:
    """Return TensorFlow variables with the net's weights and biases, in the order of its flat vector."""
    return [tf.Variable(array) for pair in zip(net.weights, net.biases) for array in pair]


def forward(net: MLP, parameters: list[Any], x: Any, logits: bool = False) -> Any:
    """Return TensorFlow's outputs, or the last layer's logits; `parameters` are as from `variables`."""
    for i, activation in enumerate(net.activations):
        x = tf.matmul(x, parameters[2 * i]) + parameters[2 * i + 1]
        if not (logits and i == len(net.activations) - 1):
            x = activation_twins.twin(activation)(x)
    return x


def loss_value(net: MLP, parameters: list[Any], x: Any, y: Any, loss: Any, regularizer: Any) -> Any:
    """Return TensorFlow's loss with its penalty, as a tensor; on logits where npnet folds it too."""
    folded = loss.fold(net.activations[-1])
    outputs = forward(net, parameters, x, logits=folded is not None)
    value = loss_twins.twin(folded or loss)(y, outputs)
    if regularizer is not None:
        value += tf.add_n([regularizer_twins.twin(regularizer)(W) for W in parameters[::2]])
    return value


def loss_and_gradient(net: MLP, x: Any, y: Any, loss: Any = "mse", regularizer: Any = None) -> tuple[Any, Any]:
    """Return TensorFlow's loss and gradient (flat, by GradientTape) for npnet's net.

    Raises
    ------
    ValueError
        If an argument does not fit the net.
    """
    loss, regularizer = losses.get(loss), regularizers.get(regularizer)
    parameters = variables(net)
    x = net._inputs("x", x)
    x, y = tf.constant(x), tf.constant(net._targets("y", y, len(x), loss))
    with tf.GradientTape() as tape:
        value = loss_value(net, parameters, x, y, loss, regularizer)
    gradients = tape.gradient(value, parameters)
    return value.numpy(), np.concatenate([gradient.numpy().ravel() for gradient in gradients])


def to_keras(net: MLP, optimizer: Optimizer | None = None) -> Any:
    """Return a Keras model with the net's layers and weights.

    Parameters
    ----------
    net : MLP
        The net.
    optimizer : Optimizer or None
        If given, the model gets its Keras twin, with the moments and the count of steps.

    Raises
    ------
    ValueError
        If the net is not float32 or float64, Keras has no such optimizer, or its moments are another net's.
    """
    if net.dtype not in (np.float32, np.float64):
        raise ValueError(f"net: expected float32 or float64, got {net.dtype}")
    if optimizer is not None:
        optimizer.check(net.parameters)
    dtype = net.dtype.name
    with floatx(dtype):
        layers = [
            keras.layers.Dense(W.shape[1], activation=_to_keras_activation(f, dtype), dtype=dtype)
            for W, f in zip(net.weights, net.activations)
        ]
        model = keras.Sequential([keras.Input((net.widths[0],), dtype=dtype), *layers])
        model.set_weights([array for pair in zip(net.weights, net.biases) for array in pair])
        if optimizer is not None:
            model.optimizer = optimizer_twins.keras_twin(optimizer, net.dtype)
            model.optimizer.build(model.trainable_variables)
            if optimizer.iterations:
                shapes = [tuple(variable.shape) for variable in model.trainable_variables]
                optimizer_twins.state_to_keras(optimizer, model.optimizer, shapes)
    return model


def from_keras(model: Any, optimizer: Optimizer | None = None) -> MLP:
    """Return a net with the layers and weights of a Keras model.

    Parameters
    ----------
    model : keras.Sequential
        A model of Dense layers with biases, and activations that npnet has.
    optimizer : Optimizer or None
        If given, it gets the moments and the count of steps of the model's optimizer, its twin.

    Raises
    ------
    ValueError
        If the model is not built, has another kind of layer, no bias, or an unknown activation, or its optimizer is
        not the twin of `optimizer`.
    """
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    if not layers or not model.built:
        raise ValueError("model: expected a built model with at least one layer")
    for layer in layers:
        if not isinstance(layer, keras.layers.Dense) or not layer.use_bias:
            raise ValueError(f"model: expected Dense layers with biases, got {layer!r}")
    arrays = model.get_weights()
    widths = [arrays[0].shape[0], *(W.shape[1] for W in arrays[::2])]
    chosen = [_from_keras_activation(layer.activation) for layer in layers]
    net = MLP(widths, chosen[:-1], chosen[-1], dtype=arrays[0].dtype)
    net.parameters = np.concatenate([array.ravel() for array in arrays])
    if optimizer is not None:
        optimizer_twins.state_from_keras(optimizer, getattr(model, "optimizer", None), net.dtype)
    return net


def _to_keras_activation(activation: Activation, dtype: str) -> Any:
    if isinstance(activation, LeakyReLU):
        return keras.layers.LeakyReLU(negative_slope=activation.alpha, dtype=dtype)
    return "linear" if activation.name == "identity" else activation.name


def _from_keras_activation(activation: Any) -> Activation:
    name = getattr(activation, "__name__", repr(activation))
    try:
        if isinstance(activation, keras.layers.LeakyReLU):
            return LeakyReLU(float(activation.negative_slope))
        return activations.get({"linear": "identity"}.get(name, name))
    except ValueError as error:
        raise ValueError(f"model: an activation that npnet does not have: {error}") from error
