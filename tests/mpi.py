"""Commands under mpiexec, where there is one."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MPIEXEC = shutil.which("mpiexec", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
ROOT = Path(__file__).parents[1]
SECONDS = 60
needs_mpi = pytest.mark.skipif(
    MPIEXEC is None or importlib.util.find_spec("mpi4py") is None, reason="MPI and mpi4py are not installed"
)


def run(size, *arguments):
    """Return how Python ended under mpiexec; what it waits for may be no longer than a minute."""
    # Open MPI runs as root, and on fewer cores than there are ranks, where it is told to; MPICH does not read these
    settings = dict.fromkeys(["OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"], "1")
    settings["PRTE_MCA_rmaps_default_mapping_policy"] = ":oversubscribe"
    return subprocess.run(
        [MPIEXEC, "-n", str(size), sys.executable, *map(str, arguments)],
        env=os.environ | settings | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=SECONDS,
        check=False,
    )  # fmt: skip
