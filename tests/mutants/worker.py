"""A process that has loaded the modules that it is given, and runs pytest in a fork of itself for each line it reads.

It is started in a copy of the repository, by its text rather than its name, so that nothing of the repository is
loaded before the fork. A line has, in JSON, pytest's arguments, how many seconds of a processor the run may take, the
names of the tests that are run, in their order, with the seconds that each may take (none: all), and the files whose
lines are traced (none: no line is).
The answer is pytest's exit status, or minus the signal that killed it, and the seconds that it took. What was traced is
left in ``reached.json``: each test with its seconds, and for each file which tests ran which line, by their places.
"""

import contextlib
import gc
import json
import math
import os
import resource
import signal
import sys
import time
from importlib import import_module

import coverage
import pytest

# A run that waits for ever takes no seconds of a processor: it is killed after so many times as many by the clock
WAITING = 100
REACHED = "reached.json"


class Chosen:
    """A plugin for pytest: only the tests with these names, in this order, each for so many seconds of a processor."""

    def __init__(self, limits):
        self.limits, self.places = limits, {name: place for place, name in enumerate(limits)}

    def pytest_collection_modifyitems(self, items):
        items[:] = sorted((item for item in items if item.nodeid in self.places), key=lambda i: self.places[i.nodeid])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        until = math.ceil(time.process_time()) + self.limits[item.nodeid]
        resource.setrlimit(resource.RLIMIT_CPU, (min(until, hard), hard))


class Traced:
    """A plugin for pytest: which lines of some files each test runs; a line that is run on loading has no test."""

    def __init__(self, files):
        self.files, self.seconds = files, {}
        self.coverage = coverage.Coverage(data_file=None, include=files, config_file=False)
        # A file whose tests reach none of the sources is no mistake
        self.coverage.set_option("run:disable_warnings", ["no-data-collected"])
        self.coverage.start()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item):
        self.coverage.switch_context(item.nodeid)
        start = time.process_time()
        yield
        self.seconds[item.nodeid] = time.process_time() - start
        self.coverage.switch_context("")

    def pytest_unconfigure(self):
        self.coverage.stop()
        data, places = self.coverage.get_data(), {name: place for place, name in enumerate(self.seconds)}
        lines = {
            file: {
                # -1 stands for loading
                line: [places.get(test, -1) for test in tests]
                for line, tests in data.contexts_by_lineno(os.path.abspath(file)).items()
            }
            for file in self.files
        }
        with open(REACHED, "w", encoding="utf-8") as out:
            json.dump([list(self.seconds.items()), lines], out)


def fork(arguments, seconds, limits, files):
    """Return how a run of pytest ended, and how long it took."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        signal.alarm(WAITING * seconds)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        plugins = [Chosen(limits)] * bool(limits) + [Traced(files) for _ in range(bool(files))]
        os._exit(pytest.main(arguments, plugins=plugins))
    try:
        _, status, used = os.wait4(child, 0)
        return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
    finally:
        # Also what the tests have started and not waited for
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    for name in sys.argv[1:]:
        with contextlib.suppress(ImportError):
            import_module(name)
    # pytest collects several times in each run: what was loaded before is not looked through again
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        print(*fork(*json.loads(line)), flush=True)
