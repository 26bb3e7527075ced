"""The work of a run, shared with a process of its own: each takes what the other one has not begun."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Lock, RLock
from typing import Any, Generic, TypeVar

from npnet._interrupts import held
from npnet._worker import processes

T = TypeVar("T")
Returned = TypeVar("Returned")


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


@dataclass(frozen=True)
class _Pending(Generic[T]):
    future: Future[list[T]]
    task: Callable[[], list[T]]
    ended: Lock
    """Taken until the future is done. Ctrl-C can end the waiting for it, and no lock of the future's is left taken."""


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
        self._pending: dict[tuple[str, ...], _Pending[T]] = {}

    def add(self, names: tuple[str, ...], work: Callable[..., list[T]], *arguments: Any) -> None:
        """Add a task, ``work(names, *arguments)``, which returns a result for each name."""
        task, ended = partial(work, names, *arguments), Lock()
        ended.acquire()
        with held():
            future = self._helper.submit(task)
            future.add_done_callback(lambda _: self._advance(len(names)))
            future.add_done_callback(lambda _: ended.release())
        self._pending[names] = _Pending(future, task, ended)

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
        pending = self._pending.pop(names)
        cancelled = _whole(pending.future.cancel)
        while not cancelled and not _whole(pending.future.done) and self._pending:
            # Rather than wait
            self._take(next(reversed(self._pending)))
        if not cancelled:
            pending.ended.acquire()
        self._found.update(zip(names, pending.task() if cancelled else _whole(pending.future.result), strict=True))


@contextmanager
def process() -> Iterator[Helper]:
    """Give a process that works beside this one; if this one fails or is interrupted, the other one is ended."""
    try:
        with processes(1) as pool:
            yield Helper(pool)
    except BrokenProcessPool as error:
        raise ChildProcessError("the process that shares the work was ended") from error


def _whole(call: Callable[[], Returned]) -> Returned:
    """Return the result of a call that Ctrl-C does not end: a lock that it has just taken would stay taken for ever."""
    with held():
        return call()
