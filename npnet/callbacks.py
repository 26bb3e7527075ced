"""Callbacks: what `fit` calls after each epoch, as ``callback(net, history)``; a true answer ends the training.

One that has a method ``on_train_begin(net, optimizer)`` has it called before the first epoch; one that has a method
``on_train_end(net, history)`` has that called when training ends, however it ends.

One that counts on from epoch to epoch has ``state()``, which returns arrays by name, and ``take_over(state)``: a
`Checkpoint` keeps them, and a training that goes on from it gives them back. One that has ``after_epoch(run)`` has that
called after each epoch, when all callbacks have answered.
"""

import os
from typing import Any

import numpy as np

from npnet import files
from npnet._checks import file_name, flag, integer, number
from npnet.engine.hyperparameters import show
from npnet.history import History
from npnet.saving import container
from npnet.schedules import Constant
from npnet.typing import Array

__all__ = ["Checkpoint", "EarlyStopping", "KeepBest", "ReduceLROnPlateau"]


def __dir__() -> list[str]:
    return __all__


_SIGNS = {"loss": 1, "val_loss": 1, "accuracy": -1, "val_accuracy": -1}


class KeepBest:
    """A callback that keeps the parameters of the best epoch in memory; of an ensemble, each member's best.

    Parameters
    ----------
    monitor : str
        ``"loss"`` or ``"val_loss"``, which are better the smaller, or ``"accuracy"`` or ``"val_accuracy"``, the larger.
        Loss and accuracy of the training are measured while the parameters change; those that are kept are from the
        end of the epoch.
    restore : bool
        Whether the net gets them back when training ends, however it ends. The optimizer's moments stay those of the
        last step.

    Attributes
    ----------
    best : float or ndarray, shape (members,)
        The best number; infinitely bad before the first that is not NaN.
    best_epoch : int or ndarray, shape (members,)
        Its epoch; -1 before there is one.
    parameters : ndarray or None
        The parameters after that epoch, in the shape of the net's: assign them to ``net.parameters``.

    Examples
    --------
    >>> from npnet import MLP, datasets
    >>> x_train, y_train, x_test, y_test = datasets.iris_split()
    >>> net, keep = MLP([4, 3], output="softmax", seed=0), KeepBest("val_accuracy")
    >>> history = net.fit(x_train, y_train, epochs=20, validation_data=(x_test, y_test), callbacks=[keep])
    >>> net.parameters = keep.parameters
    >>> net.evaluate(x_test, y_test).accuracy == keep.best
    True
    """

    def __init__(self, monitor: str = "val_loss", restore: bool = False) -> None:
        if not isinstance(monitor, str) or monitor not in _SIGNS:
            *others, last = map(repr, _SIGNS)
            raise ValueError(f"monitor: expected {', '.join(others)} or {last}, got {monitor!r}")
        self.monitor, self.restore = monitor, flag("restore", restore)
        self._forget()

    def _forget(self) -> None:
        self.best: Any = _SIGNS[self.monitor] * np.inf
        self.best_epoch: Any = -1
        self.parameters: Array | None = None

    def check(self, history: History, optimizer: Any) -> None:
        """Refuse a training that does not record what is monitored, before anything is changed."""
        if getattr(history, self.monitor) is None:
            needed = "validation_data" + " whose labels name classes" * (self.monitor == "val_accuracy")
            needed = "record_accuracy=True" if self.monitor == "accuracy" else needed
            raise ValueError(f"callbacks: {type(self).__name__} monitors {self.monitor}, which needs {needed}")

    def on_train_begin(self, net: Any, optimizer: Any) -> None:
        """Begin anew: what an earlier training has left is neither given back nor reported."""
        self._forget()

    def __call__(self, net: Any, history: History) -> bool:
        """Keep the parameters where the last epoch is the best; training goes on."""
        self.improved(net, history)
        return False

    def improved(self, net: Any, history: History, min_delta: float = 0.0, keep: bool = True) -> Any:
        """Take note of the last epoch; return whether it is the best by more than `min_delta`, for each member."""
        sign, value = _SIGNS[self.monitor], np.asarray(getattr(history, self.monitor)[-1])
        if history.epochs == 1:
            self.best, self.best_epoch = np.full(value.shape, sign * np.inf), np.full(value.shape, -1)
            self.parameters = net.parameters.copy() if keep else None
        # The NaN of a frozen member is no improvement, the first number always is one
        better = sign * value < sign * self.best - min_delta
        epoch = history.initial_epoch + history.epochs - 1
        # A number of a single net, a vector of members
        self.best, self.best_epoch = (
            array if array.ndim else array.item()
            for array in (np.where(better, value, self.best), np.where(better, epoch, self.best_epoch))
        )
        if self.parameters is not None:
            np.copyto(self.parameters, net.parameters, where=better)
        return better

    def on_train_end(self, net: Any, history: History) -> None:
        """Give the net its best parameters back, if that was asked for."""
        if self.restore and self.parameters is not None:
            net.parameters[...] = self.parameters

    def state(self) -> dict[str, Array]:
        """Return the best so far, for a `Checkpoint`."""
        found = {"best": np.asarray(self.best, float), "best_epoch": np.asarray(self.best_epoch, np.int64)}
        return found if self.parameters is None else found | {"parameters": self.parameters}

    def take_over(self, state: dict[str, Array]) -> None:
        """Go on from a `state`."""
        best, epoch = state["best"], state["best_epoch"]
        self.best, self.best_epoch = (array if array.ndim else array.item() for array in (best, epoch))
        self.parameters = state.get("parameters")

    def __repr__(self) -> str:
        """Return the expression that makes this callback."""
        return f"{type(self).__name__}({self.monitor!r}, restore={self.restore})"


