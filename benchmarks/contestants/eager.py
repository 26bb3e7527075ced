"""The notes' loop in TensorFlow, executed line by line.

Without epsilon, as the notes have it, a weight that never has a gradient turns to NaN in RMSProp, Adagrad and Adam
(0/0). The irises and the dots have no such weight; other nets are trained by the same loop with an epsilon.
"""

import copy
from functools import cache
from typing import Any

from benchmarks.cases import Arrays, Case, Training
from benchmarks.contestants.base import CannotExpressError, Contestant
from benchmarks.contestants.with_tensorflow import Steps
from npnet import datasets
from reference.tensorflow import training


def make(name: str, case: Case, arrays: Arrays) -> Contestant:
    """Return the contestant for a case."""
    if not isinstance(case, Training):
        raise CannotExpressError("the notes have no such loop")
    if case.data not in ("iris", "dots"):
        return Steps(case, arrays, None)
    # The loops read their data at each call; in this process, which is the contestant's own, the files are read once
    datasets.iris_split, datasets.load_dots = cache(datasets.iris_split), cache(datasets.load_dots)
    return NotesRun(case, arrays)


def without_epsilon(case: Training) -> Any:
    """Return the case's optimizer as the notes have it."""
    optimizer = copy.deepcopy(case.optimizer)
    if hasattr(optimizer, "epsilon"):
        optimizer.epsilon = 0.0
    return optimizer


class NotesRun(Contestant):
    """The notes' own loops, from `reference.tensorflow.training`; each run starts from the initial weights."""

    case: Training

    def __init__(self, case: Training, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        # A run makes its data pipeline anew, which a run of hundreds of epochs does once
        self.fewest_units = min(case.epochs, -(-40 // case.parts))
        tested = "a test pass without its loss" if case.data == "iris" else "a pass over all dots after each epoch"
        self.differs = f"the notes' loop has {tested}, and makes its data pipeline once a round"

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
