"""Threads: work on parts of a range at once; NumPy's functions let go of the interpreter's lock while they run."""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

COUNT = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 4)
"""How many threads work at most, the calling one included."""

# By process: the threads of a pool do not survive a fork
_pools: dict[int, ThreadPoolExecutor] = {}


def in_parts(work: Callable[[int, int, int], None], size: int, least: int) -> None:
    """Call ``work(part, start, stop)`` for parts of ``range(size)``, each of at least `least`, at the same time.

    All parts have ended when this returns or raises what one of them raised.

    Examples
    --------
    >>> squares = [0] * 10
    >>> def work(part, start, stop):
    ...     squares[start:stop] = [i * i for i in range(start, stop)]
    >>> in_parts(work, 10, least=4)
    >>> squares
    [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]
    """
    from concurrent.futures import wait  # here, because it would slow `import npnet`

    parts = max(1, min(COUNT, size // least))
    bounds = [size * part // parts for part in range(parts + 1)]
    futures = [
        # NumPy's error handling belongs to the context
        _pool().submit(contextvars.copy_context().run, work, part, bounds[part], bounds[part + 1])
        for part in range(1, parts)
    ]
    try:
        work(0, 0, bounds[1])
    finally:
        wait(futures)
    for future in futures:
        future.result()


def _pool() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    if os.getpid() not in _pools:
        _pools[os.getpid()] = ThreadPoolExecutor(max(1, COUNT - 1), thread_name_prefix="npnet")
    return _pools[os.getpid()]
