"""The figures of section 3: activations, and the gradients that reach the layers."""

import numpy as np
from matplotlib.figure import Figure

from npnet._drawing import COLOURS, DASHES, subplots
from npnet.experiments import ActivationCurves, GradientFlow
from npnet.experiments.activation_curves import LABELS
from npnet.experiments.statistics import band
from npnet.language import Message
from npnet.typing import Array

JUMP = 0.5
"""From one point to the next no derivative of a curve without corners changes by more."""


def activation_curves(result: ActivationCurves) -> Figure:
    """Return one panel for each activation, with its derivative."""
    with subplots(2, 3, 8.6, 5.2) as (figure, panels):
        for axes, name, value, derivative in zip(panels, result.names, result.values, result.derivatives):
            axes.plot(result.z, value, color=COLOURS[0], label="y = f(z)")
            axes.plot(result.z, _with_gaps(derivative), color=COLOURS[1], linestyle="--", label="dy/dz")
            axes.set(
                title=LABELS.get(name, name),
                xlabel="z",
                ylim=(min(-0.1, value.min() - 0.1), min(2.05, value.max() + 0.1)),
            )
        for axes in panels[len(result.names) :]:
            axes.axis("off")
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
        return figure


def _with_gaps(derivative: Array) -> Array:
    """Return a derivative without the point before each jump, over which it has no line."""
    return np.where(abs(np.diff(derivative, append=derivative[-1])) > JUMP, np.nan, derivative)


def gradient_flow(result: GradientFlow) -> Figure:
    """Return the gradient's norm in each hidden layer, as bands over the seeds."""
    layers = np.arange(1, result.norms.shape[1] + 1)
    with subplots(1, 1, 5.6, 3.4) as (figure, (axes,)):
        for i, (name, norms) in enumerate(zip(result.names, result.norms)):
            middle, low, high = band(norms)
            colour, style = COLOURS[i], DASHES[i]
            axes.plot(layers, middle, color=colour, linestyle=style, marker="o", markersize=3, label=LABELS[name])
            axes.fill_between(layers, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.set(
            xlabel=Message("hidden layer, counted from the input"),
            ylabel=Message("norm of the weights' gradient"),
            yscale="log",
        )
        axes.set_xticks(layers)
        figure.legend(loc="outside lower center", ncols=3)
        return figure
