"""What a training came to, measured on the rows that were held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from npnet import metrics
from npnet.history import History
from npnet.language import Message, separated
from npnet.tabular.features import NumberFeature
from npnet.tabular.model import Model
from npnet.tabular.preparation import Preparation
from npnet.tabular.streamed import StreamedTable
from npnet.tabular.table import Table
from npnet.tabular.training.settings import Settings
from npnet.typing import Array

Facts = list[tuple[str, str]]
"""Names and values, as they are shown one below the other."""


class Measured(NamedTuple):
    """Rows, what they are, and what the net says of them."""

    labels: Array
    """Class indices, or numbers in the target's own unit."""
    outputs: Array
    """Probabilities, shape (rows, classes), or numbers in the target's own unit."""


@dataclass(frozen=True)
class Outcome:
    """A model, and what is said of it."""

    settings: Settings
    model: Model
    history: History
    trained: Table | StreamedTable
    """Those of a table that is streamed have others beside them that were held out."""
    held_out: Table | None
    seconds: float
    resumed: bool = False
    """Whether it went on after a checkpoint, so that the seconds are those of a part."""
    files: list[str] = field(default_factory=list)
    """The names of the files that were written."""

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The names of the classes; None of a number."""
        return self.model.preparation.classes

    @cached_property
    def measured(self) -> Measured:
        """What the net says of `told_of`."""
        return self.measure(self.told_of)

    @property
    def told_of(self) -> Table:
        """The rows held out; those that were trained on where there are none."""
        if self.held_out is not None:
            return self.held_out
        assert isinstance(self.trained, Table)
        return self.trained

    def measure(self, table: Table) -> Measured:
        """Return what the net says of rows."""
        made = self.model.preparation
        # As in training: what no row had that was trained on is none of the categories
        rules = replace(made.rules, unknown="other") if made.rules.unknown == "refuse" else made.rules
        lenient = Preparation(made.features, made.target, rules)
        x, y, _ = lenient.transform(table, self.model.net.dtype, target=True)
        outputs = self.model.net.predict(x)
        if self.classes is not None:
            assert y is not None
            return Measured(y, outputs)
        assert y is not None
        return Measured(made.restored(y), made.restored(outputs[:, 0]))

    @property
    def best_epoch(self) -> int:
        """The epoch whose parameters the model has."""
        losses = self.history.val_loss
        if losses is None or self.settings.patience is None:
            return self.history.epochs - 1
        return int(np.argmin(losses))

    @cached_property
    def by_class(self) -> list[Sequence[object]]:
        """Of each class its rows, precision, recall and F1 score."""
        if self.classes is None:
            return []
        labels, outputs = self.measured
        counts = metrics.confusion_matrix(labels, outputs).sum(axis=1)
        shares = [score(labels, outputs) for score in (metrics.precision, metrics.recall, metrics.f1_score)]
        return [
            (name, int(count), *(f"{share:.3f}" for share in each))
            for name, count, *each in zip(self.classes, counts, *shares)
        ]

    @property
    def scores(self) -> Facts:
        """The numbers that say how good the model is."""
        labels, outputs = self.measured
        if self.classes is not None:
            most = np.bincount(labels).max() / len(labels)
            return [
                (Message("accuracy"), f"{metrics.accuracy(labels, outputs):.4f}"),
                (Message("the most frequent class alone"), f"{most:.4f}"),
            ]
        errors = outputs - labels
        # Of numbers that are all the same, as of one, there is none
        varies = labels.min() < labels.max()
        facts: Facts = [(Message("R²"), f"{metrics.r2_score(labels, outputs):.4f}")] if varies else []
        return [
            *facts,
            (Message("root mean squared error"), f"{np.sqrt(np.mean(np.square(errors))):.6g}"),
            (Message("mean absolute error"), f"{np.mean(np.abs(errors)):.6g}"),
            (Message("standard deviation of the target"), f"{np.std(labels):.6g}"),
        ]

    @property
    def what_was_measured(self) -> str:
        """Which rows the scores are of, and what that means for others."""
        count = len(self.measured.labels)
        if self.held_out is None:
            return Message("On the {count} rows that were trained on: of new rows it will be worse.", count=count)
        if self.settings.patience is None:
            return Message("On {count} rows that were held out.", count=count)
        return Message(
            "On {count} rows that were held out. They chose the epoch, too, so that new rows may do a little worse.",
            count=count,
        )

    @property
    def warning(self) -> str | None:
        """What makes the scores say nothing, if anything does."""
        target = self.model.preparation.target
        if not isinstance(target, NumberFeature) or target.deviation:
            return None
        return Message(
            "The target is {value:.6g} in all rows that were trained on, so the model predicts that number for each "
            "row: it has learnt nothing from the other columns.",
            value=target.mean,
        )

    @property
    def facts(self) -> Facts:
        """What was trained, and how."""
        net, epochs = self.model.net, {"epochs": self.history.epochs, "most": self.settings.epochs}
        if self.resumed:
            ended = Message("{epochs} of at most {most} epochs, gone on with after a checkpoint", **epochs)
        else:
            ended = Message("{epochs} of at most {most} epochs in {seconds:.1f} s", seconds=self.seconds, **epochs)
        parameters = f"{len(net.parameters):,}"
        return [
            (Message("data"), self.settings.data),
            (Message("rows trained on"), str(len(self.trained))),
            (Message("columns"), self._counted()),
            (Message("net"), Message("{net}, {count} parameters", net=repr(net), count=parameters)),
            (Message("loss"), repr(net.loss)),
            (Message("regularizer"), repr(self.settings.penalty())),
            (Message("optimizer"), repr(self.settings.chosen_optimizer())),
            (Message("training"), ended),
            (Message("parameters of"), Message("epoch {epoch}", epoch=self.best_epoch)),
        ]

    def _counted(self) -> str:
        kinds = [one.kind for one in self.model.preparation.features]
        parts = [
            Message("numbers: {count}", count=kinds.count("number")),
            Message("categories: {count}", count=kinds.count("category")),
            Message("truth values: {count}", count=kinds.count("truth")),
        ]
        return separated([part for part in parts if part.values["count"]])
