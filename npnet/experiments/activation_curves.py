"""The activations: values and derivatives on a grid.

Source: the study notes, section 3.1, and section 3.2 (2) for softmax.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from npnet import activations
from npnet._checks import integer, number
from npnet._equality import ByValue
from npnet.activations import Elementwise, LeakyReLU
from npnet.typing import Array

if TYPE_CHECKING:
    import pandas


LABELS = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "sigmoid": "sigmoid", "tanh": "tanh"}
"""The activations as they are written in words."""


@dataclass(frozen=True, eq=False)
class ActivationCurves(ByValue):
    """Values and derivatives of activations on one grid."""

    z: Array
    """float64, shape (points,)."""
    names: tuple[str, ...]
    """The activations; the last is ``softmax``, of the class whose logit is z against two of 0."""
    values: Array
    """float64, shape (activations, points)."""
    derivatives: Array
    """float64, shape (activations, points)."""

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each point, and two columns for each activation."""
        import pandas

        columns = {"z": self.z}
        for name, value, derivative in zip(self.names, self.values, self.derivatives):
            columns[name], columns[f"{name}'"] = value, derivative
        return pandas.DataFrame(columns)


def activation_curves(
    low: float = -6.0,
    high: float = 6.0,
    points: int = 241,
    curves: Sequence[Elementwise] = (activations.sigmoid, activations.tanh, activations.relu, LeakyReLU(0.2)),
) -> ActivationCurves:
    """Return values and derivatives of the notes' four activations, and of softmax, on a grid.

    Parameters
    ----------
    low, high : float
        The ends of the grid.
    points : int
        How many points it has, at least 2.
    curves : sequence of Elementwise
        The elementwise activations.

    Examples
    --------
    >>> curves = activation_curves(points=3)
    >>> curves.names[0], curves.values[0, 1], curves.derivatives[0, 1]
    ('sigmoid', np.float64(0.5), np.float64(0.25))
    """
    if not all(isinstance(f, Elementwise) for f in curves):
        raise ValueError(f"curves: expected elementwise activations, got {curves!r}")
    low, high = number("low", low), number("high", high, above=float(low))
    z = np.linspace(low, high, integer("points", points, 2))
    values = [f(z) for f in curves]
    derivatives = [f.derivative(y) for f, y in zip(curves, values)]
    logits = np.stack([z, np.zeros_like(z), np.zeros_like(z)], axis=1)
    probabilities = activations.softmax(logits)
    first = np.broadcast_to([1.0, 0.0, 0.0], logits.shape)
    values.append(probabilities[:, 0])
    derivatives.append(activations.softmax.backward(first, probabilities)[:, 0])
    return ActivationCurves(z, (*(f.name for f in curves), "softmax"), np.array(values), np.array(derivatives))
