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
        Whether all have all moments after each epoch, as callbacks may look at them; else at the end alone.
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
        self.exchange.begin_epoch()
        try:
            for batch, (x, y) in enumerate(batches):
                losses[batch] = self._step(mine, x, y, epoch, batch)
        finally:
            optimizer.iterations = mine.iterations
            self.exchange.end_epoch()
        if self.shared:
            self.gather(optimizer)
        return losses

    @contextlib.contextmanager
    def joined(self, optimizer: Optimizer) -> Iterator[None]:
        """Let the ranks train; in the end the optimizer has all moments, also where all end with the same error."""
        self._join()
        error: BaseException | None = None
        try:
            yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            if self._optimizer is not None and (self.team.size == 1 or self.team.knows(error)):
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
        loss = self._loss(optimizer, x, y, epoch, batch)
        exchange = self.exchange
        exchange.reduce()
        if self.objective.clipping is not None:
            exchange.gather_gradient()
            self.objective.gradient = exchange.gradient
            self.objective.clip()
        gradient = exchange.gradient[self.place]
        failing, square = optimizer.can_fail(self.w, gradient)
        # Where one rank's update fails, no other one's may stay
        any_failing = any(failing for (failing,) in self.team.numbers((failing,)))
        before = self.w.copy() if any_failing else self.w
        applied = self._applied(optimizer, gradient, square)
        what, index = min(self.team.numbers(applied), key=lambda row: (row[0], -row[1]))
        if what < len(WRONG):
            self.w[...] = before
            self.team.wait()
            layer = layer_of(int(index), self.objective.net.widths, self.objective.net.use_bias)
            self.team.end(self._error(WRONG[int(what)], optimizer, epoch, batch, layer))
        exchange.gather_parameters()
        return loss

    def _loss(self, optimizer: Optimizer, x: Array, y: Array, epoch: int, batch: int) -> float:
        """Return the loss of a batch, and leave this rank's gradient where the exchange takes it from."""
        objective, first = self.objective, self.team.rank * self.own
        # The first shard, to which the penalty belongs, is never empty
        bounds = [-(-i * x.shape[1] // self.shards) for i in range(self.shards + 1)]
        values, right = [0.0] * self.own, [0.0] * self.own
        layers: list[int] = []

        def add(i: int, count: int, memory: list[Array]) -> None:
            """Leave the sum of the gradients of some shards in the first array."""
            if count > 1:
                half = count // 2
                add(i, half, memory)
                add(i + half, half, memory[1:])
                np.add(memory[0], memory[1], out=memory[0])
                return
            shard = slice(*bounds[first + i : first + i + 2])
            if shard.start == shard.stop:
                memory[0].fill(0)
                return
            objective.gradient = memory[0]
            values[i] = float(objective.shard(x[:, shard], np.ascontiguousarray(y[:, shard]), x.shape[1], first + i))
            if not math.isfinite(values[i]):
                layers.append(objective.first_layer())
            if objective.counts_right:
                right[i] = float(objective.right.pop())

        add(0, self.own, self._memory)
        rows = self.team.numbers((added(values), layers[0] if layers else math.nan, added(right)))
        loss = added([row[0] for row in rows])
        if not math.isfinite(loss):
            found = [int(row[1]) for row in rows if row[1] == row[1]]
            self.team.end(self._error("loss", optimizer, epoch, batch, [*found, len(objective.layers)][0]))
        if objective.counts_right:
            objective.right.append(added([row[2] for row in rows]))
        return loss

    def _applied(self, optimizer: Optimizer, gradient: Array, square: float) -> tuple[float, float]:
        """Update this rank's part; return what was not finite, as a place in `WRONG`, and its place in the vector."""
        try:
            optimizer.apply(self.w, gradient, square)
        except StepError as error:
            return float(WRONG.index(error.what)), float(self.place.start + error.index)
        return FINE

    def _error(self, what: str, optimizer: Optimizer, epoch: int, batch: int, layer: int) -> DivergenceError:
        place = describe(self.objective.net, layer)
        return DivergenceError(what, epoch, batch, optimizer.learning_rate, layer, place, self.history)
