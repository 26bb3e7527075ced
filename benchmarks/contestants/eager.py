"""The notes' loop in TensorFlow, executed line by line.

Without epsilon, as the notes have it, a weight that never has a gradient turns to NaN in RMSProp, Adagrad and Adam
(0/0). The irises and the dots have no such weight; other nets are trained by the same loop with an epsilon.
"""

import copy
from typing import Any

from benchmarks.cases import Arrays, Case, Training
from benchmarks.contestants.base import CannotExpressError, Contestant
from benchmarks.contestants.tensorflow import Steps
from reference import training


def make(name: str, case: Case, arrays: Arrays) -> Contestant:
    """Return the contestant for a case."""
    if not isinstance(case, Training):
        raise CannotExpressError("the notes have no such loop")
    return NotesRun(case, arrays) if case.data in ("iris", "dots") else Steps(case, arrays, None)


def without_epsilon(case: Training) -> Any:
    """Return the case's optimizer as the notes have it."""
    optimizer = copy.deepcopy(case.optimizer)
    if hasattr(optimizer, "epsilon"):
        optimizer.epsilon = 0.0
    return optimizer


class NotesRun(Contestant):
    """The notes' own loops, from `reference.training`; each run starts from the first weights."""

    case: Training

    def run(self, units: int) -> None:
        """Train."""
        weights = self.arrays["weights"]
        if self.case.data == "iris":
            self.record = training.iris(weights, without_epsilon(self.case), epochs=units)
        else:
            strength = getattr(self.case.regularizer, "strength", 0.0)
            self.record = training.dots(weights, strength, epochs=units)

    def outcome(self) -> Any:
        """Return the parameters."""
        return self.record.parameters
