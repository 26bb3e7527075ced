"""The loss, the optimizer and the schedule of a compiled Keras model, as npnet has them; all else is refused."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

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
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, Schedule

from .optimizers import EXTRAS

# Losses

_FUNCTIONS = {
    keras.losses.mean_squared_error: keras.losses.MeanSquaredError,
    keras.losses.mean_absolute_error: keras.losses.MeanAbsoluteError,
    keras.losses.huber: keras.losses.Huber,
    keras.losses.kl_divergence: keras.losses.KLDivergence,
    keras.losses.categorical_crossentropy: keras.losses.CategoricalCrossentropy,
    keras.losses.sparse_categorical_crossentropy: keras.losses.SparseCategoricalCrossentropy,
    keras.losses.binary_crossentropy: keras.losses.BinaryCrossentropy,
}
"""What each of Keras's functions becomes when it is given as a loss."""
_LOSSES: dict[Any, Callable[..., Loss]] = {
    keras.losses.MeanSquaredError: MeanSquaredError,
    keras.losses.MeanAbsoluteError: MeanAbsoluteError,
    keras.losses.Huber: Huber,
    keras.losses.KLDivergence: KLDivergence,
    keras.losses.CategoricalCrossentropy: CategoricalCrossentropy,
    keras.losses.SparseCategoricalCrossentropy: CategoricalCrossentropy,
    keras.losses.BinaryCrossentropy: BinaryCrossentropy,
}
# Arguments of Keras's that npnet has
_ARGUMENTS = ("from_logits", "delta")
# Those that change nothing where they are as here
_NEUTRAL = {"axis": -1, "ignore_class": None, "dtype": None}


def keras_loss(model: Any) -> Any:
    """Return the loss that a model was compiled with, as an object of Keras's; None if it has none."""
    theirs = model.loss if model.compiled else None
    if theirs is None:
        return None
    if isinstance(theirs, (list, tuple, dict)):
        raise ValueError(f"model: expected one loss, got {theirs!r}")
    if (model.get_compile_config() or {}).get("loss_weights") is not None:
        raise ValueError("model: expected a loss without loss_weights, which npnet does not have")
    theirs = keras.losses.get(theirs)
    return next((kind() for function, kind in _FUNCTIONS.items() if theirs is function), theirs)


def loss(model: Any) -> Loss | None:
    """Return npnet's counterpart of the loss that a model was compiled with; None if it has none."""
    theirs = keras_loss(model)
    if theirs is None:
        return None
    if type(theirs) not in _LOSSES:
        name = getattr(theirs, "__name__", type(theirs).__name__)
        raise ValueError(f"model: expected a loss that npnet has, got {name}")
    # Keras's Huber leaves its delta out of its configuration
    config = getattr(theirs, "_fn_kwargs", {}) | theirs.get_config()
    if config.pop("reduction") not in ("sum_over_batch_size", "mean"):
        raise ValueError(f"model: expected the mean of a batch's losses, got the reduction {theirs.reduction!r}")
    config.pop("name")
    arguments = {name: config.pop(name) for name in _ARGUMENTS if name in config}
    smoothing = config.pop("label_smoothing", 0.0)
    for name, value in config.items():
        if name not in _NEUTRAL or value != _NEUTRAL[name]:
            raise ValueError(f"model: expected a loss without {name}, got {type(theirs).__name__} with {name}={value}")
    made = _LOSSES[type(theirs)](**arguments)
    return LabelSmoothing(made, smoothing) if smoothing else made


def needs_hard_labels(model: Any) -> bool:
    """Return whether the loss is given class indices."""
    return isinstance(keras_loss(model), keras.losses.SparseCategoricalCrossentropy)


# Optimizers


def optimizer(theirs: Any, dtype: Any) -> Optimizer:
    """Return npnet's counterpart of an optimizer of Keras's, without moments, for a net of this dtype."""
    if type(theirs) not in _OPTIMIZERS:
        raise ValueError(f"model: expected an optimizer that npnet has, got {type(theirs).__name__}")
    config = theirs.get_config()
    for name in EXTRAS:
        if config.get(name):
            raise ValueError(f"model: expected an optimizer without {name}, which npnet does not have")
    return _OPTIMIZERS[type(theirs)](_rate(config["learning_rate"], dtype), config)


def _sgd(rate: Any, config: dict[str, Any]) -> Optimizer:
    beta = config["momentum"]
    if not beta:
        return SGD(rate)
    if isinstance(rate, Schedule):
        raise ValueError("model: expected a constant rate with momentum, which in Keras is inside of it")
    return SGDM(rate / (1 - beta), beta)


def _adagrad(rate: Any, config: dict[str, Any]) -> Optimizer:
    return Adagrad(rate, config["initial_accumulator_value"], config["epsilon"])


def _rmsprop(rate: Any, config: dict[str, Any]) -> Optimizer:
    if config["momentum"]:
        raise ValueError("model: expected an RMSprop without momentum, which npnet does not have")
    return RMSProp(rate, config["rho"], config["epsilon"])


def _adam(rate: Any, config: dict[str, Any]) -> Optimizer:
    return Adam(rate, config["beta_1"], config["beta_2"], config["epsilon"])


_OPTIMIZERS: dict[Any, Callable[[Any, dict[str, Any]], Optimizer]] = {
    keras.optimizers.SGD: _sgd,
    keras.optimizers.Adagrad: _adagrad,
    keras.optimizers.RMSprop: _rmsprop,
    keras.optimizers.Adam: _adam,
}


# Schedules


def _rate(theirs: Any, dtype: Any) -> Any:
    """Return the rate of a configuration, or the schedule.

    Keras holds a rate in its default float type, float32. For a float32 net that is the decimal number that it was made
    from; for a float64 one that number would be another one.
    """
    if not isinstance(theirs, dict):
        return shortest(theirs) if dtype == np.float32 else theirs
    kind, config = theirs["class_name"], dict(theirs["config"])
    config.pop("name", None)
    if kind in _SCHEDULES and theirs.get("module") == "keras.optimizers.schedules":
        return _SCHEDULES[kind](config)
    raise ValueError(f"model: expected a schedule that npnet has, got {kind}")


def shortest(value: float) -> float:
    """Return the shortest decimal number that is this one in float32, if it is a float32 number.

    Examples
    --------
    >>> shortest(float(np.float32(0.01))), shortest(0.01)
    (0.01, 0.01)
    """
    return float(str(np.float32(value))) if value == np.float32(value) else value


def _exponential(config: dict[str, Any]) -> Schedule:
    return ExponentialDecay(
        config["initial_learning_rate"], config["decay_steps"], config["decay_rate"], config["staircase"]
    )


def _inverse_time(config: dict[str, Any]) -> Schedule:
    if config["staircase"]:
        raise ValueError("model: expected an InverseTimeDecay without staircase, which npnet does not have")
    return InverseTimeDecay(config["initial_learning_rate"], config["decay_steps"], config["decay_rate"])


def _cosine(config: dict[str, Any]) -> Schedule:
    for name in ("alpha", "warmup_target", "warmup_steps"):
        if config[name]:
            raise ValueError(f"model: expected a CosineDecay without {name}, which npnet does not have")
    return CosineDecay(config["initial_learning_rate"], config["decay_steps"])


_SCHEDULES: dict[str, Callable[[dict[str, Any]], Schedule]] = {
    "ExponentialDecay": _exponential,
    "InverseTimeDecay": _inverse_time,
    "CosineDecay": _cosine,
}
