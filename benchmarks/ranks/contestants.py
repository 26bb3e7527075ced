"""Who trains, and how its processes are started; each prints the seconds of its steps, by batch size, as JSON."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks import ROOT, threads
from benchmarks.process import environment

BASE = "one process"
BY_MESSAGES = "2 ranks, messages"
# As root, and on fewer cores than there are ranks, Open MPI starts only where it is told to; MPICH does not read these
OPEN_MPI = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
}  # fmt: skip
SECONDS = 600


class RankError(Exception):
    """Processes ended without an answer."""


@dataclass(frozen=True)
class Contestant:
    """Some processes that train together."""

    kind: str
    """That of `worker`."""
    processes: int = 1
    threads: int | None = 1
    """Of each process; None for the library's own number."""
    by_mpi: bool = False
    shards: int | None = None
    """Into how many shards a batch is cut; None for one for each process."""

    def missing(self) -> str | None:
        """Return what is not installed, if anything is."""
        if self.by_mpi and (mpiexec() is None or find_spec("mpi4py") is None):
            return "mpi4py and an MPI (pip install '.[mpi]')"
        return "torch" if self.kind == "ddp" and find_spec("torch") is None else None

    def run(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the first process printed."""
        command = [sys.executable, "-m", "benchmarks.ranks.worker", self.kind, json.dumps(dict(settings))]
        if self.by_mpi:
            command = [str(mpiexec()), "-n", str(self.processes), *command]
        with threads.limited(self.threads):
            done = subprocess.run(
                command, cwd=ROOT, env=environment() | OPEN_MPI, capture_output=True, text=True, timeout=SECONDS
            )
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode or not lines:
            words = done.stderr.strip().splitlines()
            raise RankError(f"{self.kind}: {words[-1] if words else f'it ended with status {done.returncode}'}")
        return json.loads(lines[-1])


CONTESTANTS = {
    BASE: Contestant("alone", threads=None),
    "one process, 1 thread": Contestant("alone"),
    "2 ranks": Contestant("ranks", 2, by_mpi=True),
    "2 ranks, 4 shards": Contestant("ranks", 2, by_mpi=True, shards=4),
    BY_MESSAGES: Contestant("messages", 2, by_mpi=True),
    "2, no exchange": Contestant("strangers", 2, by_mpi=True),
    "4 ranks": Contestant("ranks", 4, by_mpi=True),
    "torch DDP, 2 processes": Contestant("ddp", 2),
}
"""Each by its name; four ranks share the cores that there are, and two with four shards have their bits. Without an
exchange, two learn nothing of each other: it is what the best exchange would take."""


def mpiexec() -> str | None:
    """Return the program that starts ranks: that of this environment, else the system's."""
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    return shutil.which("mpiexec", path=os.pathsep.join(folders))
