"""Regularization: the dots classified without it, with L1 and with L2, and how smooth the boundary is.

Source: the study notes, section 4.2 (3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from npnet import datasets
from npnet._checks import integer
from npnet._equality import ByValue
from npnet.ensemble import Ensemble
from npnet.experiments import notes
from npnet.experiments.boundary_film import BoundaryFilm, Snapshot, contour, snapshot, spaced
from npnet.experiments.statistics import bootstrap
from npnet.history import History
from npnet.language import Message
from npnet.network import MLP
from npnet.optimizers import SGD
from npnet.regularizers import L1, L1L2, L2, Regularizer
from npnet.typing import Array

if TYPE_CHECKING:
    import pandas

SMALL = 1e-3
"""Up to what absolute value a weight counts as nearly 0."""
SHORTEST = 1e-6
"""The shortest step of a boundary that has a direction: near grid points, rounding errors make shorter ones."""


@dataclass(frozen=True, eq=False)
class Boundary(ByValue):
    """One trained net's decision surface on a grid, and its boundary."""

    net: MLP
    """The trained net."""
    accuracy: float
    """The share of the dots on the right side of the boundary."""
    surface: Array
    """float64, shape (60, 60): the output at each grid point."""
    lines: tuple[Array, ...]
    """The pieces of the contour where the output is 0.5, each of shape (points, 2)."""

    @property
    def pieces(self) -> int:
        """The number of pieces of the boundary inside the square."""
        return len(self.lines)

    @property
    def length(self) -> float:
        """The length of the boundary inside the square, in units of the features."""
        return float(sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in self.lines))

    @property
    def turns(self) -> float:
        """How far the boundary turns, in full turns, to either side: 1 for a circle, more for a wavy line."""
        return float(sum(map(_turns, self.lines)))

    @property
    def _weights(self) -> Array:
        return np.concatenate([W.ravel() for W in self.net.weights])

    @property
    def weight_norm(self) -> float:
        """The Euclidean norm of all weights."""
        return float(np.linalg.norm(self._weights))

    def share_within(self, size: float) -> float:
        """Return the share of weights whose absolute value is at most `size`."""
        return float(np.mean(abs(self._weights) <= size))


@dataclass(frozen=True, eq=False)
class RegularizerRun(ByValue):
    """The nets that one regularizer led to, from several seeds."""

    history: History
    """Their training: the loss, penalty included, of each epoch, batch and seed."""
    boundaries: tuple[Boundary, ...]
    """The boundary of each seed's net."""
    snapshots: tuple[Snapshot, ...]
    """The first seed's net over the epochs."""

    def of(self, name: str) -> Array:
        """Return a number of each seed's boundary: accuracy, length, pieces, turns or weight_norm."""
        return np.array([getattr(boundary, name) for boundary in self.boundaries], np.float64)

    def share_within(self, size: float) -> Array:
        """Return the share of each seed's weights whose absolute value is at most `size`."""
        return np.array([boundary.share_within(size) for boundary in self.boundaries])


