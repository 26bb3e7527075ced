"""Training: the loop over epochs and batches, what it records, and callbacks.

Source: the study notes, sections 4.2 (3) and 5.2 (the loops) and 2.2 (the rate of an epoch).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from npnet import datasets, metrics, optimizers
from npnet.history import History
from npnet.objective import Objective
from npnet.optimizers import Optimizer, StepError
from npnet.validation import Array, Seed, finite, flag, generator, integer, number

if TYPE_CHECKING:
    from npnet.losses import Loss
    from npnet.network import Network
    from npnet.regularizers import Regularizer


__all__ = ["DivergenceError", "EarlyStopping", "History", "Trainer", "fit"]


class DivergenceError(FloatingPointError):
    """A loss, gradient or update that is not finite; training left the last finite parameters in the net.

    An update is computed and checked for 65536 parameters at a time: those of a larger net before the ones
    whose update is not finite have taken the step.

    Attributes
    ----------
    epoch, batch : int
        Where it happened, counted from 0.
    learning_rate : float
        The rate of that epoch.
    layer : int
        The layer, counted from 1, where the first number that is not finite arose.
    history : History
        The epochs that were completed.
    """

    def __init__(
        self, what: str, epoch: int, batch: int, learning_rate: float, layer: int, place: str, history: History
    ) -> None:
        self.epoch, self.batch, self.learning_rate, self.layer = epoch, batch, learning_rate, layer
        self.history = history
        super().__init__(
            f"the {what} is not finite in epoch {epoch}, batch {batch}, at learning rate {learning_rate:g}, in {place}"
        )


class EarlyStopping:
    """A callback that ends training when a recorded number has not fallen for some epochs.

    An ensemble's training ends when no member's number has.

    Parameters
    ----------
    monitor : str
        ``"loss"`` or ``"val_loss"``.
    patience : int
        How many epochs without an improvement are waited for, at least 1.
    min_delta : float
        By how much the number must fall to count as improved, not negative.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

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

    def __call__(self, net: Network, history: History) -> bool:
        """Return whether training should end."""
        values = getattr(history, self.monitor)
        before = values[: -self.patience]
        if not before.size:
            return False
        # Not ">=": the NaN of a frozen member is no improvement
        fallen = values[-self.patience :].min(axis=0) < before.min(axis=0) - self.min_delta
        return not np.any(fallen)


