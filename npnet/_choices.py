"""What a training is asked for by a few names and numbers: how its learning rate goes on, and its penalty."""

from __future__ import annotations

from typing import Any

from npnet import schedules
from npnet._checks import number
from npnet.regularizers import L1, L1L2, L2, Regularizer
from npnet.schedules import Schedule

SCHEDULES = ("constant", "cosine", "exponential", "warmup-cosine")
"""How the learning rate may go on over the epochs."""


def scheduled(name: str, rate: Any, epochs: int) -> Schedule:
    """Return how a learning rate goes on over so many epochs.

    It stays as it is; or falls along half a cosine to 0; or exponentially to a hundredth; or rises on a line from a
    tenth in the first twentieth of the epochs, one at least, and then falls along half a cosine.
    """
    if name == "constant":
        return schedules.Constant(rate)
    if name == "cosine":
        return schedules.CosineDecay(rate, epochs)
    if name == "exponential":
        return schedules.ExponentialDecay(rate, epochs, 0.01)
    if name == "warmup-cosine":
        warmup = max(epochs / 20, 1)
        return schedules.WarmupCosineDecay(rate / 10, max(epochs - warmup, 1), rate, warmup)
    raise ValueError(f"schedule: expected one of {', '.join(SCHEDULES)}, got {name!r}")


def penalty(l1: float, l2: float) -> Regularizer | None:
    """Return the penalty of these strengths, None where both are 0."""
    l1, l2 = number("l1", l1, low=0), number("l2", l2, low=0)
    if l1 and l2:
        return L1L2(l1, l2)
    return L1(l1) if l1 else L2(l2) if l2 else None
