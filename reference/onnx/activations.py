"""ONNX's activations: the node of one of npnet's, and back.

ONNX keeps an attribute such as a slope in float32, whatever the model computes in.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from npnet.activations import Activation, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh


class Operator(NamedTuple):
    """An operator of ONNX that one of npnet's activations is."""

    name: str
    defaults: dict[str, Any]
    """Its attributes, with ONNX's defaults."""
    make: Callable[..., Activation]
    """From the attributes to npnet's activation."""
    attributes: Callable[[Any], dict[str, Any]] = lambda activation: {}
    """From npnet's activation to the attributes."""
    opset: int = 13
    """The opset that has it in this form."""


def _softmax(axis: int | None) -> Activation:
    if axis not in (None, -1, 1):
        raise ValueError(f"model: expected a Softmax over the units, axis 1 or -1, got {axis}")
    return Softmax()


_OPERATORS: dict[type[Activation], Operator] = {
    Sigmoid: Operator("Sigmoid", {}, Sigmoid),
    Tanh: Operator("Tanh", {}, Tanh),
    ReLU: Operator("Relu", {}, ReLU),
    LeakyReLU: Operator("LeakyRelu", {"alpha": np.float32(0.01)}, LeakyReLU, lambda f: {"alpha": f.alpha}),
    # Before opset 13 the default is 1, which of two axes is the last
    Softmax: Operator("Softmax", {"axis": None}, _softmax, lambda f: {"axis": -1}),
}
BY_NAME = {operator.name: operator for operator in _OPERATORS.values()}


def operator(activation: Activation, dtype: Any) -> tuple[Operator, dict[str, Any]]:
    """Return the operator of one of npnet's activations, with its attributes, for a net of a dtype."""
    found = _OPERATORS.get(type(activation))
    if found is None:
        raise ValueError(f"net: expected activations that ONNX has as one operator, got {activation!r}")
    attributes = found.attributes(activation)
    for name, value in attributes.items():
        if dtype == np.float64 and isinstance(value, float) and float(np.float32(value)) != value:
            raise ValueError(
                f"net: expected {name} to be a float32 number, as ONNX keeps it, got {value!r} of a float64 net; "
                f"{float(np.float32(value))!r} is the nearest"
            )
    return found, attributes


def from_onnx(name: str, attributes: dict[str, Any]) -> Activation:
    """Return npnet's activation of an operator with these attributes."""
    found = BY_NAME[name]
    given = {key: attributes.get(key, default) for key, default in found.defaults.items()}
    return found.make(
        **{key: float(value) if isinstance(value, np.floating) else value for key, value in given.items()}
    )
