"""Runs of the tests in copies of the repository, one copy and one process for each that run at a time."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from tests.mutants.mutant import Mutant, file_of
from tests.mutants.worker import REACHED

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
# So many tests beside a module's own are run before all others
FEW = 50


class ControlError(Exception):
    """The tests fail, or cannot be run, without any mutant."""


class Selection(NamedTuple):
    """Some tests, with the files that they are in, and how many seconds they may take."""

    files: list[str]
    limits: dict[str, int]
    """The tests in their order, with how many seconds each may take; none stands for all of the files."""
    limit: int


@dataclass(frozen=True)
class Reached:
    """What the tests of a file reach."""

    file: str
    seconds: dict[str, float]
    """How many each test takes."""
    lines: dict[str, dict[str, list[int]]]
    """For each source and line, the places of the tests that run it; -1 where it is run on loading."""
    used: float
    """The seconds of the whole file."""

    def tests_of(self, source: str, lines: range) -> Iterator[tuple[str, float]]:
        """Yield the tests that run one of the lines, with their seconds: all where one is run on loading."""
        tests = list(self.seconds.items())
        found = {place for line in lines for place in self.lines[source].get(str(line), ())}
        yield from (tests if -1 in found else (tests[place] for place in sorted(found)))


class Copy:
    """A copy of the repository with a process that runs its tests."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(root, folder, ignore=IGNORED)
        # One thread each, as several run at a time; examples that are the same each time, and are not made smaller
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "HYPOTHESIS_PROFILE": "mutants"}
        # What is not broken is compiled once
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        code = Path(__file__).with_name("worker.py").read_text(encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, *LOADED], cwd=folder, env=environment, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def pytest(
        self, files: list[str], seconds: int, limits: Mapping[str, int] = {}, traced: Sequence[str] = ()
    ) -> tuple[int, float]:
        """Return pytest's exit status, or minus a signal, and the seconds of a processor that it took."""
        print(json.dumps([[*OPTIONS, *files], seconds, limits, traced]), file=self._process.stdin)
        status, used = self._process.stdout.readline().split()
        return int(status), float(used)

    def reached(self, file: str, sources: Sequence[str]) -> "Reached":
        """Return what the tests of a file reach of the sources; ControlError if they fail, in either order."""
        status, used = self.pytest([file], 3600, traced=sources)
        # 5: a file without a test
        if status not in (GREEN, 5):
            raise ControlError(f"tests fail without a mutant: python -m pytest {file}")
        tests, lines = json.loads((self.folder / REACHED).read_text(encoding="utf-8"))
        reaching = {place for of_source in lines.values() for places in of_source.values() for place in places}
        chosen = [test for place, test in enumerate(tests) if place in reaching]
        # As they are run on mutants: each would seem killed by one that needs what another one leaves
        limits = {name: 3600 for name, _ in sorted(chosen, key=lambda test: test[1])}
        if limits and self.pytest([file], 3600, limits)[0] != GREEN:
            raise ControlError(f"tests fail without a mutant where the fastest are run first: {file}")
        return Reached(file, dict(tests), lines, used)

    def fails(self, mutant: Mutant, selections: Iterable[Selection]) -> bool:
        """Return whether the tests of one of the selections kill a mutant."""
        file = file_of(self.folder, mutant.module)
        original = file.read_text(encoding="utf-8")
        try:
            _write(file, mutant.source)
            for selection in selections:
                status, _ = self.pytest(selection.files, selection.limit, selection.limits)
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
    """The repository's tests, as they are run on mutants: those that reach the broken statement, the fastest first.

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
        self.own = own
        self.sources = {name: file_of(root, name).relative_to(root).as_posix() for name in own}
        fast = {file.relative_to(root) for file in (root / "tests").rglob("test_*.py")}
        others = {file.as_posix() for file in fast if not set(file.parts) & set(SKIPPED)}
        tested = {file for files in own.values() for file in files}
        self.files = sorted(tested if only_own else tested | others)
        self.only_own = only_own
        self.reached: list[Reached] = []

    def control(self, copies: Copies) -> Iterator[Reached]:
        """See that all tests pass without a mutant, and find what each of them reaches; yield it, file by file."""
        sources = list(self.sources.values())
        for reached in copies.map(lambda copy, file: copy.reached(file, sources), self.files):
            self.reached.append(reached)
            yield reached

    def killed(self, copies: Copies, mutants: list[Mutant]) -> Iterator[bool]:
        """Yield for each mutant whether a test fails."""
        return copies.map(lambda copy, mutant: copy.fails(mutant, self.selections(mutant)), mutants)

    def selections(self, mutant: Mutant) -> Iterator[Selection]:
        """Yield the module's own tests that reach a mutant, a few others, then the whole files of all that do.

        A test may also reach it by what another one left, as a fixture or a cached result. One that computes the same
        meets no whole files: it would run nearly the whole suite, to say what its reason says.
        """
        source, own = self.sources[mutant.module], self.own[mutant.module]
        found = {
            test: (reached.file not in own, seconds, reached)
            for reached in self.reached
            if not self.only_own or reached.file in own
            for test, seconds in reached.tests_of(source, mutant.lines)
        }
        names = sorted(found, key=lambda test: found[test][:2])
        count = sum(not found[name][0] for name in names)
        few = names[count:][:FEW]
        for chosen in (names[:count], few) if mutant.reason else (names[:count], few, names):
            used = {reached.file: reached.used for *_, reached in map(found.get, chosen)}
            if not used:
                continue
            if chosen is names:
                yield Selection(list(used), {}, round(TIMES * sum(used.values()) + MORE))
                continue
            # A test that loops for ever is not waited for as long as all would take. What it needs may have been made
            # for the slowest of its file
            slowest = {reached.file: 2 * max(reached.seconds.values()) for *_, reached in map(found.get, chosen)}
            limits = {
                name: round(TIMES * seconds + slowest[reached.file] + MORE)
                for name, (_, seconds, reached) in zip(chosen, map(found.get, chosen))
            }
            seconds = sum(found[name][1] for name in chosen)
            yield Selection(list(used), limits, round(TIMES * seconds + sum(slowest.values()) + MORE))
