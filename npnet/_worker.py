"""A process that works for the one that has started it, and for nobody else."""

import multiprocessing
import os
import signal
import threading

__all__ = ["work_for_parent"]


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