def fit(
    net: Network,
    x: Any,
    y: Any,
    loss: str | Loss = "mse",
    optimizer: str | Optimizer = "sgd",
    epochs: int = 1,
    batch_size: int | None = 32,
    shuffle: bool = False,
    validation_data: tuple[Any, Any] | None = None,
    regularizer: str | Regularizer | None = None,
    callbacks: Sequence[Callable[[Any, History], object]] = (),
    verbose: int = 0,
    seed: Seed = None,
) -> History:
    """Train a net, or all nets of an ensemble, in place.

    Parameters
    ----------
    net : MLP or Ensemble
        The net.
    x : array_like, shape (samples, features_in)
        The samples.
    y : array_like, shape (samples, features_out) or (samples,)
        The labels; class indices where the output has several units.
    loss : str or Loss
        What is minimized, together with the regularizer's penalty.
    optimizer : str or Optimizer
        The update rule. Its moments go on from earlier calls, its schedule starts again.
    epochs : int
        How often all samples are visited.
    batch_size : int or None
        Samples in a step; the last batch of an epoch may be smaller. None takes all at once.
    shuffle : bool
        Whether the samples are put in a new order before each epoch.
    validation_data : (x, y) or None
        Data whose loss, penalty included, and accuracy are recorded after each epoch.
    regularizer : str, Regularizer or None
        A penalty on the weights.
    callbacks : sequence of callable
        Each is called as ``callback(net, history)`` after each epoch; a true answer ends the training. It
        may change parameters, and the settings of the optimizer and the regularizer that `fit` was given.
    verbose : int or bool
        0 for silence; otherwise one line is printed every `verbose` epochs.
    seed : int, numpy.random.Generator or None
        What the orders are drawn with; they are the same for all members of an ensemble.

    Returns
    -------
    History
        The loss, learning rate, validation loss and accuracy of each epoch.

    Raises
    ------
    ValueError
        If an argument does not fit, before anything is changed; after an epoch, if a callback changed a
        setting to one that does not fit, or the schedule has no finite rate for the next one.
    DivergenceError
        If a loss, gradient or update is not finite. (A member of an ensemble is frozen instead, and
        listed in the history's `frozen`.)

    Examples
    --------
    >>> import numpy as np
    >>> from npnet import MLP, optimizers
    >>> x = np.linspace(-1, 1, 64).reshape(-1, 1)
    >>> net = MLP([1, 1], seed=0)
    >>> history = net.fit(x, 2 * x + 1, optimizer=optimizers.SGD(0.1), epochs=200)
    >>> print(net.weights[0].round(3), net.biases[0].round(3))
    [[2.]] [1.]
    """
    optimizer = optimizers.get(optimizer)
    trainer = net._Trainer(net, loss, regularizer, optimizer)
    finite("parameters", net.parameters)
    epochs = integer("epochs", epochs, 1)
    verbose = integer("verbose", int(verbose) if isinstance(verbose, bool) else verbose, 0)
    x, y = _checked_data(trainer.objective, "x", x, "y", y)
    rng = generator("seed", seed)
    order = _Order(x, y, rng) if flag("shuffle", shuffle) else None
    batches = list(
        datasets.batches(
            *((order.x, order.y) if order else (x, y)),
            len(x) if batch_size is None else integer("batch_size", batch_size, 1),
        )
    )
    validation = None if validation_data is None else _checked_pair(trainer.objective, validation_data)
    trainer.start(len(batches[0][0]), validation)
    callbacks = _checked_callbacks(callbacks, validation is not None)
    classification = validation is not None and metrics.is_classification(validation[1])
    history = History(epochs, validation is not None, classification, trainer.members)
    for epoch in range(epochs):
        if order:
            order.draw()
        history.add(**trainer.run_epoch(epoch, batches, history))
        if verbose and (epoch % verbose == 0 or epoch == epochs - 1):
            print(f"epoch {epoch}: {history.last()}")
        if any(_call(callbacks, net, history, optimizer, trainer.objective.regularizer)) or trainer.done:
            break
    return history


class Trainer:
    """What takes the steps of one net's `fit`.

    Parameters
    ----------
    net : MLP
        The net.
    loss, regularizer
        As for `fit`.
    optimizer : Optimizer
        The update rule.

    Raises
    ------
    ValueError
        If an argument does not fit the net.
    """

    members: int | None = None
    """How many nets it trains; None for one that is no ensemble's."""
    done = False
    """Whether nothing is left to be trained."""
    _validation: _Validation | None = None

    def __init__(
        self, net: Network, loss: str | Loss, regularizer: str | Regularizer | None, optimizer: Optimizer
    ) -> None:
        optimizer.check(net.parameters)
        self.objective, self.optimizer = Objective(net, loss, regularizer), optimizer

    def start(self, batch: int, validation: tuple[Array, Array] | None) -> None:
        """Prepare for batches of that size, and for measuring loss and accuracy on the validation data."""
        if validation is not None:
            self._validation = _Validation(self.objective, *validation)

    def run_epoch(self, epoch: int, batches: list[tuple[Array, Array]], history: History) -> dict[str, Any]:
        """Take one step for each batch, and return the epoch's row of the history.

        Raises
        ------
        DivergenceError
            If a loss, gradient or update is not finite.
        """
        self.optimizer.begin_epoch(epoch)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            # NumPy's iterators set so many numbers aside in each broadcast; the context ends with errstate's
            np.setbufsize(1536)
            mean = self._steps(epoch, batches, history)
            row = self._validation.measure() if self._validation else {}
        return {"loss": mean, "learning_rate": self.optimizer.learning_rate, **row}

    def _steps(self, epoch: int, batches: list[tuple[Array, Array]], history: History) -> Any:
        """Take one step for each batch, and return the mean of their losses."""
        objective, parameters, gradient = self.objective, self.objective.net.parameters, self.objective.gradient
        total = 0.0
        for batch, (x, y) in enumerate(batches):
            value = float(objective.value_and_gradient(x, y))
            if not math.isfinite(value):
                raise self._diverged("loss", epoch, batch, self._first_not_finite(len(x)), history)
            try:
                self.optimizer._step(parameters, gradient)
            except StepError as error:
                layer = objective.net.layer_of(error.index)
                raise self._diverged(error.what, epoch, batch, layer, history) from None
            total += value
        return total / len(batches)

    def _first_not_finite(self, batch: int) -> int:
        """Return the first layer whose output or penalty is not finite; the last if all are."""
        outputs, regularizer = self.objective.outputs(batch), self.objective.regularizer
        for layer, (y, W) in enumerate(zip(outputs, self.objective.net.weights), 1):
            if not np.isfinite(y).all() or (regularizer is not None and not math.isfinite(regularizer(W))):
                return layer
        return len(outputs)

    def _diverged(self, what: str, epoch: int, batch: int, layer: int, history: History) -> DivergenceError:
        place = self.objective.net.describe(layer)
        return DivergenceError(what, epoch, batch, self.optimizer.learning_rate, layer, place, history)


