"""Lockstep: the steps of an ensemble, in groups of members that fit the cache."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from npnet import regularizers
from npnet._checks import is_finite
from npnet.engine import tuning
from npnet.engine.layers import Pass
from npnet.engine.stepping import Batches, Epoch, Net, Objective, Stepper, Validation
from npnet.history import Frozen, History
from npnet.optimizers import Optimizer, StepError
from npnet.typing import Array


class Nets(Net, Protocol):
    """An ensemble, as the engine sees it."""

    def __getitem__(self, index: int) -> Net:
        """Return a copy of one member."""

    def part(self, members: slice) -> Net:
        """Return a copy of some members, as an ensemble."""


class Freeze:
    """The policy for an ensemble: a member whose numbers are not finite stays where it is from then on.

    Parameters
    ----------
    objective : Objective
        That of the members.
    history : History
        Where frozen members are listed.
    first : int
        The number of the first of these members in the whole ensemble.
    """

    def __init__(self, objective: Objective, history: History, first: int) -> None:
        self.objective = objective
        # Views with an axis for the members, be it one alone
        self.parameters, self.gradient = (a.reshape(len(a), -1) for a in (objective.net.parameters, objective.gradient))
        self.history, self.first = history, first
        # A training that goes on has some from before
        self.frozen = np.isin(np.arange(self.parameters.shape[1]) + first, list(history.frozen))
        self._some_frozen = bool(self.frozen.any())

    def steps(self, optimizer: Optimizer, batches: Epoch, epoch: int) -> Array:
        """Take one step for each batch, and return their losses, shape (batches, members)."""
        losses, value_and_gradient = np.empty((len(batches), len(self.frozen))), self.objective.of_step
        for batch, (x, y) in enumerate(batches):
            values = np.asarray(value_and_gradient(x, y), np.float64).reshape(-1)
            if not is_finite(values):
                self._freeze(values[np.newaxis], optimizer, epoch, batch, "loss")
            self._step(optimizer, epoch, batch)
            losses[batch] = values
        return losses

    def _step(self, optimizer: Optimizer, epoch: int, batch: int) -> None:
        """Take one step with all members whose gradient and update are finite."""

        def refuse(moved: Array, w: Array, start: int) -> None:
            self._freeze(moved, optimizer, epoch, batch, "update")
            moved[:, self.frozen] = w[:, self.frozen]

        while True:
            frozen = self.frozen.copy() if self._some_frozen else None
            if frozen is not None:
                self.gradient[:, frozen] = 0
                still = self.parameters[:, frozen]
            try:
                optimizer.apply(self.parameters, self.gradient, refuse=refuse)
                if frozen is not None:
                    # A rule may move a weight that has no gradient
                    self.parameters[:, frozen] = still
                return
            except StepError as error:
                self._freeze(error.values, optimizer, epoch, batch, error.what)

    def _freeze(self, values: Array, optimizer: Optimizer, epoch: int, batch: int, what: str) -> None:
        """Freeze the members that have a value that is not finite in their column."""
        diverged = ~np.isfinite(values).all(axis=0) & ~self.frozen
        self.frozen |= diverged
        self._some_frozen = True
        rates = np.broadcast_to(optimizer.learning_rate, diverged.shape)
        for member in np.flatnonzero(diverged).tolist():
            self.history.frozen[self.first + member] = Frozen(epoch, batch, what, float(rates[member]))
        optimizer.restart(diverged)


class Group:
    """Some members of an ensemble: copies, which take over from the whole before each epoch and give back after it."""

    def __init__(self, stepper: Stepper, freeze: Freeze, part: slice, alone: bool) -> None:
        self.stepper, self.freeze, self.part, self.alone = stepper, freeze, part, alone

    def scatter(self, whole: Objective, optimizer: Optimizer) -> None:
        """Take over the members' parameters, moments and hyperparameters."""
        self.freeze.parameters[...] = whole.net.parameters[:, self.part]
        self.stepper.optimizer = optimizer.subset(self.part)
        mine, members = self.stepper.objective, self.part.start if self.alone else self.part
        mine.regularizers = regularizers.subset(whole.regularizers, members)
        mine.clipping = None if whole.clipping is None else whole.clipping.subset(members)

    def gather(self, parameters: Array, optimizer: Optimizer) -> None:
        """Give parameters and moments back."""
        parameters[:, self.part] = self.freeze.parameters
        optimizer.gather(self.stepper.optimizer, self.part)


