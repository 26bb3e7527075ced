"""The five optimizers on the irises, from the same initial weights.

Source: the study notes, section 5.
"""

import copy
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from npnet import datasets
from npnet._equality import ByValue
from npnet.ensemble import Ensemble
from npnet.experiments import notes
from npnet.experiments.statistics import bootstrap, epochs_to_converge, epochs_to_level, paired
from npnet.history import History
from npnet.language import Message
from npnet.optimizers import Optimizer
from npnet.typing import Array

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class OptimizerRun(ByValue):
    """One optimizer's training of nets from several seeds; what follows has a number for each seed."""

    history: History
    """Loss, test loss and test accuracy of each epoch and seed, and the loss of each batch."""

    @property
    def losses(self) -> Array:
        """The notes' loss of each epoch, the mean of its batches' losses, shape (epochs, seeds).

        All batches count alike, although the last one is smaller.
        """
        losses = self.history.batch_loss
        assert losses is not None
        return np.asarray(losses.mean(axis=1))

    @property
    def accuracies(self) -> Array:
        """The test accuracy after each epoch, shape (epochs, seeds)."""
        accuracies = self.history.val_accuracy
        assert accuracies is not None
        return accuracies

    @property
    def final_accuracy(self) -> Array:
        """The test accuracy after the last epoch; 0 of a net that diverged."""
        return np.nan_to_num(self.accuracies[-1], nan=0.0)

    @property
    def epochs_to_converge(self) -> Array:
        """The first epoch from which the test accuracy stays at its final value, counted from 0."""
        return epochs_to_converge(self.accuracies)

    def epochs_to_loss(self, level: float) -> Array:
        """Return the first epoch whose training loss is under `level`, counted from 0; infinity if there is none."""
        return epochs_to_level(self.losses, level)


@dataclass(frozen=True, eq=False)
class OptimizerComparison(ByValue):
    """The runs of several optimizers from the same initial weights."""

    runs: Mapping[str, OptimizerRun]
    """Each optimizer's run, by its name."""

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each optimizer, beside the notes' figures.

        Numbers of epochs are medians over the seeds, the accuracy is a mean; columns with " low" and " high"
        at their end are the bounds of 95 % intervals.
        """
        import pandas

        rows = [
            {
                Message("optimizer"): name,
                **bootstrap(run.epochs_to_converge).columns("epochs"),
                Message("notes: epochs"): notes.REPORTED[name].epochs if name in notes.REPORTED else "",
                **bootstrap(run.epochs_to_loss(0.05)).columns("loss < 0.05"),
                **bootstrap(run.final_accuracy, np.mean).columns("accuracy"),
            }
            for name, run in self.runs.items()
        ]
        return pandas.DataFrame(rows)

    def paired(self, level: float = 0.05, names: Sequence[str] | None = None) -> "pandas.DataFrame":
        """Return a table that compares each optimizer of `names`, by default all, with the next one, seed by seed.

        For the epochs to converge and those until the loss is under `level`: the median of the first one's
        epochs minus the second one's, and the share of seeds in which the first needs more.
        """
        import pandas

        rows = []
        for name, other in itertools.pairwise(self.runs if names is None else names):
            run, second = self._run(name), self._run(other)
            converge = paired(run.epochs_to_converge, second.epochs_to_converge)
            loss = paired(run.epochs_to_loss(level), second.epochs_to_loss(level))
            rows.append(
                {
                    Message("first"): name,
                    Message("second"): other,
                    **converge.difference.columns("more epochs"),
                    **converge.more.columns("share"),
                    **loss.difference.columns("more to the loss"),
                    **loss.more.columns("share to the loss"),
                }
            )
        return pandas.DataFrame(rows)

    def _run(self, name: str) -> OptimizerRun:
        if name not in self.runs:
            raise ValueError(f"names: expected some of {', '.join(self.runs)}, got {name!r}")
        return self.runs[name]


def optimizer_comparison(
    epochs: int = notes.IRIS.epochs,
    batch_size: int = notes.IRIS.batch_size,
    seeds: Iterable[int] = range(100),
    optimizers: Mapping[str, Optimizer] | None = None,
) -> OptimizerComparison:
    """Train 4-3 softmax nets with the mean squared error on the irises, from the same weights with each optimizer.

    Parameters
    ----------
    epochs, batch_size : int
        The notes' by default; batches are taken in order.
    seeds : iterable of int
        The seeds of the nets' initial weights and biases.
    optimizers : mapping of str to Optimizer
        The optimizers by name, the notes' by default.

    Examples
    --------
    >>> optimizer_comparison(epochs=2, seeds=range(3)).runs["SGD"].history.loss.shape
    (2, 3)
    """
    chosen = notes.optimizers() if optimizers is None else copy.deepcopy(dict(optimizers))
    nets = notes.iris_nets(seeds)
    return OptimizerComparison(
        {name: _run(nets.copy(), optimizer, epochs, batch_size) for name, optimizer in chosen.items()}
    )


def _run(nets: Ensemble, optimizer: Optimizer, epochs: int, batch_size: int) -> OptimizerRun:
    x_train, y_train, x_test, y_test = datasets.iris_split()
    history = nets.fit(
        x_train, y_train, loss="mse", optimizer=optimizer, epochs=epochs, batch_size=batch_size, shuffle=False,
        validation_data=(x_test, y_test), record_batches=True,
    )  # fmt: skip
    return OptimizerRun(history)