class EarlyStopping(KeepBest):
    """A callback that ends training when a recorded number has not improved for some epochs.

    An ensemble's training ends when no member's number has.

    Parameters
    ----------
    monitor : str
        ``"loss"`` or ``"val_loss"``, which are better the smaller, or ``"accuracy"`` or ``"val_accuracy"``, the larger.
    patience : int
        The number of epochs in a row without an improvement after which training ends, at least 1.
    min_delta : float
        By more than how much the number must be better than the best so far to count as improved, not negative; the
        first always counts. As in Keras and PyTorch Lightning, a smaller improvement does not move the best.
    restore_best : bool
        Whether the net gets the parameters of the best epoch back when training ends, however it ends. (Keras's
        ``restore_best_weights``.)

    Attributes
    ----------
    best, best_epoch, parameters
        As for `KeepBest`; `parameters` are kept only if they are to be restored.

    Examples
    --------
    >>> stop = EarlyStopping("loss", patience=5)
    """

    def __init__(
        self, monitor: str = "val_loss", patience: int = 10, min_delta: float = 0.0, restore_best: bool = False
    ) -> None:
        super().__init__(monitor, flag("restore_best", restore_best))
        self.patience = integer("patience", patience, 1)
        self.min_delta = number("min_delta", min_delta, low=0)

    def _forget(self) -> None:
        super()._forget()
        self.waited = 0

    def __call__(self, net: Any, history: History) -> bool:
        """Return whether training should end."""
        improved = np.any(self.improved(net, history, self.min_delta, self.restore))
        self.waited = 0 if improved or history.epochs == 1 else self.waited + 1
        return self.waited >= self.patience

    def state(self) -> dict[str, Array]:
        """Return the best so far, and for how many epochs, for a `Checkpoint`."""
        return super().state() | {"waited": np.asarray(self.waited, np.int64)}

    def take_over(self, state: dict[str, Array]) -> None:
        """Go on from a `state`."""
        super().take_over(state)
        self.waited = state["waited"].item()

    def __repr__(self) -> str:
        """Return the expression that makes this callback."""
        named = f"patience={self.patience}, min_delta={show(self.min_delta)}, restore_best={self.restore}"
        return f"{type(self).__name__}({self.monitor!r}, {named})"


