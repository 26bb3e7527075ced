"""The course of a sweep: groups are given to workers, and what comes back is kept, whatever happens to the workers."""

from __future__ import annotations

import contextlib
import errno
import os
import pickle
import shutil
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from pathlib import Path
from typing import Any

from npnet.sweeping import reasons, task
from npnet.sweeping.data import Data
from npnet.sweeping.executors import Workers
from npnet.sweeping.groups import Group
from npnet.sweeping.task import Missing, Task, Written
from npnet.sweeping.training import Asked, Result

DEATHS = 3
"""A group that so many workers have died with is given up."""

Keep = Callable[[list[Result]], None]


class Course:
    """Groups on their way through the workers.

    No more are submitted than there are workers, so that a worker's death names its suspects. These run again, each
    in a process of its own or alone, until they are done or have died too often; no other group pays for them.

    Parameters
    ----------
    workers : Workers
        Who trains.
    asked : callable
        Returns what a worker is sent of a group.
    keep : callable
        Called with what came of each group, as soon as it is there.
    shared : Shared
        The data.
    """

    def __init__(self, workers: Workers, asked: Callable[[Group], Asked], keep: Keep, shared: Shared) -> None:
        self._workers, self._asked, self._keep, self._shared = workers, asked, keep, shared
        self._deaths: Counter[Group] = Counter()
        self._suspects: deque[Group] = deque()
        self._running: dict[Future[Any], Group] = {}
        self._alone = False

    def run(self, groups: Sequence[Group]) -> None:
        """Train all groups, those that take longest first."""
        waiting = deque(sorted(groups, key=lambda group: -group.work))
        try:
            while waiting or self._suspects or self._running:
                self._fill(waiting)
                done, _ = wait(self._running, return_when=FIRST_COMPLETED)
                broken = [self._running.pop(future) for future in done if not self._taken(future)]
                if broken:
                    self._accuse(broken)
        except BaseException:
            for future in self._running:
                future.cancel()
            raise

    def _fill(self, waiting: deque[Group]) -> None:
        if not self._running:
            self._alone = bool(self._suspects)
        groups, most = (self._suspects, self._workers.alone) if self._alone else (waiting, self._workers.count)
        while groups and len(self._running) < most:
            self._submit(groups.popleft())

    def _submit(self, group: Group, packed: bytes | None = None) -> None:
        sent = Task(self._asked(group), str(self._shared.folder), self._shared.digest, packed)
        submit = self._workers.submit_alone if self._alone else self._workers.submit
        self._running[submit(task.run, sent)] = group

    def _taken(self, future: Future[Any]) -> bool:
        """Return whether there is an answer, which is kept then; not if the worker died."""
        group = self._running[future]
        try:
            answer = future.result()
        except BrokenExecutor:
            return False
        except Exception as error:
            if _is_death(error):
                return False
            raise
        if isinstance(answer, Missing):
            self._submit(group, self._shared.packed())
        elif isinstance(answer, Written):
            self._keep(answer.read(self._shared.folder))
        elif answer is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._shared.folder))
        else:
            self._keep(answer)
        del self._running[future]
        return True

    def _accuse(self, broken: list[Group]) -> None:
        """Let all that ran with a worker that died run again alone, but those that have died too often."""
        if not self._alone:
            # What else was submitted is broken too, or ends by itself
            others, _ = wait(self._running)
            broken += [self._running.pop(future) for future in others if not self._taken(future)]
            self._workers.renew()
        for group in broken:
            self._deaths[group] += 1
            if self._deaths[group] < DEATHS:
                self._suspects.append(group)
            else:
                self._keep([_died(trial) for trial in group.trials])


def _died(trial: int) -> Result:
    return Result(trial, "died", 0, reasons.died(DEATHS), {}, 0.0, {})


def _is_death(error: Exception) -> bool:
    """Return whether Dask says that workers died with a task."""
    distributed = sys.modules.get("distributed")
    return distributed is not None and isinstance(error, distributed.scheduler.KilledWorker)


class Shared:
    """The data of a sweep where its workers find them.

    Parameters
    ----------
    data : Data
        The data.
    digest : str
        Their digest.
    folder : Path
        Where their files are.
    """

    def __init__(self, data: Data, digest: str, folder: Path) -> None:
        self._data, self.digest, self.folder = data, digest, folder
        self._packed: bytes | None = None

    def packed(self) -> bytes:
        """Return the data themselves, for a worker that can't see the folder."""
        if self._packed is None:
            self._packed = pickle.dumps(self._data, pickle.HIGHEST_PROTOCOL)
        return self._packed


@contextlib.contextmanager
def shared(data: Data, digest: str, file: Path | None) -> Iterator[Shared]:
    """Give workers the data, in a folder: once it is gone, they stop.

    It stands beside the sweep's file, so that the next one removes what a sweep that was killed has left.
    """
    if file is None:
        folder = Path(tempfile.mkdtemp(prefix="npnet-sweep-"))
    else:
        folder = file.absolute().with_name(f"{file.name}-data")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    try:
        data.write(folder)
        yield Shared(data, digest, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        # Threads of this process may have been workers
        task.give("", None)


@contextlib.contextmanager
def here(data: Data, digest: str) -> Iterator[Shared]:
    """Give this process the data, without files."""
    task.give(digest, data)
    try:
        yield Shared(data, digest, Path("nowhere"))
    finally:
        task.give("", None)
