"""A training that is killed at random moments, and goes on each time, ends with the bits of one that never stopped.

``python -m tests.saving.crashing 200`` kills so many; ``--full 20`` lets the disk be full so often. The numbers are
bounded, and so is the time of each training.
"""

import argparse
import hashlib
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from npnet import MLP
from npnet.callbacks import Checkpoint, EarlyStopping, ReduceLROnPlateau
from npnet.optimizers import Nadam
from npnet.saving import read

EPOCHS = 60
HANGS = 120
"""A training that takes so many seconds hangs."""


def train(path):
    """Train, or go on where there is a file, and return a number that no other result has."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(256, 8))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    net, optimizer = MLP([8, 64, 2], output="softmax", seed=1), Nadam(0.003)
    stop = EarlyStopping("val_loss", patience=EPOCHS, restore_best=True)
    callbacks = [stop, ReduceLROnPlateau("val_loss", 0.5, patience=3), Checkpoint(path)]
    history = net.fit(
        x, y, optimizer=optimizer, epochs=EPOCHS, validation_split=0.25, callbacks=callbacks,
        resume=path if path.exists() else None,
    )  # fmt: skip
    arrays = [net.parameters, *optimizer.state.kept.values(), *history.columns.values()]
    rest = [optimizer.iterations, optimizer.learning_rate, net.rng.bit_generator.state, stop.best_epoch, history.epochs]
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays) + repr(rest).encode()).hexdigest()


def started(path, largest=None):
    """Return a process that trains, once it is about to; its files may take so many bytes."""
    command = [sys.executable, "-m", "tests.saving.crashing", "--train", str(path)]
    command += [] if largest is None else ["--largest", str(largest)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    return process


def result(process):
    """Return the number that a training ends with."""
    out, err = process.communicate(timeout=HANGS)
    assert process.returncode == 0, err
    return out.strip()


class Whole(NamedTuple):
    """A training that never stops."""

    result: str
    seconds: float
    size: int
    """The bytes of its last file."""


def whole(folder):
    """Train without a stop."""
    process, began = started(folder / "whole"), time.monotonic()
    return Whole(result(process), time.monotonic() - began, (folder / "whole").stat().st_size)


def check_kills(folder, kills, expected, draws):
    """Kill so many trainings; of each that comes to its end, the number is the expected one. Return how many did."""
    done, path = 0, folder / "killed-0"
    while kills:
        process = started(path)
        try:
            process.wait(draws.uniform(0, expected.seconds / 3))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills -= 1
            if path.exists():
                # Whatever the moment was, the file is whole
                read(path)
            continue
        assert result(process) == expected.result
        done += 1
        path = folder / f"killed-{done}"
    assert result(started(path)) == expected.result
    check_folder(folder)
    return done + 1


def check_full_disk(folder, times, expected, draws):
    """Let the disk be full at some epoch, often at none; the training goes on when it is not full any more."""
    failed = 0
    for number in range(times):
        path = folder / f"full-{number}"
        # From one epoch to the next a file grows by its row of the history
        process = started(path, expected.size - draws.randrange(35 * EPOCHS))
        _, err = process.communicate(timeout=HANGS)
        if process.returncode:
            assert "OSError" in err.splitlines()[-1] and str(path) in err.splitlines()[-1], err
            failed += 1
        if path.exists():
            read(path)
        check_folder(folder)
        assert result(started(path)) == expected.result
    return failed


def check_folder(folder):
    """Check that no temporary file is left."""
    assert not [file.name for file in folder.iterdir() if file.name.startswith(".")]


def main(arguments=None):
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.saving.crashing", description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=0, choices=range(1001), metavar="KILLS")
    parser.add_argument("--full", type=int, default=0, choices=range(101), metavar="TIMES")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--train", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--largest", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.train is not None:
        if options.largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (options.largest, options.largest))
        print("ready", flush=True)
        print(train(options.train))
        return
    draws = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        expected = whole(folder)
        ends = check_kills(folder, options.kills, expected, draws) if options.kills else 0
        print(f"{options.kills} kills: {ends} trainings came to their end, all with the same bits")
        failed = check_full_disk(folder, options.full, expected, draws)
        print(f"{options.full} times a disk that may be full: {failed} were, all went on and ended with the same bits")


if __name__ == "__main__":
    main()
