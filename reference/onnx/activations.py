"""ONNX's activations: the node of one of npnet's, and back.

ONNX keeps an attribute such as a slope in float32, whatever the model computes in.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from onnx import helper

from npnet.activations import (
    ELU,
    GELU,
    SELU,
    Activation,
    GELUTanh,
    LeakyReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)


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


def _gelu(approximate: Any) -> Activation:
    if approximate not in (b"none", b"tanh"):
        raise ValueError(f"model: expected Gelu with approximate none or tanh, got {approximate}")
    return GELUTanh() if approximate == b"tanh" else GELU()


# Those of the standard, in the float32 that attributes are kept in
_SELU = {"alpha": np.float32(1.67326319217681884765625), "gamma": np.float32(1.05070102214813232421875)}


def _leaky_relu(alpha: float) -> Activation:
    return LeakyReLU(_above_zero("LeakyRelu", alpha)) if alpha else ReLU()


def _elu(alpha: float) -> Activation:
    return ELU(_above_zero("Elu", alpha))


def _above_zero(name: str, alpha: float) -> float:
    if not 0 < alpha < np.inf:
        raise ValueError(f"model: expected {name} with alpha above 0, got alpha={alpha}")
    return alpha


def _selu(**given: float) -> Activation:
    if given != {name: float(value) for name, value in _SELU.items()}:
        raise ValueError(f"model: expected Selu with its own constants, got {given}")
    return SELU()


_OPERATORS: dict[type[Activation], Operator] = {
    Sigmoid: Operator("Sigmoid", {}, Sigmoid),
    Tanh: Operator("Tanh", {}, Tanh),
    ReLU: Operator("Relu", {}, ReLU),
    LeakyReLU: Operator("LeakyRelu", {"alpha": np.float32(0.01)}, _leaky_relu, lambda f: {"alpha": f.alpha}),
    Softplus: Operator("Softplus", {}, Softplus),
    ELU: Operator("Elu", {"alpha": np.float32(1)}, _elu, lambda f: {"alpha": f.alpha}),
    SELU: Operator("Selu", _SELU, _selu),
    GELU: Operator("Gelu", {"approximate": b"none"}, _gelu, opset=20),
    GELUTanh: Operator("Gelu", {"approximate": b"none"}, _gelu, lambda f: {"approximate": "tanh"}, opset=20),
    # Before opset 13 the default is 1, which of two axes is the last
    Softmax: Operator("Softmax", {"axis": None}, _softmax, lambda f: {"axis": -1}),
}
BY_NAME = {operator.name: operator for operator in _OPERATORS.values()}


class Nodes(NamedTuple):
    """The operators that compute an activation."""

    nodes: list[Any]
    tensors: dict[str, Any]
    """Their constant inputs."""
    opset: int
    """The opset that has them."""


def nodes(activation: Activation, dtype: Any, z: str, y: str) -> Nodes:
    """Return what computes one of npnet's activations in a net of a dtype, from the value `z` to `y`."""
    if isinstance(activation, ReLU6):
        limits = {f"{y}_low": 0, f"{y}_high": 6}
        return Nodes([helper.make_node("Clip", [z, *limits], [y])], limits, 13)
    if isinstance(activation, SiLU):
        gate = helper.make_node("Sigmoid", [z], [f"{y}_gate"])
        return Nodes([gate, helper.make_node("Mul", [z, f"{y}_gate"], [y])], {}, 13)
    found, attributes = _operator(activation, dtype)
    return Nodes([helper.make_node(found.name, [z], [y], **attributes)], {}, found.opset)


def _operator(activation: Activation, dtype: Any) -> tuple[Operator, dict[str, Any]]:
    """Return the one operator of an activation, with its attributes."""
    found = _OPERATORS.get(type(activation))
    if found is None:
        raise ValueError(f"net: expected activations that ONNX has, got {activation!r}")
    check_constants("net", activation, dtype)
    attributes = found.attributes(activation)
    for name, value in attributes.items():
        if dtype == np.float64 and isinstance(value, float) and float(np.float32(value)) != value:
            raise ValueError(
                f"net: expected {name} to be a float32 number, as ONNX keeps it, got {value!r} of a float64 net; "
                f"{float(np.float32(value))!r} is the nearest"
            )
    return found, attributes


def check_constants(what: str, activation: Activation | None, dtype: Any) -> None:
    """Refuse an activation of float64 whose constants ONNX has in float32, as defaults or in its definition."""
    if dtype == np.float64 and isinstance(activation, (SELU, GELU, GELUTanh)):
        raise ValueError(f"{what}: expected no {activation!r} in float64, since ONNX has its constants in float32")


def from_onnx(name: str, attributes: dict[str, Any]) -> Activation:
    """Return npnet's activation of an operator with these attributes."""
    found = BY_NAME[name]
    given = {key: attributes.get(key, default) for key, default in found.defaults.items()}
    return found.make(
        **{key: float(value) if isinstance(value, np.floating) else value for key, value in given.items()}
    )
