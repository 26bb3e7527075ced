"""The optimizers' paths over a loss surface with two parameters, a long and narrow valley.

Source: the study notes, section 5.2 (the five update rules).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from npnet import datasets
from npnet._checks import integer, number
from npnet._equality import ByValue
from npnet.experiments import notes
from npnet.network import MLP
from npnet.optimizers import Optimizer
from npnet.typing import Array


@dataclass(frozen=True, eq=False)
class OptimizerPaths(ByValue):
    """A loss surface, and the path of each optimizer over it from the same point."""

    w: Array
    """float64, shape (points,): the grid of the weight."""
    b: Array
    """float64, shape (points,): the grid of the bias."""
    surface: Array
    """float64, shape (points, points): the loss; rows are biases."""
    minimum: tuple[float, float]
    """The weight and the bias with the smallest loss, by least squares."""
    paths: Mapping[str, Array]
    """Each optimizer's weight and bias before the first step and after each, shape (steps + 1, 2)."""
    losses: Mapping[str, Array]
    """The loss at these points, shape (steps + 1,)."""


def optimizer_paths(steps: int = 60, start: tuple[float, float] = (-0.6, 1.5), points: int = 121) -> OptimizerPaths:
    """Fit a line to the irises' petals with each of the notes' optimizers, and record where each step leads.

    The net is one linear unit, with one weight and one bias: it takes the length of the petal, less 2 cm, and should
    give its width. The loss is the mean squared error on all 150 irises, taken at once.

    Parameters
    ----------
    steps : int
        How many, at least 1.
    start : pair of float
        The initial weight and bias.
    points : int
        How many points the grid has on each side, at least 2.

    Examples
    --------
    >>> paths = optimizer_paths(steps=2)
    >>> paths.paths["Adam"].shape, [round(number, 2) for number in paths.minimum]
    ((3, 2), [0.42, 0.47])
    """
    x, y = _petals()
    steps, points = integer("steps", steps, 1), integer("points", points, 2)
    first = np.array([number(f"start[{i}]", value) for i, value in enumerate(start)])
    runs = {name: _descend(x, y, optimizer, first, steps) for name, optimizer in notes.optimizers().items()}
    minimum, *_ = np.linalg.lstsq(np.c_[x, np.ones_like(x)], y[:, 0], rcond=None)
    w, b = np.linspace(-0.8, 1.3, points), np.linspace(-0.6, 2.1, points)
    errors = w[:, None] * x[:, 0] + b[:, None, None] - y[:, 0]
    return OptimizerPaths(
        w,
        b,
        np.mean(np.square(errors), axis=2),
        (float(minimum[0]), float(minimum[1])),
        {name: path for name, (path, _) in runs.items()},
        {name: losses for name, (_, losses) in runs.items()},
    )


def _petals() -> tuple[Array, Array]:
    x, _, _ = datasets.load_iris()
    return x[:, 2:3].astype(np.float64) - 2, x[:, 3:4].astype(np.float64)


def _descend(x: Array, y: Array, optimizer: Optimizer, first: Array, steps: int) -> tuple[Array, Array]:
    net = MLP([1, 1], dtype="float64", seed=0)
    net.parameters[:] = first
    path, losses = np.empty((steps + 1, 2)), np.empty(steps + 1)
    for step in range(steps + 1):
        path[step] = net.parameters
        losses[step], gradient = net.loss_and_gradient(x, y, loss="mse")
        optimizer.step(net.parameters, gradient)
    return path, losses
