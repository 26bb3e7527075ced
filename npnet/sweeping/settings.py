"""A trial's settings: their names, and the net, the optimizer and the arguments of `fit` that they stand for."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from npnet import _choices, clipping, initializers, losses, optimizers, regularizers
from npnet._checks import batch_size as checked_batch_size
from npnet._checks import integer, number
from npnet._checks import widths as checked_widths
from npnet.clipping import Clipping
from npnet.engine.hyperparameters import Declared, Hyperparameters, Number
from npnet.losses import Loss
from npnet.network import MLP
from npnet.optimizers import Optimizer
from npnet.registry import did_you_mean
from npnet.regularizers import Regularizer
from npnet.schedules import Schedule
from npnet.sweeping.spaces import Trial

OF_THE_NET = (
    "widths", "units", "hidden", "output", "dtype", "use_bias", "kernel_initializer", "bias_initializer", "seed",
)  # fmt: skip
OF_THE_TRAINING = (
    "loss", "optimizer", "learning_rate", "schedule", "regularizer", "l1", "l2", "clipping", "epochs", "batch_size",
    "fold",
)  # fmt: skip
NAMES = OF_THE_NET + OF_THE_TRAINING
"""All settings beside the numbers of an optimizer."""


class TrialError(ValueError):
    """What is wrong with one trial, or with a group of trials that were trained together.

    Attributes
    ----------
    trials : tuple of int
        Their numbers, counted from 0.
    """

    def __init__(self, trials: tuple[int, ...], settings: str, what: str) -> None:
        self.trials, self.settings, self.what = trials, settings, what
        some = f"trial {trials[0]}" if len(trials) == 1 else f"trials {trials[0]} to {trials[-1]}"
        super().__init__(f"{some}, {settings}: {what}")

    def __reduce__(self) -> Any:
        return type(self), (self.trials, self.settings, self.what)


@dataclass(frozen=True)
class Outside:
    """What the data decide of each net."""

    features: tuple[int, ...]
    """Of each fold; without folds, of one."""
    outputs: int
    output: str
    """The activation of the last layer, unless another one is set."""
    folds: int | None


@dataclass(frozen=True)
class Training:
    """What a trial's settings stand for; those of one `key` are trained in lockstep."""

    net: dict[str, Any]
    """Arguments of `npnet.MLP`."""
    optimizer: Optimizer
    penalties: tuple[Regularizer | None, ...]
    clipping: Clipping | None
    loss: Loss | None
    epochs: int
    batch_size: int | None
    fold: int

    @cached_property
    def key(self) -> str:
        """What trials that are trained in lockstep have in common, as text: all but seeds and numbers."""
        net = {name: value for name, value in self.net.items() if name not in ("seed", *_DRAWN)}
        numbers = [_shape(self.optimizer), [_shape(one) for one in self.penalties], _shape(self.clipping)]
        rest = [self.loss, self.epochs, self.batch_size, self.fold]
        return json.dumps(described([net, numbers, rest]), sort_keys=True)

    @property
    def multiply_adds(self) -> int:
        """The multiply-adds for one sample."""
        return sum(a * b for a, b in pairwise(self.net["widths"]))

    def made(self) -> MLP:
        """Return the net before the training."""
        return MLP(**self.net)

    def with_seed(self, seed: int) -> Training:
        """Return the same from other initial weights."""
        other = replace(self, net=self.net | {"seed": integer("seed", seed, 0)})
        # It has nothing of the seed
        vars(other)["key"] = self.key
        return other


_DRAWN = ("kernel_initializer", "bias_initializer")


def training(trial: Mapping[str, Any], outside: Outside) -> Training:
    """Return what a trial's settings stand for; ValueError for one that is not what it should be."""
    given = dict(trial)
    epochs = integer("epochs", given.get("epochs", 1), 1)
    net = _net(given, outside)
    size = given.get("batch_size", 32)
    checked_batch_size("batch_size", size, 1)
    loss = given.get("loss")
    return Training(
        net, _optimizer(given, epochs), _penalties(given, len(net["widths"]) - 1), clipping.get(given.get("clipping")),
        None if loss is None else losses.get(loss), epochs, size, _fold(given, outside),
    )  # fmt: skip


def _net(given: Trial, outside: Outside) -> dict[str, Any]:
    if "units" in given and "widths" in given:
        raise ValueError("units: expected None beside widths, which have all layers, got both")
    units = given.get("units", ())
    if isinstance(units, (str, bytes)) or not np.iterable(units):
        raise ValueError(f"units: expected those of each hidden layer, such as (64, 64), got {units!r}")
    features = outside.features[_fold(given, outside)]
    widths = checked_widths(given.get("widths", (features, *units, outside.outputs)))
    net = {name: given[name] for name in OF_THE_NET if name in given and name not in ("units", "widths")}
    for name in _DRAWN:
        if name in net:
            net[name] = initializers.get(net[name], name)
    net["seed"] = integer("seed", net.get("seed", 0), 0)
    return {"output": outside.output} | net | {"widths": widths}


