"""What goes wrong in a worker, and in no other process."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from npnet.initializers import Initializer


class Wrong(Initializer):
    """Initial weights of 0, in drawing which something happens outside of the process that made this, some times.

    Parameters
    ----------
    folder : path
        Where it is counted how often it has happened.
    times : int
        How often it happens.
    """

    def __init__(self, folder, times):
        super().__init__()
        self.folder, self.times, self.home = str(folder), times, os.getpid()

    def draw(self, shape, rng):
        if os.getpid() != self.home and self.count() < self.times:
            Path(self.folder, f"{time.monotonic_ns()}").touch()
            self.happen()
        return np.zeros(shape)

    def count(self):
        return len(os.listdir(self.folder))

    def happen(self):
        raise NotImplementedError


class Deadly(Wrong):
    """It kills the process."""

    def happen(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Faulty(Wrong):
    """It raises an error."""

    def happen(self):
        raise RuntimeError("no such weights")
