"""What is known of Keras on TensorFlow: where it departs from the formulas, and by how much."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import keras
import numpy as np

from npnet import regularizers
from npnet.activations import GELU, Activation, GELUTanh, LeakyReLU
from npnet.optimizers import Adam, AdamW, Nadam, Optimizer
from npnet.schedules import Constant
from npnet.typing import Array

from ..bounds.cases import single
from ..bounds.losses import ON_LOGITS, kind
from ..bounds.saturation import Clipped
from ..checking.adapter import Reason, Setting

_STEPS = ("optimizer", "training", "reported")


def reasons(setting: Setting, loss: Any, optimizer: Any) -> list[Reason]:
    """Return those that apply to a model with this loss and this optimizer of Keras's."""
    found = []
    if setting.loss.from_logits and setting.loss.labels == "shares":
        text = "Keras's accuracy takes logits over 0.5, and not over 0, for the label 1"
        found.append(Reason(text, ("reported",), lambda before: replace(before, threshold=0.5)))
    if setting.loss.labels == "shares" and setting.net.widths[-1] > 1:
        text = "Keras's accuracy of several labels is whether the largest output belongs to the first label 1"
        found.append(Reason(text, ("reported",), lambda before: replace(before, by_largest=True)))
    if setting.net.dtype == np.float64:
        found += _of_float64(setting, loss, optimizer)
    # After the type, which these have too: of two reasons that tell all, the first is named
    found += _of_probabilities(setting, getattr(loss, "dtype", "float32"), type(loss).__name__)
    if isinstance(setting.optimizer, Nadam):
        found.append(Reason("Keras on TensorFlow rounds Nadam's betas to float32", _STEPS, _with_optimizer(_rounded)))
    elif isinstance(setting.optimizer, Adam):
        kind = type(setting.optimizer).__name__
        text = f"Keras on TensorFlow rounds beta_1 and beta_2 to float32 in {kind}'s bias correction"
        text += ", and its weight decay" * isinstance(setting.optimizer, AdamW)
        found.append(Reason(text, _STEPS, _with_optimizer(_with_rounded_powers)))
    return found


def _of_probabilities(setting: Setting, dtype: str, name: str) -> list[Reason]:
    """Return that probabilities are clipped, where Keras does not take the logits of which they were made.

    It finds them by the tensor that an activation returns, of which a loss in another type takes a copy.
    """
    if setting.loss.from_logits or (kind(setting.loss) != "kl_divergence" and dtype == setting.net.dtype):
        return []
    if kind(setting.loss) not in {loss for _, loss in ON_LOGITS}:
        return []
    low = keras.config.epsilon()
    of_divergence, sparse = kind(setting.loss) == "kl_divergence", name.startswith("Sparse")
    clipped = Clipped(
        setting.loss,
        dtype,
        low=low,
        high=1.0 if of_divergence else 1 - low,
        clips_labels=of_divergence,
        divides_before=kind(setting.loss) == "categorical_crossentropy" and not sparse,
        divides_after=sparse,
    )
    what = f"labels and probabilities to [{low:g}, 1]" if of_divergence else f"probabilities to [{low:g}, 1 - {low:g}]"
    lines = ("loss", "loss gradient", "gradient", "training", "reported")
    return [Reason(f"Keras clips {what}", lines, lambda before: replace(before, saturating=clipped))]


