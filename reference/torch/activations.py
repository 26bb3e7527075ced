"""PyTorch's activations: the module of one of npnet's, and back."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from torch import nn

from npnet.activations import (
    ELU,
    GELU,
    SELU,
    Activation,
    GELUTanh,
    Identity,
    LeakyReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)


class LeftSELU(SELU):
    """SELU whose slope at 0 is that from the left, as PyTorch has it; npnet's and TensorFlow's is that from the right.

    Examples
    --------
    >>> print(LeftSELU().derivative([-1e-9, 0.0, 1e-9]).round(4))
    [1.7581 1.7581 1.0507]
    """

    def slope(self, z: Any, out: Any = None) -> Any:
        """Return ``scale`` where ``z > 0``, else ``scale * alpha * exp(z)``."""
        out = super().slope(z, out)
        out[z == 0] = self.scale * self.alpha
        return out


_PLAIN: dict[type[Activation], type[nn.Module]] = {
    Identity: nn.Identity,
    Sigmoid: nn.Sigmoid,
    Tanh: nn.Tanh,
    ReLU: nn.ReLU,
    ReLU6: nn.ReLU6,
    LeftSELU: nn.SELU,
    SiLU: nn.SiLU,
}
_BACK = {theirs: ours for ours, theirs in _PLAIN.items()}
_TO: dict[type[Activation], Callable[[Any, Any], nn.Module]] = {
    LeakyReLU: lambda f, dtype: nn.LeakyReLU(f.alpha),
    ELU: lambda f, dtype: nn.ELU(f.alpha),
    GELU: lambda f, dtype: nn.GELU(),
    GELUTanh: lambda f, dtype: nn.GELU(approximate="tanh"),
    Softplus: lambda f, dtype: nn.Softplus(threshold=20 if dtype == np.float32 else 40),
    # Another one at 0 alone
    SELU: lambda f, dtype: nn.SELU(),
    Softmax: lambda f, dtype: nn.Softmax(dim=-1),
}


def to_torch(activation: Activation, dtype: Any) -> nn.Module:
    """Return the module that computes an activation of a layer's outputs, (batch, units), of a dtype."""
    kind = type(activation)
    if kind in _PLAIN:
        return _PLAIN[kind]()
    if kind in _TO:
        return _TO[kind](activation, dtype)
    raise ValueError(f"net: expected activations that torch.nn has, got {activation!r}")


def from_torch(module: nn.Module, dtype: Any) -> Activation:
    """Return npnet's activation that a module computes on (batch, units), of a dtype."""
    kind = type(module)
    if kind in _BACK:
        return _BACK[kind]()
    if kind is nn.LeakyReLU:
        return _sloped(LeakyReLU, "negative_slope", float(module.negative_slope)) if module.negative_slope else ReLU()
    if kind is nn.ELU:
        return _sloped(ELU, "alpha", float(module.alpha))
    if kind is nn.GELU:
        return GELUTanh() if module.approximate == "tanh" else GELU()
    if kind is nn.Hardtanh and (module.min_val, module.max_val) == (0, 6):
        return ReLU6()
    if kind is nn.Softplus:
        return _softplus(module, dtype)
    if kind is nn.Softmax and module.dim in (-1, 1, None):
        # Without a dim, torch takes that of the units, and warns
        return Softmax()
    raise unknown(module)


def unknown(module: nn.Module) -> ValueError:
    """Return the error that names a module which npnet does not have."""
    return ValueError(f"model: expected Linear layers and activations, got {module!r}, which npnet does not have")


def _sloped(kind: Callable[[float], Activation], name: str, value: float) -> Activation:
    if not 0 < value < math.inf:
        raise ValueError(f"model: expected {name} above 0, got {value}")
    return kind(value)


def _softplus(module: nn.Softplus, dtype: Any) -> Activation:
    """Return Softplus; over its threshold PyTorch's is the identity, which may be no rounding error away from it."""
    unit = float(np.finfo(dtype).eps) / 2
    if module.beta != 1:
        raise ValueError(f"model: expected a Softplus with beta=1, got {module!r}")
    if math.exp(-module.threshold) > unit:
        raise ValueError(
            f"model: expected a Softplus whose threshold is at least {math.ceil(-math.log(unit))} in {dtype}, got "
            f"{module!r}: over it PyTorch's is the identity, which is {math.exp(-module.threshold):.1e} away"
        )
    return Softplus()
