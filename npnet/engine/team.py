"""The processes that train one net together: what they exchange, and how an error of one ends all."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, NoReturn, TypeVar

import numpy as np

from npnet._interrupts import ignored
from npnet.engine.errors import RankError
from npnet.typing import Array

ALIGNMENT = 16
"""Parts of a vector begin at a multiple of this many elements."""
Result = TypeVar("Result")
# On the error itself, which goes through the teams of a command and of its training
_SPEAKER = "speaker_of_all_ranks"


class Half(NamedTuple):
    """What a rank has of a vector at one level of the tree of ranks, and what its partner there has."""

    partner: int
    mine: slice
    others: slice


class Team:
    """The ranks of a communicator, as `mpi4py.MPI.Comm` has them; without one, this process alone.

    All methods but `halves`, `end`, `knows`, `speaks` and `together` are collective: each rank calls them, in the same
    order.
    """

    def __init__(self, communicator: Any = None) -> None:
        if communicator is not None and not hasattr(communicator, "Get_rank"):
            raise ValueError(f"communicator: expected one of mpi4py's, or None, got {communicator!r:.60}")
        self.communicator = communicator
        self.rank: int = 0 if communicator is None else communicator.Get_rank()
        self.size: int = 1 if communicator is None else communicator.Get_size()

    def halves(self, size: int) -> list[Half]:
        """Return what this rank has of a vector at each level of the tree of ranks, whose number is a power of two.

        At the first one, neighbours have a half each; at the next, ranks that are 2 apart have a half of this each; and
        so on. The last one is this rank's part, which may be empty.
        """
        levels: list[Half] = []
        start, stop, distance = 0, size, 1
        while distance < self.size:
            middle = min(start + -(-(stop - start) // (2 * ALIGNMENT)) * ALIGNMENT, stop)
            lower, upper = slice(start, middle), slice(middle, stop)
            if self.rank // distance % 2 == 0:
                levels.append(Half(self.rank + distance, lower, upper))
            else:
                levels.append(Half(self.rank - distance, upper, lower))
            start, stop = levels[-1].mine.start, levels[-1].mine.stop
            distance *= 2
        return levels

    # Arrays

    def reduce(self, vector: Array, halves: Sequence[Half], memory: Array) -> None:
        """Set this rank's part of a vector to the sum of all ranks', added as a binary tree.

        What the other parts then have is no sum. What is received is kept in `memory`, as long as half of the vector.
        """
        for half in halves:
            mine = vector[half.mine]
            received = memory[: len(mine)]
            self._swap(half.partner, vector[half.others], received)
            np.add(mine, received, out=mine)

    def gather(self, vector: Array, halves: Sequence[Half]) -> None:
        """Set a vector's parts to what the ranks that they belong to have there."""
        for half in reversed(halves):
            self._swap(half.partner, vector[half.mine], vector[half.others])

    def _swap(self, partner: int, sent: Array, received: Array) -> None:
        # As bytes: MPI has no types for some of NumPy's
        self.communicator.Sendrecv(sent.view(np.uint8), partner, recvbuf=received.view(np.uint8), source=partner)

    def numbers(self, row: Sequence[float]) -> list[list[float]]:
        """Return a few numbers of each rank."""
        if self.size == 1:
            return [list(row)]
        every = np.empty((self.size, len(row)))
        self.communicator.Allgather(np.array(row, np.float64), every)
        return every.tolist()

    def first(self, value: Any) -> Any:
        """Return the first rank's value."""
        return value if self.size == 1 else self.communicator.bcast(value, 0)

    def all(self, value: Result) -> list[Result]:
        """Return the value of each rank."""
        every: list[Result] = [value] if self.size == 1 else self.communicator.allgather(value)
        return every

    def wait(self) -> None:
        """Return when all ranks have called it."""
        if self.size > 1:
            self.communicator.Barrier()

    # Agreement

    def agree(self, action: Callable[[], Result]) -> Result:
        """Return what `action` returns; an error of one rank is an error of all."""
        if self.size == 1:
            return action()
        error: Exception | None = None
        try:
            result = action()
        except Exception as raised:
            error = raised
        texts = self.all(None if error is None else f"{type(error).__name__}: {error}")
        failed = [rank for rank, text in enumerate(texts) if text is not None]
        try:
            if failed:
                self.end(error or RankError(f"rank {failed[0]} of {self.size}: {texts[failed[0]]}"), failed[0])
        finally:
            del error
        return result

    def check_same(self, name: str, given: dict[str, str]) -> None:
        """Refuse what is not the same on all ranks, by the name of the argument that brought them together."""
        every = self.all(given)
        for key, value in every[0].items():
            for rank, one in enumerate(every):
                if one[key] != value:
                    self.end(ValueError(f"{name}: expected the same {key} on all ranks, got others on rank {rank}"))

    def any(self, answer: Any) -> bool:
        """Return whether the answer of any rank is true."""
        return any(self.all(bool(answer)))

    def end(self, error: BaseException, speaker: int = 0) -> NoReturn:
        """Raise an error of which all ranks know, and which one of them shows."""
        setattr(error, _SPEAKER, (speaker, self.size))
        try:
            raise error
        finally:
            # Its traceback has this frame, with it, so that all that the training holds would wait for the collector
            del error

    def knows(self, error: BaseException) -> bool:
        """Return whether all ranks end with this error, and not those of a smaller team alone."""
        return _told(error)[1] >= self.size

    def speaks(self, error: BaseException | None = None) -> bool:
        """Return whether this rank is the one that shows what there is to show, or the error that ended all."""
        return self.rank == _told(error)[0]

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """End all ranks where this one ends with an error of which the others do not know: they would wait for ever."""
        try:
            yield
        except BaseException as error:
            if self.size > 1 and not self.knows(error):
                # Abort may return, and others may look at the error, but nobody says it once more
                setattr(error, _SPEAKER, (None, self.size))
                try:
                    with ignored():
                        text = " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
                        print(f"npnet: rank {self.rank} of {self.size} ends all: {text}", file=sys.stderr)
                        # MPICH's mpiexec loses what it has not read when it is told to end
                        time.sleep(0.5)
                finally:
                    self.communicator.Abort(130 if isinstance(error, KeyboardInterrupt) else 1)
            raise


def _told(error: BaseException | None) -> tuple[int | None, int]:
    """Return the rank that shows an error, the first one if nobody has said so, and the size of the team that knows."""
    found: tuple[int | None, int] = getattr(error, _SPEAKER, (0, 0))
    return found
