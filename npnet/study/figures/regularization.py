"""The figure of section 4: the boundary with and without a regularizer."""

from matplotlib.figure import Figure

from npnet import datasets
from npnet._drawing import COLOURS, INK, subplots
from npnet.experiments import Regularization, median
from npnet.language import Message

KINDS = {"inside": Message("inside"), "outside": Message("outside")}
"""The labels of the dots, in words."""


def regularization(result: Regularization) -> Figure:
    """Return the dots with the boundary of each regularizer."""
    x, labels, names = datasets.load_dots()
    with subplots(1, len(result.runs), 8.6, 3.7, sharex=True, sharey=True) as (figure, panels):
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
                    label=KINDS[names[kind]],
                )
            for i, line in enumerate(run.boundaries[0].lines):
                axes.plot(*line.T, color=INK, label=Message("boundary of the first seed") if i == 0 else None)
            for other in run.boundaries[1:20]:
                for line in other.lines:
                    axes.plot(*line.T, color=INK, linewidth=0.4, alpha=0.35, zorder=0)
            title = Message("no regularizer") if name == "none" else name
            axes.set(
                title=Message("{name}: median length {length:.1f}", name=title, length=median(run.of("length"))),
                xlabel="x1",
                xlim=(-3, 3),
                ylim=(-3, 3),
                aspect="equal",
            )
        panels[0].set_ylabel("x2")
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
        return figure
