"""The processes that train one net together: what they exchange, and how an error of one ends all."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, TypeVar

import numpy as np

from npnet.engine.errors import RankError
from npnet.typing import Array

ALIGNMENT = 16
"""Parts of a vector begin at a multiple of this many elements."""
Result = TypeVar("Result")
# On the error itself, which goes through the teams of a command and of its training
_SPEAKER = "speaker_of_all_ranks"


class Team:
    """The ranks of a communicator, as `mpi4py.MPI.Comm` has them; without one, this process alone.

    All methods but `parts`, `end`, `knows` and `speaks` are collective: each rank calls them, in the same order.
    """

    def __init__(self, communicator: Any = None) -> None:
        self.communicator = communicator
        self.rank: int = 0 if communicator is None else communicator.Get_rank()
        self.size: int = 1 if communicator is None else communicator.Get_size()

    def parts(self, size: int) -> list[slice]:
        """Return the part of a vector that belongs to each rank; the last ones may be empty."""
        step = -(-size // (self.size * ALIGNMENT)) * ALIGNMENT
        return [slice(min(r * step, size), min((r + 1) * step, size)) for r in range(self.size)]

    # Arrays

    def exchange(self, vector: Array, parts: Sequence[slice], out: Array) -> None:
        """Send each rank its part of a vector, and set the rows of `out` to this rank's part of all others'."""
        if self.size == 1:
            out[0] = vector
            return
        mine = [out[0].nbytes] * self.size
        starts = [out[0].nbytes * rank for rank in range(self.size)]
        self.communicator.Alltoallv([_bytes(vector), _layout(vector, parts)], [_bytes(out), (mine, starts)])

    def gather(self, vector: Array, parts: Sequence[slice]) -> None:
        """Set a vector's parts to what the ranks that they belong to have there."""
        if self.size > 1:
            part = _bytes(vector[parts[self.rank]]).copy()
            self.communicator.Allgatherv(part, [_bytes(vector), _layout(vector, parts)])

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
        texts = self.communicator.allgather(None if error is None else f"{type(error).__name__}: {error}")
        failed = [rank for rank, text in enumerate(texts) if text is not None]
        if failed:
            self.end(error or RankError(f"rank {failed[0]} of {self.size}: {texts[failed[0]]}"), failed[0])
        return result

    def check_same(self, name: str, given: dict[str, str]) -> None:
        """Refuse what is not the same on all ranks, by the name of the argument that brought them together."""
        every = self.communicator.allgather(given)
        for key, value in every[0].items():
            for rank, one in enumerate(every):
                if one[key] != value:
                    self.end(ValueError(f"{name}: expected the same {key} on all ranks, got others on rank {rank}"))

    def any(self, answer: Any) -> bool:
        """Return whether the answer of any rank is true."""
        return bool(answer) if self.size == 1 else any(self.communicator.allgather(bool(answer)))

    def end(self, error: BaseException, speaker: int = 0) -> NoReturn:
        """Raise an error of which all ranks know, and which one of them shows."""
        setattr(error, _SPEAKER, speaker)
        raise error

    def knows(self, error: BaseException | None) -> bool:
        """Return whether all ranks end with this error, or with none."""
        return error is None or hasattr(error, _SPEAKER)

    def speaks(self, error: BaseException | None = None) -> bool:
        """Return whether this rank is the one that shows what there is to show, or the error that ended all."""
        return self.rank == getattr(error, _SPEAKER, 0)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """End all ranks where this one ends with an error of which the others do not know: they would wait for ever."""
        try:
            yield
        except BaseException as error:
            if self.size > 1 and not self.knows(error):
                text = " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
                print(f"npnet: rank {self.rank} of {self.size} ends all: {text}", file=sys.stderr, flush=True)
                # MPICH's mpiexec loses what it has not read when it is told to end
                time.sleep(0.5)
                self.communicator.Abort(130 if isinstance(error, KeyboardInterrupt) else 1)
            raise


def _bytes(array: Array) -> Array:
    # MPI has no types for some of NumPy's, and here nothing is added by it
    return array.reshape(-1).view(np.uint8)


def _layout(vector: Array, parts: Sequence[slice]) -> tuple[list[int], list[int]]:
    """Return how many bytes each part has, and where it begins."""
    size = vector.itemsize
    return [(part.stop - part.start) * size for part in parts], [part.start * size for part in parts]
