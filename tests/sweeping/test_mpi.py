"""Sweeps under mpiexec."""

import os
import subprocess
import sys

from npnet.sweeping import load
from tests.mpi import ROOT, needs_mpi
from tests.mpi import run as mpiexec

SCRIPT = ROOT / "tests" / "sweeping" / "under_mpi.py"
pytestmark = needs_mpi


def alone(*arguments):
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    # What says which kernels OpenBLAS takes holds for both, as bits depend on them
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


def test_the_first_process_has_the_table_of_one_process_alone(tmp_path):
    done = mpiexec(3, SCRIPT, "mpi", tmp_path / "sweep.sqlite")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == alone("here").stdout
    with load(tmp_path / "sweep.sqlite") as table:
        assert len(table) == 18


def test_processes_that_share_a_pool_already(tmp_path):
    done = mpiexec(2, "-m", "mpi4py.futures", SCRIPT, "mpi")
    assert done.stdout.splitlines()[-1:] == alone("here").stdout.splitlines()


def test_a_program_that_was_started_without_mpiexec_is_told_so():
    assert alone("mpi").stdout == (
        "executor: expected mpiexec -n N to start this program for mpi, N > 1, got one process\n"
    )
