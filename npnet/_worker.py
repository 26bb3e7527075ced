"""Processes that work for the one that has started them, and for nobody else."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from npnet._interrupts import ignored

__all__ = ["processes", "work_for_parent"]

LONGEST_CLOSING = 1.0
"""Seconds that a pool may take to end where what it did is given up."""


def work_for_parent() -> None:
    """Leave Ctrl-C to the parent, and end as soon as it has ended, however that came.

    A process of a pool holds both ends of the queue that its work comes through, so that it would wait for ever for
    more from a parent that was ended by a signal.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@contextmanager
def processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that work beside this one; if this one fails or is interrupted, they are ended."""
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), work_for_parent)
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        # What they are doing is not waited for, and one more Ctrl-C meanwhile would leave its locks behind. One that
        # comes even before leaves it all to the end of this process, with which they end
        with ignored():
            for child in multiprocessing.active_children():
                if child not in others:
                    child.kill()
            closing = threading.Thread(target=pool.shutdown, kwargs={"cancel_futures": True}, daemon=True)
            closing.start()
            # Ctrl-C may have left a lock of the pool taken in this thread, for which the pool would wait for ever
            closing.join(LONGEST_CLOSING)
        raise
