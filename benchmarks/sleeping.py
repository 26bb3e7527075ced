"""Whether the threads of processes sleep.

When a library's work is done, its threads may go on spinning, so as to be quick when more comes: OpenBLAS's do for some
tenths of a second. They would slow whatever runs next.
"""

import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
# The seconds between two looks at the threads, and after how many looks they are no longer waited for
LOOK, MOST_LOOKS = 0.02, 150
# Where no thread can be looked at
PAUSE = 1.0


class Reading(NamedTuple):
    """A process's threads at one moment."""

    running: bool
    """Whether one of them has a processor, or waits for one."""
    ticks: dict[str, int]
    """The processor time that each has taken so far."""


def reading(pid: int) -> Reading:
    """Return what the system says of a process's threads; nothing runs in one that has ended.

    See ``man 5 proc``: after the name, which may hold spaces and parentheses, come the state and, from the twelfth
    field on, the ticks that were spent outside of the kernel and inside.
    """
    running, ticks = False, {}
    for stat in (PROC / str(pid) / "task").glob("*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            # The thread has ended since it was listed
            continue
        running |= fields[0] == "R"
        ticks[stat.parent.name] = int(fields[11]) + int(fields[12])
    return Reading(running, ticks)


def wait(pids: Collection[int]) -> set[int]:
    """Wait until no thread of these processes runs, and return the processes that still have one after `MOST_LOOKS`.

    A thread counts as asleep if it is not running when looked at and has taken no processor time since the last look.
    """
    if not (PROC / "self" / "task").is_dir():
        time.sleep(PAUSE)
        return set()
    awake = set(pids)
    before = {pid: reading(pid) for pid in awake}
    for _ in range(MOST_LOOKS):
        time.sleep(LOOK)
        now = {pid: reading(pid) for pid in pids}
        awake = {pid for pid in pids if now[pid].running or now[pid].ticks != before[pid].ticks}
        if not awake:
            break
        before = now
    return awake
