"""Checkpoints: a training between two epochs, as a model file with all that decides how it goes on.

Beside the net and the optimizer these are the generator that the orders are drawn from, the history, what callbacks
have counted, and hyperparameters that they have changed. What the training was given is described too, the data by
their digests: where it goes on with anything else, it would not be the same training, and is refused.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from npnet.clipping import Clipping
from npnet.engine.stepping import Epoch, Objective, Validation
from npnet.history import Frozen, History
from npnet.optimizers import Optimizer
from npnet.regularizers import Regularizer
from npnet.saving import by_name, container, generators, machine, models
from npnet.saving.models import Parts, field, number
from npnet.typing import Array

SAMPLES = "number of samples"
"""Compared before the batches, which have as many samples at most."""


class Run:
    """A training, between two epochs.

    Parameters
    ----------
    objective : Objective
        The loss that is minimized, with the net.
    optimizer : Optimizer
        The update rule.
    batches : Batches or PartBatches
        The samples, and the generator of their orders.
    validation : Validation or None
        The data that are measured after each epoch.
    history : History
        The record so far.
    callbacks : sequence of callable
        Those of the training.
    epochs : int
        Where it ends.
    shards : int or None
        Into how many shards a batch is cut, if it is.
    """

    ended = False
    """Whether nothing is trained any more, be it that a callback said so."""

    def __init__(
        self,
        objective: Objective,
        optimizer: Optimizer,
        batches: Epoch,
        validation: Validation | None,
        history: History,
        callbacks: Sequence[Any],
        epochs: int,
        shards: int | None = None,
    ) -> None:
        self.net: Any = objective.net
        self.objective, self.optimizer, self.batches, self.validation = objective, optimizer, batches, validation
        self.history, self.callbacks, self.epochs, self.shards = history, callbacks, epochs, shards
        self.told = [one for one in callbacks if hasattr(one, "after_epoch")]
        """The callbacks that are told of each epoch when all have answered."""
        self._states: list[dict[str, Array]] = []
        self._given = self._describe_given() if self.told else {}
        self._machine: dict[str, Any] = {}

    @property
    def last(self) -> bool:
        """Whether no epoch is left."""
        return self.ended or self.history.initial_epoch + self.history.epochs >= self.epochs

    def tell(self, ended: bool, writes: bool) -> None:
        """Let callbacks that are told of each epoch know that it is over, in the process that writes."""
        self.ended = ended
        for callback in self.told if writes else ():
            callback.after_epoch(self)

    def given(self) -> dict[str, str]:
        """Return in words and digests what all processes that train a net together must be given alike."""
        net, batches, history = self.net, self.batches, self.history
        return {
            "net": f"{net!r}, biases {net.use_bias}",
            "loss": name_of(self.objective.given),
            "optimizer": f"{name_of(self.optimizer)} after {self.optimizer.iterations} steps",
            "regularizer": ", ".join(map(name_of, self.objective.regularizers)),
            "clipping": name_of(self.objective.clipping),
            "epochs": f"{history.initial_epoch} to {self.epochs}, {history.epochs} of them done",
            "callbacks": ", ".join(type(callback).__name__ for callback in self.callbacks),
            "shards": str(self.shards),
            SAMPLES: str(batches.count),
            "batch_size": str(batches.largest),
            "shuffle": str(batches.rng is not None),
            **dict(zip(("x", "y and weights"), digests(batches))),
            "validation data": " ".join(digests(self.validation.batches) if self.validation else ()),
            "columns of the history": ", ".join(sorted(history.columns)),
        }  # fmt: skip

    # What it was given

    def _describe_given(self) -> dict[str, Any]:
        """Return what a training must be given again to be the same."""
        net, batches = models.net_parts(self.net)[0], self.batches
        return {
            "net": {name: net[name] for name in ("kind", "widths", "activations", "use_bias", "dtype", "members")},
            "loss": by_name.described("loss", self.objective.given),
            "optimizer": by_name.described("optimizer", self.optimizer),
            **self._describe_rules(),
            "callbacks": [name_of(one) for one in self._with_state()],
            "initial_epoch": self.history.initial_epoch,
            "what is recorded": sorted(self.history.columns),
            SAMPLES: batches.count,
            "batch_size": batches.largest,
            "shards": self.shards,
            "shuffle": batches.rng is not None,
            "seed": [_bits_of(rng) for rng in (batches.rng, self.net.rng) if rng is not None],
            **dict(zip(("x", "y and weights"), digests(batches))),
            "validation data": self.validation and digests(self.validation.batches),
        }  # fmt: skip

    def _describe_rules(self) -> dict[str, Any]:
        return {
            "regularizer": [by_name.described("regularizer", one) for one in self.objective.regularizers],
            "clipping": by_name.described("clipping", self.objective.clipping),
        }

    def _with_state(self) -> list[Any]:
        return [one for one in self.callbacks if hasattr(one, "state") and hasattr(one, "take_over")]

    def _state(self, callback: Any, found: dict[str, Array]) -> dict[str, Array]:
        """Return what a callback had counted, arrays of the names and sizes that it can have."""
        of_members = () if self.net.members is None else (self.net.members,)
        expected = {name: (array.dtype, array.shape) for name, array in callback.state().items()}
        for name, array in found.items():
            dtype, shape = expected.pop(name, (self.net.dtype, self.net.parameters.shape))
            if array.dtype != dtype or array.shape not in (shape, of_members):
                raise ValueError(f"callbacks: expected {name} of {callback!r} to be {dtype} {shape}, got another array")
        if expected.keys() - {"parameters"}:
            raise ValueError(f"callbacks: expected {', '.join(sorted(expected))} of {callback!r}, got none")
        return found

    # The parts of its file

    def parts(self) -> Parts:
        """Return the settings and arrays of a checkpoint."""
        settings, arrays = models.joined(models.net_parts(self.net), models.optimizer_parts(self.optimizer))
        history, rng = self.history, self.batches.rng
        # Only now it has the threads that are set for it
        self._machine = self._machine or machine.described()
        settings["training"] = {
            "given": self._given,
            "machine": self._machine,
            "ended": self.ended,
            "epochs": history.epochs,
            "frozen": [[member, *frozen] for member, frozen in history.frozen.items()],
            "generator": None if rng is None else generators.described("seed", rng),
            **self._describe_rules(),
        }
        arrays |= {f"history.{name}": column for name, column in history.columns.items()}
        for place, callback in enumerate(self._with_state()):
            arrays |= {f"callbacks.{place}.{name}": value for name, value in callback.state().items()}
        return settings, arrays

    def resume(self, path: str | os.PathLike[str]) -> Any:
        """Take over all but the callbacks' states from a checkpoint, and return the machine that wrote it.

        Everything is checked before anything is changed.
        """
        settings, arrays = container.read(path)
        with models.naming(path):
            training = field(settings, "training", dict, "a checkpoint of a training")
            given = field(training, "given", dict, "what it was given")
        # A file of before has no such number; its digests differ where the samples do
        given.setdefault(SAMPLES, self.batches.count)
        _check_given(path, given, self._given or self._describe_given())
        with models.naming(path):
            net: Any = models.net_made(type(self.net), settings, arrays)
            optimizer = models.optimizer_made(settings, arrays)
            done = self.history.initial_epoch + number(training, "epochs", 0)
            if done > self.epochs:
                raise ValueError(f"epochs: expected at least {done}, after which it was written, got {self.epochs}")
            rules = _rules(training, len(self.objective.regularizers))
            frozen, rows = _history(training, arrays, self.history.columns)
            rng = generators.made("generator", training.get("generator")) if self.batches.rng is not None else None
            ended = field(training, "ended", bool, "True or False")
            states = [self._state(one, _under(arrays, f"callbacks.{i}.")) for i, one in enumerate(self._with_state())]
        self.ended, self._states = ended, states
        self.net.parameters[...] = net.parameters
        generators.take_over(self.net.rng, net.rng)
        if rng is not None and self.batches.rng is not None:
            generators.take_over(self.batches.rng, rng)
        _take_over(self.optimizer, optimizer)
        # The rate of the last epoch, if it is that
        self.optimizer.begin_epoch(max(done - 1, self.history.initial_epoch))
        for mine, one in zip((*self.objective.regularizers, self.objective.clipping), rules):
            if mine is not None:
                mine.take_over(one)
        self.history.frozen.update(frozen)
        for row in rows:
            self.history.add(row)
        return training.get("machine")

    def resume_callbacks(self, there: Any) -> None:
        """Let callbacks take over their states, and say where the machine is another one than there."""
        for callback, state in zip(self._with_state(), self._states):
            callback.take_over(state)
        others = machine.differences(there, machine.described())
        if others:
            what = "the last bits may be others than those of a training that never stopped"
            # Whoever calls the net's fit
            warnings.warn(f"resume: {what}: {'; '.join(others)}", stacklevel=4)


def _check_given(path: str | os.PathLike[str], there: dict[str, Any], here: dict[str, Any]) -> None:
    for name, mine in here.items():
        if there.get(name) == mine:
            continue
        if name in ("x", "y and weights", "validation data"):
            raise ValueError(f"resume: expected the {name} that {os.fspath(path)} was trained with, got others")
        expected, got = (by_name.shown(one) for one in (there.get(name), mine))
        raise ValueError(f"resume: expected {name} {expected:.200}, as {os.fspath(path)} was trained with, got {got}")


def name_of(callback: Any) -> str:
    """Return a callback with its arguments if it shows them, else its class."""
    kind: Any = type(callback)
    return str(kind.__name__) if kind.__repr__ is object.__repr__ else repr(callback)


def _bits_of(rng: np.random.Generator) -> str:
    return type(rng.bit_generator).__name__


def digests(batches: Epoch) -> list[str]:
    """Return a number that no other samples have, and one that no other labels have."""
    # Here, as `import npnet` would wait for OpenSSL
    import hashlib

    found = [hashlib.blake2b(digest_size=16) for _ in range(2)]
    for arrays in batches.contents():
        for one, content in zip(found, map(np.ascontiguousarray, arrays)):
            one.update(f"{content.dtype} {content.shape}".encode())
            one.update(_bytes_of(content).data)
    return [one.hexdigest() for one in found]


def _bytes_of(content: Array) -> Array:
    """Return the bytes of an array; of a longdouble on x86, which has 10 and fills them up with any others, those."""
    found = content.reshape(-1).view(np.uint8)
    if content.dtype == np.longdouble and np.finfo(np.longdouble).nmant == 63:
        found = np.ascontiguousarray(found.reshape(-1, content.itemsize)[:, :10])
    return found


def _rules(training: Any, layers: int) -> list[Any]:
    """Return the regularizer of each layer, and the clipping, with the hyperparameters that they had last."""
    given = field(training, "regularizer", list, "one for each layer")
    if len(given) != layers:
        raise ValueError(f"regularizer: expected {layers}, got {len(given)}")
    found: list[Any] = [by_name.made_or_none("regularizer", Regularizer, one) for one in given]
    return [*found, by_name.made_or_none("clipping", Clipping, training.get("clipping"))]


def _history(
    training: Any, arrays: Mapping[str, Array], columns: Mapping[str, Array]
) -> tuple[dict[int, Frozen], list[dict[str, Any]]]:
    """Return the frozen members and the rows of a history that has these columns."""
    epochs = number(training, "epochs", 0)
    chosen = {}
    for name, column in columns.items():
        array, shape = arrays.get(f"history.{name}"), (epochs, *column.shape[1:])
        if array is None or array.shape != shape or array.dtype != column.dtype:
            raise ValueError(f"history.{name}: expected {column.dtype} {shape}, got another array or none")
        chosen[name] = array
    frozen = {}
    for one in field(training, "frozen", list, "a list"):
        if not isinstance(one, list) or [type(value) for value in one] != [int, int, int, str, float]:
            raise ValueError(f"frozen: expected member, epoch, batch, what and rate, got {one!r:.60}")
        frozen[one[0]] = Frozen(*one[1:])
    return frozen, [{name: array[epoch] for name, array in chosen.items()} for epoch in range(epochs)]


def _under(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _take_over(mine: Any, other: Any) -> None:
    """Give an optimizer the hyperparameters, moments and steps of another one."""
    mine.reset()
    mine.take_over(other)
    mine.state.kept.update(other.state.kept)
    mine.iterations = other.iterations
