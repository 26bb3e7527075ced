"""A Keras model as a chain of Dense layers: what npnet has is read, all else is refused by its name."""

from collections.abc import Callable, Iterator
from functools import partial
from inspect import isfunction
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from npnet import activations
from npnet.activations import ELU, GELU, Activation, GELUTanh, LeakyReLU
from npnet.regularizers import L1, L1L2, L2, Regularizer

from ..checking.adapter import Shape
from .regularizers import KERAS_L2_FACTOR


class DenseLayer(NamedTuple):
    """A Dense layer, with the activation that it has itself or that stands in the next layer."""

    dense: Any
    activation: Callable[[Any], Any]

    @property
    def name(self) -> str:
        """The name that errors have for it."""
        return f"layer {self.dense.name!r}"

    @property
    def variables(self) -> list[Any]:
        """The weights, and the biases if it has some."""
        return [self.dense.kernel, *([self.dense.bias] if self.dense.use_bias else [])]


def dense_layers(model: Any) -> list[DenseLayer]:
    """Return the layers of a model that is a chain of them.

    Raises
    ------
    ValueError
        If the model is no such chain, or if a layer's numbers are not all float32 or all float64.
    """
    _check_kind(model)
    if not model.layers:
        # Without layers Keras calls no Sequential built
        raise ValueError("model: expected at least one Dense layer, got none")
    if not model.built or not model.inputs:
        raise ValueError("model: expected a built model, got one whose weights are not made yet")
    found: list[DenseLayer] = []
    for place, layer in enumerate(_flat(model)):
        if type(layer) is keras.layers.Dense:
            found.append(DenseLayer(layer, layer.activation))
        elif isinstance(layer, keras.layers.Flatten):
            _check_flatten(layer, place, model)
        else:
            _append_activation(found, layer)
    if not found:
        raise ValueError("model: expected at least one Dense layer, got none")
    if len(model.inputs[0].shape) != 2 and not isinstance(_flat(model)[0], keras.layers.Flatten):
        raise ValueError(f"model: expected flat samples, (batch, features), got the shape {model.inputs[0].shape}")
    _check_numbers(model, found)
    return found


def shape(layers: list[DenseLayer]) -> Shape:
    """Return the shape and the type that the net of a chain of Dense layers has."""
    widths = (layers[0].dense.kernel.shape[0], *(layer.dense.units for layer in layers))
    return Shape(widths, tuple(layer.dense.use_bias for layer in layers), np.dtype(layers[0].dense.compute_dtype))


# What Keras itself sets on an object in the place of the class's
_WRAPPED = ("build", "quantize", "loss")


def check_methods(theirs: Any, where: str) -> None:
    """Refuse an object whose class's methods are not its own: another one in their place may compute anything."""
    for name in vars(theirs):
        if name not in _WRAPPED and callable(getattr(type(theirs), name, None)):
            raise ValueError(f"model: expected the methods of its class, got another {name} of {where}")


def _check_kind(model: Any) -> None:
    if not isinstance(model, keras.Model):
        raise ValueError(f"model: expected a Keras model, got {type(model).__name__}")
    check_methods(model, f"the model {model.name!r}")
    if not _is_plain(model):
        raise ValueError(
            f"model: expected a Sequential or functional model, got a subclass, {type(model).__name__}, whose own "
            "lines may compute anything"
        )


def _is_plain(model: Any) -> bool:
    # The class of functional models has no public name
    return type(model) is keras.Sequential or (
        type(model).__name__ == "Functional" and type(model).__module__.startswith("keras.")
    )


def _flat(model: Any) -> list[Any]:
    """Return the layers in order, those of models inside of the model in their places, without input layers."""
    layers = model.layers if type(model) is keras.Sequential else _functional_chain(model)
    found: list[Any] = []
    for layer in layers:
        if isinstance(layer, keras.Model):
            _check_kind(layer)
            found += _flat(layer)
        elif not isinstance(layer, keras.layers.InputLayer):
            check_methods(layer, f"layer {layer.name!r}")
            found.append(layer)
    return found


def _functional_chain(model: Any) -> list[Any]:
    """Return the layers of a functional model, each of which must have the output of the one before as its input."""
    for operation in model.operations:
        if not isinstance(operation, keras.layers.Layer):
            raise ValueError(f"model: expected layers alone, got {_named(operation)} between them")
    config = model.get_config()
    nodes = {layer["name"]: layer["inbound_nodes"] for layer in config["layers"]}
    last, first = (_only(config, key) for key in ("output_layers", "input_layers"))
    names = [last]
    while names[-1] != first:
        names.append(_before(names[-1], nodes[names[-1]]))
    return [model.get_layer(name) for name in reversed(names)]


