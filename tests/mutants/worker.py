"""A process that has loaded the modules that it is given, and runs pytest in a fork of itself for each line it reads.

It is started in a copy of the repository, by its text rather than its name, so that nothing of the repository is
loaded before the fork. A line has pytest's arguments and how many seconds of a processor the run may take, in JSON; the
answer is pytest's exit status, or minus the signal that killed it, and the seconds that it took.
"""

import contextlib
import json
import os
import resource
import signal
import sys
from importlib import import_module

import pytest

# A run that waits for ever takes no seconds of a processor: it is killed after so many times as many by the clock
WAITING = 100


def fork(arguments, seconds):
    """Return how a run of pytest ended, and how long it took."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        signal.alarm(WAITING * seconds)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os._exit(pytest.main(arguments))
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
    for line in sys.stdin:
        print(*fork(*json.loads(line)), flush=True)
