"""PyTorch's activations: the module of one of npnet's, and back."""

from torch import nn

from npnet.activations import Activation, Identity, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh

_PLAIN = {
    Identity: nn.Identity,
    Sigmoid: nn.Sigmoid,
    Tanh: nn.Tanh,
    ReLU: nn.ReLU,
}
_BACK = {theirs: ours for ours, theirs in _PLAIN.items()}


def to_torch(activation: Activation) -> nn.Module:
    """Return the module that computes an activation of a layer's outputs, (batch, units)."""
    kind = type(activation)
    if kind in _PLAIN:
        return _PLAIN[kind]()
    if kind is LeakyReLU:
        return nn.LeakyReLU(activation.alpha)
    if kind is Softmax:
        return nn.Softmax(dim=-1)
    raise ValueError(f"net: expected activations that torch.nn has, got {activation!r}")


def from_torch(module: nn.Module) -> Activation:
    """Return npnet's activation that a module computes on (batch, units)."""
    kind = type(module)
    if kind in _BACK:
        return _BACK[kind]()
    if kind is nn.LeakyReLU:
        return LeakyReLU(float(module.negative_slope)) if module.negative_slope else ReLU()
    if kind is nn.Softmax and module.dim in (-1, 1, None):
        # Without a dim, torch takes that of the units, and warns
        return Softmax()
    raise ValueError(f"model: expected Linear, and activations that npnet has, got {module!r}")
