"""Runs of the tests in copies of the repository, one copy and one process for each that run at a time."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.mutants.mutant import Mutant, file_of

IGNORED = shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis")
# What needs TensorFlow or a browser, takes times, or asks whether the notes are right
SKIPPED = ("reference", "study", "benchmarks", "mutants", "test_claims.py")
# What compares the source with a text, which would notice every mutant
SKIPPED += ("derivations", "test_readme.py")
OPTIONS = ["-x", "-q", "-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:randomly"]
# A plugin that was loaded before the fork says so
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
# What most tests load, besides npnet
LOADED = ("numpy", "pandas", "hypothesis.extra.numpy", "sympy")
# pytest's exit status where tests passed; where one failed or could not be loaded
GREEN, RED = 0, (1, 2)
# A run may take so many times the seconds that it takes without a mutant, and so many more
TIMES, MORE = 10, 20


class ControlError(Exception):
    """The tests fail, or cannot be run, without any mutant."""


class Copy:
    """A copy of the repository with a process that runs its tests."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(root, folder, ignore=IGNORED)
        # One thread each, as several run at a time; examples that are the same each time, and are not made smaller
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "HYPOTHESIS_PROFILE": "mutants"}
        code = Path(__file__).with_name("worker.py").read_text(encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, *LOADED], cwd=folder, env=environment, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def pytest(self, files: list[str], seconds: int) -> tuple[int, float]:
        """Return pytest's exit status, or minus a signal, and the seconds of a processor that it took."""
        print(json.dumps([[*OPTIONS, *files], seconds]), file=self._process.stdin)
        status, used = self._process.stdout.readline().split()
        return int(status), float(used)

    def fails(self, mutant: Mutant, selections: list[tuple[list[str], int]]) -> bool:
        """Return whether one of the selections, each with its limit in seconds, kills a mutant."""
        file = file_of(self.folder, mutant.module)
        original = file.read_text(encoding="utf-8")
        try:
            _write(file, mutant.source)
            for files, seconds in selections:
                status, _ = self.pytest(files, seconds)
                if status in RED or status < 0:
                    return True
                if status != GREEN:
                    raise ControlError(f"pytest ended with status {status}, which says nothing about {mutant.address}")
            return False
        finally:
            _write(file, original)

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate()


def _write(file: Path, source: str) -> None:
    file.write_text(source, encoding="utf-8")
    # Two sources of one size, written within a second, would have the same compiled file
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
        compiled.unlink()


class Copies:
    """Copies of the repository, each used by one task at a time."""

    def __init__(self, root: Path, processes: int) -> None:
        self._root, self._processes = root, processes

    def __enter__(self) -> "Copies":
        self._stack = ExitStack()
        scratch = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._pool = self._stack.enter_context(ThreadPoolExecutor(self._processes))
        self._free: SimpleQueue[Copy] = SimpleQueue()
        for i in range(self._processes):
            copy = Copy(self._root, scratch / str(i))
            self._stack.callback(copy.close)
            self._free.put(copy)
        return self

    def __exit__(self, *_: object) -> None:
        # Tasks that have not begun are not begun; those that have end as their copy's process is ended
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._stack.close()

    def map(self, task: Callable[[Copy, Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Yield what a task returns for each item, in order."""

        def run(item: Any) -> Any:
            copy = self._free.get()
            try:
                return task(copy, item)
            finally:
                self._free.put(copy)

        return self._pool.map(run, items)


class Suite:
    """The repository's tests, as they are run on mutants.

    Parameters
    ----------
    root : Path
        The repository.
    own : dict of str to list of str
        For each module, the files of its own tests, which are run first.
    only_own : bool
        Whether the others are left out.
    """

    def __init__(self, root: Path, own: dict[str, list[str]], only_own: bool = False) -> None:
        self.own, self.seconds = own, dict.fromkeys(own, 0.0)
        files = [] if only_own else [file.relative_to(root) for file in (root / "tests").rglob("test_*.py")]
        fast = [file for file in files if not set(file.parts) & set(SKIPPED)]
        # Tests of formulas before those of experiments, which need them
        self.files = [file.as_posix() for file in sorted(fast, key=lambda file: ("experiments" in file.parts, file))]

    def control(self, copies: Copies) -> Iterator[float]:
        """See that all tests pass without a mutant; yield the seconds that each module's own take, then all others."""
        tested = {file for files in self.own.values() for file in files}
        others = [file for file in self.files if file not in tested]

        def seconds(copy: Copy, files: list[str]) -> float:
            status, used = copy.pytest(files, 3600) if files else (GREEN, 0.0)
            if status != GREEN:
                raise ControlError(f"tests fail without a mutant: python -m pytest {' '.join(files)}")
            return used

        for module, used in zip([*self.own, ""], copies.map(seconds, [*self.own.values(), others])):
            self.seconds[module] = used
            yield used

    def killed(self, copies: Copies, mutants: list[Mutant]) -> Iterator[bool]:
        """Yield for each mutant whether a test fails."""
        return copies.map(lambda copy, mutant: copy.fails(mutant, self._selections(mutant.module)), mutants)

    def _selections(self, module: str) -> list[tuple[list[str], int]]:
        own = self.own[module]
        others = [file for file in self.files if file not in own]
        both = (own, self.seconds[module]), (others, sum(self.seconds.values()))
        return [(files, round(TIMES * seconds + MORE)) for files, seconds in both if files]
