"""Regularization: the dots classified without it, with L1 and with L2, and how smooth the boundary is.

Source: the study notes, section 4.2 (3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import contourpy
import numpy as np

from npnet import datasets
from npnet.initializers import Constant, Normal
from npnet.network import MLP
from npnet.optimizers import SGD
from npnet.regularizers import L1, L2, Regularizer
from npnet.training import History
from npnet.validation import Array

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Boundary:
    """A trained net's decision surface on a grid, and its boundary."""

    net: MLP
    """The trained net."""
    history: History
    """Its training."""
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
    def _weights(self) -> Array:
        return np.concatenate([W.ravel() for W in self.net.weights])

    @property
    def weight_norm(self) -> float:
        """The Euclidean norm of all weights."""
        return float(np.linalg.norm(self._weights))

    @property
    def small_share(self) -> float:
        """The share of weights under 1e-3 in absolute value."""
        return float(np.mean(abs(self._weights) < 1e-3))


@dataclass(frozen=True)
class Regularization:
    """The boundaries of nets that differ only in their regularizer."""

    xx: Array
    """float64, shape (60, 60): the first coordinate of the grid points."""
    yy: Array
    """float64, shape (60, 60): the second."""
    boundaries: Mapping[str, Boundary]
    """What each regularizer led to."""

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each regularizer."""
        import pandas

        rows = [
            {
                "regularizer": name,
                "last loss": b.history.loss[-1],
                "accuracy": b.accuracy,
                "contour length": b.length,
                "pieces": b.pieces,
                "weight norm": b.weight_norm,
                "weights < 1e-3": b.small_share,
            }
            for name, b in self.boundaries.items()
        ]
        return pandas.DataFrame(rows)


def regularization(
    strength: float = 0.03,
    hidden_units: int = 11,
    learning_rate: float = 0.005,
    epochs: int = 800,
    batch_size: int = 32,
    seed: int = 0,
) -> Regularization:
    """Train the notes' 2-11-1 net on the dots without a regularizer, with L1 and with L2.

    All three start from the same weights, drawn from N(0, 1), with biases 0.01; the hidden layer is
    ReLU, the loss the mean squared error, the batches are taken in order.

    Parameters
    ----------
    strength : float
        The strength of L1 and of L2.
    hidden_units, learning_rate, epochs, batch_size
        The notes' settings by default.
    seed : int
        What the first weights are drawn with.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    The grid is the notes', ``mgrid[-3:3:.1, -3:3:.1]``: 60 × 60 points from -3 to 2.9.

    Examples
    --------
    >>> list(regularization(epochs=1).boundaries)
    ['none', 'L1(0.03)', 'L2(0.03)']
    """
    xx, yy = np.mgrid[-3:3:0.1, -3:3:0.1]
    boundaries = {}
    for regularizer in (None, L1(strength), L2(strength)):
        net = MLP([2, hidden_units, 1], seed=seed, kernel_initializer=Normal(), bias_initializer=Constant(0.01))
        boundaries[repr(regularizer) if regularizer else "none"] = _boundary(
            net, regularizer, SGD(learning_rate), epochs, batch_size, xx, yy
        )
    return Regularization(xx, yy, boundaries)


def _boundary(
    net: MLP, regularizer: Regularizer | None, optimizer: SGD, epochs: int, batch_size: int, xx: Array, yy: Array
) -> Boundary:
    x, y, _ = datasets.load_dots()
    history = net.fit(x, y, optimizer=optimizer, epochs=epochs, batch_size=batch_size, regularizer=regularizer)
    surface = net.predict(np.c_[xx.ravel(), yy.ravel()]).reshape(xx.shape).astype(np.float64)
    lines = contourpy.contour_generator(xx, yy, surface).lines(0.5)
    accuracy = net.evaluate(x, y).accuracy
    assert accuracy is not None
    return Boundary(net, history, accuracy, surface, tuple(np.asarray(line) for line in lines))
