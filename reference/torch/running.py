"""What a trace of a PyTorch model does not show: the contexts in which its layers are computed.

torch.fx records calls. ``torch.autocast`` and ``torch.no_grad`` around them change the type in which they are computed,
or leave them without a gradient, and are no calls. So a model is run once, forward and backward.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode


class _Products(TorchFunctionMode):
    """The types in which the products of Linear layers are computed."""

    def __init__(self) -> None:
        super().__init__()
        self.dtypes: list[torch.dtype] = []

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        if function is F.linear:
            self.dtypes.append(result.dtype)
        return result


def check_run(model: nn.Module, first: nn.Linear) -> None:
    """Refuse a model whose layers are computed in another type than their weights', or without a gradient.

    The model's gradients and torch's random numbers are afterwards as they were.

    Parameters
    ----------
    model : torch.nn.Module
        A chain, with all parameters of one dtype.
    first : torch.nn.Linear
        Its first layer with weights.
    """
    weight, products = first.weight, _Products()
    if weight.is_inference():
        # Made in inference mode, they are for reading alone: no pass has a gradient
        return
    with _as_in_training(model, weight.device.type):
        try:
            with products:
                y = model(torch.zeros(2, first.in_features, dtype=weight.dtype, device=weight.device))
            if y.requires_grad:
                y.sum().backward()
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise ValueError(f"model: expected a forward and a backward pass of samples, but: {reason}") from error
        without = [name for name, parameter in model.named_parameters() if parameter.grad is None]
    for dtype in (*products.dtypes, y.dtype):
        if dtype != weight.dtype:
            expected = f"layers that are computed in {weight.dtype}, as their weights are"
            raise ValueError(f"model: expected {expected}, got {dtype}, as inside of torch.autocast")
    if without:
        expected = "a gradient of all parameters"
        raise ValueError(f"model: expected {expected}, got none of {without[0]}, as inside of torch.no_grad")


@contextmanager
def _as_in_training(model: nn.Module, device: str) -> Iterator[None]:
    """Switch off the caller's own contexts, and let the gradients that are there come back."""
    kept = [(parameter, parameter.grad) for parameter in model.parameters()]
    without_autocast = torch.autocast(device, enabled=False) if torch.is_autocast_enabled(device) else nullcontext()
    # A model's own contexts are entered inside of these
    with torch.inference_mode(False), torch.enable_grad(), without_autocast, torch.random.fork_rng(devices=[]):
        try:
            for parameter, _ in kept:
                parameter.grad = None
            yield
        finally:
            for parameter, gradient in kept:
                parameter.grad = gradient
