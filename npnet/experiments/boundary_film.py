"""The boundary as it forms: snapshots of the nets on the dots over the epochs, without a regularizer, with L1 and L2.

Source: the study notes, section 4.2 (3), whose pictures show the last epoch only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from npnet import datasets
from npnet._checks import integer
from npnet._equality import ByValue
from npnet.experiments import notes
from npnet.experiments.regularization import contour
from npnet.history import History
from npnet.network import MLP
from npnet.optimizers import SGD
from npnet.regularizers import Regularizer
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


def boundary_film(
    strength: float = notes.STRENGTH, epochs: int = notes.DOTS.epochs, snapshots: int = 40, seed: int = 0
) -> BoundaryFilm:
    """Train the notes' 2-11-1 net on the dots, three times from the same weights, and look at it on the way.

    Parameters
    ----------
    strength : float
        The strength of L1 and of L2.
    epochs : int
        How long each net is trained, at least 1.
    snapshots : int
        About how many snapshots are taken, at least 2: before the first epoch, after the last, and between them at
        epochs whose logarithms are evenly spaced, so that the beginning, where most happens, has most of them.
    seed : int
        The seed of the initial weights.

    Examples
    --------
    >>> film = boundary_film(epochs=4, snapshots=3)
    >>> film.epochs, list(film.runs)
    ([0, 1, 2, 4], ['none', 'L1(0.03)', 'L2(0.03)'])
    """
    when = _spaced(integer("epochs", epochs, 1), integer("snapshots", snapshots, 2))
    return BoundaryFilm({name: _run(penalty, when, seed) for name, penalty in notes.regularizers(strength).items()})


def _spaced(epochs: int, count: int) -> list[int]:
    """Return 0, and about `count` whole numbers up to `epochs`, spaced evenly on a logarithmic scale."""
    # Near 1 several round to the same number: more are asked for, until there are enough
    wanted, spaced = count, np.arange(0)
    while spaced.size < min(count, epochs):
        spaced, wanted = np.unique(np.geomspace(1, epochs, wanted).round().astype(int)), wanted + 1
    return [0, *spaced.tolist()]


def _run(regularizer: Regularizer | None, when: list[int], seed: int) -> tuple[Snapshot, ...]:
    x, y, _ = datasets.load_dots()
    xx, yy = notes.grid()
    grid = np.c_[xx.ravel(), yy.ravel()]
    net = notes.dots_net(seed)

    def look(epoch: int) -> Snapshot:
        loss, accuracy = net.evaluate(x, y, loss="mse")
        surface = net.predict(grid).astype(np.float64).reshape(xx.shape)
        return Snapshot(epoch, float(loss), float(accuracy), contour(xx, yy, surface))

    taken = [look(0)]

    def callback(net: MLP, history: History) -> None:
        if history.epochs in when:
            taken.append(look(history.epochs))

    net.fit(
        x, y, loss="mse", optimizer=SGD(notes.DOTS.learning_rate), epochs=when[-1], batch_size=notes.DOTS.batch_size,
        shuffle=False, regularizer=regularizer, callbacks=[callback],
    )  # fmt: skip
    return tuple(taken)
