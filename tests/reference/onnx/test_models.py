"""Nets to ONNX models and back: what its reference evaluator computes, and all that is refused."""

import doctest

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from npnet import MLP
from npnet.activations import ELU, LeakyReLU
from reference import from_onnx, to_onnx
from reference.bounds.errors import output_bound
from reference.bounds.tolerance import assert_within
from reference.onnx import models, reading

DTYPES = ("float32", "float64")
ACTIVATIONS = [
    "identity", "sigmoid", "tanh", "relu", LeakyReLU(0.125), "softmax", "relu6", "softplus", ELU(0.5), "silu",
]  # fmt: skip
RNG = np.random.default_rng(0)


def evaluated(model, x):
    (result,) = ReferenceEvaluator(model).run(None, {"x": x})
    return result


def assert_same(model, net, x):
    wide = net.astype("longdouble")
    assert_within(evaluated(model, x), wide.predict(x), output_bound(wide, x.astype("longdouble"), net.dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_a_model_has_the_nets_outputs_and_comes_back_to_the_bit(activation, dtype, tmp_path):
    net = MLP([3, 5, 4], activation, activation, dtype=dtype, seed=0, bias_initializer="normal", use_bias=[False, True])
    model, file = to_onnx(net), tmp_path / "net.onnx"
    x = RNG.normal(size=(6, 3)).astype(dtype)
    onnx.checker.check_model(model, full_check=True)
    assert evaluated(model, x).dtype == dtype
    assert_same(model, net, x)
    assert to_onnx(net, file) == model
    for source in (model, file, str(file)):
        back = from_onnx(source)
        assert (back.parameters == net.parameters).all()
        assert (back.activations, back.use_bias, back.dtype) == (net.activations, net.use_bias, net.dtype)


def test_the_reference_evaluator_computes_in_the_type_of_its_input_whatever_the_model_says():
    """Why a check casts samples first."""
    model = to_onnx(MLP([3, 2], seed=0))
    assert evaluated(model, np.ones((1, 3))).dtype == "float64"
    assert model.graph.output[0].type.tensor_type.elem_type == TensorProto.FLOAT


W, B = RNG.normal(size=(3, 2)).astype("float32"), RNG.normal(size=2).astype("float32")
V, C = RNG.normal(size=(2, 4)).astype("float32"), RNG.normal(size=4).astype("float32")


def graph(*nodes, opset=13, inputs=None, outputs=None, dtype=np.float32, **tensors):
    """A model from x to y, whose tensors are the keywords."""
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    ends = [helper.make_tensor_value_info(name, kind, ["n", None]) for name in ("x", "y")]
    made = helper.make_graph(
        list(nodes), "test", inputs or ends[:1], outputs or ends[1:],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in tensors.items()],
    )  # fmt: skip
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(made, opset_imports=opsets, ir_version=10)


def node(kind, inputs, outputs, **attributes):
    return helper.make_node(kind, inputs.split(), outputs.split(), **attributes)


CHAINS = {
    "transposed weights": graph(node("Gemm", "x W B", "y", transB=1), W=W.T, B=B),
    "factors": graph(node("Gemm", "x W B", "y", alpha=0.5, beta=2.0), W=W, B=B),
    "no biases": graph(node("Gemm", "x W", "y"), W=W),
    "a number for all biases": graph(node("Gemm", "x W B", "y"), W=W, B=np.float32(0.5)),
    "a row of biases": graph(node("Gemm", "x W B", "y"), W=W, B=B[None]),
    "MatMul and Add": graph(node("MatMul", "x W", "z"), node("Add", "z B", "y"), W=W, B=B),
    "Add of z": graph(node("MatMul", "x W", "z"), node("Add", "B z", "y"), W=W, B=B),
    "two layers": graph(
        node("Gemm", "x W B", "a"), node("Relu", "a", "b"), node("Gemm", "b V C", "y"), V=V, C=C, B=B, W=W),
    "Identity, Flatten, Dropout": graph(
        node("Flatten", "x", "a"), node("Gemm", "a W B", "b"), node("Dropout", "b", "c"), node("Identity", "c", "y"),
        W=W, B=B),
    "a Constant": graph(
        node("Constant", "", "W", value=numpy_helper.from_array(W)), node("Gemm", "x W B", "y"), B=B),
    "default slope": graph(node("Gemm", "x W B", "a"), node("LeakyRelu", "a", "y"), W=W, B=B),
    "Softmax of axis 1": graph(node("Gemm", "x W B", "a"), node("Softmax", "a", "y", axis=1), W=W, B=B),
    "Softmax of opset 11": graph(node("Gemm", "x W B", "a"), node("Softmax", "a", "y"), W=W, B=B, opset=11),
    "LeakyRelu without a slope": graph(node("Gemm", "x W B", "a"), node("LeakyRelu", "a", "y", alpha=0.0), W=W, B=B),
    "an initializer among the inputs": graph(
        node("Gemm", "x W B", "y"), W=W, B=B, inputs=[
            helper.make_tensor_value_info("W", TensorProto.FLOAT, [3, 2]),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3])]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_of_dense_layers_has_the_same_outputs(name):
    assert_same(CHAINS[name], from_onnx(CHAINS[name]), RNG.normal(size=(6, 3)).astype("float32"))


@pytest.mark.parametrize("name", ["selu", "gelu", "gelu_tanh"])
def test_what_has_constants_in_float32_comes_back_in_float32(name):
    net = MLP([3, 5, 2], name, seed=0)
    model = to_onnx(net)
    assert from_onnx(model).activations == net.activations
    assert_same(model, net, RNG.normal(size=(6, 3)).astype("float32"))
    with pytest.raises(ValueError, match=f"net: expected no {name} in float64"):
        to_onnx(net.astype("float64"))


def test_opsets_are_the_first_that_have_all_operators():
    versions = [to_onnx(MLP([3, 2, 2], name)).opset_import[0].version for name in ("relu", "silu", "gelu")]
    assert versions == [13, 13, 20]


def test_a_cast_of_the_input_is_what_a_net_does():
    model = graph(
        node("Cast", "x", "c", to=TensorProto.FLOAT), node("Gemm", "c W B", "y"), W=W, B=B,
        inputs=[helper.make_tensor_value_info("x", TensorProto.DOUBLE, ["n", 3])],
    )  # fmt: skip
    net, x = from_onnx(model), RNG.normal(size=(6, 3))
    assert net.dtype == "float32"
    assert_same(model, net, x.astype("float32"))
    np.testing.assert_array_equal(net.predict(x), net.predict(x.astype("float32")))


def external():
    model = graph(node("Gemm", "x W B", "y"), W=W, B=B)
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "weights.bin"
    return model


def without_numbers():
    model = graph(node("Gemm", "x W B", "y"), W=W, B=B)
    model.graph.initializer[0].dims[:] = [2**20, 2**20]
    return model


def samples(*shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info("x", kind, shape)


INT8 = helper.make_tensor("W", TensorProto.INT8, [3, 2], [1] * 6)
REFUSED = {
    "no model": (np.ones(3), r"expected an onnx.ModelProto or the name of a file, got ndarray"),
    "no file": ("none.onnx", r"expected the name of a file, got 'none.onnx'"),
    "a skip": (
        graph(node("Gemm", "x W B", "a"), node("Relu", "a", "b"), node("Add", "a b", "y"), W=W, B=B),
        r"expected a chain, each result the input of one operator, got a of Relu, Add"),
    "a square": (
        graph(node("Gemm", "x W B", "a"), node("Add", "a a", "y"), W=W, B=B), r"got a of Add"),
    "two inputs": (
        graph(node("Gemm", "x W z", "y"), W=W, inputs=[
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3]) for name in "xz"]),
        r"expected one input, got 2: x, z"),
    "two outputs": (
        graph(node("Gemm", "x W B", "y"), node("Relu", "y", "z"), W=W, B=B, outputs=[
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 2]) for name in "yz"]),
        r"expected one output, got 2: y, z"),
    "a node after the output": (
        graph(node("Gemm", "x W B", "y"), node("Relu", "y", "z"), W=W, B=B), r"got Relu beside it"),
    "another Clip": (
        graph(node("Gemm", "x W B", "a"), node("Clip", "a l h", "y"), W=W, B=B, l=np.float32(0), h=np.float32(1)),
        r"expected Clip to \[0, 6\], ReLU6, got \[0.0, 1.0\]"),
    "a product with another gate": (
        graph(node("Gemm", "x W B", "a"), node("Tanh", "a", "b"), node("Mul", "a b", "y"), W=W, B=B), r"got a of Tanh"),
    "another SELU": (
        graph(node("Gemm", "x W B", "a"), node("Selu", "a", "y", alpha=1.0), W=W, B=B), r"expected Selu with its own"),
    "SELU in float64": (
        graph(node("Gemm", "x W B", "a"), node("Selu", "a", "y"), W=W.astype(float), B=B.astype(float), dtype=float),
        r"expected no selu in float64, since ONNX has its constants"),
    "another Gelu": (
        graph(node("Gemm", "x W B", "a"), node("Gelu", "a", "y", approximate="x"), W=W, B=B, opset=20), r"got b'x'"),
    "an unknown operator": (
        graph(node("Gemm", "x W B", "a"), node("Sin", "a", "y"), W=W, B=B), r"expected Gemm, .*got Sin"),
    "BatchNormalization": (
        graph(node("Gemm", "x W B", "a"), node("BatchNormalization", "a s s s s", "y"), W=W, B=B, s=B, opset=15),
        r"got BatchNormalization"),
    "a scaling": (graph(node("Mul", "x s", "a"), node("Gemm", "a W B", "y"), W=W, B=B, s=W[:, 0]), r"got Mul"),
    "transposed samples": (
        graph(node("Gemm", "x W B", "y", transA=1), W=W, B=B), r"expected Gemm of samples in rows, transA=0"),
    "weights first": (graph(node("MatMul", "W x", "y"), W=W), r"expected MatMul of samples and a matrix of weights"),
    "weights of three axes": (graph(node("MatMul", "x W", "y"), W=W[None]), r"expected MatMul of samples and a matrix"),
    "a column of biases": (
        graph(node("Gemm", "x W B", "y"), W=W, B=np.ones((6, 1), "float32")), r"expected biases of shape \(2,\)"),
    "Add first": (graph(node("Add", "x b", "a"), node("Gemm", "a W B", "y"), W=W, B=B, b=W[:, 0]), r"expected Add"),
    "Add after biases": (
        graph(node("Gemm", "x W B", "a"), node("Add", "a B", "y"), W=W, B=B), r"expected Add after a MatMul"),
    "two activations": (
        graph(node("Gemm", "x W B", "a"), node("Relu", "a", "b"), node("Tanh", "b", "y"), W=W, B=B),
        r"expected one activation after each layer, got tanh"),
    "an activation first": (
        graph(node("Relu", "x", "a"), node("Gemm", "a W B", "y"), W=W, B=B), r"got relu in another place"),
    "no layer": (graph(node("Relu", "x", "y")), r"got relu in another place"),
    "nothing": (graph(node("Identity", "x", "y")), r"expected at least one Gemm or MatMul, got none"),
    "Softmax over the batch": (
        graph(node("Gemm", "x W B", "a"), node("Softmax", "a", "y", axis=0), W=W, B=B), r"expected a Softmax over the"),
    "Flatten to a row": (
        graph(node("Flatten", "x", "a", axis=0), node("Gemm", "a W B", "y"), W=W, B=B), r"expected Flatten of each"),
    "Dropout": (
        graph(node("Gemm", "x W B", "a"), node("Dropout", "a r t", "y"), W=W, B=B, r=np.float32(0.5), t=np.bool_(True)),
        r"expected Dropout that is switched off, got training_mode"),
    "another cast": (
        graph(node("Gemm", "x W B", "a"), node("Cast", "a", "y", to=TensorProto.DOUBLE), W=W, B=B),
        r"expected Cast of the input to FLOAT or DOUBLE alone, got one to DOUBLE"),
    "half precision": (
        graph(node("Gemm", "x W B", "y"), W=W.astype("float16"), B=B.astype("float16"), dtype="float16"),
        r"expected weights of FLOAT or DOUBLE, got FLOAT16 of W"),
    "two dtypes": (
        graph(node("MatMul", "x W", "z"), node("Add", "z B", "y"), W=W.astype("float64"), B=B),
        r"expected all of one type, got float32 and float64"),
    "weights that are computed": (
        graph(node("Transpose", "V", "W"), node("MatMul", "x W", "y"), V=W.T.copy()),
        r"expected weights that are constants, got W of MatMul made by Transpose"),
    "a mask": (
        graph(node("Gemm", "x W B", "a"), node("Dropout", "a", "y m"), W=W, B=B),
        r"expected operators of one result, got Dropout to y, m"),
    "a falling slope": (
        graph(node("Gemm", "x W B", "a"), node("LeakyRelu", "a", "y", alpha=-1.0), W=W, B=B),
        r"expected LeakyRelu with alpha above 0, got alpha=-1.0"),
    "an Elu without its alpha": (
        graph(node("Gemm", "x W B", "a"), node("Elu", "a", "y", alpha=0.0), W=W, B=B),
        r"expected Elu with alpha above 0"),
    "samples of two axes": (
        graph(node("MatMul", "x W", "y"), W=W, inputs=[samples("n", 5, 3)]),
        r"expected flat samples, \(batch, features\), got samples of 2 axes without a Flatten"),
    "samples of none": (
        graph(node("MatMul", "x W", "y"), W=W, inputs=[samples(3)]),
        r"expected flat samples, .* got samples of 0 axes"),
    "other features": (
        graph(node("MatMul", "x W", "y"), W=W, inputs=[samples("n", 7)]),
        r"expected samples of 3 features, .* got \[7\]"),
    "other units": (
        graph(node("MatMul", "x W", "a"), node("MatMul", "a W", "y"), W=W), r"weights of 2 rows after 2 units, got 3"),
    "truth values": (
        graph(node("Cast", "x", "c", to=TensorProto.FLOAT), node("MatMul", "c W", "y"), W=W,
              inputs=[samples("n", 3, kind=TensorProto.BOOL)]),
        r"expected an input of FLOAT or DOUBLE, or cast to one, got BOOL"),
    "an old opset": (graph(node("MatMul", "x W", "y"), W=W, opset=6), r"expected opset 7 or newer, got 6"),
    "numbers elsewhere": (external(), r"expected its weights in the file, got W in another one"),
    "no numbers": (without_numbers(), r"expected "),
    "not valid": (graph(node("Gemm", "x W B", "z"), W=W, B=B), r"expected "),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_npnet_can_not_express_is_refused_by_name(name):
    model, message = REFUSED[name]
    with pytest.raises(ValueError, match=f"^model: .*{message}"):
        from_onnx(model)


def test_a_file_is_read_up_to_a_size_only(tmp_path, monkeypatch):
    file = tmp_path / "net.onnx"
    to_onnx(MLP([3, 2], seed=0), file)
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(ValueError, match="model: expected a file of at most 10 bytes, got"):
        from_onnx(file)


def test_a_file_of_something_else_is_refused(tmp_path):
    file = tmp_path / "net.onnx"
    file.write_bytes(b"\xff\x00 no model")
    with pytest.raises(ValueError, match=r"model: expected an ONNX file, got net\.onnx"):
        from_onnx(file)


def test_what_onnx_can_not_hold_is_refused():
    with pytest.raises(ValueError, match="net: expected one of float32 or float64"):
        to_onnx(MLP([3, 2], dtype="longdouble"))
    with pytest.raises(ValueError, match=r"net: expected alpha to be a float32 number, as ONNX keeps it, got 0.2 of a"):
        to_onnx(MLP([3, 2], output=LeakyReLU(0.2), dtype="float64"))
    assert from_onnx(to_onnx(MLP([3, 2], output=LeakyReLU(0.2)))).activations[0].alpha == np.float32(0.2)


def test_examples_run():
    assert doctest.testmod(models, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0
