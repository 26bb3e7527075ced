"""`npnet.sweep`: from a space of settings and data to the table of what comes of each."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from npnet import _progress
from npnet._checks import integer
from npnet.metrics import is_classification
from npnet.sweeping import executors, running, task
from npnet.sweeping.data import Data, gathered
from npnet.sweeping.groups import ENOUGH, MOST, Group, cut
from npnet.sweeping.halving import epochs_of_rungs, repeats, survivors
from npnet.sweeping.settings import Outside, Training, TrialError, described, shown, told, training
from npnet.sweeping.spaces import Random, Trial, trials_of
from npnet.sweeping.store import Store
from npnet.sweeping.table import SIGNS, Sweep
from npnet.sweeping.training import CURVES, Asked
from npnet.typing import Array


def sweep(
    space: Mapping[str, Any] | Sequence[Mapping[str, Any]] | Random,
    x: Any,
    y: Any,
    *,
    validation_data: tuple[Any, Any] | None = None,
    folds: int | None = None,
    executor: Executor | str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    file: str | Path | None = None,
    halving: int | None = None,
    monitor: str | None = None,
    order_seed: int = 0,
    verbose: int = 0,
    **settings: Any,
) -> Sweep:
    """Train a net with each of several settings, those of one shape in lockstep, and return the table; see `Sweep`.

    It needs the extra ``sweep``. What is not the same for all trials stands in the space, the rest in `settings`.

    Parameters
    ----------
    space : mapping, sequence of mappings, or Random
        The trials: a mapping from settings to lists of values is a grid; a list has the settings of each trial;
        `Random` draws them. Settings are

        - of the net, as for `npnet.MLP`: ``widths``, or ``units``, those of the hidden layers alone; ``hidden``,
          ``output``, ``dtype``, ``use_bias``, ``kernel_initializer``, ``bias_initializer``, ``seed`` (0)
        - of the training, as for `npnet.MLP.fit`: ``loss``, ``optimizer``, ``regularizer``, ``clipping``, ``epochs``,
          ``batch_size``
        - the numbers of the optimizer by their names, such as ``learning_rate`` or ``beta_1``; ``schedule``, how the
          rate goes on over the epochs: constant, cosine, exponential or warmup-cosine; ``l1`` and ``l2``, strengths
        - ``fold``, which of the `folds` a trial is measured on, counted from 0; by default each trial has all.
    x, y : array_like, shape (samples, features); (samples,) or (samples, units)
        The samples and their labels. Whole numbers are classes, for which the output is a softmax by default.
    validation_data : (x, y) or None
        What all trials are measured on after each epoch.
    folds : int or None
        In place of it: into how many parts the samples are cut, each of which one fold is measured on and the others
        train.
    executor : Executor, str or None
        Who trains: None is this process; "process" as many processes as there are processors; "dask" a cluster on this
        machine or that of `scheduler`; "mpi" the processes of mpiexec; or any executor of `concurrent.futures`, such as
        joblib's or that of a client of Dask.
    workers : int or None
        How many groups are trained at a time; None for as many as there are workers.
    scheduler : str or None
        The address of a Dask scheduler.
    file : str, path or None
        Where the table is kept as it goes. A sweep that was interrupted goes on where it was when it is called again;
        a file of another sweep, or one that another process writes to, is refused.
    halving : int or None
        A factor for successive halving: trials begin with few epochs, and in each rung one of so many goes on, with so
        many times the epochs. Those that differ in ``seed`` and ``fold`` alone go on together.
    monitor : str or None
        The number that decides who goes on: by default ``val_loss``, or ``loss`` without validation data.
    order_seed : int
        The seed of the orders in which samples are shuffled, which are the same for all trials, and of the folds.
    verbose : int
        1 shows a progress bar with the time that is left, or lines where the output is no terminal.
    **settings
        Settings that all trials have in common.

    Returns
    -------
    Sweep
        The table.

    Raises
    ------
    TrialError
        If something is wrong with a trial, which it names; of one that a group has trained together, it names the
        group. (A trial whose numbers become infinite is a row that says so, as is one that three workers died with.)
    OSError
        If the file can't be written.

    Notes
    -----
    The table is the same, bit for bit, whoever trains, in which order, and however often it was interrupted, on
    processors of one kind: how trials are grouped, and that BLAS has one thread, belong to the sweep.

    Examples
    --------
    >>> from npnet import datasets
    >>> x_train, y_train, x_test, y_test = datasets.iris_split()
    >>> space = {"optimizer": ["sgd", "adam"], "learning_rate": [0.01, 0.1], "seed": range(5)}
    >>> table = sweep(space, x_train, y_train, validation_data=(x_test, y_test), units=(16,), epochs=20)
    >>> table
    Sweep(20 trials; optimizer, learning_rate, seed)
    >>> table.best("val_loss")["optimizer"]
    'adam'
    """
    data = gathered(x, y, validation_data, folds, integer("order_seed", order_seed, 0))
    plan = planned(
        trials_of(space), settings, data, outside_of(data, folds), halving=halving, monitor=monitor, order=order_seed
    )
    return swept(
        plan,
        data,
        executor=executor,
        workers=workers,
        scheduler=scheduler,
        file=file,
        verbose=integer("verbose", int(verbose), 0),
    )


@dataclass(frozen=True)
class Plan:
    """What is trained, which the workers have no say in."""

    trials: list[Trial]
    """What each trial was given, in the order of the table."""
    settings: Trial
    """What all have in common."""
    trainings: list[Training]
    outside: Outside
    order: int
    rungs: list[int | None]
    """The epochs of each rung; None for those that are set."""
    factor: int
    monitor: str

    def asked(self, rung: int) -> Callable[[Group], Asked]:
        """Return what a worker is sent of a group."""
        return lambda group: Asked(
            group.trials, tuple(self.trainings[number] for number in group.trials),
            tuple(told(self.trials[number]) for number in group.trials), self.rungs[rung], self.order,
        )  # fmt: skip

    def definition(self, digest: str) -> dict[str, str]:
        """Return what makes this sweep, as its file has it."""
        halved = len(self.rungs) > 1 or self.factor > 0
        content = described([self.settings, self.trials, vars(self.outside)])
        return {
            "data": digest,
            "settings": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
            "names": json.dumps(list(dict.fromkeys(name for trial in self.trials for name in trial))),
            "trials": str(len(self.trials)),
            "common": json.dumps({name: shown(value) for name, value in self.settings.items()}),
            "groups": f"{MOST}, {ENOUGH}",
            "order": str(self.order),
            "halving": json.dumps([self.factor, self.monitor] if halved else None),
            "full": json.dumps(sum(one.epochs for one in self.trainings) if halved else None),
        }


def planned(
    trials: list[Trial],
    settings: Trial,
    data: Data,
    outside: Outside,
    *,
    halving: int | None,
    monitor: str | None,
    order: int,
) -> Plan:
    """Return the plan of a sweep, all of whose settings were checked."""
    if outside.folds is not None and not any("fold" in trial for trial in (settings, *trials)):
        trials = [trial | {"fold": fold} for trial in trials for fold in range(outside.folds)]
    trainings = _trainings(trials, settings, outside)
    factor = 0
    rungs: list[int | None] = [None]
    if halving is not None:
        factor = integer("halving", halving, 2)
        rungs = [*_rungs(trials, trainings, factor)]
    return Plan(trials, settings, trainings, outside, order, rungs, factor, _monitor(monitor, data))


def _trainings(trials: list[Trial], settings: Trial, outside: Outside) -> list[Training]:
    trainings = []
    known: set[str] = set()
    # By the settings beside the seed: in a grid, equal ones are the same objects
    alike: dict[tuple[Any, ...], Training] = {}
    for number, trial in enumerate(trials):
        if both := sorted(trial.keys() & settings.keys()):
            raise ValueError(f"{both[0]}: expected in the space or for all trials, got both")
        others = tuple((name, id(value)) for name, value in trial.items() if name != "seed")
        try:
            if others in alike and "seed" in trial:
                one = alike[others].with_seed(trial["seed"])
            else:
                one = alike[others] = training(settings | trial, outside)
            if one.key not in known:
                known.add(one.key)
                one.made()
        except (ValueError, TypeError) as error:
            raise TrialError((number,), told(trial), " ".join(str(error).split())) from error
        trainings.append(one)
    return trainings


def _rungs(trials: list[Trial], trainings: list[Training], factor: int) -> list[int]:
    epochs = {one.epochs for one in trainings}
    if len(epochs) > 1:
        raise ValueError(f"epochs: expected the same for all trials, which halving compares, got {sorted(epochs)}")
    return epochs_of_rungs(epochs.pop(), len(repeats(trials)), factor)


def _monitor(monitor: str | None, data: Data) -> str:
    measured = data.splits[0].val_x is not None
    if monitor is None:
        return "val_loss" if measured else "loss"
    if monitor not in CURVES or (monitor.startswith("val_") and not measured):
        raise ValueError(f"monitor: expected a number that is measured, of {', '.join(CURVES)}, got {monitor!r}")
    return monitor


def outside_of(data: Data, folds: int | None) -> Outside:
    """Return what the data decide of each net."""
    split = data.splits[0]
    if split.x.ndim != 2:
        raise ValueError(f"x: expected shape (samples, features), got {split.x.shape}")
    features = (split.x.shape[1],) * len(data.splits)
    labels = [split.y] if split.val_y is None else [split.y, split.val_y]
    if split.y.ndim == 1 and split.y.dtype.kind in "iub":
        return Outside(features, max(int(y.max()) for y in labels) + 1, "softmax", folds)
    columns = split.y.reshape(len(split.y), -1)
    return Outside(features, columns.shape[1], "softmax" if _one_hot(columns) else "identity", folds)


def _one_hot(columns: Array) -> bool:
    return columns.shape[1] > 1 and is_classification(columns.astype(np.float64))


def swept(
    plan: Plan,
    data: Data,
    *,
    executor: Any,
    workers: int | None,
    scheduler: str | None,
    file: str | Path | None,
    verbose: int,
) -> Sweep:
    """Carry a plan out, and return the table."""
    if executor == "mpi":
        # Only the first process comes back from here, and opens the file
        with executors.opened(executor, workers, scheduler) as found:
            return swept(plan, data, executor=found, workers=None, scheduler=None, file=file, verbose=verbose)
    digest = data.digest()
    store = Store(None if file is None else Path(file), plan.definition(digest))
    try:
        with contextlib.ExitStack() as stack:
            if not _done(plan, store):
                found = stack.enter_context(executors.opened(executor, workers, scheduler))
                stack.enter_context(task.one_thread_for_all())
                place = running.here(data, digest) if executor is None else running.shared(data, digest, store.path)
                _run(plan, store, found, stack.enter_context(place), data.splits[0].samples, verbose)
    except BaseException:
        store.close()
        raise
    store.release()
    return Sweep(store)


def _done(plan: Plan, store: Store) -> bool:
    return len(plan.rungs) == 1 and len(store.there(0)) == len(plan.trials)


def _run(
    plan: Plan, store: Store, workers: executors.Workers, place: running.Shared, samples: int, verbose: int
) -> None:
    texts = [json.dumps({name: shown(value) for name, value in trial.items()}) for trial in plan.trials]
    left = repeats(plan.trials)
    with _progress.counted(verbose, "trials", _total(plan, len(left)), store.count()[0]) as advance:
        for rung in range(len(plan.rungs)):

            def keep(results: Any, rung: int = rung) -> None:
                store.add(rung, results, texts)
                advance(len(results))

            if rung:
                values = store.values(rung - 1, plan.monitor)
                left = survivors(left, values, SIGNS[plan.monitor], plan.factor)
            there, numbers = store.there(rung), sorted(number for part in left for number in part)
            groups = [one for one in cut(plan.trainings, numbers, samples) if not there.issuperset(one.trials)]
            running.Course(workers, plan.asked(rung), keep, place).run(groups)


def _total(plan: Plan, kinds: int) -> int:
    """Return how many trainings there are in all rungs, where each of so many kinds is repeated as often."""
    total, each = 0.0, len(plan.trials) / kinds
    for _ in plan.rungs:
        total += kinds * each
        kinds = -(-kinds // (plan.factor or 1))
    return round(total)
