"""Ctrl-C: waiting for a moment, ignored, and coming again where it was lost."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

__all__ = ["again", "deadly", "held", "ignored", "insistent", "waiting"]

LATER = 0.5
"""Seconds after which Ctrl-C comes again in a block that it should have ended."""


def again(seconds: float) -> threading.Timer:
    """Let Ctrl-C come again in the first thread, and return the timer by which it comes."""
    # From another thread, as it would come in this function too; a signal also ends what the first thread waits for
    if sys.platform == "win32":
        import _thread

        timer = threading.Timer(seconds, _thread.interrupt_main)
    else:
        timer = threading.Timer(seconds, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])
    timer.daemon = True
    timer.start()
    return timer


@contextmanager
def waiting() -> Iterator[None]:
    """Let Ctrl-C wait until what is done in the meantime is done."""
    before = signal.getsignal(signal.SIGINT)
    if not _is_first() or before in (signal.SIG_IGN, None):
        # Other threads get none, and a handler that is not Python's can't be put back
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def held() -> Iterator[None]:
    """Let Ctrl-C wait, which a terminal sends to all processes: one that is started meanwhile never gets it.

    A lock of a future or a pool that was just taken where Ctrl-C comes stays taken for ever. To block the signal is not
    enough, as a thread of somebody else's may take it, for which Python interrupts the first one all the same.
    """
    with waiting():
        if sys.platform == "win32":
            yield
            return
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def ignored() -> Iterator[None]:
    """Ignore Ctrl-C."""
    if not _is_first():
        # It gets none
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def deadly() -> Iterator[None]:
    """Let Ctrl-C end the process at once, for code that waits outside of Python, where an exception would wait too."""
    if not _raises():
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def insistent() -> Iterator[None]:
    """Let Ctrl-C come again until this block is left, as code that is called may lose it.

    NumPy drops what a method raises while it finds out what an object is, and others catch every exception.
    """
    if not _raises():
        yield
        return
    timers: list[threading.Timer] = []
    left = threading.Event()

    def interrupt(number: int, frame: Any) -> None:
        if not left.is_set():
            # Where no thread can be started, it comes once
            with suppress(RuntimeError):
                timers.append(again(LATER))
        signal.default_int_handler(number, frame)

    try:
        try:
            signal.signal(signal.SIGINT, interrupt)
            yield
        finally:
            left.set()
    finally:
        # Also where one more came as the block was left
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for timer in timers:
            timer.cancel()


def _is_first() -> bool:
    return threading.current_thread() is threading.main_thread()


def _raises() -> bool:
    """Return whether Ctrl-C raises `KeyboardInterrupt` in this thread."""
    return _is_first() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
