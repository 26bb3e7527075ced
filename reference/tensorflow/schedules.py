"""Keras's learning-rate schedules. Keras counts steps where npnet counts epochs; the formulas are the same."""

from typing import Any

from keras.optimizers import schedules as keras_schedules

from npnet.schedules import Constant, CosineDecay, ExponentialDecay, InverseTimeDecay, Schedule


def keras_counterpart(schedule: Schedule) -> Any:
    """Return the schedule as Keras has it, or a number for a constant one."""
    if isinstance(schedule, ExponentialDecay):
        return keras_schedules.ExponentialDecay(
            schedule.initial_learning_rate, schedule.decay_epochs, schedule.decay_rate, schedule.staircase
        )
    if isinstance(schedule, InverseTimeDecay):
        return keras_schedules.InverseTimeDecay(
            schedule.initial_learning_rate, schedule.decay_epochs, schedule.decay_rate
        )
    if isinstance(schedule, CosineDecay):
        return keras_schedules.CosineDecay(schedule.initial_learning_rate, schedule.decay_epochs)
    if isinstance(schedule, Constant):
        return schedule.learning_rate
    raise ValueError(f"schedule: expected one that Keras has, got {schedule!r}")
