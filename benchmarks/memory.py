"""Memory of npnet's training: what a step allocates, and what the whole takes against what it must hold.

Training must hold the parameters, their gradient and the optimizer's slots; for one batch, each layer's output, the
gradient with respect to it, and scratch memory for the widest layer; and the optimizer's for one slice: `FORMULA`.
"""

import copy
import tracemalloc
from dataclasses import dataclass
from typing import Any

from benchmarks.cases import Training
from npnet import MLP
from npnet.engine.tuning import SLICE

# Steps after which buffers have been made, and steps that are measured
WARM, STEPS = 3, 5
# What a step may allocate and what the whole may take beyond the formula, as shares of the parameters' bytes
STEP_SHARE, TOTAL_SHARE = 0.01, 0.05

# What `_expected` computes, as reports print it
FORMULA = "parameters × (2 + slots) + 2 × the outputs of one batch + its widest output + the optimizer's slice"


@dataclass(frozen=True)
class Memory:
    """A measurement, in bytes."""

    label: str
    parameters: int
    step: int
    """The largest peak of new memory in a step."""
    total: int
    """Parameters, and all that training allocated beside them, at its peak."""
    expected: int
    """The formula's number."""

    @property
    def step_share(self) -> float:
        """The step's peak over the parameters' bytes."""
        return self.step / self.parameters

    @property
    def total_share(self) -> float:
        """The total over what is expected."""
        return self.total / self.expected

    @property
    def passed(self) -> bool:
        """Whether both are within their shares."""
        return self.step_share < STEP_SHARE and self.total <= self.expected + TOTAL_SHARE * self.parameters


def measure(case: Training) -> Memory:
    """Train for a few steps, of one batch an epoch, with every allocation traced."""
    net, arrays, optimizer = case.net(), case.arrays(), copy.deepcopy(case.optimizer)
    x, y = (arrays[name][: case.batch_size] for name in "xy")
    peaks: list[int] = []
    highest = 0

    def after_step(*_: Any) -> None:
        nonlocal before, highest
        current, peak = tracemalloc.get_traced_memory()
        highest = max(highest, peak)
        peaks.append(peak - before)
        before = current
        tracemalloc.reset_peak()

    tracemalloc.start()
    start = before = tracemalloc.get_traced_memory()[0]
    try:
        net.fit(
            x, y, loss=case.loss, optimizer=optimizer, epochs=WARM + STEPS, batch_size=len(x), shuffle=False,
            callbacks=[after_step],
        )  # fmt: skip
    finally:
        tracemalloc.stop()
    size = net.parameters.nbytes
    return Memory(case.label, size, max(peaks[WARM:]), size + highest - start, _expected(case, net, len(x)))


def _expected(case: Training, net: MLP, batch: int) -> int:
    """Return the bytes of `FORMULA`."""
    parameters, slots = net.parameters.size, len(case.optimizer.slots)
    outputs, widest = batch * sum(case.widths[1:]), batch * max(case.widths[1:])
    numbers = parameters * (2 + slots) + 2 * outputs + widest + min(SLICE, parameters)
    return int(numbers * net.dtype.itemsize)
