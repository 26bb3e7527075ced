"""How the ranks of a training give each other gradients and parameters: in memory that all read, or by messages.

By messages, neighbours give each other half of the gradient and add what they get, then ranks that are 2 apart half of
this, and so on, until each has the sum of one part; parameters go back the same way. On one machine nothing needs to be
sent: each rank reads what the others have of its part, adds the same terms in the same order, and moves its part of the
parameters that all compute with.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import secrets
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from npnet.engine.team import Half, Team
from npnet.typing import Array

LINE = 64
"""Vectors in shared memory begin at a multiple of this many bytes, as lines of the cache do."""


class Exchange(Protocol):
    """What the ranks of a training do together with the vectors that they compute with.

    All methods but `store` are collective: each rank calls them, in the same order.
    """

    parameters: Array
    """Those that a gradient is computed from, and of which each rank updates its part; the net's may be older ones."""
    gradient: Array
    """Where this rank leaves its gradient."""

    def load(self) -> None:
        """Take the net's parameters over."""

    def reduce(self) -> None:
        """Set this rank's part of its gradient to the sum of all ranks', added as a binary tree of neighbours.

        All have called `Team.numbers` since they computed theirs. What the other parts then have is no sum.
        """

    def gather_gradient(self) -> None:
        """Set the other parts of this rank's gradient to their sums."""

    def gather_parameters(self) -> None:
        """Set the other parts of the parameters to what the ranks that they belong to have there."""

    def store(self) -> None:
        """Give the net its parameters."""


class Messages:
    """Each rank has vectors of its own, and sends the others what they need: `Team.reduce` and `Team.gather`.

    Parameters
    ----------
    team : Team
        The ranks; or one process alone, which sends nothing.
    parameters : ndarray
        The net's.
    halves : sequence of Half
        What this rank has of them at each level of the tree of ranks.
    """

    def __init__(self, team: Team, parameters: Array, halves: Sequence[Half]) -> None:
        self.parameters, self.gradient = parameters, np.empty_like(parameters)
        self._team, self._halves = team, halves
        self._received = np.empty_like(parameters[halves[0].mine] if halves else parameters[:0])

    def load(self) -> None:
        """Do nothing: the parameters are the net's."""

    def reduce(self) -> None:
        """Sum by halves."""
        self._team.reduce(self.gradient, self._halves, self._received)

    def gather_gradient(self) -> None:
        """Gather by halves."""
        self._team.gather(self.gradient, self._halves)

    def gather_parameters(self) -> None:
        """Gather by halves."""
        self._team.gather(self.parameters, self._halves)

    def store(self) -> None:
        """Do nothing: the parameters are the net's."""


class SharedMemory:
    """All ranks have one vector of parameters, and read each other's gradients: only a few numbers are sent.

    What a rank has written before a collective call is what others read after it: MPI's own messages lie in memory that
    processes of one machine share, and rest on the same order of writes and reads.

    Parameters
    ----------
    team, parameters, halves
        As for `Messages`, of two ranks or more.
    vectors : ndarray, shape (ranks + 1, size)
        Memory that all ranks share: for the parameters, and for the gradient of each.
    """

    def __init__(self, team: Team, parameters: Array, halves: Sequence[Half], vectors: Array) -> None:
        self.parameters, self._gradients = vectors[0], vectors[1:]
        self.gradient = self._gradients[team.rank]
        self._team, self._net, self._part = team, parameters, halves[-1].mine
        self._parts = team.all(self._part)
        # Sums of others' gradients; each level of the tree has one
        self._memory = [np.empty_like(parameters[self._part]) for _ in halves]

    def load(self) -> None:
        """Copy this rank's part, when no other one reads what was there."""
        self._team.wait()
        self.parameters[self._part] = self._net[self._part]
        self._team.wait()

    def reduce(self) -> None:
        """Sum what all ranks have of this one's part, which nobody else reads."""
        half = len(self._gradients) // 2
        one, other = self._sum(0, half, self._memory), self._sum(half, half, self._memory[1:])
        np.add(one, other, out=self.gradient[self._part])

    def _sum(self, first: int, count: int, memory: list[Array]) -> Array:
        """Return the sum of some gradients: of one rank where that has it, of more in `memory`."""
        if count == 1:
            return self._gradients[first, self._part]
        half = count // 2
        one, other = self._sum(first, half, memory), self._sum(first + half, half, memory[1:])
        return np.add(one, other, out=memory[0])

    def gather_gradient(self) -> None:
        """Copy the other parts, which the ranks that have them change afterwards."""
        self._team.wait()
        for rank, part in enumerate(self._parts):
            if rank != self._team.rank:
                self.gradient[part] = self._gradients[rank, part]
        self._team.wait()

    def gather_parameters(self) -> None:
        """Wait until all have updated theirs: there are no others."""
        self._team.wait()

    def store(self) -> None:
        """Copy all."""
        self._net[...] = self.parameters


def exchange_of(team: Team, parameters: Array, halves: Sequence[Half]) -> Exchange:
    """Return an exchange in shared memory, if all ranks are on one machine that has it, or by messages."""
    stride = -(-parameters.nbytes // LINE) * LINE
    memory = memory_of_all(team, team.size + 1, stride) if team.size > 1 else None
    if memory is None:
        return Messages(team, parameters, halves)
    rows = memory.view(parameters.dtype).reshape(team.size + 1, stride // parameters.itemsize)
    return SharedMemory(team, parameters, halves, rows[:, : len(parameters)])


def memory_of_all(team: Team, rows: int, stride: int) -> Array | None:
    """Return some rows of bytes that all ranks have in memory, or None where they can't; rank r takes row r + 1 first.

    It is a file without a name, which the first rank makes, and whose place in Linux's table of open files it tells the
    others: nothing is left behind, however they end. Windows of MPI lie in a folder, which containers keep small.
    """
    name = f"npnet-{secrets.token_hex(16)}"
    file = _made(name) if team.rank == 0 else None
    name, place = team.first((name, f"/proc/{os.getpid()}/fd/{file}"))
    if team.rank:
        file = _opened(name, place)
    own = slice(stride * (team.rank + 1 if team.rank else 0), stride * (team.rank + 2))
    try:
        mapped = None if file is None else _mapped(file, own, rows * stride)
        # The first one's file is open until all have it
        return mapped if all(team.all(mapped is not None)) else None
    finally:
        if file is not None:
            os.close(file)


def _made(name: str) -> int | None:
    """Return a new file in memory."""
    with contextlib.suppress(OSError):
        return os.memfd_create(name) if hasattr(os, "memfd_create") else None
    return None


def _opened(name: str, place: str) -> int | None:
    """Return the first rank's file; None on another machine, where there is none in that place, or another one."""
    with contextlib.suppress(OSError):
        if os.readlink(place) == f"/memfd:{name} (deleted)":
            return os.open(place, os.O_RDWR)
    return None


def _mapped(file: int, own: slice, size: int) -> Array | None:
    """Return the bytes of a file, of which the own ones are in memory that is near this process."""
    with contextlib.suppress(OSError):
        # All do it, as none knows who is the first
        os.truncate(file, size)
        # Where the system refuses memory, it does it here; else who writes to it first would end
        os.posix_fallocate(file, own.start, own.stop - own.start)
        return np.frombuffer(mmap.mmap(file, size), np.uint8)
    return None
