"""Training: the loop over epochs, and callbacks.

Source: the study notes, sections 4.2 (3) and 5.2 (the loops) and 2.2 (the rate of an epoch).
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from npnet import optimizers
from npnet._checks import batch_size as checked_batch_size
from npnet._checks import finite, flag, generator, integer, number
from npnet.engine import tuning
from npnet.engine.lockstep import Lockstep
from npnet.engine.stepping import Batches, DivergenceError, Net, Objective, Raise, Stepper, Validation
from npnet.history import History
from npnet.losses import Loss
from npnet.optimizers import Optimizer
from npnet.regularizers import Regularizer
from npnet.typing import Array, Seed

__all__ = ["DivergenceError", "EarlyStopping", "History", "fit", "train"]

Callback = Callable[[Any, History], object]


class Trained(Net, Protocol):
    """A net that can be trained."""

    def checked_samples(self, name: str, x: Any) -> Array:
        """Return samples in the net's dtype."""

    def checked_labels(self, name: str, y: Any, batch: int, loss: Loss) -> Array:
        """Return labels in the form that the loss works with."""

    def checked_weights(self, name: str, labels: Array, sample_weight: Any, class_weight: Any = None) -> Array | None:
        """Return the weight of each sample in the net's dtype."""


class EarlyStopping:
    """A callback that ends training when a recorded number has not fallen for some epochs.

    An ensemble's training ends when no member's number has.

    Parameters
    ----------
    monitor : str
        ``"loss"`` or ``"val_loss"``.
    patience : int
        The number of epochs to wait for an improvement, at least 1.
    min_delta : float
        By how much the number must fall to count as improved, not negative.

    Examples
    --------
    >>> stop = EarlyStopping("loss", patience=5)
    """

    def __init__(self, monitor: str = "val_loss", patience: int = 10, min_delta: float = 0.0) -> None:
        if monitor not in ("loss", "val_loss"):
            raise ValueError(f"monitor: expected 'loss' or 'val_loss', got {monitor!r}")
        self.monitor = monitor
        self.patience = integer("patience", patience, 1)
        self.min_delta = number("min_delta", min_delta, low=0)

    def __call__(self, net: Any, history: History) -> bool:
        """Return whether training should end."""
        values = getattr(history, self.monitor)
        before = values[: -self.patience]
        if not before.size:
            return False
        # Not ">=": the NaN of a frozen member is no improvement
        fallen = values[-self.patience :].min(axis=0) < before.min(axis=0) - self.min_delta
        return not np.any(fallen)


def fit(net: Any, *arguments: Any, **options: Any) -> History:
    """Train a net, or all nets of an ensemble: the same as ``net.fit(...)``; see `npnet.MLP.fit`."""
    history: History = net.fit(*arguments, **options)
    return history


def train(
    net: Trained,
    *,
    x: Any,
    y: Any,
    loss: str | Loss,
    optimizer: str | Optimizer,
    regularizer: str | Regularizer | None,
    epochs: int,
    verbose: int,
    callbacks: Sequence[Callback],
    **data: Any,
) -> History:
    """Check the arguments of `npnet.MLP.fit`, and train."""
    optimizer = optimizers.get(optimizer)
    optimizer.check(net.parameters)
    objective = Objective(net, loss, regularizer)
    finite("parameters", net.parameters)
    epochs = integer("epochs", epochs, 1)
    verbose = integer("verbose", int(verbose) if isinstance(verbose, bool) else verbose, 0)
    batches, validation = _checked_data(net, objective, x, y, **data)
    callbacks = _checked_callbacks(callbacks, validation is not None)
    history, stepper = _stepper(net, objective, optimizer, epochs, batches, validation)
    # Callbacks run with the caller's settings of NumPy
    outside = contextvars.copy_context()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"), contextlib.ExitStack() as ending:
        ending.callback(optimizer.release)
        # A smaller buffer, which NumPy allocates for each broadcast; errstate restores the old one
        np.setbufsize(tuning.BUFFER)
        for epoch in range(epochs):
            batches.draw()
            history.add(stepper.epoch(epoch))
            if verbose and (epoch % verbose == 0 or epoch == epochs - 1):
                print(f"epoch {epoch}: {history.last()}")
            if callbacks and any(outside.run(_answers, callbacks, net, history, optimizer, objective.regularizer)):
                break
            if stepper.done:
                break
    return history