def _named(operation: Any) -> str:
    return f"{operation.name!r} ({type(operation).__name__})"


def _only(config: dict[str, Any], key: str) -> str:
    """Return the name of the only output or input layer, which may stand in a list."""
    what, found = key.partition("_")[0], config[key]
    if isinstance(found, dict):
        raise ValueError(f"model: expected one {what}, got a dictionary of {', '.join(found)}")
    if not isinstance(found[0], str):
        if len(found) > 1:
            raise ValueError(f"model: expected one {what}, got {len(found)}")
        (found,) = found
    return str(found[0])


def _before(name: str, calls: list[Any]) -> str:
    """Return the name of the layer whose output a layer has as its input."""
    if len(calls) != 1:
        raise ValueError(f"model: expected each layer once, got {name!r} {len(calls)} times")
    args, kwargs = calls[0]["args"], calls[0]["kwargs"]
    if any(value is not None for value in kwargs.values()):
        raise ValueError(f"model: expected layers called with their input alone, got {name!r} called with {kwargs}")
    if len(args) != 1 or not isinstance(args[0], dict):
        raise ValueError(f"model: expected a chain of layers, got {name!r} with several inputs")
    return str(args[0]["config"]["keras_history"][0])


_REASONS: list[tuple[Any, str]] = [
    (keras.layers.Dropout, "which leaves out units at random in training, or none at a rate of 0: leave it out"),
    (keras.layers.BatchNormalization, "which has means and variances of its own"),
    (keras.layers.Dense, "a subclass of Dense whose own lines may compute anything"),
]


def _append_activation(found: list[DenseLayer], layer: Any) -> None:
    """Make an activation layer that of the Dense layer before it."""
    kinds = (keras.layers.Activation, keras.layers.ReLU, keras.layers.LeakyReLU, keras.layers.Softmax, keras.layers.ELU)
    if type(layer) not in kinds:
        why = next((f", {reason}" for kind, reason in _REASONS if isinstance(layer, kind)), "")
        raise ValueError(f"model: expected Dense layers and activations, got {_named(layer)}{why}")
    activation = layer.activation if type(layer) is keras.layers.Activation else layer
    if not found or found[-1].activation is not keras.activations.linear:
        before = "no Dense layer" if not found else "another activation"
        raise ValueError(f"model: expected an activation after a Dense layer, got {layer.name!r} after {before}")
    found[-1] = found[-1]._replace(activation=activation)


def _check_flatten(layer: Any, place: int, model: Any) -> None:
    if place and len(model.inputs[0].shape) != 2:
        raise ValueError(f"model: expected a Flatten as the first layer, got {layer.name!r} in place {place + 1}")
    if layer.data_format != "channels_last":
        raise ValueError(f"model: expected channels last, got {layer.name!r} with {layer.data_format}")


def _check_numbers(model: Any, layers: list[DenseLayer]) -> None:
    """Check that samples, weights and results all have one type, float32 or float64."""
    for layer in layers:
        dense = layer.dense
        if dense.quantization_mode is not None:
            mode = dense.quantization_mode
            raise ValueError(f"model: expected weights that are not quantized, got {layer.name} with {mode}")
        if getattr(dense, "lora_enabled", False):
            raise ValueError(f"model: expected weights without LoRA, got {layer.name} with it")
    types = {model.inputs[0].dtype}
    for layer in layers:
        types |= {layer.dense.compute_dtype, layer.dense.variable_dtype}
    if len(types) > 1 or not types <= {"float32", "float64"}:
        got = ", ".join(sorted(types))
        where = f", of which {model.inputs[0].dtype} is its input's" if len(types) > 1 else ""
        raise ValueError(f"model: expected float32 or float64 throughout, got {got}{where}")


# What training does to a layer's weights beside the optimizer's steps


def check_trainable(layers: list[DenseLayer]) -> None:
    """Check that training changes all weights, by nothing but the optimizer's steps."""
    for layer in layers:
        if not all(variable.trainable for variable in layer.variables):
            raise ValueError(f"model: expected layers that are trained, got {layer.name} with trainable=False")
        for variable in layer.variables:
            if variable.constraint is not None:
                kind = type(variable.constraint).__name__
                raise ValueError(f"model: expected weights without constraints, got {layer.name} with {kind}")


# Activations


