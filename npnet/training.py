"""Training: the loop over epochs.

Source: the study notes, sections 4.2 (3) and 5.2 (the loops) and 2.2 (the rate of an epoch).
"""

from __future__ import annotations

import contextlib
import contextvars
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from npnet import _progress, optimizers, weighting
from npnet import clipping as clipping_rules
from npnet._arrays import with_article
from npnet._checks import batch_size as checked_batch_size
from npnet._checks import finite, flag, generator, integer, number
from npnet.callbacks import EarlyStopping, KeepBest
from npnet.clipping import Clipping
from npnet.engine import splitting, tuning
from npnet.engine.errors import RankError
from npnet.engine.lockstep import Lockstep
from npnet.engine.parts import PartBatches, Samples
from npnet.engine.ranks import Ranks, shards_of
from npnet.engine.stepping import Batches, DivergenceError, Epoch, Net, Objective, Raise, Stepper, Validation
from npnet.engine.team import Team
from npnet.history import History
from npnet.losses import Loss
from npnet.optimizers import Optimizer
from npnet.regularizers import Choice
from npnet.saving import generators, machine
from npnet.saving.checkpoints import Run
from npnet.typing import Array, Seed

__all__ = ["DivergenceError", "EarlyStopping", "History", "KeepBest", "RankError", "Trained", "fit", "train"]


def __dir__() -> list[str]:
    return __all__


Callback = Callable[[Any, History], object]


class Trained(Net, Protocol):
    """A net that can be trained."""

    rng: np.random.Generator
    loss: Any
    _loss: Loss | None
    """None where `loss` is the one that belongs to the output."""
    regularizer: Any

    def checked_samples(self, name: str, x: Any) -> Array:
        """Return samples in the net's dtype."""

    def checked_labels(self, name: str, y: Any, batch: int, loss: Loss) -> Array:
        """Return labels in the form that the loss works with."""

    def checked_weights(self, name: str, labels: Array, sample_weight: Any, class_weight: Any = None) -> Array | None:
        """Return the weight of each sample in the net's dtype."""


def fit(net: Any, *arguments: Any, **options: Any) -> History:
    """Train a net, or all nets of an ensemble: the same as ``net.fit(...)``; see `npnet.MLP.fit`."""
    history: History = net.fit(*arguments, **options)
    return history


def train(net: Trained, *, communicator: Any, **arguments: Any) -> History:
    """Check the arguments of `npnet.MLP.fit`, and train."""
    team = Team(communicator)
    with team.together():
        run, stepper, verbose, there = team.agree(lambda: _checked(net, team, **arguments))
        history, optimizer, ranks = run.history, run.optimizer, _ranks_of(stepper)
        if team.size > 1:
            _join(team, run)
        numbers = range(history.initial_epoch, run.epochs)
        left = numbers[:0] if run.ended else numbers[history.epochs :]
        with (
            machine.threads_of(there if ranks is None else machine.ONE_THREAD),
            _training(net, run) as outside,
            _progress.shown(verbose if left and team.rank == 0 else 0, left, history) as show,
            contextlib.nullcontext() if ranks is None else ranks.joined(optimizer),
        ):
            if arguments["resume"] is not None:
                outside.run(run.resume_callbacks, there)
            for epoch in left:
                run.batches.draw()
                history.add(stepper.epoch(epoch))
                show(epoch)
                if outside.run(_ended, team, run, stepper.done) if run.callbacks else stepper.done:
                    break
    return history


