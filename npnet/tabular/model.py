"""A net with the preparation of its rows: trained on a table, applied to any rows of the same columns."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from npnet import _defaults as default
from npnet import activations
from npnet._checks import float_dtype, instance, integer, is_sequence, renamed
from npnet.activations import Activation
from npnet.callbacks import EarlyStopping
from npnet.engine.team import Team
from npnet.history import History
from npnet.initializers import Initializer
from npnet.network import MLP, Evaluation
from npnet.optimizers import Adam, Optimizer
from npnet.regularizers import L2
from npnet.saving import container, models
from npnet.tabular.preparation import Preparation, Prepared, Rules
from npnet.tabular.samples import InMemory, Stored
from npnet.tabular.sources import Format
from npnet.tabular.streamed import StreamedTable
from npnet.tabular.table import Table
from npnet.typing import Array

AT_ONCE = 1 << 25
"""Bytes of features that are made once. Of more rows a record is kept, of which features are made in each epoch."""
OF_ALL = ("class_weight", "sample_weight", "validation_split")
"""Arguments that are said of all samples at once."""
WRITTEN = ("decimal", "thousands", "missing")
"""What a model keeps of the format of the rows that it was trained on."""


class Model:
    """A net, and the preparation of the rows that it takes.

    Attributes
    ----------
    net : MLP
        The net.
    preparation : Preparation
        What makes its features of rows.
    history : History or None
        What was recorded when it was trained; None of a model that was loaded.
    form : Format
        How the cells of a CSV file are written, unless another form is given: as those that it was trained on. The
        delimiter and the encoding are each file's own.
    """

    def __init__(
        self, net: MLP, preparation: Preparation, history: History | None = None, form: Format | None = None
    ) -> None:
        net, preparation = instance("net", net, MLP), instance("preparation", preparation, Preparation)
        units = 1 if preparation.classes is None else len(preparation.classes)
        expected = (len(preparation.names), units)
        if preparation.target is None or (net.widths[0], net.widths[-1]) != expected:
            raise ValueError(
                f"net: expected one of {expected[0]} features and {expected[1]} outputs, as the preparation has, got "
                f"{net.widths[0]} and {net.widths[-1]}"
            )
        self.net, self.preparation, self.history = net, preparation, history
        form = Format() if form is None else instance("form", form, Format)
        self.form = replace(form, delimiter=None, encoding="utf-8")

    def __repr__(self) -> str:
        """Return what the model predicts, from what."""
        classes = self.preparation.classes
        what = "a number" if classes is None else f"{len(classes)} classes"
        target = self.preparation.target
        return f"Model of {target.name if target else ''} ({what}) from {len(self.preparation.features)} columns"

    def predict(self, data: Any, form: Format | None = None) -> Array:
        """Return the names of classes, or numbers in the target's own unit as float64, shape (rows,).

        Parameters are those of `npnet.tabular.Preparation.transform`, whose rules hold: rows that they drop have no
        prediction.
        """
        parts = [self.named(self.net.predict(part.x)) for part in self._parts(data, form)]
        return np.concatenate(parts) if parts else self.named(np.empty((0, self.net.widths[-1])))

    def predict_proba(self, data: Any, form: Format | None = None) -> Array:
        """Return the probability of each class, shape (rows, classes), in the order of ``preparation.classes``."""
        if self.preparation.classes is None:
            raise ValueError("predict_proba: expected a target with classes, got one that is a number")
        parts = [self.net.predict(part.x) for part in self._parts(data, form)]
        return np.concatenate(parts) if parts else np.empty((0, self.net.widths[-1]), self.net.dtype)

    def evaluate(self, data: Any, form: Format | None = None) -> Evaluation:
        """Return loss and accuracy on rows that have the target; the loss of numbers is that of the scaled ones."""
        x, y, _ = self.preparation.transform(
            data, self.net.dtype, target=True, form=self.form if form is None else form
        )
        found = self.net.evaluate(x, y)
        return found if self.preparation.classes else Evaluation(found.loss, None)

    def named(self, outputs: Array) -> Array:
        """Return what the net's outputs, (rows, units), stand for: names of classes, or numbers as float64."""
        classes = self.preparation.classes
        if classes is None:
            return self.preparation.restored(outputs[:, 0])
        return np.array(classes)[outputs.argmax(axis=1)]

    def outputs(self, data: Any, form: Format | None = None) -> Iterator[tuple[Array, Array]]:
        """Yield the places of rows, and the net's outputs for them, in memory that does not grow with their number."""
        return ((part.rows, self.net.predict(part.x)) for part in self._parts(data, form))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the net and the preparation to one file, from which `load` makes the model again.

        It is a model file as ``net.save`` writes it, so that ``MLP.load`` returns its net alone. Equal models make
        equal files.

        Parameters
        ----------
        path : str or path
            The file, such as ``"model.safetensors"``. One that is there keeps its content until the new one is whole.

        Raises
        ------
        OSError
            If the file can't be written; one that was there before is left as it is.
        """
        settings, arrays = models.joined(models.net_parts(self.net), None)
        written = {name: getattr(self.form, name) for name in WRITTEN}
        container.write(path, settings | {"preparation": self.preparation.settings(), "form": written}, arrays)

    def _parts(self, data: Any, form: Format | None) -> Iterator[Prepared]:
        """Yield the rows that are left of each part, if there are some."""
        if isinstance(data, Table):
            parts: Iterator[Prepared] = iter([self.preparation.transform(data, self.net.dtype)])
        else:
            parts = self.preparation.stream(data, self.net.dtype, form=self.form if form is None else form)
        return (part for part in parts if len(part.rows))


def load(path: str | os.PathLike[str]) -> Model:
    """Return the model of a file that `Model.save` has written.

    All of it is checked, and nothing in it is run.

    Parameters
    ----------
    path : str or path
        The file.

    Raises
    ------
    OSError
        If there is no such file, or it can't be read.
    ValueError
        If it is no model file, damaged, of a newer npnet, or of a net without a preparation.

    Examples
    --------
    >>> import tempfile
    >>> model = train(Table.read({"length": [1.0, 3.0] * 9, "y": ["a", "b"] * 9}, "y"), epochs=5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model.save(f"{folder}/model.safetensors")
    ...     same = load(f"{folder}/model.safetensors")
    >>> same, bool((same.predict({"length": [1.0, 2.0]}) == model.predict({"length": [1.0, 2.0]})).all())
    (Model of y (2 classes) from 1 columns, True)
    """
    settings, arrays = container.read(path)
    with models.naming(path):
        if "preparation" not in settings:
            raise ValueError("expected a net with the preparation of its rows, got a net alone; MLP.load reads it")
        preparation = Preparation.from_settings(settings["preparation"])
        written = models.field(settings, "form", dict, "how cells are written")
        if set(written) != set(WRITTEN) or type(written["missing"]) is not list:
            raise ValueError(f"form: expected {', '.join(WRITTEN)}, got {written!r:.60}")
        form = Format(**{**written, "missing": tuple(written["missing"])})
        return Model(models.net_made(MLP, settings, arrays), preparation, form=form)


def train(
    table: Table | StreamedTable,
    *,
    hidden: Sequence[int] = default.HIDDEN,
    activation: str | Activation = default.ACTIVATION,
    kernel_initializer: str | Initializer = "he_normal",
    rules: Rules | None = None,
    validation: float | Table | None = default.VALIDATION,
    optimizer: str | Optimizer | None = None,
    epochs: int = default.EPOCHS,
    batch_size: int | None = None,
    patience: int | None = default.PATIENCE,
    seed: int = 0,
    dtype: Any = "float32",
    **options: Any,
) -> Model:
    """Return a model of the table's target: its preparation is fitted, then a net is trained.

    Parameters
    ----------
    table : Table or StreamedTable
        The rows, with a target; of more than memory holds, a `StreamedTable`.
    hidden : sequence of int
        The units of each hidden layer; none of them for a linear model.
    activation : str or Activation
        The hidden layers' activation. The output is a softmax for classes, and the identity for a number.
    kernel_initializer : str or Initializer
        How the initial weights are drawn.
    rules : Rules or None
        What the preparation does with what does not fit; None refuses all.
    validation : float, Table or None
        The share of the rows that are held out and not trained on, or other rows, by which training is stopped early.
        The preparation is fitted without them. With None, training goes through all epochs.
    optimizer : str, Optimizer or None
        None is ``Adam(0.003)``.
    epochs : int
        The most epochs.
    batch_size : int or None
        None takes a hundredth of the rows, from 16 to 256.
    patience : int or None
        After how many epochs without an improvement of the loss on the rows held out training ends; the best
        parameters are given back. None trains all epochs and keeps the last.
    seed : int
        What the rows held out, the initial weights and the order of the samples are drawn from.
    dtype : dtype
        float32 or float64.
    **options
        Others of `npnet.MLP.fit`, such as `loss`, `class_weight`, `callbacks` or `verbose`. `regularizer` is
        ``L2(0.001)`` unless it is given; None is none.

    Returns
    -------
    Model
    """
    if table.target is None:
        raise ValueError("table: expected one with a target, as Table.read(..., target=...) reads it, got none")
    options.setdefault("regularizer", L2(default.L2))

    def begun() -> tuple[MLP, Preparation, Any, Any]:
        rows, held_out = _split(table, validation, integer("seed", seed, 0))
        preparation = Preparation.fit(rows.parts(), rules)
        x, y = _samples(preparation, rows, float_dtype(dtype), options)
        options["validation_data"] = None if held_out is None else validation_of(preparation, held_out, dtype)
        if held_out is not None and patience is not None:
            stop = EarlyStopping("val_loss", patience, restore_best=True)
            others = options.get("callbacks", ())
            # What is no list is refused by `fit`
            options["callbacks"] = [*others, stop] if isinstance(others, Sequence) else others
        classes = preparation.classes
        widths = [len(preparation.names), *_checked_hidden(hidden), 1 if classes is None else len(classes)]
        output, function = "identity" if classes is None else "softmax", activations.get(activation, "activation")
        net = MLP(widths, hidden=function, output=output, kernel_initializer=kernel_initializer, dtype=dtype, seed=seed)
        return net, preparation, x, y

    # An error of one process is one of all
    net, preparation, x, y = Team(options.get("communicator")).agree(begun)
    size = min(max(len(x) // 100, default.LEAST_BATCH), default.MOST_BATCH) if batch_size is None else batch_size
    rule = Adam(default.RATE) if optimizer is None else optimizer
    history = net.fit(x, y, optimizer=rule, epochs=epochs, batch_size=size, **options)
    if preparation.classes is None:
        # Where the rows held out are all 0 or 1, as those of a target that is always the same, they name no classes
        history = history.without("val_accuracy")
    return Model(net, preparation, history, table.source.form)


def _split(
    table: Table | StreamedTable, validation: float | Table | None, seed: int
) -> tuple[Table | StreamedTable, Table | None]:
    """Return the rows that are trained on, and those that are held out."""
    if isinstance(validation, Table) or validation is None:
        return table, validation
    with renamed(share="validation"):
        return table.split(validation, seed)


def _checked_hidden(hidden: Any) -> tuple[int, ...]:
    if not is_sequence(hidden):
        raise ValueError(f"hidden: expected the units of each layer, got {hidden!r:.60}")
    return tuple(integer("hidden", units, 1) for units in hidden)


def _samples(preparation: Preparation, rows: Table | StreamedTable, dtype: Any, options: Mapping[str, Any]) -> Any:
    """Return samples and labels as `npnet.MLP.fit` takes them: at once, or in parts where they are many."""
    if isinstance(rows, StreamedTable):
        return Stored(preparation, rows, dtype), None
    size = len(rows) * len(preparation.names) * np.dtype(dtype).itemsize
    if size > AT_ONCE and not any(options.get(name) is not None for name in OF_ALL):
        return InMemory(preparation, rows, dtype), None
    x, y, _ = preparation.transform(rows, dtype, target=True)
    return x, y


def validation_of(preparation: Preparation, held_out: Table, dtype: Any) -> tuple[Array, Array | None]:
    """Return the rows held out; a category that only they have is no reason not to train."""
    rules = preparation.rules
    if rules.unknown == "refuse":
        rules = replace(rules, unknown="other")
    prepared = Preparation(preparation.features, preparation.target, rules).transform(held_out, dtype, target=True)
    return prepared.x, prepared.y
