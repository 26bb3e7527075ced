"""One net on many processes: each computes some shards of every batch, and updates a part of the parameters.

A batch is cut into shards, whose number has nothing to do with that of the ranks. Rank r of p computes the r-th of p
equal runs of shards, and adds their gradients as a binary tree, which goes on among the ranks: each gets the sum of all
for one part of the flat vector (a reduce-scatter). It updates the part with moments that it alone has, and all get the
parts of all (an all-gather). How, is said in `npnet.engine.exchange`. Where the number of shards is a power of two and
p divides it, all sums are the same ones, in the same order, for each p: so are all bits, as long as BLAS takes one
thread.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from npnet.engine import tuning
from npnet.engine.exchange import exchange_of
from npnet.engine.parameters import layer_of
from npnet.engine.stepping import DivergenceError, Epoch, Objective, describe
from npnet.engine.team import Team
from npnet.history import History
from npnet.optimizers import Optimizer, StepError
from npnet.typing import Array

WRONG = ("gradient", "squared gradient", "update")
"""What may not be finite in a step, in the order in which it is looked at."""
FINE = (float(len(WRONG)), -1.0)


class Row(NamedTuple):
    """What a rank tells all others of its shards of a batch, before they are summed."""

    loss: float
    layer: float
    """The first one that is not finite, or NaN."""
    right: float
    """The predictions that are right, if they are counted."""
    size: float
    """The norm of its gradient."""
    limit: float
    """Up to which sum of squares of a gradient its update can't fail."""


