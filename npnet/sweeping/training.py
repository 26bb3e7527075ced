"""The training of a group: a function of its settings and the data, which gives the same numbers wherever it runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from npnet.ensemble import Ensemble
from npnet.history import History
from npnet.network import MLP
from npnet.saving import machine
from npnet.sweeping import reasons
from npnet.sweeping.data import Data
from npnet.sweeping.settings import Training, TrialError, joined
from npnet.typing import Array

CURVES = ("loss", "accuracy", "val_loss", "val_accuracy")
"""What is kept of each epoch, where it is measured."""


class StoppedError(Exception):
    """The sweep has ended before this training."""


class Asked(NamedTuple):
    """A group, as a worker is sent it."""

    trials: tuple[int, ...]
    trainings: tuple[Training, ...]
    settings: tuple[str, ...]
    """What each trial was given, as errors tell it."""
    epochs: int | None
    """How many epochs, in place of those that are set: of a rung of halving."""
    order: int
    """The seed of the orders in which samples are shuffled, the same for all trials of a sweep."""


class Result(NamedTuple):
    """What came of one trial."""

    trial: int
    status: str
    """done, diverged or died."""
    epochs: int
    """The epochs that were completed."""
    reason: str | None
    """What was not finite, and where; or how often a worker died with the trial."""
    curves: Mapping[str, Array]
    """The numbers of each epoch, by their names."""
    seconds: float
    """The time of the group, divided by its trials."""
    machine: Mapping[str, Any]


def trained(asked: Asked, data: Data, stop: Callable[[], bool]) -> list[Result]:
    """Train a group, and return what came of each trial; `StoppedError` once `stop` says so."""
    start = time.perf_counter()
    history = _fit(asked, _made(asked), data, stop)
    seconds = (time.perf_counter() - start) / len(asked.trials)
    found = machine.described()
    return [_result(number, history, place, seconds, found) for place, number in enumerate(asked.trials)]


def _made(asked: Asked) -> list[MLP]:
    """Return the nets before the training; an error names the trial."""

    def made(number: int, one: Training, settings: str) -> MLP:
        try:
            return one.made()
        except Exception as error:
            raise TrialError((number,), settings, _said(error)) from error

    return list(map(made, asked.trials, asked.trainings, asked.settings))


def _fit(asked: Asked, made: list[MLP], data: Data, stop: Callable[[], bool]) -> History:
    trainings = asked.trainings
    first, split = trainings[0], data.splits[trainings[0].fold]

    def stopped(net: Any, history: History) -> None:
        if stop():
            raise StoppedError

    try:
        nets = Ensemble.from_nets(made)
        x, y = split.training()
        validation = split.validation()
        return nets.fit(
            x, y, loss=first.loss, optimizer=joined([one.optimizer for one in trainings]),
            epochs=asked.epochs or first.epochs, batch_size=first.batch_size, validation_data=validation,
            callbacks=[stopped], seed=asked.order,
            regularizer=[joined(list(of_layer)) for of_layer in zip(*(one.penalties for one in trainings))],
            clipping=joined([one.clipping for one in trainings]),
            record_accuracy=validation is None and _classes(nets, y),
        )  # fmt: skip
    except StoppedError:
        raise
    except Exception as error:
        raise TrialError(asked.trials, asked.settings[0], _said(error)) from error


def _classes(nets: Ensemble, y: Array) -> bool:
    return nets.widths[-1] > 1 and y.ndim == 1 and y.dtype.kind in "iub"


def _said(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, ValueError) else f"{type(error).__name__}: {text}"


def _result(number: int, history: History, place: int, seconds: float, found: Mapping[str, Any]) -> Result:
    one = history.member(place)
    curves = {name: np.ascontiguousarray(one.columns[name]) for name in CURVES if name in one.columns}
    frozen = history.frozen.get(place)
    if frozen is None:
        return Result(number, "done", one.epochs, None, curves, seconds, found)
    reason = reasons.diverged(frozen.what, frozen.epoch, frozen.batch)
    return Result(number, "diverged", one.epochs, reason, curves, seconds, found)
