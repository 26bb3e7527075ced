"""The loss, the optimizer and the schedule of a compiled Keras model, as npnet has them; all else is refused."""

import warnings
from collections.abc import Callable, Iterator
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
from npnet.optimizers import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    CenteredRMSProp,
    CenteredRMSPropMomentum,
    Momentum,
    Nadam,
    Nesterov,
    Optimizer,
    RMSProp,
    RMSPropMomentum,
)
from npnet.schedules import (
    CosineDecay,
    CyclicPolynomialDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
    Schedule,
    WarmupCosineDecay,
)

from ..checking.frameworks import settings_of
from .keras_layers import check_methods

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
    if _compiled(model).get("loss_weights") is not None:
        raise ValueError("model: expected a loss without loss_weights, which npnet does not have")
    theirs = keras.losses.get(theirs)
    return next((kind() for function, kind in _FUNCTIONS.items() if theirs is function), theirs)


def _compiled(model: Any) -> dict[str, Any]:
    """Return what a model was compiled with."""
    with warnings.catch_warnings():
        # Of a function that can't be saved
        warnings.filterwarnings("ignore", "The object being serialized")
        return (model.get_compile_config() or {}) if model.compiled else {}


def loss(model: Any) -> Loss | None:
    """Return npnet's counterpart of the loss that a model was compiled with; None if it has none."""
    theirs = keras_loss(model)
    if theirs is None:
        return None
    if type(theirs) not in _LOSSES:
        name = getattr(theirs, "__name__", type(theirs).__name__)
        raise ValueError(f"model: expected a loss that npnet has, got {name}")
    check_methods(theirs, f"the loss {type(theirs).__name__}")
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
    with settings_of("model"):
        made = _LOSSES[type(theirs)](**arguments)
        return LabelSmoothing(made, smoothing) if smoothing else made


def takes_class_indices(model: Any) -> bool:
    """Return whether the loss is given class indices."""
    return isinstance(keras_loss(model), keras.losses.SparseCategoricalCrossentropy)


def accuracies(model: Any) -> list[str]:
    """Return the names under which a model reports the accuracy that Keras chooses by the shape of its outputs.

    A metric that is an object of a class may have any name, and be another one.
    """
    return [name for name in _strings(_compiled(model).get("metrics")) if name.lower() in ("acc", "accuracy")]


def _strings(metrics: Any) -> Iterator[str]:
    if isinstance(metrics, str):
        yield metrics
    elif isinstance(metrics, dict):
        # An object's configuration, or those of the only output by its name
        for value in [] if "class_name" in metrics else metrics.values():
            yield from _strings(value)
    else:
        for one in metrics or []:
            yield from _strings(one)


# Optimizers

_REFUSED = ("gradient_accumulation_steps", "use_ema", "loss_scale_factor")


def optimizer(theirs: Any, dtype: Any) -> Optimizer:
    """Return npnet's counterpart of an optimizer of Keras's, without moments, for a net of this dtype."""
    if type(theirs) not in _OPTIMIZERS:
        raise ValueError(f"model: expected an optimizer that npnet has, got {type(theirs).__name__}")
    check_configured(theirs)
    config = theirs.get_config()
    kind = _OPTIMIZERS[type(theirs)](config)
    for name in (*_REFUSED, "amsgrad" if kind is AdamW else "weight_decay"):
        if config.get(name):
            raise ValueError(
                f"model: expected an optimizer without {name}, which npnet's {kind.__name__} does not have"
            )
    with settings_of("model"):
        config["learning_rate"] = _rate(config["learning_rate"], dtype)
        return kind(**{name: config[name] for name in kind.table if name in config})


def check_configured(theirs: Any) -> None:
    """Check that a new optimizer of the same configuration, whose steps are compared, is the same as a model's."""
    kind = type(theirs)
    # A new one has the methods of the class
    check_methods(theirs, f"the optimizer {kind.__name__}")
    if kind.__module__.partition(".")[0] != "keras":
        try:
            numbers = _numbers(kind.from_config(theirs.get_config()))
        except Exception as error:
            said = " ".join(str(error).split())
            raise ValueError(f"model: expected an optimizer that get_config makes again, got {said}") from error
        other = sorted(name for name, value in _numbers(theirs).items() if numbers.get(name) != value)
        if other:
            raise ValueError(
                f"model: expected an optimizer whose get_config has all, got {kind.__name__} without {other[0]}"
            )
    # Without them, Keras has not even the attributes
    excluded = ("_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern")
    if any(getattr(theirs, name, None) for name in excluded):
        raise ValueError("model: expected a weight decay of all variables, got one that excludes some")
    rate = theirs.get_config()["learning_rate"]
    if isinstance(rate, dict) and rate.get("registered_name"):
        raise ValueError(f"model: expected a schedule that npnet has, got {rate['class_name']}")


def _numbers(theirs: Any) -> dict[str, Any]:
    """Return the numbers and truth values that an optimizer holds under public names, but whether it is built."""
    found = {name: value for name, value in vars(theirs).items() if isinstance(value, (bool, int, float))}
    return {name: value for name, value in found.items() if name != "built" and not name.startswith("_")}


def _sgd(config: dict[str, Any]) -> type[Optimizer]:
    if not config["momentum"]:
        return SGD
    return Nesterov if config["nesterov"] else Momentum


def _rmsprop(config: dict[str, Any]) -> type[Optimizer]:
    kinds = (RMSProp, RMSPropMomentum), (CenteredRMSProp, CenteredRMSPropMomentum)
    return kinds[bool(config["centered"])][config["momentum"] > 0]


_OPTIMIZERS: dict[Any, Callable[[dict[str, Any]], type[Optimizer]]] = {
    keras.optimizers.SGD: _sgd,
    keras.optimizers.Adagrad: lambda config: Adagrad,
    keras.optimizers.RMSprop: _rmsprop,
    keras.optimizers.Adam: lambda config: AMSGrad if config["amsgrad"] else Adam,
    keras.optimizers.AdamW: lambda config: AdamW,
    keras.optimizers.Nadam: lambda config: Nadam,
}
"""From a configuration of one of Keras's kinds to npnet's, whose hyperparameters have the same names."""


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
    first, decay, alpha = config["initial_learning_rate"], config["decay_steps"], config["alpha"]
    target, warmup = config["warmup_target"], config["warmup_steps"]
    if target is not None and warmup:
        return WarmupCosineDecay(first, decay, target, warmup, alpha)
    return CosineDecay(first if target is None else target, decay, alpha)


def _polynomial(config: dict[str, Any]) -> Schedule:
    kind = CyclicPolynomialDecay if config["cycle"] else PolynomialDecay
    names = "initial_learning_rate", "decay_steps", "end_learning_rate", "power"
    return kind(*(config[name] for name in names))


def _piecewise(config: dict[str, Any]) -> Schedule:
    return PiecewiseConstantDecay(config["boundaries"], config["values"])


_SCHEDULES: dict[str, Callable[[dict[str, Any]], Schedule]] = {
    "ExponentialDecay": _exponential,
    "InverseTimeDecay": _inverse_time,
    "CosineDecay": _cosine,
    "PolynomialDecay": _polynomial,
    "PiecewiseConstantDecay": _piecewise,
}