def _of_float64(setting: Setting, loss: Any, optimizer: Any) -> list[Reason]:
    found = []
    rounded = sorted({f.name for f in setting.net.activations if isinstance(f, (GELU, GELUTanh, LeakyReLU))})
    if rounded:
        text = f"Keras on TensorFlow rounds the constants of {' and '.join(rounded)} to float32"
        lines = ("output", "loss", "loss gradient", "gradient", "training", "reported")
        found.append(Reason(text, lines, _with_rounded_activations))
    if any(regularizers.of_layers(setting.net.regularizer, len(setting.net.weights))):
        text = "Keras on TensorFlow rounds the strengths of penalties to float32"
        found.append(Reason(text, ("penalty", "loss", "gradient", "training", "reported"), _with_rounded_strengths))
    if setting.optimizer is not None:
        # The rate is a variable, of Keras's default float type
        kept, names = ("epsilon",), "epsilon"
        if getattr(getattr(optimizer, "learning_rate", None), "dtype", "float32") == "float64":
            kept, names = ("learning_rate", "epsilon"), "rate and epsilon"
        text = f"Keras on TensorFlow rounds the optimizer's numbers, but for {names}, to float32"
        found.append(Reason(text, _STEPS, _with_optimizer(partial(_rounded, kept=kept))))
        if isinstance(setting.optimizer, Nadam):
            found.append(Reason("Keras on TensorFlow rounds Nadam's factors to float32", _STEPS, _in_float32))
        if not isinstance(setting.optimizer.schedule, Constant):
            found.append(Reason("Keras computes schedules in float32", _STEPS, _in_float32))
    if getattr(loss, "dtype", "float32") == "float32":
        lines = ("loss", "loss gradient", "gradient", "training", "reported")
        found.append(Reason("Keras computes the loss in its default float type, float32", lines, _in_float32))
    elif keras.config.floatx() == "float32":
        text = "Keras rounds a loss's value to its default float type, float32"
        found.append(Reason(text, ("loss", "reported"), _in_float32))
    return found


class _RoundedGELU(GELU):
    """GELU with a root of 1/2 that is rounded to float32."""

    ratio = single(0.5**0.5) / 0.5**0.5

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return that of GELU at another place, of which z is a part."""
        return np.divide(super().value(self.ratio * z), self.ratio, out=out)

    def slope(self, z: Array, out: Array | None = None) -> Array:
        """Return that of GELU at another place."""
        return super().slope(self.ratio * z, out)


class _RoundedGELUTanh(GELUTanh):
    """GELU by tanh with a constant that is rounded to float32."""

    cubic = single(GELUTanh.cubic)


def _with_rounded_activations(setting: Setting) -> Setting:
    made: dict[type, Callable[[Any], Activation]] = {
        GELU: lambda _: _RoundedGELU(),
        GELUTanh: lambda _: _RoundedGELUTanh(),
        LeakyReLU: lambda f: LeakyReLU(single(f.alpha)),
    }
    net = setting.net.copy()
    net.activations = [made.get(type(f), lambda f: f)(f) for f in net.activations]
    return replace(setting, net=net)


def _in_float32(setting: Setting) -> Setting:
    return replace(setting, dtype="float32")


def _with_optimizer(changed: Callable[[Optimizer], Optimizer]) -> Callable[[Setting], Setting]:
    return lambda setting: replace(setting, optimizer=None if setting.optimizer is None else changed(setting.optimizer))


class _RoundedPowers:
    """What makes Adam, or one of its kin, one whose bias correction has the powers of the nearest float32 numbers."""

    beta_1: float
    beta_2: float

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return its numbers, the rate with another correction."""
        beta_1, beta_2, epsilon, rate, *others = super().numbers(t)  # type: ignore[misc]
        ratio = _correction(single(self.beta_1), single(self.beta_2), t) / _correction(self.beta_1, self.beta_2, t)
        return beta_1, beta_2, epsilon, rate * ratio, *others


def _with_rounded_powers(optimizer: Optimizer) -> Optimizer:
    kind = type(optimizer)
    made: Any = type(kind.__name__, (_RoundedPowers, kind), {})
    numbers = optimizer.hyperparameters()
    if "weight_decay" in numbers:
        numbers["weight_decay"] = single(numbers["weight_decay"])
    changed: Optimizer = made(**numbers)
    return changed


def _correction(beta_1: float, beta_2: float, t: int) -> float:
    return float(np.sqrt(1 - beta_2**t) / (1 - beta_1**t))


def _rounded(optimizer: Optimizer, kept: tuple[str, ...] = ()) -> Optimizer:
    """Return an optimizer with the nearest float32 number of each hyperparameter, but for those that are kept."""
    numbers = optimizer.hyperparameters()
    floats = {name: single(value) for name, value in numbers.items() if isinstance(value, float) and name not in kept}
    return type(optimizer)(**{**numbers, **floats})


def _with_rounded_strengths(setting: Setting) -> Setting:
    net = setting.net.copy()
    net.regularizer = [
        None if rule is None else type(rule)(*map(single, rule.hyperparameters().values()))
        for rule in regularizers.of_layers(net.regularizer, len(net.weights))
    ]
    return replace(setting, net=net)
