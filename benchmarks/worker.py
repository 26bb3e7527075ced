"""The process of one contestant: ``python -m benchmarks.worker NAME MODULE``, spoken to by `process.Worker`.

Requests and answers are pickled over its standard input and output. NumPy and the contestant's package are imported
after the parent has set the number of threads in the environment.
"""

import gc
import importlib
import os
import pickle
import sys
import time
from typing import Any, BinaryIO

from benchmarks.process import THREADS

FEWEST_SECONDS = 1e-6
# After its work a library's threads may spin for a while, as OpenMP's do, and would slow the next contestant
SETTLED_SECONDS, MOST_SETTLING_SECONDS = 0.02, 1.0


class Service:
    """What a parent may ask for; each public method is a request."""

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
        """Run from the first weights, and return what came out."""
        self._contestant.reset()
        self._contestant.run(units)
        return self._contestant.outcome()

    def result(self) -> Any:
        """Return what came out of the last round."""
        return self._contestant.outcome()

    def calibrate(self, seconds: float, most: int) -> int:
        """Return how many units take about so many seconds; this is the warm-up too."""
        units = min(self._contestant.fewest_units, most)
        while True:
            taken = self._run(units)
            if taken >= seconds / 2 or units == most:
                return units
            units = min(most, max(2 * units, int(units * seconds / max(taken, FEWEST_SECONDS) / 1.5)))

    def round(self, units: int) -> float:
        """Return the seconds that so many units take, from the first weights, once this process's threads sleep."""
        seconds = self._run(units)
        settle()
        return seconds

    def _run(self, units: int) -> float:
        self._contestant.reset()
        start = time.perf_counter()
        self._contestant.run(units)
        return time.perf_counter() - start

    def peak_memory(self) -> int:
        """Return the largest resident size so far, in bytes."""
        return peak_memory()


def settle() -> None:
    """Wait until this process has no thread that is busy, at most a second."""
    end = time.perf_counter() + MOST_SETTLING_SECONDS
    while time.perf_counter() < end:
        before = time.process_time()
        time.sleep(SETTLED_SECONDS)
        if time.process_time() - before < SETTLED_SECONDS / 10:
            return


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
    if hasattr(os, "sched_setaffinity"):
        # For libraries that take as many threads as there are processors
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
    service = Service(*sys.argv[1:3])
    pickle.dump(("ok", None), answers)
    answers.flush()
    serve(service, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
