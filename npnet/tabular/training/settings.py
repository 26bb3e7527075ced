"""What a training is asked for: settings that one file keeps, and what they stand for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from npnet import _choices, optimizers
from npnet import _defaults as default
from npnet._checks import integer, number, renamed
from npnet.optimizers import Adam, Optimizer
from npnet.regularizers import Regularizer
from npnet.tabular.cells import Kind
from npnet.tabular.preparation import Rules
from npnet.tabular.sources import Format
from npnet.tabular.streamed import StreamedTable
from npnet.tabular.table import Table

TASKS: Mapping[str, Kind] = {"classes": "category", "number": "number"}
"""What can be predicted, and the kind of column that it is."""


@dataclass(frozen=True)
class Settings:
    """All that decides a training beside the rows themselves; the defaults are those of ``npnet train``."""

    data: str
    target: str
    task: str | None = None
    hidden: tuple[int, ...] = default.HIDDEN
    activation: str = default.ACTIVATION
    loss: str | None = None
    optimizer: str = "adam"
    rate: float | None = None
    schedule: str = "constant"
    l1: float = 0.0
    l2: float = default.L2
    epochs: int = default.EPOCHS
    batch_size: int | None = None
    validation: float | str = default.VALIDATION
    class_weight: str | Mapping[str, float] | None = None
    seed: int = 0
    dtype: str = "float32"
    patience: int | None = default.PATIENCE
    kinds: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    checkpoint_every: int = 10
    stream: bool = False
    shards: int | None = None

    def text(self) -> str:
        """Return them as JSON, from which `from_text` makes the same."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Settings:
        """Return the settings that `text` has written.

        Raises
        ------
        ValueError
            If it is anything else.
        """
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"expected the settings of a training, got no JSON: {error}") from None
        kinds = get_type_hints(cls)
        if not isinstance(found, dict) or set(found) != set(kinds):
            raise ValueError(f"expected the settings of a training, {', '.join(sorted(kinds))}, got others")
        for name, kind in kinds.items():
            if not _fits(found[name], kind):
                raise ValueError(f"expected the settings of a training, got {name} {found[name]!r:.60}")
        return cls(**found | {"hidden": tuple(found["hidden"])})

    def with_epochs(self, epochs: int) -> Settings:
        """Return the same with more epochs, for a training that goes on.

        Raises
        ------
        ValueError
            If they are fewer, or more where the learning rate goes on over all of them: it would have been another one
            from the first epoch on.
        """
        if epochs < self.epochs:
            raise ValueError(f"epochs: expected at least {self.epochs}, as were asked for before, got {epochs}")
        if epochs > self.epochs and self.schedule != "constant":
            raise ValueError(
                f"epochs: expected {self.epochs}, over which the learning rate's schedule {self.schedule} goes, got "
                f"{epochs}"
            )
        return replace(self, epochs=epochs)

    def read(self) -> tuple[Table | StreamedTable, Table | None]:
        """Return the rows that are trained on, and those that are held out."""
        if self.stream and not self.validation:
            raise ValueError(
                "validation: expected rows that are held out, which a streamed table is measured on, got 0"
            )
        form = Format(**self.form)
        kind: Any = StreamedTable if self.stream else Table
        table = kind.read(self.data, self.target, kinds=self._kinds(), form=form)
        if isinstance(self.validation, str):
            # Of the same kinds, whatever its own cells would say
            other = Table.read(
                self.validation, self.target, columns=table.names, kinds=table.kinds, form=form,
                invalid=self._rules().invalid,
            )  # fmt: skip
            return table, other
        with renamed(share="validation"):
            return table.split(self.validation, self.seed) if self.validation else (table, None)

    def _rules(self) -> Rules:
        for name in self.rules:
            if name not in Rules.CHOICES:
                raise ValueError(f"rule: expected one of {', '.join(Rules.CHOICES)}, got {name!r}")
        return Rules(**self.rules)

    def _kinds(self) -> dict[str, Kind]:
        kinds = dict(self.kinds)
        if self.task is not None:
            if self.task not in TASKS:
                raise ValueError(f"task: expected one of {', '.join(TASKS)}, got {self.task!r}")
            given = kinds.setdefault(self.target, TASKS[self.task])
            if (given == "number") != (self.task == "number"):
                raise ValueError(f"task: expected the kind {TASKS[self.task]} of {self.target!r} for it, got {given}")
        return kinds

    def options(self, table: Table | StreamedTable) -> dict[str, Any]:
        """Return the arguments of `npnet.tabular.train` for rows."""
        return {
            "hidden": self.hidden,
            "activation": self.activation,
            "loss": self.loss,
            "rules": self._rules(),
            "optimizer": self.chosen_optimizer(),
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "patience": self.patience,
            "seed": self.seed,
            "dtype": self.dtype,
            "shards": self.shards,
            "regularizer": self.penalty(),
            "class_weight": self._weights(table),
            "record_accuracy": table.kinds[self.target] != "number",
        }

    def chosen_optimizer(self) -> Optimizer:
        """Return a new optimizer, with the rate and the schedule that are asked for."""
        made = optimizers.get(self.optimizer)
        if self.rate is not None:
            rate = number("rate", self.rate, above=0)
        else:
            rate = default.RATE if type(made) is Adam else made.learning_rate
        made.learning_rate = _choices.scheduled(self.schedule, rate, integer("epochs", self.epochs, 1))
        return made

    def penalty(self) -> Regularizer | None:
        """Return the penalty on the weights, None where there is none."""
        return _choices.penalty(self.l1, self.l2)

    def _weights(self, table: Table | StreamedTable) -> Any:
        """Return the weights of classes by their places."""
        if isinstance(table, StreamedTable) and self.class_weight is not None:
            raise ValueError("class_weight: expected none of a streamed table, got some")
        if isinstance(table, StreamedTable) or self.class_weight is None or isinstance(self.class_weight, str):
            return self.class_weight
        column = table.columns[self.target]
        if column.kind == "number":
            raise ValueError(f"class_weight: expected a target with classes, got {self.target!r}, which is a number")
        # A class that no row has that is trained on is none of the net's
        found = np.unique(column.values[~column.missing()]).astype(int).tolist()
        names = [column.categories[i] for i in found] if column.kind == "category" else ["false", "true"]
        for name in self.class_weight:
            if name not in names:
                raise ValueError(f"class_weight: expected the classes {', '.join(names)}, got {name!r}")
        return {names.index(name): weight for name, weight in self.class_weight.items()}


def _fits(value: Any, kind: Any) -> bool:
    """Return whether a value of JSON is what a setting of that type is written as."""
    if isinstance(kind, UnionType):
        return any(_fits(value, one) for one in get_args(kind))
    if kind is Any:
        return isinstance(value, (str, list))
    inside = get_args(kind)
    if get_origin(kind) is Mapping:
        return isinstance(value, dict) and all(_fits(one, inside[1]) for one in value.values())
    if get_origin(kind) is tuple:
        return isinstance(value, list) and all(_fits(one, inside[0]) for one in value)
    return type(value) in {float: (int, float)}.get(kind, (kind,))
