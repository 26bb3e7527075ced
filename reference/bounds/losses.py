"""Bounds on the rounding errors of losses, from the sizes of the terms that each is added up from.

Labels y and predictions p are (batch, units), in a wide type; weights of the samples are (batch,).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from npnet import activations
from npnet.activations import Activation
from npnet.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Huber,
    KLDivergence,
    LabelSmoothing,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
)

from .activations import ACTIVATION, passed_on
from .multiples import Multiple
from .tolerance import Inexact, Rounding, bound

LOSSES: dict[str, Loss] = {
    "mse": MeanSquaredError(),
    "mae": MeanAbsoluteError(),
    "huber": Huber(),
    "categorical_crossentropy": CategoricalCrossentropy(),
    "softmax_crossentropy": CategoricalCrossentropy(from_logits=True),
    "kl_divergence": KLDivergence(),
    "softmax_kl_divergence": KLDivergence(from_logits=True),
    "binary_crossentropy": BinaryCrossentropy(),
    "sigmoid_crossentropy": BinaryCrossentropy(from_logits=True),
}
"""Each formula by its name; those of softmax and sigmoid are the losses on logits."""
ON_LOGITS = {
    ("softmax", "categorical_crossentropy"): "softmax_crossentropy",
    ("softmax", "kl_divergence"): "softmax_kl_divergence",
    ("sigmoid", "binary_crossentropy"): "sigmoid_crossentropy",
}
"""An output's activation and a loss on it that form one function of the logits, and that function's name."""
OF_DISTRIBUTIONS = ("categorical_crossentropy", "softmax_crossentropy", "kl_divergence", "softmax_kl_divergence")
"""The losses whose labels are distributions over the classes."""
# Of a function of the predictions, the largest second derivative in any direction
_CURVATURES = {
    "mse": 2.0,
    "huber": 1.0,
    "softmax_crossentropy": 0.5,
    "softmax_kl_divergence": 0.5,
    "sigmoid_crossentropy": 0.25,
}


def kind(loss: Loss) -> str:
    """Return which of `LOSSES` a loss is, or is a multiple of, whether or not its labels are smoothed."""
    if isinstance(loss, (LabelSmoothing, Multiple)):
        return kind(loss.loss)
    for name, known in LOSSES.items():
        if type(loss) is type(known):
            return name
    raise ValueError(f"loss: expected one of npnet's losses, got {loss!r}")


def folded(loss: Loss, output: Activation) -> tuple[Loss, Activation]:
    """Return a loss and the output's activation, as a loss on logits where the two form one function."""
    if isinstance(loss, Multiple):
        inner, activation = folded(loss.loss, output)
        return Multiple(loss.factor, inner), activation
    name = ON_LOGITS.get((output.name, kind(loss)))
    if name is None:
        return loss, output
    on_logits = LOSSES[name]
    if isinstance(loss, LabelSmoothing):
        on_logits = LabelSmoothing(on_logits, loss.smoothing)
    return on_logits, activations.identity


def unsmoothed(loss: Loss, y: Any) -> tuple[Loss, Any]:
    """Return a loss without label smoothing, and the labels of which it then is the same."""
    if not isinstance(loss, LabelSmoothing):
        return loss, y
    classes = y.shape[1] if kind(loss) in OF_DISTRIBUTIONS else 2
    return loss.loss, y + (np.ones_like(y) / classes - y) * loss.smoothing


def _multiplied(bound: Callable[..., Any]) -> Callable[..., Any]:
    """Return a bound that is multiplied where the loss is; the product's own rounding is one of many."""

    @wraps(bound)
    def multiplied(loss: Loss, *arguments: Any, **named: Any) -> Any:
        if isinstance(loss, Multiple):
            return loss.factor * multiplied(loss.loss, *arguments, **named)
        return bound(loss, *arguments, **named)

    return multiplied


class Sizes(NamedTuple):
    """The sums of the absolute values of the terms that belong to each prediction, as parts of the mean."""

    value: Any
    slope: Any


def sizes(loss: Loss, y: Any, p: Any, weights: Any = None) -> Sizes:
    """Return the sizes of the terms of the loss, and of its derivative by each prediction."""
    if isinstance(loss, Multiple):
        return Sizes(*(loss.factor * size for size in sizes(loss.loss, y, p, weights)))
    # Labels that are smoothed are rounded, relative to their size; a loss's own numbers, as delta, are given by name
    loss, y = unsmoothed(loss, y)
    value, slope = _TERMS[kind(loss)](y, p, **vars(loss))
    parts = _parts(loss, p, weights)
    return Sizes(value * parts, slope * parts)


# A weight comes after the loss's own roundings, and magnifies those of numbers near 0 too


@_multiplied
def value_rounded(loss: Loss, y: Any, p: Any, rounding: Rounding, weights: Any = None) -> Any:
    """Return how far the roundings of its own formula can move a loss."""
    rounded = rounding(p.size + ACTIVATION, sizes(loss, y, p, weights).value.sum())
    if weights is None:
        return rounded
    return rounded + rounding(ACTIVATION, 0) * p.shape[1] * _parts(loss, p, weights).sum()


