"""ONNX models of dense layers, made of npnet's nets and read back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from npnet import MLP
from npnet.activations import Activation, Identity

from . import activations
from .chain import Chain
from .reading import TYPES, read

_TYPES = {dtype: code for code, dtype in TYPES.items()}
_OPSET = 13


def to_onnx(net: MLP, file: str | Path | None = None) -> onnx.ModelProto:
    """Return an ONNX model with the net's layers and weights.

    Parameters
    ----------
    net : MLP
        The net, float32 or float64.
    file : path or None
        Where the model is written too, if given.

    Returns
    -------
    onnx.ModelProto
        From ``x``, of shape (batch, features), to ``y``: a Gemm for each layer, a MatMul for one without biases, and
        its activation. Its opset is 13, or the first one that has all of its operators.

    Notes
    -----
    The input has the net's dtype. An evaluator may take another one without a word, and compute in it.

    Examples
    --------
    >>> model = to_onnx(MLP([4, 16, 3], output="softmax", seed=0))
    >>> [node.op_type for node in model.graph.node], model.opset_import[0].version
    (['Gemm', 'Relu', 'Gemm', 'Softmax'], 13)
    >>> from_onnx(model)
    MLP([4, 16, 3], [relu, softmax], float32)
    """
    if net.members is not None or net.dtype not in _TYPES:
        raise ValueError(f"net: expected one of float32 or float64, got {net!r}")
    nodes, tensors, opset, name = [], [], _OPSET, "x"
    for i, (W, b, f) in enumerate(zip(net.weights, net.biases, net.activations), 1):
        last = i == len(net.weights)
        result = "y" if last and isinstance(f, Identity) else f"z{i}"
        names = [f"W{i}"] if b is None else [f"W{i}", f"b{i}"]
        tensors += [numpy_helper.from_array(a.copy(), key) for a, key in zip((W, b), names)]
        nodes.append(helper.make_node("MatMul" if b is None else "Gemm", [name, *names], [result]))
        name = result
        if not isinstance(f, Identity):
            name = "y" if last else f"y{i}"
            added, limits, needed = activations.nodes(f, net.dtype, result, name)
            nodes += added
            tensors += [numpy_helper.from_array(np.asarray(value, net.dtype), key) for key, value in limits.items()]
            opset = max(opset, needed)
    model = _model(net, nodes, tensors, opset)
    onnx.checker.check_model(model, full_check=True)
    if file is not None:
        Path(file).write_bytes(model.SerializeToString())
    return model


def _model(net: MLP, nodes: Sequence[Any], tensors: Sequence[Any], opset: int) -> onnx.ModelProto:
    kind = _TYPES[net.dtype]
    ends = [
        helper.make_tensor_value_info(name, kind, ["batch", width])
        for name, width in (("x", net.widths[0]), ("y", net.widths[-1]))
    ]
    opsets = [helper.make_opsetid("", opset)]
    graph = helper.make_graph(nodes, "npnet", ends[:1], ends[1:], tensors)
    # The oldest format that has this opset, which older evaluators read too
    version = helper.find_min_ir_version_for(opsets)
    return helper.make_model(graph, opset_imports=opsets, ir_version=version, producer_name="npnet")


def from_onnx(model: Any) -> MLP:
    """Return a net with the layers and weights of an ONNX model.

    Parameters
    ----------
    model : onnx.ModelProto or path
        The model, or the name of its file, of at most `reading.LARGEST` bytes. It is a chain of Gemm, or MatMul and
        Add, and activations that npnet has. A Cast of the input to the weights' type is left out: a net casts what it
        is given.

    Examples
    --------
    >>> from_onnx(to_onnx(MLP([2, 3, 1], hidden="tanh", seed=0)))
    MLP([2, 3, 1], [tanh, identity], float32)
    """
    return net_of(Chain(read(model)))


def net_of(chain: Chain) -> MLP:
    """Return the net of a chain of layers."""
    layers = chain.layers
    chosen: list[Activation] = [layer.activation or Identity() for layer in layers]
    net = MLP(
        [layers[0].W.shape[0], *(layer.W.shape[1] for layer in layers)],
        chosen[:-1],
        chosen[-1],
        dtype=chain.dtype,
        kernel_initializer="zeros",
        use_bias=[layer.b is not None for layer in layers],
    )
    net.weights, net.biases = [layer.W for layer in layers], [layer.b for layer in layers]
    return net
