"""Timing: how long several pieces of work take beside each other, by a clock that others on the machine do not move."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from npnet._checks import integer
from npnet._equality import ByValue
from npnet.experiments.statistics import Interval, bootstrap
from npnet.typing import Array


@dataclass(frozen=True, eq=False)
class Times(ByValue):
    """The time of each piece of work in each round."""

    names: tuple[str, ...]
    """The pieces of work."""
    seconds: Array
    """float64, shape (pieces, rounds): the processor time of each."""

    def of(self, name: str) -> Array:
        """Return one piece's times."""
        if name not in self.names:
            raise ValueError(f"name: expected one of {', '.join(self.names)}, got {name!r}")
        return self.seconds[self.names.index(name)]

    def ratio(self, name: str, to: str) -> Interval:
        """Return the median over the rounds of one piece's time, as a multiple of another's in the same round."""
        return bootstrap(self.of(name) / self.of(to))


def interleaved(work: Mapping[str, Callable[[], object]], rounds: int = 100) -> Times:
    """Time several pieces of work in turns, so that a machine that slows down slows them all.

    Each round begins with the next piece. What counts is the ratio of two in one round. A first round, which fills
    caches, is not counted.

    What is measured is the time that a processor works for this thread, and NumPy's products of matrices get no other
    thread. The clock on the wall, and several threads, measure what else the machine does: on two processors with other
    work, a small product waits for its second thread a hundred times as long as it takes, and a piece that is longer
    than the system's slice of time is interrupted, a shorter one not. A ratio then comes out as 2, 15 or 150.

    Parameters
    ----------
    work : mapping of str to callable
        What is timed, by name.
    rounds : int
        How often each is done.

    Examples
    --------
    >>> interleaved({"sum": lambda: sum(range(10)), "max": lambda: max(range(10))}, rounds=5).seconds.shape
    (2, 5)
    """
    # Here, so that npnet alone does not need it
    from threadpoolctl import threadpool_limits

    names, pieces = tuple(work), list(work.values())
    seconds = np.empty((len(pieces), integer("rounds", rounds, 1) + 1))
    with threadpool_limits(1, "blas"):
        for turn in range(rounds + 1):
            for step in range(len(pieces)):
                index = (turn + step) % len(pieces)
                started = _clock()
                pieces[index]()
                seconds[index, turn] = _clock() - started
    return Times(names, seconds[:, 1:])


# Windows counts the time of a thread in 64ths of a second
_clock = time.thread_time if time.get_clock_info("thread_time").resolution < 1e-5 else time.perf_counter
