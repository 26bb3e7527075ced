"""The figures of section 3: activations, and the gradients that reach the layers."""

import numpy as np
from matplotlib.figure import Figure

from npnet._drawing import COLOURS, DASHES, subplots
from npnet.experiments import ActivationCurves, GradientFlow
from npnet.experiments.statistics import band
from npnet.language import Message


def activation_curves(result: ActivationCurves) -> Figure:
    """Return one panel for each activation, with its derivative."""
    with subplots(2, 3, 8.6, 5.2) as (figure, panels):
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


def gradient_flow(result: GradientFlow) -> Figure:
    """Return the gradient's norm in each hidden layer, as bands over the seeds."""
    layers = np.arange(1, result.norms.shape[1] + 1)
    with subplots(1, 1, 8.6, 3.8) as (figure, (axes,)):
        for i, (name, norms) in enumerate(zip(result.names, result.norms)):
            middle, low, high = band(norms)
            axes.plot(layers, middle, color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3, label=name)
            axes.fill_between(layers, low, high, color=COLOURS[i], alpha=0.2, linewidth=0)
        axes.set(
            xlabel=Message("hidden layer, counted from the input"),
            ylabel=Message("norm of the weights' gradient"),
            yscale="log",
        )
        axes.set_xticks(layers)
        figure.legend(loc="outside lower center", ncols=3)
        return figure
