"""Ranks that are processes, under MPI: equal bits, and an end for all where one ends."""

import os
import re

import pytest

from tests.mpi import needs_mpi, run

pytestmark = needs_mpi

BITS = """
import hashlib
import sys
import numpy as np
from mpi4py import MPI
from npnet import MLP, optimizers
from npnet.engine import exchange
if sys.argv[1] == "messages":
    exchange.memory_of_all = lambda *of: None
rng = np.random.default_rng(0)
x, y = rng.normal(size=(300, 8)), rng.integers(0, 3, 300)
net, optimizer = MLP([8, 16, 3], output="softmax", seed=MPI.COMM_WORLD.rank), optimizers.Adam(0.01)
net.fit(x, y, optimizer=optimizer, epochs=3, batch_size=64, communicator=MPI.COMM_WORLD, shards=4)
bits = net.parameters.tobytes() + optimizer.state["m"].tobytes() + optimizer.state["V"].tobytes()
print(hashlib.sha256(bits).hexdigest(), flush=True)
"""

ENDING = """
import os
import signal
import numpy as np
from mpi4py import MPI
from npnet import MLP
rank, x = MPI.COMM_WORLD.rank, np.zeros((64, 2))
def end(net, history):
    if history.epochs == 3 and rank == 1:
        {end}
MLP([2, 2], seed=0).fit(x, x, epochs=10**6, communicator=MPI.COMM_WORLD, callbacks=[end])
"""


KIND = """
import numpy as np
from mpi4py import MPI
from npnet.engine.exchange import exchange_of
from npnet.engine.team import Team
team = Team(MPI.COMM_WORLD)
found = exchange_of(team, np.ones(50), team.halves(50))
print(f"<{type(found).__name__}>", flush=True)
"""


def test_any_number_of_processes_gives_the_same_bits_in_shared_memory_and_by_messages():
    found = set()
    for size, exchange in ((1, "any"), (2, "any"), (4, "any"), (2, "messages"), (4, "messages")):
        done = run(size, "-c", BITS, exchange)
        assert done.returncode == 0, done.stderr
        # Lines of two processes may stand in one
        lines = re.findall("[0-9a-f]{64}", done.stdout)
        assert len(lines) == size
        found.update(lines)
    assert len(found) == 1


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="files in memory are Linux's")
def test_processes_on_one_machine_share_memory():
    done = run(2, "-c", KIND)
    assert re.findall("<[A-Za-z]+>", done.stdout) == ["<SharedMemory>"] * 2, done.stderr


@pytest.mark.parametrize(
    ("end", "line"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", ""),
        ("raise KeyboardInterrupt", "npnet: rank 1 of 2 ends all: KeyboardInterrupt\n"),
        ("raise SystemExit(3)", "npnet: rank 1 of 2 ends all: SystemExit: 3\n"),
        ("raise OSError('no space left')", "OSError: no space left\n"),
    ],
    ids=["killed", "interrupted", "exit", "error"],
)
def test_where_one_process_ends_all_end(end, line):
    done = run(2, "-c", ENDING.format(end=end))
    assert done.returncode != 0
    assert line in done.stderr
