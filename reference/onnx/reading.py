"""ONNX models, read with bounds on their sizes; nothing that they refer to is opened."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError

LARGEST = 2**28
"""The largest file that is read, in bytes; its weights are float32, 2**26 of them."""
TYPES = {onnx.TensorProto.FLOAT: np.dtype("float32"), onnx.TensorProto.DOUBLE: np.dtype("float64")}


def read(source: Any) -> onnx.ModelProto:
    """Return the checked model of a file, or the one given."""
    model = source
    if isinstance(source, (str, Path)):
        path = Path(source)
        if not path.is_file():
            raise ValueError(f"model: expected the name of a file, got {str(source)!r}")
        if path.stat().st_size > LARGEST:
            raise ValueError(f"model: expected a file of at most {LARGEST} bytes, got {path.stat().st_size}")
        try:
            model = onnx.load_model_from_string(path.read_bytes())
        except DecodeError as error:
            raise ValueError(f"model: expected an ONNX file, got {path.name}: {error}") from error
    if not isinstance(model, onnx.ModelProto):
        raise ValueError(f"model: expected an onnx.ModelProto or the name of a file, got {type(source).__name__}")
    for tensor in _tensors(model.graph):
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            raise ValueError(f"model: expected its weights in the file, got {tensor.name} in another one")
    try:
        onnx.checker.check_model(model)
    except (onnx.checker.ValidationError, ValueError) as error:
        raise ValueError(f"model: expected a valid one, but: {str(error).strip().splitlines()[0]}") from error
    return model


def _tensors(graph: onnx.GraphProto) -> list[onnx.TensorProto]:
    in_nodes = [attribute.t for node in graph.node for attribute in node.attribute if attribute.HasField("t")]
    return [*graph.initializer, *in_nodes]


def constants(graph: onnx.GraphProto) -> dict[str, onnx.TensorProto]:
    """Return the tensors of a graph that are no results, by name."""
    if graph.sparse_initializer:
        raise ValueError("model: expected dense weights, got a sparse initializer")
    found = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and [attribute.name for attribute in node.attribute] == ["value"]:
            found[node.output[0]] = node.attribute[0].t
    return found


def array(tensor: onnx.TensorProto) -> Any:
    """Return the numbers of a tensor, float32 or float64."""
    if tensor.data_type not in TYPES:
        name = onnx.TensorProto.DataType.Name(tensor.data_type)
        raise ValueError(f"model: expected weights of FLOAT or DOUBLE, got {name} of {tensor.name}")
    try:
        return onnx.numpy_helper.to_array(tensor)
    except ValueError as error:
        raise ValueError(f"model: expected as many numbers as {tensor.name} has places, but: {error}") from error
