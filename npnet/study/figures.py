"""The study's figures, each made from an experiment's result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from npnet import datasets
from npnet.experiments import (
    ActivationCurves,
    DecayedRates,
    OneWeight,
    OptimizerComparison,
    Regularization,
    band,
    median,
)

# Okabe and Ito's colours, which readers with any common colour blindness can tell apart
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))

STYLE: Any = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "svg.hashsalt": "npnet",
}


@contextmanager
def _figure(
    rows: int, columns: int, width: float, height: float, **options: Any
) -> Iterator[tuple[Figure, list[Axes]]]:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
        axes = figure.subplots(rows, columns, squeeze=False, **options)
        yield figure, list(axes.flat)


def render(figure: Figure) -> dict[str, bytes]:
    """Return a figure as SVG and PNG; the same figure gives the same bytes."""
    rendered = {}
    with matplotlib.rc_context(STYLE):
        for kind, metadata in (("svg", {"Date": None}), ("png", {"Software": None})):
            buffer = BytesIO()
            figure.savefig(buffer, format=kind, dpi=150, metadata=metadata)
            rendered[kind] = buffer.getvalue()
    return rendered


def decayed_rates(result: DecayedRates) -> Figure:
    """Return the learning rate over the epochs."""
    with _figure(1, 1, 6, 3.2) as (figure, (axes,)):
        axes.plot(result.epochs, result.learning_rates, color=COLOURS[0])
        axes.set(xlabel="epoch", ylabel="learning rate", ylim=(0, None))
        return figure


def one_weight(result: OneWeight) -> Figure:
    """Return the first steps of the weight, and its distance from the minimum, for each rate."""
    with _figure(1, 2, 10, 4.2) as (figure, (paths, distances)):
        for i, (name, path) in enumerate(zip(result.names, result.weights)):
            style: dict[str, Any] = {"color": COLOURS[i % 6], "linestyle": DASHES[i % 6]}
            paths.plot(path[:9], marker="o", markersize=3, label=name, **style)
            distances.plot(abs(path + 1), **style)
        paths.axhline(-1, color="grey", linewidth=0.8)
        paths.set(xlabel="step", ylabel="w (the minimum is at −1)")
        distances.set(xlabel="step", ylabel="distance from the minimum, |w + 1|", yscale="log")
        figure.legend(loc="outside lower center", ncols=4, title="learning rate")
        return figure


def activation_curves(result: ActivationCurves) -> Figure:
    """Return one panel for each activation, with its derivative."""
    with _figure(2, 3, 9, 5.4) as (figure, panels):
        for axes, name, value, derivative in zip(panels, result.names, result.values, result.derivatives):
            axes.plot(result.z, value, color=COLOURS[0], label="y = f(z)")
            axes.plot(result.z, derivative, color=COLOURS[1], linestyle="--", label="dy/dz")
            axes.set(
                title=name.replace("_", " "),
                xlabel="z",
                ylim=(min(-0.1, value.min() - 0.1), min(2.05, value.max() + 0.1)),
            )
        for axes in panels[len(result.names) :]:
            axes.axis("off")
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
        return figure


def regularization(result: Regularization) -> Figure:
    """Return the dots with the boundary of each regularizer."""
    x, labels, names = datasets.load_dots()
    with _figure(1, len(result.runs), 10, 4.1, sharex=True, sharey=True) as (figure, panels):
        for axes, (name, run) in zip(panels, result.runs.items()):
            for kind, marker in ((1, "o"), (0, "x")):
                dots = x[labels == kind]
                axes.scatter(
                    dots[:, 0],
                    dots[:, 1],
                    s=14,
                    marker=marker,
                    linewidths=0.9,
                    color=COLOURS[kind],
                    alpha=0.7,
                    label=names[kind],
                )
            for i, line in enumerate(run.boundaries[0].lines):
                axes.plot(*line.T, color="black", label="boundary of the first seed" if i == 0 else None)
            for other in run.boundaries[1:20]:
                for line in other.lines:
                    axes.plot(*line.T, color="black", linewidth=0.4, alpha=0.35, zorder=0)
            title = "no regularizer" if name == "none" else name
            axes.set(
                title=f"{title}: median length {median(run.of('length')):.1f}",
                xlabel="x1",
                xlim=(-3, 3),
                ylim=(-3, 3),
                aspect="equal",
            )
        panels[0].set_ylabel("x2")
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
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

    Raises
    ------
    ValueError
        If `values` has another number of dimensions.
    """
    middle, low, high = band(values)
    epochs = np.arange(1, len(middle) + 1)
    (line,) = axes.plot(epochs, middle, **style)
    axes.fill_between(epochs, low, high, color=line.get_color(), alpha=0.2, linewidth=0, zorder=line.get_zorder())


def optimizer_comparison(result: OptimizerComparison) -> Figure:
    """Return the loss and the test accuracy of each optimizer over the epochs, as bands over the seeds."""
    with _figure(1, 2, 10, 4.2) as (figure, (losses, accuracies)):
        for i, (name, run) in enumerate(result.runs.items()):
            style: dict[str, Any] = {"color": COLOURS[i % 6], "linestyle": DASHES[i % 6], "linewidth": 1.5}
            values = run.history.loss, run.accuracies
            if name == "RMSProp at 0.1":
                # It jumps at each epoch: its band would hide the others
                style.update(linewidth=0.6, linestyle="-", zorder=1)
                values = values[0][:, :1], values[1][:, :1]
            plot_band(losses, values[0], label=name, **style)
            plot_band(accuracies, values[1], **style)
        losses.axhline(0.05, color="grey", linewidth=0.8)
        losses.set(xlabel="epoch, counted from 1", ylabel="training loss", xscale="log", ylim=(0, None))
        accuracies.set(xlabel="epoch, counted from 1", ylabel="test accuracy", xscale="log", ylim=(0, 1.05))
        figure.legend(loc="outside lower center", ncols=6)
        return figure
