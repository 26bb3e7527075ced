r"""Successive halving: all trials begin, with few epochs; in each rung the better ones go on, with more.

With a factor of :math:`\eta`, rung :math:`k` of :math:`K` trains :math:`n / \eta^k` trials for
:math:`E / \eta^{K-1-k}` epochs, so that each rung costs the same, and all together :math:`K \eta^{1-K} n E` epochs in
place of :math:`n E`. Each rung trains from the beginning: what a trial reaches does not depend on the rungs before.

Source: Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from npnet.sweeping.spaces import Trial

REPEATED = ("seed", "fold")
"""Settings that repeat a trial: those that differ in nothing else are judged, and go on, together."""


def epochs_of_rungs(epochs: int, trials: int, factor: int) -> list[int]:
    """Return the epochs of each rung, the last of which has all.

    There are as many rungs as leave one trial, and one epoch in the first rung, at least.

    Examples
    --------
    >>> epochs_of_rungs(90, 20, 3)
    [10, 30, 90]
    """
    rungs = 1
    while factor**rungs <= min(trials, epochs):
        rungs += 1
    return [max(1, epochs // factor**rung) for rung in reversed(range(rungs))]


def repeats(trials: Sequence[Trial]) -> list[list[int]]:
    """Return the trials that repeat each other, by their numbers.

    Examples
    --------
    >>> repeats([{"units": (4,), "seed": 0}, {"units": (8,), "seed": 0}, {"units": (4,), "seed": 1}])
    [[0, 2], [1]]
    """
    from npnet.sweeping.settings import described

    found: dict[str, list[int]] = {}
    for number, trial in enumerate(trials):
        rest = {name: described(value) for name, value in trial.items() if name not in REPEATED}
        found.setdefault(repr(sorted(rest.items())), []).append(number)
    return list(found.values())


def survivors(groups: Sequence[list[int]], values: Mapping[int, float], sign: int, factor: int) -> list[list[int]]:
    """Return those of the repeated trials that go on: one of `factor`, those whose mean is the best.

    Parameters
    ----------
    groups : sequence of list of int
        The trials that repeat each other.
    values : mapping of int to float
        What each trial has reached; NaN is worse than all others.
    sign : int
        1 where smaller is better, -1 where larger is.
    factor : int
        Of how many one goes on.

    Examples
    --------
    >>> survivors([[0, 1], [2], [3]], {0: 0.1, 1: 0.9, 2: 0.4, 3: float("nan")}, 1, 3)
    [[2]]
    """
    means = [sign * math.fsum(values[number] for number in group) / len(group) for group in groups]
    # Of equal ones, the first
    order = np.argsort(np.where(np.isnan(means), np.inf, means), kind="stable")
    return [groups[place] for place in sorted(order[: math.ceil(len(groups) / factor)].tolist())]
