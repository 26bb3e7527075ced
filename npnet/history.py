"""The record of a training: `History`, one number for each epoch, or one for each epoch and member of an ensemble."""

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from npnet._checks import integer, some_of
from npnet._equality import same
from npnet._html import curve, table
from npnet.typing import Array

if TYPE_CHECKING:
    import pandas

__all__ = ["Frozen", "History"]


def __dir__() -> list[str]:
    return __all__


ROOM = 64
"""There is room for so many epochs at first, and for twice as many when it is full: few trainings come to their end."""


class Frozen(NamedTuple):
    """Where a member of an ensemble stopped learning, and why; epochs and batches are counted from 0."""

    epoch: int
    batch: int
    what: str
    """The quantity that was not finite: the loss, the gradient, the squared gradient or the update."""
    learning_rate: float
    """The member's rate in that epoch."""


class History:
    """The record of `fit`: one number for each epoch, shape (epochs,); for an ensemble, shape (epochs, members).

    Losses and accuracies of a frozen member are NaN from the epoch in which it was frozen;
    ``numpy.nanargmin(history.loss[-1])`` is the best of the others.

    Attributes
    ----------
    epochs : int
        The number of completed epochs.
    initial_epoch : int
        The number of the first of them.
    frozen : dict of int to Frozen
        The members of an ensemble whose training diverged, in that order, those of one batch by their numbers, and
        where.
    loss : ndarray
        The mean of the epoch's batch losses over all samples, so that a smaller batch counts less; penalty included,
        each taken before its update.
    batch_loss : ndarray or None
        The losses of the epoch's batches, shape (epochs, batches[, members]); None unless `fit` was asked for them.
    accuracy : ndarray or None
        The share of the epoch's training samples, or of their labels under a binary cross-entropy, that are right; None
        unless `fit` was asked for it. As `loss`, and as Keras's, it is taken batch by batch, before each update:
        ``net.evaluate(x, y).accuracy`` is that of the parameters after the epoch.
    learning_rate : ndarray
        The rate of the epoch.
    val_loss : ndarray or None
        The loss on the validation data after the epoch, penalty included; None without such data.
    val_accuracy : ndarray or None
        The share of validation samples, or of labels under a binary cross-entropy, that are right; None where labels
        name no classes.
    """

    def __init__(
        self,
        epochs: int,
        validation: bool = False,
        classification: bool = False,
        members: int | None = None,
        batches: int | None = None,
        initial_epoch: int = 0,
        accuracy: bool = False,
    ) -> None:
        self.epochs, self.initial_epoch = 0, initial_epoch
        self.frozen: dict[int, Frozen] = {}
        names = ["loss"] + ["accuracy"] * accuracy + ["learning_rate"]
        names += ["val_loss"] * validation + ["val_accuracy"] * classification
        each = () if members is None else (members,)
        room = min(epochs, ROOM)
        self._columns = {name: np.empty((room, *each)) for name in names}
        if batches is not None:
            self._columns["batch_loss"] = np.empty((room, batches, *each))

    def add(self, row: dict[str, Any]) -> None:
        """Record the numbers of one more epoch, by the names of the columns; others are left out."""
        epoch = self.epochs
        for name, column in self._columns.items():
            if epoch == len(column):
                column = self._columns[name] = np.concatenate([column, np.empty_like(column)])
            column[epoch] = row[name]
        self.epochs = epoch + 1

    def __getstate__(self) -> dict[str, Any]:
        # Memory of epochs that are not there yet is no part of a copy
        return vars(self) | {"_columns": self.columns}

    @property
    def columns(self) -> dict[str, Array]:
        """The numbers of the completed epochs by their names, such as ``"loss"``."""
        return {name: column[: self.epochs] for name, column in self._columns.items()}

    def _column(self, name: str) -> Array | None:
        return self._columns[name][: self.epochs] if name in self._columns else None

    @property
    def loss(self) -> Array:
        """The mean of each epoch's batch losses over all samples."""
        return self._columns["loss"][: self.epochs]

    @property
    def batch_loss(self) -> Array | None:
        """The losses of each epoch's batches, or None."""
        return self._column("batch_loss")

    @property
    def accuracy(self) -> Array | None:
        """The share of each epoch's training samples that are right, or None."""
        return self._column("accuracy")

    @property
    def learning_rate(self) -> Array:
        """The rate of each epoch."""
        return self._columns["learning_rate"][: self.epochs]

    @property
    def val_loss(self) -> Array | None:
        """The loss on the validation data after each epoch, or None."""
        return self._column("val_loss")

    @property
    def val_accuracy(self) -> Array | None:
        """The accuracy on the validation data after each epoch, or None."""
        return self._column("val_accuracy")

    def without(self, name: str) -> "History":
        """Return this record without one of its columns, if it has it."""
        one = copy.copy(self)
        one._columns = {other: column for other, column in self._columns.items() if other != name}
        return one

    def to_frame(self) -> "pandas.DataFrame":
        """Return the record as a table with one row for each epoch, or for each epoch and member."""
        import pandas

        columns = {name: column[: self.epochs] for name, column in self._columns.items() if name != "batch_loss"}
        epochs = range(self.initial_epoch, self.initial_epoch + self.epochs)
        if self.loss.ndim == 1:
            return pandas.DataFrame(columns, index=pandas.RangeIndex(epochs.start, epochs.stop, name="epoch"))
        index = pandas.MultiIndex.from_product([epochs, range(self.loss.shape[1])], names=["epoch", "member"])
        return pandas.DataFrame({name: column.ravel() for name, column in columns.items()}, index=index)

    def plot(self, axes: Any = None) -> Array:
        """Draw the losses over the epochs, and beside them the accuracies if there are some; needs matplotlib.

        Of an ensemble, each member is a thin line, and the median of those that are not frozen a thick one.

        Parameters
        ----------
        axes : matplotlib's Axes, a sequence of them, or None
            Where to draw: one for the losses, one for the accuracies. None makes a figure with pyplot.

        Returns
        -------
        ndarray of Axes
            ``axes[0].figure.savefig("history.png")`` keeps the picture, ``matplotlib.pyplot.show()`` shows it.
        """
        from npnet._plotting import learning_curves

        if not self.epochs:
            raise ValueError("history: expected at least one epoch to plot, got none")
        epochs = range(self.initial_epoch, self.initial_epoch + self.epochs)
        return learning_curves(epochs, self.columns, self._middle(0), axes)

    def member(self, index: int) -> "History":
        """Return the record of one member of an ensemble, up to the epoch before it was frozen."""
        members = self._members()
        if integer("index", index, -members) >= members:
            raise ValueError(f"index: expected a member from {-members} to {members - 1}, got {index}")
        frozen = self.frozen.get(index % members)
        one = History(0, initial_epoch=self.initial_epoch)
        one.epochs = self.epochs if frozen is None else frozen.epoch - self.initial_epoch
        one._columns = {name: column[: one.epochs, ..., index] for name, column in self._columns.items()}
        if frozen is not None:
            one.frozen = {index % members: frozen}
        return one

    def part(self, members: slice) -> "History":
        """Return the record of some members of an ensemble, as that of `Ensemble.part`."""
        chosen = some_of("members", members, self._members())
        some = History(0, initial_epoch=self.initial_epoch)
        some.epochs = self.epochs
        some._columns = {name: column[..., members] for name, column in self._columns.items()}
        some.frozen = {chosen.index(member): where for member, where in self.frozen.items() if member in chosen}
        return some

    def _members(self) -> int:
        if self.loss.ndim == 1:
            raise ValueError("history: expected that of an ensemble, got that of a single net, which has no members")
        return int(self.loss.shape[1])

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same numbers of the same epochs; NaN equals NaN."""
        return same(self._completed(), other._completed()) if isinstance(other, History) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def _completed(self) -> tuple[Any, ...]:
        return self.epochs, self.initial_epoch, list(self.frozen.items()), self.columns

    def last(self) -> str:
        """Return the numbers of the last epoch as text; of an ensemble, the medians of all that are not frozen.

        Before the first epoch is complete it says so: ``0 epochs``.
        """
        if not self.epochs:
            return "0 epochs"
        shown = ", ".join(f"{name} {column[0]:.6g}" for name, column in self._middle(self.epochs - 1).items())
        return f"{shown} ({self._whose()})" if shown and self.loss.ndim == 2 else shown or self._whose()

    def _middle(self, start: int) -> dict[str, Array]:
        """Return the columns from an epoch on; of an ensemble, the medians of the members that are not frozen.

        An ensemble's rate is among them if all these members have the same.
        """
        columns = {name: column[start : self.epochs] for name, column in self._columns.items() if name != "batch_loss"}
        if self.loss.ndim == 1:
            return columns
        trained = np.setdiff1d(np.arange(self.loss.shape[1]), list(self.frozen))
        if not trained.size:
            return {}
        columns = {name: column[:, trained] for name, column in columns.items()}
        if (columns["learning_rate"] != columns["learning_rate"][:, :1]).any():
            del columns["learning_rate"]
        return {name: np.median(column, axis=1) for name, column in columns.items()}

    def _whose(self) -> str:
        """Return which members of an ensemble the medians are of."""
        members, frozen = self.loss.shape[1], len(self.frozen)
        if frozen == members:
            return f"all {members} members frozen"
        return f"medians of {members} members" + f", {frozen} frozen" * (frozen > 0)

    def __repr__(self) -> str:
        """Return the number of epochs and the numbers of the last one."""
        return f"History({self.epochs} epochs; {self.last()})" if self.epochs else f"History({self.last()})"

    def _repr_html_(self) -> str:
        header = ("", "first", "last", "least", "greatest", "over the epochs")
        rows = [
            (name, *(f"{number:.6g}" for number in (column[0], column[-1], column.min(), column.max())),
             curve(column, name))
            for name, column in (self._middle(0) if self.epochs else {}).items()
        ]  # fmt: skip
        caption = f"History of {self.epochs} epoch{'s' * (self.epochs != 1)}"
        if self.loss.ndim == 2:
            caption += f", {self._whose()}"
        return table(header, rows, caption, numbers=header[1:5])