def logarithm_rounded(loss: Loss, value: Any, dtype: Any) -> Any:
    """Return how far a framework's loss may be off that it takes from the logarithm of a rounded sum near 1.

    npnet takes none of such a sum, and no loss of numbers has a logarithm.
    """
    if loss.labels == "numbers":
        return 0.0
    factor = loss.factor if isinstance(loss, Multiple) else 1.0
    return bound(ACTIVATION, factor + abs(value), dtype, flushed=True)


@_multiplied
def gradient_rounded(loss: Loss, y: Any, p: Any, rounding: Rounding, weights: Any = None) -> Any:
    """Return how far the roundings of its own formula can move each element of a loss's gradient."""
    roundings = p.shape[1] + ACTIVATION
    rounded = rounding(roundings, sizes(loss, y, p, weights).slope)
    return rounded if weights is None else rounded + rounding(roundings, 0) * np.reshape(weights, (-1, 1))


@_multiplied
def value_moved(loss: Loss, y: Any, p: Inexact, weights: Any = None) -> Any:
    """Return how far an error of the predictions can move the loss of a net, which is never one on probabilities."""
    bent = (_slope_moved(loss, y, p) / 2 * p.error * _parts(loss, p.value, weights)).sum()
    return (abs(loss.gradient(y, p.value, weights)) * p.error).sum() + bent


@_multiplied
def gradient_moved(loss: Loss, y: Any, p: Inexact, weights: Any = None) -> Any:
    """Return how far an error of the predictions can move the gradient of the loss of a net."""
    parts = _parts(loss, p.value, weights)
    if kind(loss) in ("softmax_crossentropy", "softmax_kl_divergence"):
        return passed_on(activations.softmax, p) * parts
    return _slope_moved(loss, y, p) * parts


def _slope_moved(loss: Loss, y: Any, p: Inexact) -> Any:
    """Return how far an error of the predictions can move the slope of each term."""
    if kind(loss) == "mae":
        # From -1 to 1, where the error can carry a prediction over its label
        return np.where(abs(p.value - y) <= p.error, 2, 0)
    return _CURVATURES[kind(loss)] * p.error


def _parts(loss: Loss, p: Any, weights: Any) -> Any:
    """Return the part that each sample's terms have in the mean, as a column."""
    ones = np.ones((len(p), 1), p.dtype)
    return (ones if weights is None else ones * np.reshape(weights, (-1, 1))) / _count(loss, p)


def _count(loss: Loss, p: Any) -> int:
    """Return what the sum of all terms is divided by: over classes they are added up, over other units averaged."""
    return len(p) if kind(loss) in OF_DISTRIBUTIONS else int(p.size)


def _squared_error(y: Any, p: Any) -> tuple[Any, Any]:
    return np.square(p - y), 2 * abs(p - y)


def _absolute_error(y: Any, p: Any) -> tuple[Any, Any]:
    return abs(p - y), abs(np.sign(p - y))


def _huber(y: Any, p: Any, delta: float) -> tuple[Any, Any]:
    # The terms of delta * |e| - delta**2 / 2, which TensorFlow computes
    error = abs(p - y)
    clipped = np.minimum(error, delta)
    return clipped * (error + clipped / 2), clipped


def _categorical(y: Any, p: Any) -> tuple[Any, Any]:
    # Where the label is 0, so are both terms, whatever p
    p = np.where(y == 0, 1, p)
    return abs(y * np.log(p)), y / p


def _softmax(y: Any, p: Any) -> tuple[Any, Any]:
    # Each logit less the largest is rounded, and their exponentials' sum feels it
    z = p - p.max(axis=1, keepdims=True)
    e, size = np.exp(z), abs(z)
    total = e.sum(axis=1, keepdims=True)
    return y * (np.log(total) + 2 * size + (size * e).sum(axis=1, keepdims=True)), e / total * (1 + size) + y


def _divergence(y: Any, p: Any) -> tuple[Any, Any]:
    value, slope = _categorical(y, p)
    return value + _information(y), slope


def _softmax_divergence(y: Any, z: Any) -> tuple[Any, Any]:
    # The terms p - y are added to the divergence's own
    value, slope = _softmax(y, z)
    return value + _information(y) + slope, slope


def _information(y: Any) -> Any:
    """Return the sizes of ``y * log(y)`` and of what a rounding of ``y`` makes of it."""
    return y * (1 + abs(np.log(np.where(y == 0, 1, y))))


def _binary(y: Any, p: Any) -> tuple[Any, Any]:
    (value, slope), (other_value, other_slope) = _categorical(y, p), _categorical(1 - y, 1 - p)
    return value + other_value, slope + other_slope


def _sigmoid(y: Any, z: Any) -> tuple[Any, Any]:
    return np.maximum(z, 0) + abs(y * z) + np.log1p(np.exp(-abs(z))), activations.sigmoid(z) + y


_TERMS: dict[str, Callable[..., tuple[Any, Any]]] = {
    "mse": _squared_error,
    "mae": _absolute_error,
    "huber": _huber,
    "categorical_crossentropy": _categorical,
    "softmax_crossentropy": _softmax,
    "kl_divergence": _divergence,
    "softmax_kl_divergence": _softmax_divergence,
    "binary_crossentropy": _binary,
    "sigmoid_crossentropy": _sigmoid,
}
