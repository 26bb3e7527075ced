"""The curves of loss and accuracy, of which so many points are kept that memory does not grow."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

NAMES = ("loss", "accuracy", "test_loss", "test_accuracy")
MOST = 400
"""Of more points, every second one is left out."""
BAND = (10, 90)
"""The percentiles between which the band of an ensemble lies."""


class Curves:
    """Numbers at some steps; of an ensemble, the median of the members and a band around it."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.columns: dict[str, list[Any]] = {name: [] for name in NAMES}
        self.band: dict[str, list[Any]] = {}
        self._every, self._calls = 1, 0

    def wants(self, step: int) -> bool:
        """Return whether a step is one to be added, after the last one that was; the later, the fewer are."""
        if self.steps and self.steps[-1] == step:
            return False
        self._calls += 1
        return (self._calls - 1) % self._every == 0

    def add(self, step: int, measured: tuple[Any, ...]) -> None:
        """Add the numbers of a step, in the order of `NAMES`."""
        self.steps.append(step)
        for name, value in zip(NAMES, measured):
            self.columns[name].append(number(value))
        if np.ndim(measured[0]):
            # Of members that have diverged, losses are infinite
            with np.errstate(invalid="ignore"):
                ends = np.percentile(measured[0], BAND)
            for name, end in zip(("low", "high"), ends):
                self.band.setdefault(name, []).append(number(end))
        if len(self.steps) > MOST:
            self._every *= 2
            for column in (self.steps, *self.columns.values(), *self.band.values()):
                del column[1::2]

    def json(self) -> dict[str, Any]:
        """Return the curves as JSON has them."""
        found: dict[str, Any] = {"step": self.steps, **self.columns}
        return found | {"band": self.band} if self.band else found


def number(value: Any) -> float | None:
    """Return a number as JSON has it, of a vector the median; None for none, and for one that is not finite.

    Examples
    --------
    >>> number(float("inf")), number([1.0, 2.0, 9.0])
    (None, 2.0)
    """
    if value is None:
        return None
    found = float(np.median(value))
    return found if math.isfinite(found) else None