def _checked(
    net: Trained,
    team: Team,
    *,
    x: Any,
    y: Any,
    loss: str | Loss | None,
    optimizer: str | Optimizer,
    regularizer: Choice,
    epochs: int,
    initial_epoch: int,
    verbose: int,
    callbacks: Sequence[Callback],
    record_batches: bool,
    record_accuracy: bool,
    clipping: Clipping | None,
    resume: str | os.PathLike[str] | None,
    shards: int | None,
    **data: Any,
) -> tuple[Run, Stepper | Lockstep, int, Any]:
    """Return the training, what takes its steps, what it shows, and the machine from which it goes on."""
    optimizer = optimizers.get(optimizer)
    optimizer.check(net.parameters)
    # Setting it is not checked, as each step sets it
    integer("iterations", optimizer.iterations, 0)
    loss, regularizer = net.loss if loss is None else loss, net.regularizer if regularizer is None else regularizer
    objective = Objective(net, loss, regularizer)
    objective.clipping = clipping_rules.get(clipping)
    objective.check_members()
    finite("parameters", net.parameters)
    numbers = _checked_epochs(initial_epoch, epochs)
    verbose = integer("verbose", int(verbose) if isinstance(verbose, (bool, np.bool_)) else verbose, 0)
    batches, validation = _checked_data(net, objective, x, y, **data)
    objective.counts_right = _checked_accuracy(objective, batches, record_accuracy)
    history = _empty_history(
        objective, numbers, batches if flag("record_batches", record_batches) else None, validation
    )
    callbacks = _checked_callbacks(callbacks, history, optimizer)
    count = _checked_shards(net, team, batches, shards)
    run = Run(objective, optimizer, batches, validation, history, callbacks, numbers.stop, count)
    there = None if resume is None else run.resume(resume)
    if count is None:
        return run, _stepper(run), verbose, there
    ranks = Ranks(objective, history, team, count, bool(callbacks))
    return run, Stepper(objective, optimizer, batches, validation, ranks), verbose, there


def _checked_shards(net: Trained, team: Team, batches: Epoch, shards: int | None) -> int | None:
    """Return into how many shards a batch is cut; None where one process computes it as a whole."""
    if team.communicator is None and shards is None:
        return None
    if net.members is not None:
        raise ValueError("communicator, shards: expected None for an ensemble, whose members share no gradient")
    if shards is None:
        shards = shards_of(team.size)
    shards = integer("shards", shards, 1)
    if shards & (shards - 1) or shards % team.size:
        raise ValueError(
            f"shards: expected a power of two that the number of ranks, {team.size}, divides, got {shards}"
        )
    machine.check_threads()
    return shards


def _ranks_of(stepper: Stepper | Lockstep) -> Ranks | None:
    policy = getattr(stepper, "policy", None)
    return policy if isinstance(policy, Ranks) else None


def _join(team: Team, run: Run) -> None:
    """Let all ranks begin with the first one's net and generators, if all were given the same."""
    team.check_same("communicator", run.given())
    net, rng = run.net, run.batches.rng
    net.parameters[...] = team.first(net.parameters)
    for mine, other in zip((net.rng, rng), team.first((net.rng, rng))):
        if mine is not None:
            generators.take_over(mine, other)


def _ended(team: Team, run: Run, done: bool) -> bool:
    """Let the callbacks see an epoch, and return whether training ends with it; the first rank writes checkpoints."""
    ended = team.any(team.agree(lambda: _answered(run))) or done
    if run.told:
        team.agree(lambda: run.tell(ended, team.rank == 0))
    return ended


@contextlib.contextmanager
def _training(net: Trained, run: Run) -> Iterator[contextvars.Context]:
    """Set NumPy up for the steps, and end the training however it ends; callbacks run in the context that it yields."""
    outside, begun = contextvars.copy_context(), []
    try:
        with np.errstate(all="ignore"):
            # A smaller buffer, which NumPy allocates for each broadcast; errstate restores the old one
            np.setbufsize(tuning.BUFFER)
            own, net.loss = net._loss, run.objective.given
            try:
                for callback in run.callbacks:
                    if hasattr(callback, "on_train_begin"):
                        outside.run(callback.on_train_begin, net, run.optimizer)
                    begun.append(callback)
            except BaseException:
                net._loss = own
                raise
            yield outside
    except KeyboardInterrupt as interrupt:
        interrupt.history = run.history  # type: ignore[attr-defined]
        raise
    finally:
        run.optimizer.release()
        # One that did not begin has nothing of this training; if one raises an error, the others are called too
        with contextlib.ExitStack() as last_calls:
            for callback in reversed(begun):
                if hasattr(callback, "on_train_end"):
                    last_calls.callback(callback.on_train_end, net, run.history)