class ReduceLROnPlateau(KeepBest):
    """A callback that multiplies the learning rate by a factor when a recorded number has not improved for some epochs.

    The optimizer of the training must have a constant rate. It keeps the last one when training ends; the history has
    that of each epoch. Of an ensemble, each member has its own number, and from its first reduction on its own rate;
    that of a frozen member stays.

    Parameters
    ----------
    monitor : str
        ``"loss"`` or ``"val_loss"``, which are better the smaller, or ``"accuracy"`` or ``"val_accuracy"``, the larger:
        Keras's ``mode`` follows from the name.
    factor : float
        What the rate is multiplied by, above 0 and under 1.
    patience : int
        The number of epochs in a row without an improvement after which the rate is reduced, at least 1.
    min_delta : float
        By more than how much the number must be better than the best so far to count as improved, not negative.
    cooldown : int
        The number of epochs after a reduction that do not count as epochs without an improvement, at least 0.
    min_lr : float
        The rate that none falls under, not negative.

    Attributes
    ----------
    best, best_epoch
        As for `KeepBest`.

    Notes
    -----
    Source: the documentation of ``keras.callbacks.ReduceLROnPlateau``, whose rules and defaults are these. Two of them
    are easily overlooked: the last epoch of the cooldown counts, and a rate that is at its minimum already starts no
    cooldown. A number that is NaN is no improvement; in the first epoch, Keras takes it as the best for ever.

    Examples
    --------
    >>> from npnet import MLP
    >>> net, reduce = MLP([1, 1], kernel_initializer="zeros"), ReduceLROnPlateau("loss", factor=0.5, patience=2)
    >>> print(net.fit([[1.0]], [0.0], epochs=6, callbacks=[reduce]).learning_rate)
    [0.01   0.01   0.01   0.005  0.005  0.0025]
    """

    _waited: Array
    _cooling: Array

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor)
        self.factor = number("factor", factor, above=0, below=1)
        self.patience, self.cooldown = integer("patience", patience, 1), integer("cooldown", cooldown, 0)
        self.min_delta, self.min_lr = number("min_delta", min_delta, low=0), number("min_lr", min_lr, low=0)

    def _forget(self) -> None:
        super()._forget()
        self._optimizer: Any = None
        self._waited = self._cooling = np.zeros((), np.int64)

    def check(self, history: History, optimizer: Any) -> None:
        """Refuse an optimizer whose rate is not constant too."""
        super().check(history, optimizer)
        _check_constant(optimizer)

    def on_train_begin(self, net: Any, optimizer: Any) -> None:
        """Begin anew, with the optimizer whose rate is to be reduced."""
        # Another callback may hold this one, which nobody has checked then
        _check_constant(optimizer)
        super().on_train_begin(net, optimizer)
        self._optimizer = optimizer

    def __call__(self, net: Any, history: History) -> bool:
        """Reduce the rate if it is time to; training goes on."""
        improved = self.improved(net, history, self.min_delta, keep=False)
        self._cooling = np.maximum(self._cooling - 1, 0)
        self._waited = np.where(improved, 0, self._waited + (self._cooling == 0))
        due = self._waited >= self.patience
        if history.frozen:
            due[list(history.frozen)] = False
        self._reduce(due)
        return False

    def _reduce(self, due: Array) -> None:
        """Reduce the rates that it is time for, and that are not at their minimum."""
        rate = np.asarray(self._optimizer.learning_rate)
        smaller = np.maximum(rate * self.factor, self.min_lr)
        # A rate is above 0, also where its product with the factor underflows
        reduced = due & (rate > self.min_lr) & (smaller > 0)
        if reduced.any():
            self._optimizer.learning_rate = np.where(reduced, smaller, rate)
            self._waited = np.where(reduced, 0, self._waited)
            self._cooling = np.where(reduced, self.cooldown, self._cooling)

    def state(self) -> dict[str, Array]:
        """Return the best so far, and the epochs that were counted, for a `Checkpoint`."""
        return super().state() | {"waited": self._waited, "cooling": self._cooling}

    def take_over(self, state: dict[str, Array]) -> None:
        """Go on from a `state`."""
        super().take_over(state)
        self._waited, self._cooling = state["waited"], state["cooling"]

    def on_train_end(self, net: Any, history: History) -> None:
        """Let go of the optimizer."""
        self._optimizer = None

    def __repr__(self) -> str:
        """Return the expression that makes this callback."""
        names = ("factor", "patience", "min_delta", "cooldown", "min_lr")
        named = ", ".join(f"{name}={show(getattr(self, name))}" for name in names)
        return f"{type(self).__name__}({self.monitor!r}, {named})"


def _check_constant(optimizer: Any) -> None:
    if not isinstance(optimizer.schedule, Constant):
        raise ValueError(f"optimizer: expected a constant learning rate to be reduced, got {optimizer.schedule!r}")


class Checkpoint:
    """A callback that writes all that the training goes on from to a file; it needs the extra ``tabular``.

    ``net.fit(…, resume=path)``, with the arguments of the training that was interrupted, goes on after the last epoch
    that was written, and ends with the bits of one that never stopped: parameters, moments, orders of the samples,
    history, and what callbacks have counted. The file is a model file, too: ``MLP.load(path)`` returns its net.

    Parameters
    ----------
    path : str or path
        The file, such as ``"run.safetensors"``. The one of the epoch before stays until the next is whole, also where
        the process is killed or the disk is full.
    every : int
        The number of epochs from one to the next; the last epoch is written always.

    Notes
    -----
    The bits are the same with the same NumPy, the same kernels and as many threads. The file has all three: the threads
    are set again where threadpoolctl is installed, and what is not as it was is warned of.

    A file that can't be written ends the training with an `OSError`; it goes on from the last one.

    Examples
    --------
    >>> import tempfile
    >>> from npnet import MLP, datasets
    >>> x, y, *_ = datasets.iris_split()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/run.safetensors"
    ...     net = MLP([4, 3], output="softmax", seed=0)
    ...     history = net.fit(x, y, epochs=3, callbacks=[Checkpoint(path)])
    ...     other = MLP([4, 3], output="softmax", seed=0)
    ...     history = other.fit(x, y, epochs=5, callbacks=[Checkpoint(path)], resume=path)
    >>> history.epochs, history == MLP([4, 3], output="softmax", seed=0).fit(x, y, epochs=5)
    (5, True)
    """

    def __init__(self, path: str | os.PathLike[str], every: int = 1) -> None:
        self.path, self.every = file_name("path", path), integer("every", every, 1)

    def on_train_begin(self, net: Any, optimizer: Any) -> None:
        """Remove what a training that was killed has left of a file that was not whole."""
        files.clear(self.path)

    def __call__(self, net: Any, history: History) -> bool:
        """Let the training go on."""
        return False

    def after_epoch(self, run: Any) -> None:
        """Write the file, if it is time to."""
        if run.last or (run.history.initial_epoch + run.history.epochs) % self.every == 0:
            container.write(self.path, *run.parts())

    def __repr__(self) -> str:
        """Return the expression that makes this callback."""
        return f"{type(self).__name__}({str(self.path)!r}, every={self.every})"
