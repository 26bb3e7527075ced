"""An ONNX model as the chain of its layers; whatever is no chain of dense layers is refused by name."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import helper

from npnet.activations import Activation, ReLU6, SiLU

from . import activations
from .reading import TYPES, array, constants

SILU = "Sigmoid and Mul"
"""The two operators of ``x * sigmoid(x)``, which the standard has as one from opset 24 on."""
# Before it, Gemm and Add broadcast by attributes, and a Dropout without one is in training
_OLDEST = 7
_OWN = ("Gemm", "MatMul", "Add", "Cast", "Dropout", "Identity", "Flatten", "Clip", SILU)
# The attributes of each operator that are read; others are refused
_ATTRIBUTES = {
    "Gemm": {"alpha", "beta", "transA", "transB"},
    "Cast": {"to", "saturate", "round_mode"},
    "Dropout": {"ratio", "seed"},
    "Flatten": {"axis"},
}


@dataclass
class Dense:
    """One layer: weights, biases, activation, each None until the chain has come to it."""

    W: Any
    b: Any = None
    activation: Activation | None = None
    result: str = ""
    """The name of the layer's output."""


class Chain:
    """The layers of an ONNX model, in order.

    Parameters
    ----------
    model : onnx.ModelProto
        A model that was checked.
    """

    dtype: Any
    """The type of all weights."""
    input_dtype: Any
    """That of the input, which a Cast may come after."""

    def __init__(self, model: onnx.ModelProto) -> None:
        version = max((opset.version for opset in model.opset_import if opset.domain in ("", "ai.onnx")), default=0)
        if version < _OLDEST:
            raise ValueError(f"model: expected opset {_OLDEST} or newer, got {version}")
        self.graph, self.constants = model.graph, constants(model.graph)
        self.layers: list[Dense] = []
        self.input = self._only("input", self.graph.input)
        (self._type,) = [value.type.tensor_type for value in self.graph.input if value.name == self.input]
        if not self._type.elem_type:
            raise ValueError(f"model: expected an input that is a tensor, got {self.input} of another kind")
        self.dtype = TYPES.get(self._type.elem_type, self._type.elem_type)
        self.input_dtype = np.dtype(helper.tensor_dtype_to_np_dtype(self._type.elem_type))
        # Of a sample
        self._axes = len(self._type.shape.dim) - 1
        output = self._only("output", self.graph.output)
        nodes = [node for node in self.graph.node if node.output[0] not in self.constants]
        for node in self._in_order(_with_silu(nodes), output):
            self._take(node, {a.name: helper.get_attribute_value(a) for a in node.attribute})
            if self.layers:
                self.layers[-1].result = node.output[0]
        if not self.layers:
            raise ValueError("model: expected at least one Gemm or MatMul, got none")
        self._check_types()

    def _only(self, what: str, values: Any) -> str:
        names = [value.name for value in values if value.name not in self.constants]
        if len(names) != 1:
            raise ValueError(f"model: expected one {what}, got {len(names)}: {', '.join(names)}")
        return names[0]

    def _in_order(self, nodes: list[Any], output: str) -> list[Any]:
        """Return the nodes as a chain from the input to the output."""
        name, chain = self.input, []
        while name != output:
            users = [node for node in nodes if name in node.input]
            if len(users) != 1 or list(users[0].input).count(name) != 1:
                uses = ", ".join(node.op_type for node in users) or "nothing"
                raise ValueError(
                    f"model: expected a chain, each result the input of one operator, got {name} of {uses}"
                )
            chain.append(users[0])
            others = [used for used in users[0].input if used and used != name and used not in self.constants]
            if others:
                made = ", ".join(node.op_type for node in nodes if {*others} & {*node.output}) or "nothing"
                raise ValueError(
                    f"model: expected weights that are constants, got {', '.join(others)} of {users[0].op_type} made "
                    f"by {made}"
                )
            if len([result for result in users[0].output if result]) != 1:
                raise ValueError(
                    f"model: expected operators of one result, got {users[0].op_type} to {', '.join(users[0].output)}"
                )
            name = users[0].output[0]
        beside = [node.op_type for node in nodes if not any(node is one for one in chain) or name in node.input]
        if beside:
            raise ValueError(f"model: expected a chain that ends with its output, got {', '.join(beside)} beside it")
        return chain

    def _take(self, node: Any, attributes: dict[str, Any]) -> None:
        """Make one node part of the layers."""
        name = node.op_type
        known = node.domain in ("", "ai.onnx") and (name in _OWN or name in activations.BY_NAME)
        if not known:
            full = f"{node.domain}.{name}".strip(".")
            raise ValueError(f"model: expected Gemm, MatMul, Add and activations that npnet has, got {full}")
        allowed = _ATTRIBUTES.get(name, set()) if name in _OWN else activations.BY_NAME[name].defaults.keys()
        if not attributes.keys() <= set(allowed):
            raise ValueError(f"model: expected {name} with {sorted(allowed)}, got {sorted(attributes)}")
        if name in activations.BY_NAME:
            self._activate(activations.from_onnx(name, attributes))
        else:
            getattr(self, f"take_{'silu' if name == SILU else name.lower()}")(node, attributes)

    def _activate(self, activation: Activation) -> None:
        if not self.layers or self.layers[-1].activation is not None:
            raise ValueError(f"model: expected one activation after each layer, got {activation!r} in another place")
        self.layers[-1].activation = activation

    def _matrix(self, node: Any) -> Any:
        """Return the weights of a product, its second input."""
        tensor = self.constants.get(node.input[1])
        matrix = None if tensor is None or node.input[0] in self.constants else array(tensor)
        if matrix is None or matrix.ndim != 2:
            raise ValueError(
                f"model: expected {node.op_type} of samples and a matrix of weights, got {list(node.input)}"
            )
        return matrix

    def _biases(self, name: str, units: int) -> Any:
        biases = array(self.constants[name])
        if (
            biases.ndim > 2
            or (biases.ndim == 2 and biases.shape[0] != 1)
            or biases.shape[-1:] not in ((), (1,), (units,))
        ):
            raise ValueError(f"model: expected biases of shape ({units},), got {biases.shape} of {name}")
        return np.broadcast_to(biases.reshape(-1), units)

    def take_gemm(self, node: Any, attributes: dict[str, Any]) -> None:
        """Begin a layer with ``alpha * x @ B + beta * C``."""
        if attributes.get("transA"):
            raise ValueError("model: expected Gemm of samples in rows, transA=0, got transA=1")
        W, b = self._matrix(node), None
        W = W.T if attributes.get("transB") else W
        if len(node.input) > 2 and node.input[2]:
            b = self._biases(node.input[2], W.shape[1]) * W.dtype.type(attributes.get("beta", 1))
        self._append(W * W.dtype.type(attributes.get("alpha", 1)), b)

    def take_matmul(self, node: Any, attributes: dict[str, Any]) -> None:
        """Begin a layer with ``x @ B``."""
        self._append(self._matrix(node))

    def _append(self, W: Any, b: Any = None) -> None:
        """Begin a layer; the first one's samples must be flat, and have as many features as the input says."""
        if not self.layers:
            if self._axes != 1:
                raise ValueError(
                    f"model: expected flat samples, (batch, features), got samples of {self._axes} axes without a "
                    "Flatten"
                )
            sizes = [size.dim_value for size in self._type.shape.dim[1:]]
            if all(sizes) and np.prod(sizes) != len(W):
                raise ValueError(f"model: expected samples of {len(W)} features, as the weights, got {sizes}")
        elif len(W) != self.layers[-1].W.shape[1]:
            units = self.layers[-1].W.shape[1]
            raise ValueError(f"model: expected weights of {units} rows after {units} units, got {len(W)}")
        self.layers.append(Dense(W, b))

    def take_add(self, node: Any, attributes: dict[str, Any]) -> None:
        """Add the biases of a layer that has none yet."""
        layer = self.layers[-1] if self.layers else None
        if layer is None or layer.b is not None or layer.activation is not None:
            raise ValueError("model: expected Add after a MatMul, of its biases, got one in another place")
        (name,) = [used for used in node.input if used in self.constants]
        layer.b = self._biases(name, layer.W.shape[1])

    def take_cast(self, node: Any, attributes: dict[str, Any]) -> None:
        """Note the type that the input is cast to; later ones may change nothing."""
        dtype = TYPES.get(attributes["to"])
        if dtype is None or (self.layers and dtype != self.dtype):
            name = onnx.TensorProto.DataType.Name(attributes["to"])
            raise ValueError(f"model: expected Cast of the input to FLOAT or DOUBLE alone, got one to {name}")
        self.dtype = dtype

    def take_dropout(self, node: Any, attributes: dict[str, Any]) -> None:
        """Pass on what a Dropout that is switched off does."""
        if len(node.input) > 2 and node.input[2]:
            tensor = self.constants[node.input[2]]
            if onnx.numpy_helper.to_array(tensor).any():
                raise ValueError("model: expected Dropout that is switched off, got training_mode")

    def take_identity(self, node: Any, attributes: dict[str, Any]) -> None:
        """Pass on the input."""

    def take_clip(self, node: Any, attributes: dict[str, Any]) -> None:
        """Take a Clip to [0, 6], ReLU6."""
        limits = [array(self.constants[name]) for name in node.input[1:] if name in self.constants]
        if len(limits) != 2 or [limit.shape for limit in limits] != [(), ()] or [*map(float, limits)] != [0, 6]:
            raise ValueError(f"model: expected Clip to [0, 6], ReLU6, got {[limit.tolist() for limit in limits]}")
        self._activate(ReLU6())

    def take_silu(self, node: Any, attributes: dict[str, Any]) -> None:
        """Take ``x * sigmoid(x)``."""
        self._activate(SiLU())

    def take_flatten(self, node: Any, attributes: dict[str, Any]) -> None:
        """Pass on samples of one axis."""
        if attributes.get("axis", 1) != 1:
            raise ValueError(f"model: expected Flatten of each sample, axis 1, got {attributes['axis']}")
        self._axes = 1

    def _check_types(self) -> None:
        if self.dtype not in TYPES.values() or self.input_dtype.kind not in "iuf":
            name = onnx.TensorProto.DataType.Name(self._type.elem_type)
            raise ValueError(f"model: expected an input of FLOAT or DOUBLE, or cast to one, got {name}")
        for layer in self.layers:
            activations.check_constants("model", layer.activation, self.dtype)
            for numbers in (layer.W, layer.b):
                if numbers is not None and numbers.dtype != self.dtype:
                    raise ValueError(f"model: expected all of one type, got {self.dtype} and {numbers.dtype}")


def _with_silu(nodes: list[Any]) -> list[Any]:
    """Return the nodes with each pair that is ``x * sigmoid(x)`` as one node."""
    found = list(nodes)
    for gate in [node for node in nodes if node.op_type == "Sigmoid"]:
        users = [node for node in nodes if gate.output[0] in node.input]
        if [node.op_type for node in users] == ["Mul"] and sorted(users[0].input) == sorted(
            [gate.input[0], gate.output[0]]
        ):
            both = (gate, users[0])
            found = [node for node in found if not any(node is one for one in both)]
            found.append(helper.make_node(SILU, [gate.input[0]], [users[0].output[0]]))
    return found
