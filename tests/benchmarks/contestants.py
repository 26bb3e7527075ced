"""Contestants that a race must see through."""

import copy

from benchmarks.contestants import npnet
from benchmarks.contestants.base import CannotExpressError


class Cheat(npnet.Trainer):
    def reset(self):
        super().reset()
        self.optimizer = copy.deepcopy(self.case.optimizer)
        self.optimizer.learning_rate = 1.01 * self.optimizer.learning_rate


class Idler(npnet.Trainer):
    def run(self, units):
        pass


class Crasher(npnet.Trainer):
    def run(self, units):
        raise RuntimeError("it broke\nin two lines")


class Stranger(npnet.Trainer):
    exempt = "it has a loss of its own"


def make(name, case, arrays):
    if name == "shy":
        raise CannotExpressError("it has no such net")
    if name == "dead":
        raise SystemExit(3)
    return {"cheat": Cheat, "idler": Idler, "crasher": Crasher, "stranger": Stranger}[name](case, arrays)
