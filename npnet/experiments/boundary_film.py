"""The boundary as it forms: snapshots of a net on the dots over the epochs.

Source: the study notes, section 4.2 (3), whose pictures show the last epoch only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import contourpy
import numpy as np

from npnet._equality import ByValue
from npnet.experiments import notes
from npnet.network import MLP
from npnet.typing import Array


@dataclass(frozen=True, eq=False)
class Snapshot(ByValue):
    """The loss, the accuracy and the boundary of a net after some epochs."""

    epoch: int
    """How many epochs were completed; 0 before the first."""
    loss: float
    """The mean squared error on all dots, without the penalty."""
    accuracy: float
    """The share of the dots on the right side of the boundary."""
    lines: tuple[Array, ...]
    """The pieces of the contour where the output is 0.5, each of shape (points, 2)."""


@dataclass(frozen=True, eq=False)
class BoundaryFilm(ByValue):
    """Snapshots of nets that differ only in their regularizer, at the same epochs."""

    runs: Mapping[str, tuple[Snapshot, ...]]
    """The snapshots of each regularizer's net."""

    @property
    def epochs(self) -> list[int]:
        """The epochs after which the snapshots were taken."""
        return [snapshot.epoch for snapshot in next(iter(self.runs.values()))]


def spaced(epochs: int, count: int) -> list[int]:
    """Return about `count` whole numbers from 1 to `epochs`: most of them at the beginning, where most happens.

    Their logarithms are evenly spaced.

    Examples
    --------
    >>> spaced(100, 5)
    [1, 3, 10, 32, 100]
    """
    # Near 1 several round to the same number: more are asked for, until there are enough
    wanted, found = count, np.arange(0)
    while found.size < min(count, epochs):
        found, wanted = np.unique(np.geomspace(1, epochs, wanted).round().astype(int)), wanted + 1
    return found.tolist()


def snapshot(net: MLP, x: Array, y: Array, epoch: int) -> Snapshot:
    """Return the snapshot of a net on the dots."""
    xx, yy = notes.grid()
    loss, accuracy = net.evaluate(x, y, loss="mse")
    surface = net.predict(np.c_[xx.ravel(), yy.ravel()]).astype(np.float64).reshape(xx.shape)
    return Snapshot(epoch, float(loss), float(accuracy), contour(xx, yy, surface))


def contour(xx: Array, yy: Array, surface: Array) -> tuple[Array, ...]:
    """Return the pieces of the line on which the surface over a grid is 0.5, each of shape (points, 2)."""
    lines = contourpy.contour_generator(xx, yy, surface).lines(0.5)
    return tuple(np.asarray(line) for line in lines)
