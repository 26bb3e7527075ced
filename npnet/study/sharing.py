"""The work of a run, shared with a process of its own: each takes what the other one has not begun."""

import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from threading import RLock
from typing import Any, Generic, TypeVar

from npnet._worker import processes

T = TypeVar("T")


class Helper:
    """A process that is given one task at a time: all others can still be cancelled, to be done here.

    An executor by itself hands each process a task ahead, which it then calls running.

    Parameters
    ----------
    pool : concurrent.futures.Executor
        The process.
    """

    def __init__(self, pool: Executor) -> None:
        self._pool, self._busy = pool, False
        self._tasks: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        # Tasks are added here, and handed on in the thread that learns that one is done
        self._lock = RLock()

    def submit(self, task: Callable[[], T]) -> Future[T]:
        """Add a task; it is begun when those before it are done or cancelled."""
        future: Future[T] = Future()
        with self._lock:
            self._tasks.append((future, task))
            self._hand_on()
        return future

    def _hand_on(self) -> None:
        while self._tasks and not self._busy:
            future, task = self._tasks.popleft()
            if future.set_running_or_notify_cancel():
                try:
                    given = self._pool.submit(task)
                except RuntimeError as error:
                    # The process has been ended; frames of a traceback would keep its queues
                    future.set_exception(error.with_traceback(None))
                else:
                    self._busy = True
                    given.add_done_callback(partial(self._done, future))

    def _done(self, future: Future[Any], given: Future[Any]) -> None:
        if given.cancelled():
            # As all that is left then
            return
        error = given.exception()
        if error is None:
            future.set_result(given.result())
        else:
            future.set_exception(error)
        with self._lock:
            self._busy = False
            self._hand_on()


class Shared(Generic[T]):
    """Tasks that another process takes up in the order in which they were added, and this one where it needs them.

    Parameters
    ----------
    helper : Helper
        The process.
    advance : callable
        Called with the number of results whenever there are some more.
    """

    def __init__(self, helper: Helper, advance: Callable[[int], object]) -> None:
        self._helper, self._advance = helper, advance
        self._found: dict[str, T] = {}
        self._pending: dict[tuple[str, ...], tuple[Future[list[T]], Callable[[], list[T]]]] = {}

    def add(self, names: tuple[str, ...], work: Callable[..., list[T]], *arguments: Any) -> None:
        """Add a task, ``work(names, *arguments)``, which returns a result for each name."""
        task = partial(work, names, *arguments)
        future = self._helper.submit(task)
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
        while self._pending:
            self._take(next(reversed(self._pending)))

    def _take(self, names: tuple[str, ...]) -> None:
        future, task = self._pending.pop(names)
        cancelled = future.cancel()
        while not cancelled and not future.done() and self._pending:
            # Rather than wait
            self._take(next(reversed(self._pending)))
        self._found.update(zip(names, task() if cancelled else future.result(), strict=True))


@contextmanager
def process() -> Iterator[Helper]:
    """Give a process that works beside this one; if this one fails or is interrupted, the other one is ended."""
    try:
        with processes(1) as pool:
            yield Helper(pool)
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