class Batch:
    """The shards of a batch, and what the computed ones are: losses, predictions that are right, layers at fault."""

    def __init__(self, x: Array, y: Array, shards: int) -> None:
        # The first shard, to which the penalty belongs, is never empty
        self.x, self.y, self.bounds = x, y, [-(-i * x.shape[1] // shards) for i in range(shards + 1)]
        self.losses: list[float] = []
        self.right: list[float] = []
        self.layers: list[int] = []

    def add(self, objective: Objective, number: int) -> None:
        """Compute a shard; its gradient is left in the objective's."""
        shard = slice(*self.bounds[number : number + 2])
        loss = right = 0.0
        if shard.start == shard.stop:
            objective.gradient.fill(0)
        else:
            y = np.ascontiguousarray(self.y[:, shard])
            loss = float(objective.shard(self.x[:, shard], y, self.x.shape[1], number))
            if not math.isfinite(loss):
                self.layers.append(objective.first_layer())
            if objective.counts_right:
                right = float(objective.right.pop())
        self.losses.append(loss)
        self.right.append(right)


def shards_of(ranks: int) -> int:
    """Return into how many shards a batch is cut where that is not said: the same for all numbers of ranks but many."""
    return max(tuning.SHARDS, ranks)


def added(terms: Sequence[float]) -> float:
    """Return the sum of 2ⁿ terms as a binary tree of neighbours."""
    while len(terms) > 1:
        terms = [a + b for a, b in zip(terms[::2], terms[1::2])]
    return terms[0]


class Ranks:
    """The policy for a net on several processes: training ends on all of them with the same `DivergenceError`.

    Parameters
    ----------
    objective : Objective
        The loss to minimize.
    history : History
        The epochs that were completed.
    team : Team
        The processes.
    shards : int
        Into how many shards a batch is cut: a power of two, which the number of ranks divides.
    shared : bool
        Whether all have parameters and moments after each epoch, as callbacks may look at them; else at the end alone.
    """

    def __init__(self, objective: Objective, history: History, team: Team, shards: int, shared: bool) -> None:
        self.objective, self.history, self.team, self.shared = objective, history, team, shared
        self.parameters = objective.net.parameters
        self.shards, self.own = shards, shards // team.size
        self.halves = team.halves(len(self.parameters))
        self.place = self.halves[-1].mine if self.halves else slice(0, len(self.parameters))
        self._optimizer: Optimizer | None = None

    def _join(self) -> None:
        self.exchange = exchange_of(self.team, self.parameters, self.halves)
        self.exchange.load()
        self.objective.hold(self.exchange.parameters)
        self.w = self.exchange.parameters[self.place]
        # Of a tree one sum is kept at each level
        levels = range(self.own.bit_length() - 1)
        self._memory = [self.exchange.gradient, *(np.empty_like(self.parameters) for _ in levels)]

    def steps(self, optimizer: Optimizer, batches: Epoch, epoch: int) -> Array:
        """Take one step for each batch, and return their losses."""
        mine = self._mine(optimizer)
        mine.begin_epoch(epoch)
        losses = np.empty(len(batches))
        if self.shared:
            self.exchange.load()
        try:
            for batch, (x, y) in enumerate(batches):
                losses[batch] = self._step(mine, x, y, epoch, batch)
        finally:
            optimizer.iterations = mine.iterations
            if self.shared:
                self.exchange.store()
        if self.shared:
            self.gather(optimizer)
        return losses

    @contextlib.contextmanager
    def joined(self, optimizer: Optimizer) -> Iterator[None]:
        """Let the ranks train; in the end the net has the parameters.

        The optimizer has all moments then, also where all end with the same error.
        """
        self._join()
        try:
            yield
        except BaseException as error:
            self._end(optimizer, self.team.size == 1 or self.team.knows(error))
            raise
        self._end(optimizer, True)

    def _end(self, optimizer: Optimizer, together: bool) -> None:
        if not self.shared:
            self.exchange.store()
        if together and self._optimizer is not None:
            self.gather(optimizer)

    def gather(self, optimizer: Optimizer) -> None:
        """Give the optimizer the moments of all ranks."""
        mine = self._mine(optimizer)
        optimizer.allocate(self.parameters)
        for name, moment in optimizer.state.kept.items():
            moment[self.place] = mine.state.kept[name]
            self.team.gather(moment, self.halves)
        self._optimizer = None

    def _mine(self, optimizer: Optimizer) -> Optimizer:
        """Return the optimizer of this rank's part, which is made again where callbacks may have changed the whole."""
        if self._optimizer is None:
            self._optimizer = optimizer.part(self.place, self.parameters)
            optimizer.state = {}
        return self._optimizer

    def _step(self, optimizer: Optimizer, x: Array, y: Array, epoch: int, batch: int) -> float:
        exchange, objective = self.exchange, self.objective
        rows = [Row(*row) for row in self.team.numbers(self._computed(optimizer, Batch(x, y, self.shards)))]
        loss = added([row.loss for row in rows])
        if not math.isfinite(loss):
            found = [int(row.layer) for row in rows if row.layer == row.layer]
            self.team.end(self._error("loss", optimizer, epoch, batch, [*found, len(objective.layers)][0]))
        if objective.counts_right:
            objective.right.append(added([row.right for row in rows]))
        exchange.reduce()
        if objective.clipping is not None:
            exchange.gather_gradient()
            objective.gradient = exchange.gradient
            objective.clip()
        gradient = exchange.gradient[self.place]
        # No sum is longer than its terms together; limits leave a factor of two for rounding errors
        size = sum(row.size for row in rows)
        if objective.clipping is None and size * size <= min(row.limit for row in rows):
            optimizer.apply(self.w, gradient, size * size)
        else:
            self._try(optimizer, gradient, epoch, batch)
        exchange.gather_parameters()
        return loss

    def _computed(self, optimizer: Optimizer, batch: Batch) -> Row:
        """Leave the sum of the gradients of this rank's shards in the exchange's."""
        self._add(batch, self.team.rank * self.own, self.own, self._memory)
        size = np.linalg.norm(self.exchange.gradient)
        layer = batch.layers[0] if batch.layers else math.nan
        return Row(added(batch.losses), layer, added(batch.right), float(size), optimizer.square_limit(self.w))

    def _add(self, batch: Batch, first: int, count: int, memory: list[Array]) -> None:
        """Leave the sum of the gradients of some shards in the first array."""
        if count == 1:
            self.objective.gradient = memory[0]
            batch.add(self.objective, first)
            return
        half = count // 2
        self._add(batch, first, half, memory)
        self._add(batch, first + half, half, memory[1:])
        np.add(memory[0], memory[1], out=memory[0])

    def _try(self, optimizer: Optimizer, gradient: Array, epoch: int, batch: int) -> None:
        """Update this rank's part where not all ranks know that they can: no part is changed if one of them fails."""
        what, index = self._first(self._wrong_gradient(optimizer, gradient))
        if what == len(WRONG):
            before = self.w.copy()
            what, index = self._first(self._wrong_update(optimizer, gradient))
            if what == len(WRONG):
                return
            self.w[...] = before
            self.team.wait()
        layer = layer_of(index, self.objective.net.widths, self.objective.net.use_bias)
        self.team.end(self._error(WRONG[what], optimizer, epoch, batch, layer))

    def _first(self, found: tuple[float, float]) -> tuple[int, int]:
        """Return what is not finite on any rank, as a place in `WRONG`, and its last place in the vector."""
        what, index = min(self.team.numbers(found), key=lambda row: (row[0], -row[1]))
        return int(what), int(index)

    def _wrong_gradient(self, optimizer: Optimizer, gradient: Array) -> tuple[float, float]:
        try:
            optimizer.check_gradient(gradient)
        except StepError as error:
            return float(WRONG.index(error.what)), float(self.place.start + error.index)
        return FINE

    def _wrong_update(self, optimizer: Optimizer, gradient: Array) -> tuple[float, float]:
        """Update this rank's part, all slices of it: how far others come must not depend on where one fails."""
        last = -1

        def note(moved: Array, w: Array, start: int) -> None:
            nonlocal last
            last = StepError("update", moved, start).index

        optimizer.apply(self.w, gradient, refuse=note)
        return FINE if last < 0 else (float(WRONG.index("update")), float(self.place.start + last))

    def _error(self, what: str, optimizer: Optimizer, epoch: int, batch: int, layer: int) -> DivergenceError:
        place = describe(self.objective.net, layer)
        return DivergenceError(what, epoch, batch, optimizer.learning_rate, layer, place, self.history)
