"""The exit status of a command that writes to a folder."""

import sys
from collections.abc import Callable
from pathlib import Path


def status_of(command: str, out: Path, work: Callable[[], int]) -> int:
    """Do a command's work and return its status; where it can't be done, or is interrupted, one line says so.

    Examples
    --------
    >>> status_of("study", Path("study"), lambda: 0)
    0
    """
    try:
        return work()
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"npnet {command}: {error.filename or out}: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"npnet {command}: interrupted; no file was left half-written", file=sys.stderr)
        return 130
