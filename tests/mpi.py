"""Commands under mpiexec, where there is one."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.ranks.contestants import OPEN_MPI, mpiexec

MPIEXEC = mpiexec()
ROOT = Path(__file__).parents[1]
SECONDS = 120
needs_mpi = pytest.mark.skipif(
    MPIEXEC is None or importlib.util.find_spec("mpi4py") is None, reason="MPI and mpi4py are not installed"
)


def run(size, *arguments, python=sys.executable):
    """Return how Python ended under mpiexec; what it waits for may be no longer than two minutes."""
    return subprocess.run(
        [MPIEXEC, "-n", str(size), python, *map(str, arguments)],
        cwd=ROOT, env=os.environ | OPEN_MPI | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
