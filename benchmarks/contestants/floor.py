"""The matrix products of training alone, by NumPy: what no step in NumPy can be faster than."""

from typing import Any

import numpy as np

from benchmarks.cases import Arrays, Case, Training
from benchmarks.contestants.base import CannotExpressError, Contestant


def make(name: str, case: Case, arrays: Arrays) -> Contestant:
    """Return the contestant for a case."""
    if not isinstance(case, Training):
        raise CannotExpressError("only training has a floor")
    return Floor(case, arrays)


class Floor(Contestant):
    """Each layer's ``x @ W``, ``x.T @ delta`` and, but for the first, ``delta @ W.T``, into buffers."""

    case: Training
    exempt = "it is the matrix products alone, a floor and not a contestant"

    def __init__(self, case: Training, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        self.weights = case.net().weights
        self.gradients = [np.empty_like(W) for W in self.weights]
        x, size = arrays["x"], case.batch_size
        self.batches = [x[i : i + size] for i in range(0, len(x), size)]
        self.buffers = {
            len(x): [(np.empty((len(x), n), x.dtype), np.ones((len(x), n), x.dtype)) for n in case.widths[1:]]
            for x in self.batches
        }

    def run(self, units: int) -> None:
        """Multiply."""
        for _ in range(units):
            for x in self.batches:
                self._step(x, self.buffers[len(x)])

    def _step(self, x: Any, buffers: list[tuple[Any, Any]]) -> None:
        inputs = [x, *(y for y, _ in buffers)]
        for i, W in enumerate(self.weights):
            np.dot(inputs[i], W, out=inputs[i + 1])
        for i in reversed(range(len(self.weights))):
            np.dot(inputs[i].T, buffers[i][1], out=self.gradients[i])
            if i:
                np.dot(buffers[i][1], self.weights[i].T, out=buffers[i - 1][1])

    def outcome(self) -> Any:
        """Return nothing that could be compared."""
        return np.empty(0)
