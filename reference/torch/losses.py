"""PyTorch's losses: npnet's of one of torch.nn's modules, and back."""

from collections.abc import Callable
from typing import Any

from torch import nn

from npnet.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Huber,
    KLDivergence,
    LabelSmoothing,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    SigmoidCrossentropy,
    SoftmaxCrossentropy,
)

from ..bounds.multiples import Multiple
from ..checking.frameworks import check_instance, settings_of

# What else a loss may have, and its value where it has no effect
_NEUTRAL = {"weight": None, "pos_weight": None, "log_target": False, "reduction": "mean"}


def _smooth(loss: nn.SmoothL1Loss) -> Loss:
    """Return Huber's loss over beta, which is the mean absolute error for a beta of 0."""
    beta = float(loss.beta)
    if beta == 1:
        return Huber(1.0)
    return Multiple(1 / beta, Huber(beta)) if beta else MeanAbsoluteError()


def _cross_entropy(loss: nn.CrossEntropyLoss) -> Loss:
    plain = CategoricalCrossentropy(from_logits=True)
    return LabelSmoothing(plain, float(loss.label_smoothing)) if loss.label_smoothing else plain


def _back_from_smoothing(loss: LabelSmoothing) -> nn.Module:
    if type(loss.loss) is not SoftmaxCrossentropy:
        raise ValueError(f"loss: expected smoothed labels of a cross-entropy on logits, as torch.nn's, got {loss!r}")
    return nn.CrossEntropyLoss(label_smoothing=loss.smoothing)


_MAKERS: dict[type[nn.Module], Callable[[Any], Loss]] = {
    nn.MSELoss: lambda loss: MeanSquaredError(),
    nn.L1Loss: lambda loss: MeanAbsoluteError(),
    nn.HuberLoss: lambda loss: Huber(float(loss.delta)),
    nn.SmoothL1Loss: _smooth,
    nn.CrossEntropyLoss: _cross_entropy,
    nn.KLDivLoss: lambda loss: KLDivergence(),
    nn.NLLLoss: lambda loss: CategoricalCrossentropy(),
    nn.BCELoss: lambda loss: BinaryCrossentropy(),
    nn.BCEWithLogitsLoss: lambda loss: BinaryCrossentropy(from_logits=True),
}
_BACK: dict[type[Loss], Callable[[Any], nn.Module]] = {
    MeanSquaredError: lambda loss: nn.MSELoss(),
    MeanAbsoluteError: lambda loss: nn.L1Loss(),
    Huber: lambda loss: nn.HuberLoss(delta=loss.delta),
    SoftmaxCrossentropy: lambda loss: nn.CrossEntropyLoss(),
    BinaryCrossentropy: lambda loss: nn.BCELoss(),
    SigmoidCrossentropy: lambda loss: nn.BCEWithLogitsLoss(),
    LabelSmoothing: _back_from_smoothing,
}
_ON_LOGARITHMS = (nn.NLLLoss, nn.KLDivLoss)


def takes_logarithms(loss: nn.Module | None) -> bool:
    """Return whether a loss is one of the logarithms of probabilities."""
    return isinstance(loss, _ON_LOGARITHMS)


def from_torch(loss: nn.Module, last: nn.Module) -> Loss:
    """Return npnet's loss that is the same function of a model's outputs; `last` is the model's last module."""
    check_instance("loss", loss)
    make = _MAKERS.get(type(loss))
    if make is None:
        raise ValueError(f"loss: expected one of {', '.join(kind.__name__ for kind in _MAKERS)}, got {loss!r}")
    # Its "mean" is one over all units, too
    reduction = "batchmean" if type(loss) is nn.KLDivLoss else "mean"
    for name, neutral in (_NEUTRAL | {"reduction": reduction}).items():
        value = getattr(loss, name, neutral)
        if value is not neutral and value != neutral:
            raise ValueError(f"loss: expected {name}={neutral}, as npnet has it, got {name}={value} of {loss!r}")
    if getattr(loss, "ignore_index", -1) >= 0:
        raise ValueError(f"loss: expected no class that is ignored, got ignore_index={loss.ignore_index}")
    if takes_logarithms(loss) and type(last) is not nn.LogSoftmax:
        raise ValueError(f"loss: expected LogSoftmax as the last module for {loss!r}, got {last!r}")
    with settings_of("loss"):
        return make(loss)


def to_torch(loss: Loss) -> nn.Module:
    """Return torch.nn's loss that is the same function of a net's outputs."""
    if type(loss) not in _BACK:
        raise ValueError(f"loss: expected one that torch.nn has for a net's outputs, got {loss!r}")
    return _BACK[type(loss)](loss)
