"""The figures of section 5: paths over a loss surface, and losses and accuracies over the epochs."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from npnet.experiments import OptimizerComparison, band
from npnet.experiments.optimizer_paths import OptimizerPaths
from npnet.study.figures.style import COLOURS, DASHES, INK, subplots


def optimizer_comparison(result: OptimizerComparison) -> Figure:
    """Return the loss and the test accuracy of each optimizer over the epochs, as bands over the seeds."""
    with subplots(1, 2, 8.6, 4.2) as (figure, (losses, accuracies)):
        for i, (name, run) in enumerate(result.runs.items()):
            style: dict[str, Any] = {"color": COLOURS[i % 6], "linestyle": DASHES[i % 6], "linewidth": 1.5}
            values = run.losses, run.accuracies
            if name == "RMSProp at 0.1":
                # It jumps at each epoch: its band would hide the others
                style.update(linewidth=0.6, linestyle="-", zorder=1)
                values = values[0][:, :1], values[1][:, :1]
            plot_band(losses, values[0], label=name, **style)
            plot_band(accuracies, values[1], **style)
        losses.axhline(0.05, color="grey", linewidth=0.8)
        losses.set(xlabel="epoch, counted from 1", ylabel="training loss", xscale="log", ylim=(0, None))
        accuracies.set(xlabel="epoch, counted from 1", ylabel="test accuracy", xscale="log", ylim=(0, 1.05))
        figure.legend(loc="outside lower center", ncols=3)
        return figure


def plot_band(axes: Axes, values: npt.ArrayLike, **style: Any) -> None:
    """Draw the median of the seeds over the epochs, from 1, and a band that holds nine tenths of them.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where it is drawn.
    values : array_like, shape (epochs, members)
        Such as ``history.loss`` of an ensemble.
    **style
        The line's: colour, dashes, label.
    """
    middle, low, high = band(values)
    epochs = np.arange(1, len(middle) + 1)
    (line,) = axes.plot(epochs, middle, **style)
    axes.fill_between(epochs, low, high, color=line.get_color(), alpha=0.2, linewidth=0, zorder=line.get_zorder())


def optimizer_paths(result: OptimizerPaths) -> Figure:
    """Return the paths over the contours of the loss, and the loss at each step."""
    with subplots(1, 2, 8.6, 4.4, width_ratios=(1.15, 1)) as (figure, (surface, losses)):
        levels = np.geomspace(1.06 * result.surface.min(), result.surface.max(), 14)
        surface.contour(result.w, result.b, result.surface, levels, colors=INK, linewidths=0.5, alpha=0.45)
        for i, (name, path) in enumerate(result.paths.items()):
            style: dict[str, Any] = {"color": COLOURS[i % 6], "linestyle": DASHES[i % 6], "linewidth": 1.4}
            surface.plot(*path.T, marker="o", markersize=1.8, label=name, **style)
            losses.plot(result.losses[name], **style)
        surface.plot(*next(iter(result.paths.values()))[0], "o", color=INK, markersize=6, label="start")
        surface.plot(*result.minimum, "*", color=INK, markersize=10, label="minimum")
        surface.set(xlabel="weight", ylabel="bias")
        surface.grid(False)
        losses.set(xlabel="step", ylabel="loss", yscale="log")
        figure.legend(loc="outside lower center", ncols=4)
        return figure
