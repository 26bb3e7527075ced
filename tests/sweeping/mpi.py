"""mpiexec, for tests; they skip where there is none."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BESIDE = Path(sys.executable).parent / "mpiexec"
MPIEXEC = str(BESIDE) if BESIDE.exists() else shutil.which("mpiexec")
ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    # Open MPI asks for these where the tests are run by root, and for more processes than there are processors
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
}

needs_mpi = pytest.mark.skipif(
    MPIEXEC is None or importlib.util.find_spec("mpi4py") is None, reason="mpi4py or an MPI is not installed"
)


def mpiexec(count, *arguments, python=sys.executable):
    """Return what comes of some processes that run Python with these arguments."""
    command = [MPIEXEC, "-n", str(count), python, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT, env=os.environ | ENVIRONMENT)