def _checked_epochs(initial_epoch: int, epochs: int) -> range:
    """Return the numbers of the epochs."""
    first, end = integer("initial_epoch", initial_epoch, 0), integer("epochs", epochs, 1)
    if first >= end:
        raise ValueError(f"initial_epoch: expected one under epochs, {end}, where training ends, got {first}")
    return range(first, end)


def _checked_accuracy(objective: Objective, batches: Epoch, record_accuracy: bool) -> bool:
    """Return whether the accuracy is recorded, which labels must have."""
    if not flag("record_accuracy", record_accuracy):
        return False
    if not objective.is_classification(batches):
        raise ValueError("record_accuracy: expected labels that name classes, got others, which have no accuracy")
    return True


def _empty_history(
    objective: Objective, numbers: range, recorded: Epoch | None, validation: Validation | None
) -> History:
    classes = validation is not None and bool(validation.accuracies)
    return History(
        # A range of very many has no len()
        numbers.stop - numbers.start, validation is not None, classes, objective.net.members,
        None if recorded is None else len(recorded), numbers.start, objective.counts_right,
    )  # fmt: skip


def _stepper(run: Run) -> Stepper | Lockstep:
    """Return the object that takes the steps of an epoch in one process."""
    objective, batches, history = run.objective, run.batches, run.history
    if isinstance(batches, Batches) and objective.net.members is not None:
        return Lockstep(objective, run.optimizer, batches, run.validation, history)
    return Stepper(objective, run.optimizer, batches, run.validation, Raise(objective, history))


class _Data(NamedTuple):
    """Samples and labels that were checked, and the weight of each sample, or None for 1."""

    x: Array
    y: Array
    weights: Array | None

    def rows(self, chosen: Array) -> _Data:
        """Return some of the samples."""
        return _Data(self.x[chosen], self.y[chosen], None if self.weights is None else self.weights[chosen])


def _checked_data(
    net: Trained,
    objective: Objective,
    x: Any,
    y: Any,
    *,
    batch_size: int | None,
    shuffle: bool,
    validation_data: tuple[Any, ...] | None,
    validation_split: float | None,
    seed: Seed,
    sample_weight: Any,
    class_weight: Any,
    validation_batch_size: int | None,
) -> tuple[Epoch, Validation | None]:
    """Return the batches, and what measures the validation data, or None."""
    rng: np.random.Generator | None = net.rng if seed is None else generator("seed", seed)
    if not flag("shuffle", shuffle):
        rng = None
    if isinstance(x, Samples):
        _check_parts(
            net, x, y=y, sample_weight=sample_weight, class_weight=class_weight, validation_split=validation_split
        )
        size = checked_batch_size("batch_size", batch_size, len(x))
        held_out = None if validation_data is None else _checked_validation(net, objective, validation_data)
        return PartBatches(objective, x, size, rng), _measured(objective, held_out, validation_batch_size)
    samples = net.checked_samples("x", x)
    labels = net.checked_labels("y", y, len(samples), objective.loss)
    train = _Data(samples, labels, net.checked_weights("sample_weight", labels, sample_weight, class_weight))
    held_out = None if validation_data is None else _checked_validation(net, objective, validation_data)
    if validation_split is not None:
        if held_out is not None:
            raise ValueError("validation_split: expected None beside validation_data, got both")
        rows, others = _checked_split(labels, validation_split)
        # Weights of classes are for the training alone
        held_out = _Data(samples, labels, net.checked_weights("sample_weight", labels, sample_weight)).rows(others)
        train = train.rows(rows)
    if train.weights is not None and not train.weights.any():
        given = weighting.named("sample_weight", sample_weight, class_weight)
        raise ValueError(f"{given}: expected at least one sample with a weight above 0, got none")
    batch_size = checked_batch_size("batch_size", batch_size, len(train.x))
    return _laid_out(objective, train, held_out, batch_size, rng, validation_batch_size)


