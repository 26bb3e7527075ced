"""Contestants that a race must see through."""

from benchmarks.contestants import with_npnet
from benchmarks.contestants.base import CannotExpressError, Contestant


class Trainer(with_npnet.Trainer):
    """npnet, step by step, so that a step can be wrong."""

    def run(self, units):
        x, y, size = self.arrays["x"], self.arrays["y"], self.case.batch_size
        for epoch in range(units):
            for start in range(0, len(x), size):
                self.step(x[start : start + size], y[start : start + size], (epoch, start // size))

    def step(self, x, y, number):
        self.net.fit(
            x, y, loss=self.case.loss, optimizer=self.optimizer, epochs=1, batch_size=len(x),
            shuffle=False, regularizer=self.case.regularizer,
        )  # fmt: skip


class Faster(Trainer):
    factor = 1.2

    def reset(self):
        super().reset()
        self.optimizer.learning_rate = self.factor * self.optimizer.learning_rate


class Cheat(Faster):
    factor = 1.01


class Slower(Faster):
    factor = 0.99


class Unbiased(Trainer):
    def step(self, x, y, number):
        first = [bias.copy() for bias in self.net.biases]
        super().step(x, y, number)
        for bias, before in zip(self.net.biases, first):
            bias[...] = before


class Skipper(Trainer):
    def step(self, x, y, number):
        if number != (0, 1):
            super().step(x, y, number)


class Idler(with_npnet.Trainer):
    def run(self, units):
        pass


class Crasher(with_npnet.Trainer):
    def run(self, units):
        raise RuntimeError("it broke\nin two lines")


class Sprinter(with_npnet.Trainer):
    """Does what is compared as it should, and nothing from then on, however many epochs a round has."""

    compared = False

    def run(self, units):
        if not self.compared:
            super().run(units)

    def outcome(self):
        self.compared = True
        return super().outcome()


class Blaster(with_npnet.Trainer):
    exempt = "it has a loss of its own"

    def outcome(self):
        return super().outcome() + float("inf")


class Walker(Contestant):
    """Notes how far it is asked to go."""

    def reset(self):
        self.runs = []

    def run(self, units):
        self.runs.append(units)

    def outcome(self):
        return self.runs


class Stranger(with_npnet.Trainer):
    exempt = "it has a loss of its own"
    differs = "it is strange"


KNOWN = {
    "cheat": Cheat, "idler": Idler, "crasher": Crasher, "stranger": Stranger, "sprinter": Sprinter, "blaster": Blaster,
    "walker": Walker,
}  # fmt: skip


def make(name, case, arrays):
    if name == "shy":
        raise CannotExpressError("it has no such net")
    if name == "dead":
        raise SystemExit(3)
    return KNOWN[name](case, arrays)
