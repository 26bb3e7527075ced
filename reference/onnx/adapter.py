"""The side of ONNX in a check: the outputs of each layer, as the reference evaluator of the standard has them."""

from typing import Any

import onnx
from onnx.reference import ReferenceEvaluator

from npnet import MLP
from npnet.losses import Loss
from npnet.optimizers import Optimizer

from ..checking.adapter import Adapter, Setting, compared_with
from .chain import Chain
from .models import net_of
from .reading import TYPES, read


class OnnxAdapter(Adapter):
    """An ONNX model, which has outputs only; its arguments are those of `adapter`."""

    def __init__(self, model: Any, net: MLP | None, loss: Loss | None, optimizer: Optimizer | None) -> None:
        if optimizer is not None:
            raise ValueError("optimizer: expected none for an ONNX model, which is not trained")
        model = read(model)
        self.framework = f"ONNX {onnx.__version__}, reference evaluator"
        self.chain = Chain(model)
        self.sample_dtype = self.chain.input_dtype
        own = net_of(self.chain)
        self.parameters = None if net is None else own.parameters
        net = own if net is None else compared_with(net, own)
        self.evaluator = ReferenceEvaluator(_with_all_outputs(model, self.chain))
        self.setting = Setting(net, net.loss if loss is None else loss)

    def outputs(self, x: Any) -> list[Any]:
        """Return the output of each layer; the evaluator gets samples of the type that the model states."""
        return self.evaluator.run(None, {self.chain.input: x.astype(self.chain.input_dtype)})


def _with_all_outputs(model: onnx.ModelProto, chain: Chain) -> onnx.ModelProto:
    """Return a model of the same nodes whose outputs are those of all layers."""
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    del shown.graph.output[:]
    kind = {dtype: code for code, dtype in TYPES.items()}[chain.dtype]
    for layer in chain.layers:
        shown.graph.output.append(onnx.helper.make_tensor_value_info(layer.result, kind, [None, layer.W.shape[1]]))
    return shown


def adapter(model: Any, net: MLP | None, loss: Loss | None, optimizer: Optimizer | None) -> OnnxAdapter:
    """Return the adapter of an ONNX model, or of the one in an ``.onnx`` file."""
    return OnnxAdapter(model, net, loss, optimizer)
