"""The parent's side of a contestant's process."""

import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from typing import Any

from benchmarks import ROOT, sleeping
from benchmarks.contestants import Entry


class WorkerError(Exception):
    """A contestant's process ended, or answered with an error; `kind` is the name of its exception."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        super().__init__(text)


def environment() -> dict[str, str]:
    """Return the user's environment, in which libraries find no graphics card and TensorFlow prints errors only.

    How many threads a library takes, and how long they spin, is left as the user has it.
    """
    return os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": "-1"}


class Worker:
    """A contestant's process.

    Attributes
    ----------
    start_seconds : float
        From the start of the process until its package was imported.
    """

    def __init__(self, entry: Entry) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `close`)
        command = [sys.executable, "-m", "benchmarks.worker", entry.name, entry.module]
        start = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
        )
        try:
            self._answer()
        except WorkerError:
            self.close()
            raise
        self.start_seconds = time.perf_counter() - start

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def ask(self, request: str, *arguments: Any) -> Any:
        """Return the answer to a request of `worker.Service`.

        Raises
        ------
        WorkerError
            If the contestant raised, or its process ended.
        """
        assert self._process.stdin is not None
        try:
            pickle.dump((request, arguments), self._process.stdin)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise WorkerError("EOFError", self._last_words()) from None
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        try:
            kind, answer = pickle.load(self._process.stdout)
        except EOFError:
            raise WorkerError("EOFError", self._last_words()) from None
        if kind != "ok":
            raise WorkerError(kind, answer)
        return answer

    def _last_words(self) -> str:
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"its process ended with status {self._process.returncode}"

    def close(self) -> None:
        """End the process."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.kill()
        self._process.wait()
        self._errors.close()


class Pool:
    """One process for each contestant, kept from benchmark to benchmark unless a fresh one is asked for."""

    def __init__(self) -> None:
        self._workers: dict[str, Worker] = {}
        self._warm: set[str] = set()

    def warm(self, entry: Entry, *request: Any) -> None:
        """Start a process and make a request once for each module, so that its files are in the disk's cache."""
        if entry.module not in self._warm:
            self._warm.add(entry.module)
            try:
                self.worker(entry, fresh=True)[0].ask(*request)
            finally:
                self.drop(entry.name)

    def worker(self, entry: Entry, fresh: bool) -> tuple[Worker, bool]:
        """Return a contestant's process, and whether it has just been started."""
        if fresh:
            self.drop(entry.name)
        started = entry.name not in self._workers
        if started:
            self._workers[entry.name] = Worker(entry)
        return self._workers[entry.name], started

    def drop(self, name: str) -> None:
        """End a contestant's process, if it has one."""
        worker = self._workers.pop(name, None)
        if worker is not None:
            worker.close()

    def settle(self, ignored: Collection[str] = ()) -> list[str]:
        """Wait until no thread of any of these processes runs; return whose still do after `sleeping.MOST_LOOKS`."""
        pids = {worker.pid: name for name, worker in self._workers.items() if name not in ignored}
        return [pids[pid] for pid in sleeping.wait(pids)]

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        """End all processes."""
        for name in list(self._workers):
            self.drop(name)
