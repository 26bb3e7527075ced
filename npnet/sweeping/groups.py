"""Groups: the trials that are trained together. The cut belongs to the sweep: it does not ask who trains them.

Products differ in their last bits with the number of members of an ensemble, so that a cut by the number of workers
would give another table for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from npnet.engine import tuning
from npnet.sweeping.settings import Training

MOST = 256
"""The most trials of a group: with more, a step of the smallest nets takes hardly less time for each."""
ENOUGH = 1 << 16
"""Multiply-adds for one sample of a group's nets, beside which the calls of a step take little time: groups of larger
nets have fewer, and so are more, which more workers share."""


class Group(NamedTuple):
    """Trials of one shape, by their numbers."""

    trials: tuple[int, ...]
    work: float
    """How long it takes, in some unit."""


def cut(trainings: Sequence[Training], numbers: Iterable[int], samples: int) -> list[Group]:
    """Return the groups of some trials, in the order of their first ones."""
    shapes: dict[str, list[int]] = {}
    for number in numbers:
        shapes.setdefault(trainings[number].key, []).append(number)
    groups = []
    for members in shapes.values():
        first = trainings[members[0]]
        count = -(-len(members) // most(first, samples))
        bounds = np.linspace(0, len(members), count + 1).astype(int).tolist()
        parts = [tuple(members[start:stop]) for start, stop in pairwise(bounds)]
        groups += [Group(part, len(part) * _work(first, samples)) for part in parts]
    return groups


def most(training: Training, samples: int) -> int:
    """Return how many trials of that shape a group has at most."""
    multiply_adds = training.multiply_adds
    if multiply_adds * min(training.batch_size or samples, samples) > tuning.ALONE:
        # The engine trains such members one after another
        return 1
    return min(MOST, max(1, ENOUGH // multiply_adds))


def _work(training: Training, samples: int) -> float:
    moments = 3 + len(training.optimizer.slots)
    steps = -(-samples // (training.batch_size or samples))
    return training.epochs * (samples * training.multiply_adds + steps * moments * sum(training.net["widths"]))
