"""The work of a run, shared with a process of its own: each takes what the other one has not begun."""

import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Any, Generic, TypeVar

from npnet._worker import processes

T = TypeVar("T")


class Shared(Generic[T]):
    """Tasks that another process takes up in the order in which they were added, and this one where it needs them.

    Parameters
    ----------
    pool : ProcessPoolExecutor
        The process.
    advance : callable
        Called with the number of results whenever there are some more.
    """

    def __init__(self, pool: ProcessPoolExecutor, advance: Callable[[int], object]) -> None:
        self._pool, self._advance = pool, advance
        self._found: dict[str, T] = {}
        self._pending: dict[tuple[str, ...], tuple[Future[list[T]], Callable[[], list[T]]]] = {}

    def add(self, names: tuple[str, ...], work: Callable[..., list[T]], *arguments: Any) -> None:
        """Add a task, ``work(names, *arguments)``, which returns a result for each name."""
        task = partial(work, names, *arguments)
        future = self._pool.submit(task)
        future.add_done_callback(lambda _: self._advance(len(names)))
        self._pending[names] = future, task

    def result(self, name: str) -> T:
        """Return the result of a name; it is waited for, or found here if the other process has not begun."""
        for names in list(self._pending):
            if name in names:
                self._take(names)
        return self._found[name]

    def rest(self) -> None:
        """Do here what the other process has not come to, from the end, and wait for what it has begun."""
        for names in reversed(list(self._pending)):
            self._take(names)

    def _take(self, names: tuple[str, ...]) -> None:
        future, task = self._pending.pop(names)
        found = task() if future.cancel() else future.result()
        self._found.update(zip(names, found, strict=True))


@contextmanager
def process() -> Iterator[ProcessPoolExecutor]:
    """Give a process that works beside this one; if this one fails or is interrupted, the other one is ended."""
    try:
        with processes(1) as pool:
            yield pool
    except BrokenProcessPool as error:
        raise ChildProcessError("the process that shares the work was ended") from error


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
