"""What a worker does with a group: it has one thread, reads the data once, and stops when the sweep has ended."""

from __future__ import annotations

import contextlib
import pickle
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import threadpoolctl

from npnet.sweeping.data import INDEX, Data
from npnet.sweeping.training import Asked, Result, StoppedError, trained

EVERY = 0.2
"""Seconds after which a worker looks again whether the sweep has ended."""


class Task(NamedTuple):
    """A group, and where its data are."""

    asked: Asked
    folder: str
    """Where the data are, as long as the sweep goes on."""
    digest: str
    packed: bytes | None = None
    """The data themselves, for a worker that can't see the folder."""


class Missing(NamedTuple):
    """The answer of a worker that can't see the folder, and has not been sent the data yet."""


class Written(NamedTuple):
    """The answer of a worker that has left what came of the trials in the folder.

    What is on its way through a pipe when a worker is killed would be waited for for ever, unless it is this short.
    """

    name: str

    @classmethod
    def of(cls, results: list[Result], folder: str) -> Written:
        """Write the results to a file of the folder; FileNotFoundError where there is none any more."""
        with tempfile.NamedTemporaryFile(dir=folder, prefix="results-", delete=False) as file:
            pickle.dump(results, file, pickle.HIGHEST_PROTOCOL)
        return cls(Path(file.name).name)

    def read(self, folder: Path) -> list[Result]:
        """Return the results, whose file goes."""
        file = folder / self.name
        results: list[Result] = pickle.loads(file.read_bytes())
        file.unlink()
        return results


def run(task: Task) -> list[Result] | Written | Missing | None:
    """Return what came of each trial, or where it is; None where the sweep has ended before."""
    with contextlib.suppress(StoppedError):
        data, stop = _data_of(task)
        if data is None:
            return Missing()
        with one_thread():
            results = trained(task.asked, data, stop)
        _check(results[0].machine)
        if stop is _never:
            return results
        with contextlib.suppress(FileNotFoundError):
            return Written.of(results, task.folder)
    return None


def _check(machine: Mapping[str, Any]) -> None:
    if machine.get("threads", "1") != "1":
        raise RuntimeError(f"expected BLAS to have one thread, got {machine['threads']}, which another thread has set")


_lock = threading.Lock()
_kept: tuple[str, Data | None] = "", None


def give(digest: str, data: Data | None) -> None:
    """Give this process the data of the next groups, or take them away."""
    global _kept
    with _lock:
        _kept = digest, data


def _data_of(task: Task) -> tuple[Data | None, Callable[[], bool]]:
    """Return the data, which stay with the process until it gets others, and what tells that the sweep has ended."""
    global _kept
    index = Path(task.folder, INDEX)
    with _lock:
        if _kept[0] != task.digest:
            if task.packed is not None:
                _kept = task.digest, _read_only(pickle.loads(task.packed))
            else:
                try:
                    _kept = task.digest, Data.read(index.parent)
                except FileNotFoundError:
                    return None, _never
        data = _kept[1]
    # A folder that was never seen here tells nothing
    return data, _gone(index) if index.exists() else _never


def _read_only(data: Data) -> Data:
    for split in data.splits:
        for array in split:
            if array is not None:
                array.setflags(write=False)
    return data


def _never() -> bool:
    return False


def _gone(index: Path) -> Callable[[], bool]:
    seen = time.monotonic()

    def gone() -> bool:
        nonlocal seen
        if time.monotonic() - seen < EVERY:
            return False
        seen = time.monotonic()
        return not index.exists()

    return gone


class _Keeper:
    """A limit in a thread of its own, as only the thread that sets it can end it."""

    def __init__(self) -> None:
        self._there, self._let_go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()
        self._there.wait()

    def _keep(self) -> None:
        with threadpoolctl.threadpool_limits(1, "blas"):
            self._there.set()
            self._let_go.wait()

    def end(self) -> None:
        """Give BLAS its threads back."""
        self._let_go.set()
        # The next limit would be taken back by the end of this one
        self._thread.join()


_limited = 0
_keeper: _Keeper | None = None


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS have one thread; where several groups run in threads of one process, until the last of them has ended.

    Products have other bits with other numbers of threads, and workers that have several each wait for each other.
    """
    global _limited, _keeper
    with _lock:
        if not _limited:
            _keeper = _Keeper()
        _limited += 1
    try:
        yield
    finally:
        _end()


@contextlib.contextmanager
def one_thread_for_all() -> Iterator[None]:
    """Let BLAS have one thread in the process that has started a sweep, which may be among its workers."""
    global _limited
    # The thread that asks may have limits of its own, which another thread can't change
    with threadpoolctl.threadpool_limits(1, "blas"):
        with _lock:
            _limited += 1
        try:
            yield
        finally:
            _end()


def _end() -> None:
    global _limited, _keeper
    with _lock:
        _limited -= 1
        if not _limited and _keeper is not None:
            _keeper.end()
            _keeper = None
