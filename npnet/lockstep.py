"""Lockstep: the steps of an ensemble's `fit`, in groups of members that fit the cache."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from npnet.history import Frozen, History
from npnet.objective import Objective
from npnet.optimizers import Optimizer, StepError
from npnet.regularizers import Regularizer
from npnet.training import Trainer
from npnet.validation import Array, is_finite

if TYPE_CHECKING:
    from npnet.ensemble import Ensemble
    from npnet.layout import Buffers
    from npnet.losses import Loss

# Past this many bytes, a group's buffers leave the cache; smaller groups pay more for calls
GROUP_BYTES = 8 << 20
# A net with more multiply-adds in a batch is trained alone: its products take longer than the calls that it saves
ALONE = 1 << 18


class Lockstep:
    """What takes the steps of an ensemble's `fit`: it splits the members into groups, and joins their results.

    Parameters
    ----------
    ensemble : Ensemble
        The nets.
    loss, regularizer
        As for `fit`.
    optimizer : Optimizer
        The update rule.

    Raises
    ------
    ValueError
        If an argument does not fit the ensemble.

    Notes
    -----
    A single group works on the ensemble and the optimizer themselves. Several work on copies, which take over
    parameters, moments and settings before each epoch, as a callback may have changed them, and give them back
    after it: an interrupt leaves ensemble and optimizer as they were before the epoch.
    """

    def __init__(
        self, ensemble: "Ensemble", loss: "str | Loss", regularizer: str | Regularizer | None, optimizer: Optimizer
    ) -> None:
        optimizer.check(ensemble.parameters)
        self.members = len(ensemble)
        self.objective, self._optimizer = Objective(ensemble, loss, regularizer), optimizer
        self._ensemble, self._loss = ensemble, loss
        self._groups: list[Group] = []

    @property
    def done(self) -> bool:
        """Whether all members are frozen."""
        return all(group.frozen.all() for group in self._groups)

    def start(self, batch: int, validation: tuple[Array, Array] | None) -> None:
        """Split the members into groups for batches of that size, and measure them on the validation data."""
        net, slots = self._ensemble, len(self._optimizer.slots)
        alone = net.multiply_adds * batch > ALONE
        numbers = 3 * batch * sum(net.widths[1:]) + (4 + slots) * len(net.parameters)
        count = math.ceil(numbers * net.dtype.itemsize * self.members / GROUP_BYTES)
        count = self.members if alone else min(count, self.members)
        bounds = np.linspace(0, self.members, count + 1).astype(int).tolist()
        self._whole = count == 1 and not alone
        # Groups of one size run one after another in the same buffers
        buffers: dict[int, dict[int, Buffers]] = {}
        for part in map(slice, bounds, bounds[1:]):
            objective = self.objective
            if not self._whole:
                some = net[part.start] if alone else net._part(part)
                objective = Objective(some, self._loss, None, buffers.setdefault(part.stop - part.start, {}))
            group = Group(objective, self._optimizer, part, alone)
            group.start(batch, validation)
            self._groups.append(group)

    def run_epoch(self, epoch: int, batches: list[tuple[Array, Array]], history: History) -> dict[str, Any]:
        """Take one step for each batch with each group, and return the epoch's row of the history."""
        if not self._whole:
            self._optimizer.begin_epoch(epoch)
            for group in self._groups:
                group.take(self._ensemble, self._optimizer, self.objective.regularizer)
        rows = [group.run_epoch(epoch, batches, history) for group in self._groups]
        if not self._whole:
            self._optimizer._allocate(self._ensemble.parameters)
            for group in self._groups:
                group.give(self._ensemble, self._optimizer)
        joined = {name: np.empty(self.members) for name in rows[0]}
        for group, row in zip(self._groups, rows):
            for name, values in row.items():
                joined[name][group.part] = values
        for name, values in joined.items():
            if name != "learning_rate":
                values[list(history.frozen)] = np.nan
        return joined


class Group(Trainer):
    """Some members of an ensemble, and what takes their steps; one that is `alone` works as a single net."""

    def __init__(self, objective: Objective, optimizer: Optimizer, part: slice, alone: bool) -> None:
        self.objective, self.optimizer = objective, optimizer
        self.part, self.frozen = part, np.zeros(part.stop - part.start, bool)
        # Views with an axis for the members, be it one alone
        self.parameters, self._gradient = (
            a.reshape(len(a), -1) for a in (objective.net.parameters, objective.gradient)
        )
        self._some_frozen, self._alone = False, alone

    def take(self, ensemble: "Ensemble", optimizer: Optimizer, regularizer: Regularizer | None) -> None:
        """Take over the members' parameters, moments and settings."""
        self.parameters[...] = ensemble.parameters[:, self.part]
        self.optimizer = optimizer._pick(self.part)
        if regularizer is not None:
            self.objective.regularizer = regularizer._pick(self.part.start if self._alone else self.part)

    def give(self, ensemble: "Ensemble", optimizer: Optimizer) -> None:
        """Give parameters and moments back."""
        ensemble.parameters[:, self.part] = self.parameters
        for name, slot in self.optimizer.state.items():
            optimizer.state[name][:, self.part] = slot
        optimizer.iterations = self.optimizer.iterations

    def start(self, batch: int, validation: tuple[Array, Array] | None) -> None:
        """Prepare for measuring loss and accuracy on the validation data."""
        super().start(batch, None if validation is None else (validation[0], self._labels(validation[1])))

    def _labels(self, y: Array) -> Array:
        return y[..., 0] if self._alone else y

    def _steps(self, epoch: int, batches: list[tuple[Array, Array]], history: History) -> Any:
        total = np.zeros(len(self.frozen))
        for batch, (x, y) in enumerate(batches):
            values = self.objective.value_and_gradient(x, self._labels(y))
            if self._alone:
                values = np.reshape(values, 1)
            if not is_finite(values):
                self._freeze(values[np.newaxis], (epoch, batch, "loss"), history)
            self._step(epoch, batch, history)
            total += values
        return total / len(batches)

    def _step(self, epoch: int, batch: int, history: History) -> None:
        """Take one step with all members whose gradient and update are finite."""

        def refuse(moved: Array, w: Array, start: int) -> None:
            self._freeze(moved, (epoch, batch, "update"), history)
            moved[:, self.frozen] = w[:, self.frozen]

        while True:
            if self._some_frozen:
                # With a gradient of 0 and the first moments, a member stays where it is
                self._gradient[:, self.frozen] = 0
            try:
                return self.optimizer._step(self.parameters, self._gradient, refuse)
            except StepError as error:
                self._freeze(error.values, (epoch, batch, error.what), history)

    def _freeze(self, values: Array, reason: tuple[int, int, str], history: History) -> None:
        """Freeze the members that have a value that is not finite in their column."""
        diverged = ~np.isfinite(values).all(axis=0) & ~self.frozen
        self.frozen |= diverged
        self._some_frozen = True
        rates = np.broadcast_to(self.optimizer.learning_rate, diverged.shape)
        for member in np.flatnonzero(diverged).tolist():
            history.frozen[self.part.start + member] = Frozen(*reason, float(rates[member]))
        for name, slot in self.optimizer.state.items():
            slot[:, diverged] = np.broadcast_to(self.optimizer._first(name), diverged.shape)[diverged]