def _check_parts(net: Trained, x: Samples, **arguments: Any) -> None:
    """Refuse what is said of all samples at once, where they are made in parts."""
    if net.members is not None:
        raise ValueError("x: expected an array for an ensemble, got samples that are made in parts")
    if x.width != net.widths[0]:
        raise ValueError(f"x: expected samples of {net.widths[0]} features, got {x.width}")
    for name, value in arguments.items():
        if value is not None:
            raise ValueError(f"{name}: expected None beside samples that are made in parts, got {value!r:.60}")


def _laid_out(
    objective: Objective,
    train: _Data,
    held_out: _Data | None,
    batch_size: int,
    rng: np.random.Generator | None,
    validation_batch_size: int | None,
) -> tuple[Batches, Validation | None]:
    weights = train.weights
    if weights is None and held_out is not None and held_out.weights is not None:
        weights = np.ones(len(train.x), train.x.dtype)
    batches = Batches(train.x, objective.labels(train.y, weights), batch_size, rng, objective.net.use_bias[0])
    return batches, _measured(objective, held_out, validation_batch_size)


def _measured(objective: Objective, held_out: _Data | None, batch_size: int | None) -> Validation | None:
    """Return what measures the validation data, if there are any."""
    size = checked_batch_size("validation_batch_size", batch_size, 0 if held_out is None else len(held_out.x))
    if held_out is None:
        return None
    labels = objective.labels(held_out.y, held_out.weights)
    return Validation(objective, Batches(held_out.x, labels, size, None, objective.net.use_bias[0]))


def _checked_validation(net: Trained, objective: Objective, data: Any) -> _Data:
    if not isinstance(data, (tuple, list)) or len(data) not in (2, 3):
        kind = f"{len(data)} elements" if isinstance(data, (tuple, list)) else type(data).__name__
        raise ValueError(f"validation_data: expected (x, y) or (x, y, sample_weight), got {kind}")
    x = net.checked_samples("validation_data[0]", data[0])
    labels = net.checked_labels("validation_data[1]", data[1], len(x), objective.loss)
    weights = net.checked_weights("validation_data[2]", labels, data[2]) if len(data) == 3 else None
    return _Data(x, labels, weights)


def _checked_split(labels: Array, share: float) -> tuple[Array, Array]:
    """Return the rows to train on and those for validation."""
    rows, held_out = splitting.split(labels, number("validation_split", share, above=0, below=1))
    if not held_out.size:
        raise ValueError(f"validation_split: {_why_none(labels, share)}")
    return rows, held_out


def _why_none(labels: Array, share: float) -> str:
    """Return why a share holds out no sample: it is too small, or no share does."""
    if splitting.split(labels, 1)[1].size:
        return f"expected a share that leaves samples for both, got {share}"
    of_one, of_each = (" of one class", " of each class") if len(labels) > 1 else ("", "")
    return f"expected two samples{of_one} at least, one to train on and one for validation, got one{of_each}"


def _checked_callbacks(callbacks: Any, history: History, optimizer: Optimizer) -> tuple[Callback, ...]:
    if not isinstance(callbacks, Sequence) or not all(callable(c) and not isinstance(c, type) for c in callbacks):
        raise ValueError(f"callbacks: expected a list of functions (net, history), got {callbacks!r}")
    for callback in callbacks:
        if isinstance(callback, KeepBest):
            callback.check(history, optimizer)
    return tuple(callbacks)


def _answered(run: Run) -> bool:
    """Return whether a callback ends the training; hyperparameters that it has changed must fit the net as at first."""
    ended, answers = False, [callback(run.net, run.history) for callback in run.callbacks]
    for answer in answers:
        # Arrays of NumPy, and all that has a shape as they have
        if getattr(answer, "shape", ()):
            raise ValueError(
                f"callbacks: expected answers that are true or false, got {with_article(answer)} of shape "
                f"{tuple(answer.shape)}; numpy.all tells whether all are true"
            )
        try:
            ended |= bool(answer)
        except (TypeError, ValueError) as error:
            expected = "expected answers that are true or false"
            raise ValueError(f"callbacks: {expected}, got {with_article(answer)}: {error}") from None
    run.optimizer.check(run.net.parameters)
    run.objective.check_members()
    return ended