def _stepper(
    net: Net,
    objective: Objective,
    optimizer: Optimizer,
    epochs: int,
    batches: Batches,
    validation: Validation | None,
) -> tuple[History, Stepper | Lockstep]:
    """Return an empty history, and the object that takes the steps of its epochs."""
    classes = validation is not None and bool(validation.accuracies)
    history = History(epochs, validation is not None, classes, net.members)
    if net.members is not None:
        return history, Lockstep(objective, optimizer, batches, validation, history)
    return history, Stepper(objective, optimizer, batches, validation, Raise(objective, history))


def _checked_data(
    net: Trained,
    objective: Objective,
    x: Any,
    y: Any,
    *,
    batch_size: int | None,
    shuffle: bool,
    validation_data: tuple[Any, ...] | None,
    seed: Seed,
    sample_weight: Any,
    class_weight: Any,
    validation_batch_size: int | None,
) -> tuple[Batches, Validation | None]:
    """Return the batches, and what measures the validation data, or None."""
    samples = net.checked_samples("x", x)
    labels = net.checked_labels("y", y, len(samples), objective.loss)
    rng: np.random.Generator | None = generator("seed", seed)
    if not flag("shuffle", shuffle):
        rng = None
    batch_size = checked_batch_size("batch_size", batch_size, len(samples))
    weights = net.checked_weights("sample_weight", labels, sample_weight, class_weight)
    if weights is not None and not weights.any():
        raise ValueError("sample_weight, class_weight: expected at least one sample with a weight above 0, got none")
    validation_size = checked_batch_size("validation_batch_size", validation_batch_size, 0)
    if validation_data is None:
        return Batches(samples, objective.labels(labels, weights), batch_size, rng), None
    x, y, own_weights = _checked_validation(net, objective, validation_data)
    if weights is None and own_weights is not None:
        weights = np.ones(len(samples), samples.dtype)
    batches = Batches(samples, objective.labels(labels, weights), batch_size, rng)
    held_out = Batches(x, objective.labels(y, own_weights), validation_size or len(x), None)
    return batches, Validation(objective, held_out)


def _checked_validation(net: Trained, objective: Objective, data: Any) -> tuple[Array, Array, Array | None]:
    if not isinstance(data, (tuple, list)) or len(data) not in (2, 3):
        kind = f"{len(data)} elements" if isinstance(data, (tuple, list)) else type(data).__name__
        raise ValueError(f"validation_data: expected (x, y) or (x, y, sample_weight), got {kind}")
    x = net.checked_samples("validation_data[0]", data[0])
    labels = net.checked_labels("validation_data[1]", data[1], len(x), objective.loss)
    weights = net.checked_weights("validation_data[2]", labels, data[2]) if len(data) == 3 else None
    return x, labels, weights


def _checked_callbacks(callbacks: Any, validation: bool) -> tuple[Callback, ...]:
    if not isinstance(callbacks, Sequence) or not all(callable(c) and not isinstance(c, type) for c in callbacks):
        raise ValueError(f"callbacks: expected a list of functions (net, history), got {callbacks!r}")
    if not validation and any(isinstance(c, EarlyStopping) and c.monitor == "val_loss" for c in callbacks):
        raise ValueError("callbacks: EarlyStopping monitors val_loss, which needs validation_data")
    return tuple(callbacks)


def _answers(
    callbacks: Sequence[Callback], net: Net, history: History, optimizer: Optimizer, regularizer: Regularizer | None
) -> list[object]:
    """Return the callbacks' answers; they may have changed a hyperparameter, which must fit the net as at first."""
    answers = [callback(net, history) for callback in callbacks]
    optimizer.check(net.parameters)
    if regularizer is not None:
        regularizer.check_members(net.members)
    return answers