@keras.saving.register_keras_serializable("npnet", "gelu_tanh")
def gelu_tanh(z: Any) -> Any:
    """Return Keras's GELU with tanh: unlike a `partial` it can be saved, and is found by its registered name."""
    return keras.activations.gelu(z, approximate=True)


def _known() -> Iterator[tuple[Any, str]]:
    names = ("sigmoid", "tanh", "relu", "softmax", "leaky_relu", "softplus", "elu", "selu", "gelu", "silu", "relu6")
    for name in names:
        yield getattr(keras.activations, name), name
    yield keras.activations.linear, "identity"
    for name in ("sigmoid", "tanh", "relu", "softmax"):
        yield getattr(tf.nn, name), name


_ACTIVATIONS = list(_known())


def activation(layer: DenseLayer) -> Activation:
    """Return npnet's counterpart of a layer's activation: of Keras's own functions, and not of others by their name."""
    theirs = layer.activation
    if isinstance(theirs, keras.layers.Layer):
        check_methods(theirs, f"the activation of {layer.name}")
    for function, name in _ACTIVATIONS:
        if theirs is function:
            return activations.get(name)
    # Not by itself: where this package is imported as reference and as npnet.reference, there are two of it
    if isfunction(theirs) and keras.saving.get_registered_name(theirs) == "npnet>gelu_tanh":
        return GELUTanh()
    if type(theirs) is keras.layers.LeakyReLU:
        return _leaky_relu(layer, theirs)
    if type(theirs) is keras.layers.ELU:
        return ELU(_above_zero(layer, theirs, "alpha"))
    if (
        isinstance(theirs, partial)
        and theirs.func is keras.activations.gelu
        and set(theirs.keywords) == {"approximate"}
    ):
        return GELUTanh() if theirs.keywords["approximate"] else GELU()
    if type(theirs) is keras.layers.Softmax and theirs.axis == -1:
        return activations.get("softmax")
    if type(theirs) is keras.layers.ReLU and not theirs.threshold:
        if theirs.max_value is None:
            return _leaky_relu(layer, theirs)
        if theirs.max_value == 6 and not theirs.negative_slope:
            return activations.get("relu6")
    raise ValueError(f"model: an activation that npnet does not have: {layer.name} has {_described(theirs)}")


def _leaky_relu(layer: DenseLayer, theirs: Any) -> Activation:
    """Return the activation of a layer with a slope on the left, which is ReLU for a slope of 0."""
    if not theirs.negative_slope:
        return activations.get("relu")
    return LeakyReLU(_above_zero(layer, theirs, "negative_slope"))


def _above_zero(layer: DenseLayer, theirs: Any, name: str) -> float:
    value = float(getattr(theirs, name))
    if not 0 < value < np.inf:
        kind = type(theirs).__name__
        raise ValueError(f"model: expected {kind} with {name} above 0, got {layer.name} with {name}={value}")
    return value


def _described(theirs: Any) -> str:
    if isinstance(theirs, keras.layers.Layer):
        own = [f"{k}={v}" for k, v in theirs.get_config().items() if k not in ("name", "trainable", "dtype")]
        return f"{type(theirs).__name__} with {', '.join(own)}"
    name = getattr(theirs, "__name__", None) or repr(theirs)
    module = getattr(theirs, "__module__", "") or ""
    return name if module.startswith(("keras.", "tensorflow.")) else f"a function of its own, {name!r}"


# Regularizers


def regularizer(layer: DenseLayer) -> Regularizer | None:
    """Return npnet's counterpart of the penalty on a layer's weights."""
    dense = layer.dense
    for name in ("bias_regularizer", "activity_regularizer"):
        if getattr(dense, name, None) is not None:
            raise ValueError(f"model: expected penalties on weights alone, got {layer.name} with its {name}")
    theirs = dense.kernel_regularizer
    if theirs is None:
        return None
    if type(theirs) is keras.regularizers.L1:
        return L1(float(theirs.l1))
    if type(theirs) is keras.regularizers.L2:
        return L2(float(theirs.l2) / KERAS_L2_FACTOR)
    if type(theirs) is keras.regularizers.L1L2:
        return L1L2(float(theirs.l1), float(theirs.l2) / KERAS_L2_FACTOR)
    kind = type(theirs).__name__
    raise ValueError(f"model: expected L1, L2 or both, got {layer.name} with the regularizer {kind}")


def flat(arrays: list[Any]) -> Any:
    """Return arrays as one flat vector."""
    return np.concatenate([np.asarray(array).ravel() for array in arrays])
