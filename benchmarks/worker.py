"""The process of one contestant: ``python -m benchmarks.worker NAME MODULE``, spoken to by `process.Worker`.

Requests and answers are pickled over its standard input and output.
"""

import gc
import importlib
import os
import pickle
import sys
import time
from typing import Any, BinaryIO

from benchmarks import threads

FEWEST_SECONDS = 1e-6


class Service:
    """The requests that a parent may make, each a public method."""

    def __init__(self, name: str, module: str) -> None:
        self._name, self._module, self._contestant = name, importlib.import_module(module), None

    def set_up(self, case: Any, arrays: Any) -> tuple[float, str, str]:
        """Make the contestant and run one unit; return the seconds that took, its `exempt` and its `differs`."""
        self._contestant = None
        gc.collect()
        start = time.perf_counter()
        self._contestant = self._module.make(self._name, case, arrays)
        self._contestant.reset()
        self._contestant.run(1)
        return time.perf_counter() - start, self._contestant.exempt, self._contestant.differs

    def outcome(self, units: int) -> Any:
        """Run from the initial weights, and return what came out."""
        self._contestant.reset()
        self._contestant.run(units)
        return self._contestant.outcome()

    def result(self) -> Any:
        """Return what came out of the last round."""
        return self._contestant.outcome()

    def calibrate(self, seconds: float, most: int) -> int:
        """Return how many units take about that many seconds, or a stretch has; this is the warm-up too."""
        if stretches := self._contestant.case.stretches:
            return len(stretches[-1])
        units = min(self._contestant.fewest_units, most)
        while True:
            self._contestant.reset()
            taken = self._timed(units)
            if taken >= seconds / 2 or units == most:
                return units
            units = min(most, max(2 * units, int(units * seconds / max(taken, FEWEST_SECONDS) / 1.5)))

    def round(self, units: int) -> list[float]:
        """Return the seconds that `units` take from the initial weights, or each of the case's stretches of one run."""
        self._contestant.reset()
        done, seconds = 0, []
        for stretch in self._contestant.case.stretches or (range(units),):
            if stretch.start > done:
                self._contestant.run(stretch.start - done)
            seconds.append(self._timed(len(stretch)))
            done = stretch.stop
        return seconds

    def _timed(self, units: int) -> float:
        start = time.perf_counter()
        self._contestant.run(units)
        return time.perf_counter() - start

    def peak_memory(self) -> int:
        """Return the largest resident size so far, in bytes."""
        return peak_memory()

    def threads(self) -> dict[str, int]:
        """Return how many threads each library takes."""
        return threads.taken()


def peak_memory() -> int:
    """Return this process's largest resident size so far, in bytes."""
    try:
        # ru_maxrss would count the parent's size at the fork, too
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        import resource

        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return int(size) if sys.platform == "darwin" else int(size) * 1024


def serve(service: Any, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while True:
        try:
            name, arguments = pickle.load(requests)
        except EOFError:
            return
        try:
            answer = "ok", getattr(service, name)(*arguments)
        except Exception as error:
            answer = type(error).__name__, str(error)
        pickle.dump(answer, answers)
        answers.flush()


def main() -> None:
    """Serve on the standard streams."""
    # A library that prints must not speak between the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    service = Service(*sys.argv[1:3])
    pickle.dump(("ok", None), answers)
    answers.flush()
    serve(service, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
