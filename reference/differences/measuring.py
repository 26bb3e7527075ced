"""Asking a framework all its rows, in a process of its own with a time limit."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .frameworks import Framework
from .row import Row

SECONDS = 300.0
"""How long a framework may take."""
ROOT = Path(__file__).parents[len(__name__.split(".")) - 1]
"""The folder that the process finds this package in."""


@dataclass
class Measured:
    """What a framework answered, or why it did not."""

    framework: Framework
    versions: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def measure(
    framework: Framework, rows: list[Row], seconds: float = SECONDS, worker: str = f"{__package__}.worker"
) -> Measured:
    """Ask a framework, which may crash or hang: then that row says so, and those after it were not asked."""
    names = [row.name for row in framework.asked(rows)]
    command = [sys.executable, "-m", worker, framework.key, *names]
    environment = framework.environment()
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH", "")]))
    try:
        done = subprocess.run(command, capture_output=True, env=environment, timeout=seconds)
        return _read(framework, names, done.stdout, _ending(done.returncode, done.stderr))
    except subprocess.TimeoutExpired as error:
        return _read(framework, names, error.stdout or b"", f"no answer within {seconds:g} s")


def _ending(status: int, errors: bytes) -> str:
    """Return in words how a process ended that should have gone on."""
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    lines = errors.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"ended with status {status}"


def _read(framework: Framework, names: list[str], output: bytes, ending: str) -> Measured:
    """Return what a process wrote; the row that it had begun last has ended it if it has no answer."""
    found, begun = Measured(framework), ""
    for line in output.decode().splitlines():
        said = json.loads(line)
        found.versions = said.get("versions", found.versions)
        begun = said.get("begun", begun)
        if "answer" in said:
            found.answers[begun] = said["answer"]
        elif "failed" in said:
            found.failures[begun] = said["failed"]
    left = [name for name in names if name not in found.answers and name not in found.failures]
    for name in left:
        found.failures[name] = ending if name == left[0] else f"not asked, after {left[0]} ended the process"
    return found