def _checked_data(objective: Objective, name_x: str, x: Any, name_y: str, y: Any) -> tuple[Array, Array]:
    inputs = objective.net._inputs(name_x, x)
    return inputs, objective.net._targets(name_y, y, len(inputs), objective.loss)


def _checked_pair(objective: Objective, data: Any) -> tuple[Array, Array]:
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        kind = f"{len(data)} elements" if isinstance(data, (tuple, list)) else type(data).__name__
        raise ValueError(f"validation_data: expected a pair (x, y), got {kind}")
    return _checked_data(objective, "validation_data[0]", data[0], "validation_data[1]", data[1])


def _checked_callbacks(callbacks: Any, validation: bool) -> tuple[Callable[[Any, History], object], ...]:
    if not isinstance(callbacks, Sequence) or not all(callable(c) and not isinstance(c, type) for c in callbacks):
        raise ValueError(f"callbacks: expected a list of functions (net, history), got {callbacks!r}")
    if not validation and any(isinstance(c, EarlyStopping) and c.monitor == "val_loss" for c in callbacks):
        raise ValueError("callbacks: EarlyStopping monitors val_loss, which needs validation_data")
    return tuple(callbacks)


def _call(
    callbacks: Sequence[Callable[[Any, History], object]],
    net: Network,
    history: History,
    optimizer: Optimizer,
    regularizer: Regularizer | None,
) -> list[object]:
    """Return the callbacks' answers; they may have changed a setting, which must fit the net as at first."""
    answers = [callback(net, history) for callback in callbacks]
    if callbacks:
        optimizer.check(net.parameters)
        if regularizer is not None:
            regularizer._check_members(net._members)
    return answers


class _Order:
    """Copies of the data that take a new order for each epoch, always in the same buffers."""

    def __init__(self, x: Array, y: Array, rng: np.random.Generator) -> None:
        self._original = x, y
        self.x, self.y, self._rng = x.copy(), y.copy(), rng

    def draw(self) -> None:
        order = self._rng.permutation(len(self.x))
        for original, shuffled in zip(self._original, (self.x, self.y)):
            np.take(original, order, axis=0, out=shuffled)


class _Validation:
    """The validation data, with what can be prepared once."""

    def __init__(self, objective: Objective, x: Array, y: Array) -> None:
        self._objective, self._x, self._y = objective, x, y
        is_classification = metrics.is_classification(self._y)
        self.accuracy = metrics.Accuracy(self._y, objective.threshold) if is_classification else None

    def measure(self) -> dict[str, Any]:
        row = {"val_loss": self._objective.value(self._x, self._y)}
        if self.accuracy is not None:
            row["val_accuracy"] = self.accuracy(self._objective.outputs(len(self._x))[-1])
        return row
