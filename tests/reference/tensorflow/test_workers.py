"""A training goes on in Keras on two workers as it would have here, and comes back."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np

from reference.bounds.tolerance import bound
from reference.tensorflow import workers

ROOT = Path(__file__).parents[3]
SECONDS = 240


def addresses():
    """Two free ports of this machine's own address."""
    with socket.socket() as one, socket.socket() as other:
        for some in (one, other):
            some.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{some.getsockname()[1]}" for some in (one, other)]


def on_two_workers():
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", "reference.tensorflow.workers"]
    places = addresses()
    started = [
        subprocess.Popen(
            [*command, str(index), *places], cwd=ROOT, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for index in (1, 0)
    ]  # fmt: skip
    try:
        ends = [process.communicate(timeout=SECONDS) for process in reversed(started)]
    finally:
        for process in started:
            process.kill()
    assert all(process.returncode == 0 for process in started), ends
    return json.loads(ends[0][0].splitlines()[-1])


def alone(nudge=0):
    """The same training in npnet alone, from initial weights that are some roundings off."""
    net, optimizer = workers.net_and_optimizer()
    signs = np.random.default_rng(nudge).choice([-1, 1], net.parameters.size)
    net.parameters += np.where(nudge, signs * bound(100, abs(net.parameters) + 1, net.dtype), 0).astype(net.dtype)
    losses = [workers.in_npnet(net, optimizer) for _ in range(3)]
    return np.array(losses), net.parameters, optimizer.iterations


def test_two_workers_go_on_as_one_process_does():
    found, (losses, parameters, steps) = on_two_workers(), alone()
    assert found["steps"] == steps == 3 * workers.EPOCHS * 5
    # How far roundings move a training of this net: there are as many ways to add as there are workers
    others = [alone(nudge) for nudge in (1, 2, 3)]
    limits = [4 * max(abs(other[i] - same).max() for other in others) for i, same in enumerate((losses, parameters))]
    assert max(limits) < 1e-2
    assert abs(np.array(found["losses"]) - losses).max() <= limits[0]
    assert abs(np.array(found["parameters"]) - parameters).max() <= limits[1]
    # What npnet trained before is the same to the bit, what Keras trained is not
    assert found["losses"][0] == losses[0].tolist()
    assert found["losses"][1] != losses[1].tolist()
