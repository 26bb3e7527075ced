"""Keras models to and from npnet's nets, with the moments of their optimizers."""

from functools import partial
from typing import Any

import keras
import numpy as np

from npnet import MLP, activations
from npnet.activations import ELU, GELU, Activation, GELUTanh, LeakyReLU
from npnet.optimizers import Optimizer

from . import optimizers as optimizer_counterparts
from .floatx import floatx


def to_keras(net: MLP, optimizer: Optimizer | None = None) -> Any:
    """Return a Keras model with the net's layers and weights.

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
    with floatx(dtype):
        layers = [
            keras.layers.Dense(W.shape[1], activation=_to_keras_activation(f, dtype), dtype=dtype)
            for W, f in zip(net.weights, net.activations)
        ]
        model = keras.Sequential([keras.Input((net.widths[0],), dtype=dtype), *layers])
        model.set_weights([array for pair in zip(net.weights, net.biases) for array in pair])
        if optimizer is not None:
            model.optimizer = optimizer_counterparts.keras_counterpart(optimizer, net.dtype)
            model.optimizer.build(model.trainable_variables)
            if optimizer.iterations:
                optimizer_counterparts.state_to_keras(optimizer, model.optimizer)
    return model


def from_keras(model: Any, optimizer: Optimizer | None = None) -> MLP:
    """Return a net with the layers and weights of a Keras model.

    Parameters
    ----------
    model : keras.Sequential
        A built model of Dense layers with biases, and activations that npnet has.
    optimizer : Optimizer or None
        If given, it gets the moments and the count of steps of the model's optimizer, its counterpart.
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
        optimizer_counterparts.state_from_keras(optimizer, getattr(model, "optimizer", None), net.dtype)
    return net


def _to_keras_activation(activation: Activation, dtype: str) -> Any:
    if isinstance(activation, LeakyReLU):
        return keras.layers.LeakyReLU(negative_slope=activation.alpha, dtype=dtype)
    if isinstance(activation, ELU):
        return keras.layers.ELU(alpha=activation.alpha, dtype=dtype)
    if isinstance(activation, GELUTanh):
        return partial(keras.activations.gelu, approximate=True)
    return "linear" if activation.name == "identity" else activation.name


def _from_keras_activation(activation: Any) -> Activation:
    name = getattr(activation, "__name__", repr(activation))
    try:
        if isinstance(activation, keras.layers.LeakyReLU):
            return LeakyReLU(float(activation.negative_slope))
        if isinstance(activation, keras.layers.ELU):
            return ELU(float(activation.alpha))
        if isinstance(activation, partial) and activation.func is keras.activations.gelu:
            return GELUTanh() if activation.keywords.get("approximate") else GELU()
        return activations.get({"linear": "identity"}.get(name, name))
    except ValueError as error:
        raise ValueError(f"model: an activation that npnet does not have: {error}") from error
