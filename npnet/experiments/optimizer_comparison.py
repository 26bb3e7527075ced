"""The five optimizers on the irises, from the same first weights.

Source: the study notes, section 5.
"""

import copy
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from npnet import datasets
from npnet.initializers import TruncatedNormal
from npnet.network import MLP
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.training import History
from npnet.validation import Array

if TYPE_CHECKING:
    import pandas

# Section 5.3: the notes' training time in seconds, and the epochs to converge that they read off their curves
NOTES = {
    "SGD": (8.394366025924683, "≈ 200"),
    "SGDM": (9.672947883605957, "> 100"),
    "Adagrad": (9.278505802154541, "60–70"),
    "RMSProp at 0.1": (9.854762315750122, "unsteady"),
    "RMSProp at 0.01": (9.869148254394531, "≈ 40"),
    "Adam": (12.487653255462646, "20–30"),
}


@dataclass(frozen=True)
class OptimizerRun:
    """One optimizer's training."""

    history: History
    """Loss, test loss and test accuracy of each epoch."""
    seconds: float
    """The wall time of the training."""

    @property
    def accuracies(self) -> Array:
        """The test accuracy after each epoch."""
        accuracies = self.history.val_accuracy
        assert accuracies is not None
        return accuracies

    @property
    def final_accuracy(self) -> float:
        """The test accuracy after the last epoch."""
        return float(self.accuracies[-1])

    @property
    def epochs_to_converge(self) -> int:
        """The first epoch from which the test accuracy stays at its final value, counted from 0."""
        others = np.flatnonzero(self.accuracies != self.accuracies[-1])
        return int(others[-1]) + 1 if others.size else 0

    def epochs_to_loss(self, level: float) -> int | None:
        """Return the first epoch whose training loss is under `level`, counted from 0; None if there is none."""
        under = np.flatnonzero(self.history.loss < level)
        return int(under[0]) if under.size else None


@dataclass(frozen=True)
class OptimizerComparison:
    """The runs of several optimizers from the same first weights."""

    runs: Mapping[str, OptimizerRun]
    """Each optimizer's run, by its name."""

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each optimizer, beside the notes' figures."""
        import pandas

        rows = [
            {
                "optimizer": name,
                "seconds": run.seconds,
                "notes: s": NOTES[name][0] if name in NOTES else np.nan,
                "epochs": run.epochs_to_converge,
                "notes: epochs": NOTES[name][1] if name in NOTES else "",
                "loss < 0.05": run.epochs_to_loss(0.05),
                "accuracy": run.final_accuracy,
            }
            for name, run in self.runs.items()
        ]
        return pandas.DataFrame(rows)


def notes_optimizers() -> dict[str, Optimizer]:
    """Return new optimizers with the notes' settings: rate 0.1, and RMSProp also at 0.01."""
    return {
        "SGD": SGD(0.1),
        "SGDM": SGDM(0.1, beta=0.9),
        "Adagrad": Adagrad(0.1),
        "RMSProp at 0.1": RMSProp(0.1, rho=0.9),
        "RMSProp at 0.01": RMSProp(0.01, rho=0.9),
        "Adam": Adam(0.1, beta_1=0.9, beta_2=0.999),
    }


def optimizer_comparison(
    epochs: int = 500, batch_size: int = 32, seed: int = 0, optimizers: Mapping[str, Optimizer] | None = None
) -> OptimizerComparison:
    """Train a 4-3 softmax net with the mean squared error on the irises, once for each optimizer.

    Parameters
    ----------
    epochs, batch_size : int
        The notes' settings by default; batches are taken in order.
    seed : int
        What the first weights and biases are drawn with, from a normal distribution of deviation
        0.1, truncated.
    optimizers : mapping of str to Optimizer
        The optimizers by name, the notes' by default.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Examples
    --------
    >>> optimizer_comparison(epochs=2).runs["SGD"].history.epochs
    2
    """
    chosen = notes_optimizers() if optimizers is None else copy.deepcopy(dict(optimizers))
    return OptimizerComparison({name: _run(optimizer, epochs, batch_size, seed) for name, optimizer in chosen.items()})


def _run(optimizer: Optimizer, epochs: int, batch_size: int, seed: int) -> OptimizerRun:
    x_train, y_train, x_test, y_test = datasets.iris_split()
    first = TruncatedNormal(0.1)
    net = MLP([4, 3], output="softmax", seed=seed, kernel_initializer=first, bias_initializer=first)
    started = time.perf_counter()
    history = net.fit(
        x_train, y_train, optimizer=optimizer, epochs=epochs, batch_size=batch_size, validation_data=(x_test, y_test)
    )
    return OptimizerRun(history, time.perf_counter() - started)
