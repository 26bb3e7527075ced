"""The ``npnet`` command, which ``python -m npnet`` is too: from the first import on, Ctrl-C ends it in one line."""

import os
import signal
import sys
from typing import Any

__all__ = ["entry"]

SOON = 0.05
"""Seconds until Ctrl-C comes again."""


def entry() -> None:
    """Run the command and leave with its exit status."""
    # A shell that starts the command in the background may have it ignore Ctrl-C
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)
        from npnet import cli

        signal.signal(signal.SIGINT, signal.default_int_handler)
    else:
        from npnet import cli
    sys.unraisablehook = _again
    try:
        status = cli.main()
        if status != 130:
            sys.exit(status)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except KeyboardInterrupt:
        # One more Ctrl-C, while the first one is being told
        pass
    # Who pressed Ctrl-C does not wait until all modules are taken down
    os._exit(130)


def _again(lost: Any) -> None:
    """Let Ctrl-C come again where it came in a callback, such as a weak reference's: Python goes on after its error."""
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return
    from npnet._interrupts import again

    again(SOON)


def _leave(*_: Any) -> None:
    """Leave at once: an exception inside a module that is being imported may come out of it as another one."""
    sys.stderr.write("npnet: interrupted\n")
    sys.stderr.flush()
    os._exit(130)


if __name__ == "__main__":
    entry()
