"""Keras models to and from npnet's nets, with the moments of their optimizers."""

from typing import Any, NamedTuple

import keras
import numpy as np

from npnet import MLP, regularizers
from npnet.activations import ELU, Activation, GELUTanh, LeakyReLU
from npnet.clipping import Clipping
from npnet.losses import Loss
from npnet.optimizers import Optimizer

from . import clipping, keras_layers, keras_training
from . import optimizers as optimizer_counterparts
from . import regularizers as regularizer_counterparts


def to_keras(net: MLP, optimizer: Optimizer | None = None) -> Any:
    """Return a Keras model with the net's layers, weights and regularizers.

    Keras's float type and dtype policy stay as they are.

    Parameters
    ----------
    net : MLP
        The net, float32 or float64.
    optimizer : Optimizer or None
        If given, the model gets its counterpart in Keras, with the moments and the count of steps.
    """
    if net.dtype not in (np.float32, np.float64):
        raise ValueError(f"net: expected float32 or float64, got {net.dtype}")
    if optimizer is not None:
        optimizer.check(net.parameters)
    dtype = net.dtype.name
    layers = [_dense(net, i, dtype) for i in range(len(net.weights))]
    model = keras.Sequential([keras.Input((net.widths[0],), dtype=dtype), *layers])
    model.set_weights([array for pair in zip(net.weights, net.biases) for array in pair if array is not None])
    if optimizer is not None:
        model.optimizer = optimizer_counterparts.keras_counterpart(optimizer, net.dtype)
        model.optimizer.build(model.trainable_variables)
        if optimizer.iterations:
            optimizer_counterparts.state_to_keras(optimizer, model.optimizer)
    return model


def _dense(net: MLP, i: int, dtype: str) -> Any:
    rule = regularizers.of_layers(net.regularizer, len(net.weights))[i]
    return keras.layers.Dense(
        net.widths[i + 1],
        activation=_to_keras_activation(net.activations[i], dtype),
        use_bias=net.use_bias[i],
        kernel_regularizer=None if rule is None else regularizer_counterparts.keras_counterpart(rule),
        dtype=dtype,
    )


def _to_keras_activation(activation: Activation, dtype: str) -> Any:
    if isinstance(activation, LeakyReLU):
        return keras.layers.LeakyReLU(negative_slope=activation.alpha, dtype=dtype)
    if isinstance(activation, ELU):
        return keras.layers.ELU(alpha=activation.alpha, dtype=dtype)
    if isinstance(activation, GELUTanh):
        return keras_layers.gelu_tanh
    return "linear" if activation.name == "identity" else activation.name


def from_keras(model: Any, optimizer: Optimizer | None = None) -> MLP:
    """Return a net with the layers, weights, regularizers and loss of a Keras model.

    What npnet does not have is refused: nothing of a model is left out in silence.

    Parameters
    ----------
    model : keras.Sequential or functional model
        A built chain of Dense layers, with activations, penalties on weights, and a loss, if it is compiled with one,
        that npnet has. A Flatten may be the first layer: the net takes flat samples.
    optimizer : Optimizer or None
        If given, it gets the moments and the count of steps of the model's optimizer, its counterpart.

    Returns
    -------
    MLP
        The net, whose `regularizer` and `loss` are those of the model.
    """
    layers = keras_layers.dense_layers(model)
    keras_layers.check_trainable(layers)
    net = net_of(layers)
    loss = keras_training.loss(model)
    if loss is not None:
        net.loss = loss
    if optimizer is not None:
        optimizer_counterparts.state_from_keras(optimizer, getattr(model, "optimizer", None), net.dtype)
    return net


def net_of(layers: list[keras_layers.DenseLayer]) -> MLP:
    """Return the net of a chain of Dense layers."""
    chosen, shape = [keras_layers.activation(layer) for layer in layers], keras_layers.shape(layers)
    net = MLP(
        shape.widths,
        chosen[:-1],
        chosen[-1],
        dtype=shape.dtype,
        use_bias=shape.use_bias,
        kernel_regularizer=[keras_layers.regularizer(layer) for layer in layers],
    )
    net.parameters = keras_layers.flat([variable for layer in layers for variable in layer.variables])
    return net


class Compiled(NamedTuple):
    """What a compiled Keras model is in npnet."""

    net: MLP
    """The net, with the model's loss and regularizers."""
    loss: Loss
    optimizer: Optimizer
    """The optimizer, with the moments and the count of steps of the model's. A schedule counts Keras's steps where
    npnet counts epochs: its numbers of epochs are numbers of steps."""
    clipping: Clipping | None
    """What a gradient goes through before the optimizer sees it."""
    regularizer: Any


def compiled_from_keras(model: Any) -> Compiled:
    """Return the net of a compiled Keras model with its loss, optimizer, clipping and regularizers.

    Parameters
    ----------
    model : keras.Sequential or functional model
        A model as for `from_keras`, compiled with a loss and an optimizer that npnet has.

    Raises
    ------
    ValueError
        If it is not compiled, or has something that npnet does not have: the error names it.
    """
    net = from_keras(model)
    loss = keras_training.loss(model)
    if loss is None:
        raise ValueError("model: expected one that is compiled with a loss")
    optimizer = keras_training.optimizer(model.optimizer, net.dtype)
    if model.optimizer.built:
        optimizer_counterparts.copy_state(optimizer, model.optimizer, net.dtype)
    return Compiled(net, loss, optimizer, clipping.from_keras(model.optimizer.get_config()), net.regularizer)