def _optimizer(given: Trial, epochs: int) -> Optimizer:
    """Return a new optimizer with the numbers that are set."""
    chosen = given.get("optimizer", "sgd")
    # One that a caller has made stays as it is
    made = chosen.clone() if isinstance(chosen, Optimizer) else optimizers.get(chosen)
    for name in given:
        if name in NAMES:
            continue
        if name not in made.table:
            known = list(dict.fromkeys([*NAMES, *made.table]))
            advice = did_you_mean(name, known) or f"; the settings are {', '.join(known)}"
            raise ValueError(f"{name}: expected a setting, or a number of {type(made).__name__}, got another{advice}")
        setattr(made, name, given[name])
    if "learning_rate" in given:
        made.learning_rate = given["learning_rate"]
    made.check_members(None)
    if "schedule" in given:
        rate = made.hyperparameters()["learning_rate"]
        if isinstance(rate, Schedule):
            raise ValueError(f"schedule: expected none beside a learning rate that has its own, got {rate!r}")
        made.learning_rate = _choices.scheduled(given["schedule"], rate, epochs)
    return made


def _penalties(given: Trial, layers: int) -> tuple[Regularizer | None, ...]:
    chosen = given.get("regularizer")
    if "l1" in given or "l2" in given:
        if chosen is not None:
            raise ValueError("regularizer: expected None beside l1 and l2, got both")
        strengths = {name: number(name, given.get(name, 0.0), low=0) for name in ("l1", "l2")}
        chosen = _choices.penalty(**strengths)
    found = regularizers.of_layers(chosen, layers)
    for one in found:
        if one is not None:
            one.check_members(None)
    return found


def _fold(given: Trial, outside: Outside) -> int:
    fold = integer("fold", given.get("fold", 0), 0)
    if fold >= (outside.folds or 1):
        raise ValueError(f"fold: expected one of {outside.folds or 'no'} folds, counted from 0, got {fold}")
    return fold


def joined(several: list[Any]) -> Any:
    """Return a new object with a vector for each number in which some of the same shape differ; None for None."""
    first = several[0]
    if first is None:
        return None
    made = first.clone() if isinstance(first, Optimizer) else first.subset(slice(None))
    if all(one is first for one in several):
        return made
    for name in first.table:
        values = [one.stored(name) for one in several]
        if isinstance(values[0], Hyperparameters):
            made.store(name, joined(values))
        elif any(value != values[0] for value in values):
            made.store(name, _vector(values))
    return made


def _vector(values: list[float]) -> Any:
    vector = np.array(values)
    vector.setflags(write=False)
    return vector


def _shape(one: Hyperparameters | None) -> Any:
    """Return an object without its numbers, which may be another one for each member."""
    if one is None:
        return None
    kept = {name: one.stored(name) for name in one.table}
    return [_name(one)] + [
        [name, _shape(value) if isinstance(value, Hyperparameters) else _fixed(one.table[name], value)]
        for name, value in kept.items()
    ]


def _fixed(declared: Declared, value: Any) -> Any:
    """Return the value of a hyperparameter that all members share; nothing where each may have its own."""
    return "" if isinstance(declared, Number) else value


def _name(one: Any) -> str:
    return f"{type(one).__module__}.{type(one).__qualname__}"


def described(value: Any) -> Any:
    """Return a value as JSON has it, equal for equal values only."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return described(value.item())
    if isinstance(value, Mapping):
        return {str(key): described(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, range)):
        return [described(one) for one in value]
    if isinstance(value, np.ndarray):
        return described(value.tolist())
    if isinstance(value, Hyperparameters):
        return {"class": _name(value), **{name: described(value.stored(name)) for name in value.table}}
    # Of a class of somebody else, only the bytes tell whether two are equal
    return {"class": _name(value), "sha256": hashlib.sha256(pickle.dumps(value, 4)).hexdigest()}


def shown(value: Any) -> Any:
    """Return a setting as a cell of a table: a number, a truth value, text or None."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(tuple(value)) if isinstance(value, (list, range)) else str(value)


def told(trial: Mapping[str, Any]) -> str:
    """Return settings in one line.

    Examples
    --------
    >>> told({"optimizer": "adam", "learning_rate": 0.1})
    'optimizer=adam, learning_rate=0.1'
    """
    return ", ".join(f"{name}={shown(value)}" for name, value in trial.items()) or "without settings"
