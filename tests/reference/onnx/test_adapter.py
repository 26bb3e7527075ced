"""ONNX's side of a check, which has outputs alone: models of its documentation agree, broken ones do not."""

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from npnet import MLP
from npnet.activations import LeakyReLU
from npnet.cli import main
from reference import check, from_onnx, to_onnx


def linear_regression():
    """The linear regression of "Introduction to ONNX", its form with initializers."""
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(3, 1)).astype("float32"), rng.normal(size=1).astype("float32")
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, None]) for name in "XY"]
    nodes = [helper.make_node("MatMul", ["X", "A"], ["XA"]), helper.make_node("Add", ["XA", "B"], ["Y"])]
    tensors = [numpy_helper.from_array(A, "A"), numpy_helper.from_array(B, "B")]
    return helper.make_model(helper.make_graph(nodes, "lr", ends[:1], ends[1:], tensors))


def test_the_linear_regression_of_the_documentation_agrees():
    report = check(linear_regression())
    assert report
    assert [line.name for line in report.lines] == ["output of layer 1"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_each_layers_output_is_compared(dtype, tmp_path):
    file = tmp_path / "net.onnx"
    to_onnx(MLP([4, 6, 5, 3], ["silu", LeakyReLU(0.125)], "softmax", dtype=dtype, seed=0), file)
    report = check(file)
    assert report, str(report)
    assert [line.name for line in report.lines] == [f"output of layer {i}" for i in (1, 2, 3)]


def test_the_command_takes_a_file(tmp_path, capsys):
    file = tmp_path / "net.onnx"
    to_onnx(MLP([4, 3], seed=0), file)
    assert main(["check", str(file)]) == 0
    assert "output of layer 1" in capsys.readouterr().out
    file.write_bytes(b"\xff no model")
    assert main(["check", str(file)]) == 2
    assert capsys.readouterr().err.startswith("npnet check: model: expected an ONNX file, got net.onnx")


def test_an_input_of_another_type_is_what_the_model_states():
    model = linear_regression()
    cast = helper.make_node("Cast", ["X"], ["single"], to=TensorProto.FLOAT)
    model.graph.node.insert(0, cast)
    model.graph.node[1].input[0] = "single"
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.DOUBLE
    assert check(model)


@pytest.mark.parametrize("kind", [TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64, TensorProto.UINT8])
def test_samples_are_rounded_to_the_type_that_the_model_takes(kind):
    W = numpy_helper.from_array(np.random.default_rng(0).normal(size=(3, 2)), "W")
    nodes = [helper.make_node("Cast", ["x"], ["c"], to=TensorProto.DOUBLE), helper.make_node("MatMul", "cW", "y")]
    ends = [
        helper.make_tensor_value_info(name, type_, ["n", width])
        for name, type_, width in (("x", kind, 3), ("y", TensorProto.DOUBLE, 2))
    ]
    model = helper.make_model(helper.make_graph(nodes, "cast", ends[:1], ends[1:], [W]))
    report = check(model)
    assert report, str(report)
    if kind == TensorProto.UINT8:
        assert check(model, [[0, 1, 255]])
        with pytest.raises(ValueError, match="x: expected whole numbers, which the model takes as uint8, got others"):
            check(model, [[0, 0.5, 1]])


def test_results_that_a_type_does_not_hold_are_refused():
    net = MLP([3, 3, 2], hidden="identity", seed=0)
    net.weights = [1e30 * W for W in net.weights]
    with pytest.raises(ValueError, match=r"model: expected results that float32 holds, .* of layer 2 is not finite"):
        check(to_onnx(net))


def test_the_first_line_that_disagrees_is_what_was_broken():
    net = MLP([4, 5, 5, 3], "tanh", seed=0)
    model = to_onnx(net)
    net.weights[1] = net.weights[1].T.copy()
    report = check(model, against=net)
    assert not report
    assert next(line for line in report.lines if not line.agrees).name == "output of layer 2"


def test_an_optimizer_is_refused():
    with pytest.raises(ValueError, match="optimizer: expected none for an ONNX model, which is not trained"):
        check(to_onnx(MLP([3, 2], seed=0)), optimizer="sgd")


def test_a_net_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="against: expected a net of the model's shape"):
        check(to_onnx(MLP([3, 2], seed=0)), against=from_onnx(to_onnx(MLP([4, 2], seed=0))))
