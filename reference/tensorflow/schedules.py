"""Keras's learning-rate schedules. Keras counts steps where npnet counts epochs; the formulas are the same."""

import math
from functools import partial
from typing import Any

from keras.optimizers import schedules as keras_schedules

from npnet.schedules import (
    Constant,
    CosineDecay,
    CyclicPolynomialDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
    Schedule,
    WarmupCosineDecay,
)


def keras_counterpart(schedule: Schedule, steps_per_epoch: int = 1) -> Any:
    """Return the schedule as Keras has it, or a number for a constant one.

    Its rate at the first step of an epoch is npnet's of that epoch. One that falls in steps, as a
    `PiecewiseConstantDecay`, has the rate of the epoch at each of its steps.
    """
    if isinstance(schedule, Constant):
        return schedule.learning_rate
    if isinstance(schedule, PiecewiseConstantDecay):
        # The last step of the last epoch that is not after the boundary
        last = [(math.floor(boundary) + 1) * steps_per_epoch - 1 for boundary in schedule.boundaries]
        return keras_schedules.PiecewiseConstantDecay(last, list(schedule.values))
    if type(schedule) not in _MAKERS:
        raise ValueError(f"schedule: expected one that Keras has, got {schedule!r}")
    numbers = schedule.hyperparameters()
    in_steps = {
        name.replace("_epochs", "_steps"): value * steps_per_epoch
        for name, value in numbers.items()
        if name.endswith("_epochs")
    }
    others = {name: value for name, value in numbers.items() if not name.endswith("_epochs")}
    return _MAKERS[type(schedule)](**others, **in_steps)


_MAKERS: dict[type[Schedule], Any] = {
    ExponentialDecay: keras_schedules.ExponentialDecay,
    InverseTimeDecay: keras_schedules.InverseTimeDecay,
    CosineDecay: keras_schedules.CosineDecay,
    WarmupCosineDecay: keras_schedules.CosineDecay,
    PolynomialDecay: keras_schedules.PolynomialDecay,
    CyclicPolynomialDecay: partial(keras_schedules.PolynomialDecay, cycle=True),
}
