"""The claims, measured by a process of their own while this one does the rest."""

import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial

from npnet._worker import processes
from npnet.experiments import claims
from npnet.experiments.claims import Claim, Finding

LONGEST = ("regularized", "optimizing", "convergence", "starting", "means", "fitting", "rates")
"""The modules of claims that take longest; first those whose results sections wait for."""


class Measuring:
    """Claims that another process measures, a module at a time, as those of one module share experiments.

    Parameters
    ----------
    pool : ProcessPoolExecutor
        The process.
    statements : sequence of Claim
        The claims.
    seeds : range
        What they are measured over.
    advance : callable
        Called with the number of claims whenever some more are measured.
    """

    def __init__(
        self, pool: ProcessPoolExecutor, statements: Sequence[Claim], seeds: range, advance: Callable[[int], object]
    ) -> None:
        self._seeds, self._found = seeds, dict[str, Finding]()
        self._pending: dict[tuple[str, ...], Future[list[Finding]]] = {}
        for names in _modules(statements):
            future = pool.submit(claims.findings, names, seeds)
            future.add_done_callback(partial(lambda count, _: advance(count), len(names)))
            self._pending[names] = future

    def finding(self, name: str) -> Finding:
        """Return the finding about a claim; it is waited for, or measured here if the other process has not begun."""
        for names in list(self._pending):
            if name in names:
                self._take(names)
        return self._found[name]

    def rest(self) -> None:
        """Measure here what the other process has not come to, from the end, and wait for what it has begun."""
        for names in reversed(list(self._pending)):
            self._take(names)

    def _take(self, names: tuple[str, ...]) -> None:
        future = self._pending.pop(names)
        found = claims.findings(names, self._seeds) if future.cancel() else future.result()
        self._found.update(zip(names, found))


def _modules(statements: Sequence[Claim]) -> list[tuple[str, ...]]:
    """Return the names of the claims of each module, the longest modules first."""
    names = defaultdict(list)
    for claim in statements:
        names[claim.experiment.__module__.rpartition(".")[2]].append(claim.name)
    return [tuple(names[module]) for module in sorted(names, key=lambda name: (*LONGEST, name).index(name))]


@contextmanager
def process() -> Iterator[ProcessPoolExecutor]:
    """Give a process that works beside this one; if this one fails or is interrupted, the other one is ended."""
    try:
        with processes(1) as pool:
            yield pool
    except BrokenProcessPool as error:
        raise ChildProcessError("the process that runs the claims was ended") from error


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back, which a terminal sends to all processes: one that is started meanwhile never gets it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
