"""The figures of section 5: paths over a loss surface, and losses and accuracies over the epochs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from npnet._drawing import COLOURS, DASHES, INK, subplots
from npnet.experiments import OptimizerComparison, band
from npnet.experiments.optimizer_paths import OptimizerPaths
from npnet.language import Message
from npnet.typing import Array


def optimizer_comparison(result: OptimizerComparison) -> Figure:
    """Return a panel for each optimizer with its loss, and one with its test accuracy, as bands over the seeds.

    Thin in each panel are the medians of the others, so that six bands do not lie on top of each other.
    """
    # To find these margins, matplotlib would lay out the ticks of all panels twice more
    margins = {"left": 0.08, "right": 0.99, "bottom": 0.065, "top": 0.97, "wspace": 0.2, "hspace": 0.2}
    with subplots(4, 3, 8.6, 8.2, sharex=True, gridspec_kw=margins) as (figure, panels):
        figure.set_layout_engine("none")
        losses = {name: run.losses for name, run in result.runs.items()}
        accuracies = {name: run.accuracies for name, run in result.runs.items()}
        highest = max(np.max(each, where=np.isfinite(each), initial=0) for each in losses.values())
        _multiples(panels[:6], losses, (0, 1.02 * highest))
        _multiples(panels[6:], accuracies, (0, 1.05))
        for axes in panels[:6]:
            axes.axhline(0.05, color="grey", linewidth=0.8)
        for axes, label in zip(panels[::3], [Message("training loss")] * 2 + [Message("test accuracy")] * 2):
            axes.set_ylabel(label)
        figure.supxlabel(Message("epoch, counted from 1"), y=0.01, fontsize=10)
        return figure


def _multiples(panels: Sequence[Axes], values: Mapping[str, Array], limits: tuple[float, float]) -> None:
    """Draw a band in each panel, over thin medians of the others, on the same axes."""
    # It jumps at each epoch: its line would be all that is seen of the others
    middles = {name: band(each).middle for name, each in values.items() if name != "RMSProp at 0.1"}
    for i, (axes, name) in enumerate(zip(panels, values)):
        for middle in (middle for other, middle in middles.items() if other != name):
            axes.plot(np.arange(1, len(middle) + 1), middle, color=INK, linewidth=0.6, alpha=0.45)
        plot_band(axes, values[name], color=COLOURS[i], linewidth=1.6)
        axes.set(title=name, xscale="log", ylim=limits)


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
    # Where a band is level, its ends are all that is drawn
    level = (low[1:] == low[:-1]) & (high[1:] == high[:-1])
    ends = ~np.r_[False, level] | ~np.r_[level, False]
    style = {"color": line.get_color(), "alpha": 0.2, "linewidth": 0, "zorder": line.get_zorder()}
    axes.fill_between(epochs[ends], low[ends], high[ends], **style)


def optimizer_paths(result: OptimizerPaths) -> Figure:
    """Return the paths over the contours of the loss, and the loss at each step."""
    with subplots(1, 2, 8.6, 4.4, width_ratios=(1.15, 1)) as (figure, (surface, losses)):
        levels = np.geomspace(1.06 * result.surface.min(), result.surface.max(), 14)
        surface.contour(result.w, result.b, result.surface, levels, colors=INK, linewidths=0.5, alpha=0.45)
        for i, (name, path) in enumerate(result.paths.items()):
            style: dict[str, Any] = {"color": COLOURS[i % 6], "linestyle": DASHES[i % 6], "linewidth": 1.4}
            surface.plot(*path.T, marker="o", markersize=1.8, label=name, **style)
            losses.plot(result.losses[name], **style)
        surface.plot(*next(iter(result.paths.values()))[0], "o", color=INK, markersize=6, label=Message("start"))
        surface.plot(*result.minimum, "*", color=INK, markersize=10, label=Message("minimum"))
        surface.set(xlabel=Message("weight"), ylabel=Message("bias"))
        surface.grid(False)
        losses.set(xlabel=Message("step"), ylabel=Message("loss"), yscale="log")
        figure.legend(loc="outside lower center", ncols=4)
        return figure