class Lockstep:
    """Takes the steps of an ensemble: it splits the members into groups, and joins their results.

    Parameters
    ----------
    objective : Objective
        That of the whole ensemble.
    optimizer : Optimizer
        The update rule.
    batches : Batches
        The samples and labels of each step.
    validation : Validation or None
        The data to measure after each epoch, of the whole ensemble.
    history : History
        Where frozen members are listed.

    Notes
    -----
    A single group works on the ensemble and the optimizer themselves. Several work on copies, as a callback may have
    changed parameters, moments or hyperparameters between two epochs: an interrupt leaves ensemble and optimizer as
    they were before the epoch, and the history without members that were frozen in it.
    """

    def __init__(
        self,
        objective: Objective,
        optimizer: Optimizer,
        batches: Batches,
        validation: Validation | None,
        history: History,
    ) -> None:
        self.objective, self.optimizer, self.history = objective, optimizer, history
        net: Any = objective.net
        self.members: int = net.members
        parts, alone = _parts(net, optimizer, batches.largest)
        self.whole = len(parts) == 1 and not alone
        # Groups of one size run one after another in the same arrays
        passes: dict[int, dict[int, list[Pass]]] = {}
        self.groups = []
        for part in parts:
            chosen = objective
            if not self.whole:
                some = net[part.start] if alone else net.part(part)
                chosen = Objective(some, objective.given, None, passes.setdefault(part.stop - part.start, {}))
                chosen.loss, chosen.counts_right = objective.loss, objective.counts_right
            pairs = batches.without_members() if alone else batches
            freeze = Freeze(chosen, history, part.start)
            measured = None if validation is None else validation.of(chosen)
            self.groups.append(Group(Stepper(chosen, optimizer, pairs, measured, freeze), freeze, part, alone))

    @property
    def done(self) -> bool:
        """Whether all members are frozen."""
        return all(group.freeze.frozen.all() for group in self.groups)

    def epoch(self, number: int) -> dict[str, Any]:
        """Take one step for each batch with each group, and return the epoch's row of the history."""
        row = self.groups[0].stepper.epoch(number) if self.whole else self._joined(number)
        if self.history.frozen:
            self._mark_frozen(row)
        return row

    def _joined(self, number: int) -> dict[str, Any]:
        """Return the joined rows of the groups' copies, which change the ensemble when all have completed the epoch."""
        parameters, frozen = self.objective.net.parameters, self.history.frozen.copy()
        self.optimizer.begin_epoch(number)
        for group in self.groups:
            group.scatter(self.objective, self.optimizer)
        try:
            rows = [group.stepper.epoch(number) for group in self.groups]
        except BaseException:
            self.history.frozen = frozen
            raise
        self.optimizer.allocate(parameters)
        for group in self.groups:
            group.gather(parameters, self.optimizer)
        joined = {name: np.empty((*np.shape(values)[:-1], self.members)) for name, values in rows[0].items()}
        for group, row in zip(self.groups, rows):
            for name, values in row.items():
                joined[name][..., group.part] = values
        return joined

    def _mark_frozen(self, row: dict[str, Any]) -> None:
        """List frozen members in the order in which they diverged, and take their losses out."""
        frozen = self.history.frozen
        order = sorted(frozen, key=lambda member: (*frozen[member][:2], member))
        self.history.frozen = {member: frozen[member] for member in order}
        for name, values in row.items():
            if name != "learning_rate":
                values[..., order] = np.nan


def _parts(net: Net, optimizer: Optimizer, batch: int) -> tuple[list[slice], bool]:
    """Return the groups of members for batches of that size, and whether each member is trained alone."""
    members, widths = net.parameters.shape[1], net.widths
    multiply_adds = batch * sum(features * units for features, units in pairwise(widths))
    alone = multiply_adds > tuning.ALONE
    numbers = 3 * batch * sum(widths[1:]) + (4 + len(optimizer.slots)) * len(net.parameters)
    count = math.ceil(numbers * net.parameters.itemsize * members / tuning.GROUP_BYTES)
    count = members if alone else min(count, members)
    bounds = np.linspace(0, members, count + 1).astype(int).tolist()
    return [slice(start, stop) for start, stop in pairwise(bounds)], alone