@dataclass(frozen=True, eq=False)
class Regularization(ByValue):
    """The boundaries of nets that differ only in their regularizer and seed."""

    xx: Array
    """float64, shape (60, 60): the first coordinate of the grid points."""
    yy: Array
    """float64, shape (60, 60): the second."""
    runs: Mapping[str, RegularizerRun]
    """The nets of each regularizer, from the same initial weights."""

    @property
    def film(self) -> BoundaryFilm:
        """The boundaries of the first seed's nets as they form."""
        return BoundaryFilm({name: run.snapshots for name, run in self.runs.items()})

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each regularizer: medians over the seeds, with 95 % intervals."""
        import pandas

        rows = [
            {
                Message("regularizer"): name,
                **bootstrap(run.of("accuracy")).columns("accuracy"),
                **bootstrap(run.of("length")).columns("length"),
                **bootstrap(run.of("pieces")).columns("pieces"),
                **bootstrap(run.of("weight_norm")).columns("norm"),
                **bootstrap(run.share_within(SMALL)).columns(f"≤ {SMALL:g}"),
            }
            for name, run in self.runs.items()
        ]
        return pandas.DataFrame(rows)


def regularization(
    strength: float = notes.STRENGTH,
    hidden_units: int = notes.DOTS_WIDTHS[1],
    learning_rate: float = notes.DOTS.learning_rate,
    epochs: int = notes.DOTS.epochs,
    batch_size: int = notes.DOTS.batch_size,
    seeds: Iterable[int] = range(100),
    snapshots: int = 40,
) -> Regularization:
    """Train the notes' 2-11-1 nets on the dots without a regularizer, with L1 and with L2.

    All three start from the same weights, drawn from N(0, 1), with biases 0.01; the hidden layer is
    ReLU, the loss the mean squared error, the batches are taken in order.

    Parameters
    ----------
    strength : float
        The strength of L1 and of L2.
    hidden_units, learning_rate, epochs, batch_size
        The notes' by default.
    seeds : iterable of int
        The seeds of the nets' initial weights.
    snapshots : int
        About how many snapshots are taken of the first seed's nets, beside one before the first epoch.

    Examples
    --------
    >>> list(regularization(epochs=1, seeds=[0]).runs)
    ['none', 'L1(0.03)', 'L2(0.03)']
    """
    xx, yy = notes.grid()
    penalties = notes.regularizers(strength)
    starts = notes.dots_nets(seeds, hidden_units)
    seen = spaced(integer("epochs", epochs, 0), integer("snapshots", snapshots, 1))
    # Side by side in one ensemble: most of the time of nets this small is the calls, which are then a third
    nets = Ensemble.from_nets([net for _ in penalties for net in starts])
    parts = {name: slice(i * len(starts), (i + 1) * len(starts)) for i, name in enumerate(penalties)}
    taken = {name: [_snapshot(nets, part, 0)] for name, part in parts.items()}

    def look(nets: Ensemble, history: History) -> None:
        if history.epochs in seen:
            for name, part in parts.items():
                taken[name].append(_snapshot(nets, part, history.epochs))

    x, y, _ = datasets.load_dots()
    history = nets.fit(
        x, y, loss="mse", optimizer=SGD(learning_rate), epochs=epochs, batch_size=batch_size, shuffle=False,
        regularizer=_side_by_side(list(penalties.values()), len(starts)), record_batches=True, callbacks=[look],
    )  # fmt: skip
    boundaries = _boundaries(nets, xx, yy)
    runs = {
        name: RegularizerRun(history.part(part), boundaries[part], tuple(taken[name])) for name, part in parts.items()
    }
    return Regularization(xx, yy, runs)


def _side_by_side(penalties: list[Regularizer | None], members: int) -> L1L2:
    """Return the penalties of so many members each as one, whose strengths are each member's own."""
    l1, l2 = ([getattr(one, "strength", 0.0) * isinstance(one, kind) for one in penalties] for kind in (L1, L2))
    return L1L2(np.repeat(l1, members), np.repeat(l2, members))


def _snapshot(nets: Ensemble, part: slice, epoch: int) -> Snapshot:
    x, y, _ = datasets.load_dots()
    return snapshot(nets[part.start], x, y, epoch)


def _boundaries(nets: Ensemble, xx: Array, yy: Array) -> tuple[Boundary, ...]:
    x, y, _ = datasets.load_dots()
    outputs = nets.predict(np.c_[xx.ravel(), yy.ravel()])[:, 0].astype(np.float64)
    accuracies = nets.evaluate(x, y).accuracy
    return tuple(
        _boundary(net, accuracy, surface.reshape(xx.shape), xx, yy)
        for net, accuracy, surface in zip(nets, accuracies.tolist(), outputs.T)
    )


def _boundary(net: MLP, accuracy: float, surface: Array, xx: Array, yy: Array) -> Boundary:
    return Boundary(net, accuracy, surface, contour(xx, yy, surface))


def _turns(line: Array) -> float:
    """Return how far a line turns to either side, in full turns; a closed one also where it meets itself."""
    steps = np.diff(line, axis=0)
    directions = np.arctan2(*steps[np.hypot(*steps.T) > SHORTEST].T)
    if np.array_equal(line[0], line[-1]):
        directions = np.append(directions, directions[:1])
    angles = (np.diff(directions) + np.pi) % (2 * np.pi) - np.pi
    return float(abs(angles).sum() / (2 * np.pi))
