"""The figures of a training: learning curves, what is taken for what, and the surface of two inputs."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.figure import Figure

from npnet import metrics
from npnet._drawing import COLOURS, DASHES, INK, render, subplots
from npnet.tabular.features import NumberFeature
from npnet.tabular.table import Table
from npnet.tabular.training.outcome import Outcome
from npnet.typing import Array

FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "SimHei")
"""What Chinese names of columns and classes are drawn with in PNG files, where one of them is installed."""
LIGHT = "#fefefe"
"""White is paper, which the page leaves out."""
MOST_NAMES = 20
"""Of more classes than these, neither names nor counts can be read."""
MOST_POINTS = 1000
GRID = 150
"""Numbers of a surface along each side."""


def drawn(outcome: Outcome) -> dict[str, dict[str, bytes]]:
    """Return the figures of a training by their names, each as SVG and PNG."""
    with _fonts():
        made = {"learning-curves": learning_curves(outcome)}
        made |= {"predicted": predicted(outcome)} if outcome.classes is None else {"confusion": confusion(outcome)}
        if can_have_a_surface(outcome):
            made["surface"] = surface(outcome)
        return {name: render(figure) for name, figure in made.items()}


@contextmanager
def _fonts() -> Iterator[None]:
    known = set(font_manager.get_font_names())
    family = ["DejaVu Sans", *(name for name in FONTS if name in known)]
    with matplotlib.rc_context({"font.family": family}), warnings.catch_warnings():
        # SVG files have the text itself; in PNG files a name without a font is boxes, and no reason to end
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        yield


def learning_curves(outcome: Outcome) -> Figure:
    """Return the losses and accuracies over the epochs, with the epoch whose parameters the model has."""
    panels = 1 if outcome.classes is None else 2
    with subplots(1, panels, 4.2 * panels, 3.2) as (figure, axes):
        outcome.history.plot(axes)
        for panel in axes:
            for line, colour, dash in zip(panel.get_lines(), COLOURS, DASHES):
                line.set(color=colour, linestyle=dash)
            panel.axvline(outcome.best_epoch, color=INK, linewidth=0.8, linestyle=":", label="kept")
            panel.legend()
        return figure


def confusion(outcome: Outcome) -> Figure:
    """Return how many rows of each class are taken for each class."""
    assert outcome.classes is not None
    matrix = metrics.confusion_matrix(*outcome.measured)
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    few, classes = len(matrix) <= MOST_NAMES, len(matrix)
    size = min(max(2.6 + 0.35 * classes, 3.6), 9)
    with subplots(1, 1, size + 0.4, size) as (figure, (axes,)):
        axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors=LIGHT, linewidth=0.5)
        axes.set(xlabel="predicted", ylabel="true", aspect="equal")
        axes.invert_yaxis()
        axes.grid(visible=False)
        if few:
            names = [_short(name) for name in outcome.classes]
            axes.set_xticks(np.arange(classes) + 0.5, names, rotation=45 if max(map(len, names)) > 3 else 0,
                            ha="right" if max(map(len, names)) > 3 else "center")  # fmt: skip
            axes.set_yticks(np.arange(classes) + 0.5, names)
            for (row, column), count in np.ndenumerate(matrix):
                if count:
                    dark = shares[row, column] > 0.5
                    axes.text(column + 0.5, row + 0.5, str(count), ha="center", va="center",
                              color=LIGHT if dark else INK)  # fmt: skip
        return figure


def predicted(outcome: Outcome) -> Figure:
    """Return predictions over true numbers; right ones stand on the line."""
    labels, outputs = outcome.measured
    chosen = _some(len(labels))
    with subplots(1, 1, 4.4, 4) as (figure, (axes,)):
        axes.scatter(labels[chosen], outputs[chosen], s=12, color=COLOURS[0], alpha=0.6, linewidths=0)
        ends = [float(min(labels.min(), outputs.min())), float(max(labels.max(), outputs.max()))]
        axes.plot(ends, ends, color=INK, linewidth=1, linestyle="--", label="right")
        axes.set(xlabel="true", ylabel="predicted")
        axes.legend()
        return figure


def can_have_a_surface(outcome: Outcome) -> bool:
    """Return whether there are two inputs, both of them numbers that vary."""
    features = outcome.model.preparation.features
    return len(features) == 2 and all(isinstance(one, NumberFeature) and one.deviation for one in features)


def surface(outcome: Outcome) -> Figure:
    """Return what is predicted between the rows of two inputs, with rows that were measured."""
    (one, other), target = outcome.model.preparation.features, outcome.model.preparation.target
    assert target is not None
    table = outcome.told_of
    columns = [table.columns[feature.name].values for feature in (one, other)]
    present = np.flatnonzero(~np.isnan(columns[0]) & ~np.isnan(columns[1]))
    places = present[_some(len(present))]
    x, y = (_across(column[present]) for column in columns)
    between = {one.name: np.repeat(x[np.newaxis], GRID, 0).ravel(), other.name: np.repeat(y, GRID)}
    said = outcome.model.net.predict(outcome.model.preparation.transform(between, outcome.model.net.dtype).x)
    with subplots(1, 1, 5.2, 4.2) as (figure, (axes,)):
        axes.set(xlabel=_short(one.name), ylabel=_short(other.name))
        axes.grid(visible=False)
        if outcome.classes is None:
            heights = outcome.model.named(said).reshape(GRID, GRID)
            figure.colorbar(axes.contourf(x, y, heights, 12, cmap="viridis"), ax=axes, label=_short(target.name))
            axes.scatter(columns[0][places], columns[1][places], s=8, color=INK, linewidths=0)
        else:
            _draw_classes(axes, x, y, said, outcome, [column[places] for column in columns], table, places)
        return figure


def _draw_classes(
    axes: Any, x: Array, y: Array, said: Array, outcome: Outcome, points: list[Array], table: Table, places: Array
) -> None:
    assert outcome.classes is not None
    target = outcome.model.preparation.target
    assert target is not None
    labels = target.match(table.columns[target.name])[places]
    for place, name in enumerate(outcome.classes):
        colour = COLOURS[place % len(COLOURS)]
        # By how much it is above all others: its zero is a smooth boundary
        margin = said[:, place] - np.delete(said, place, axis=1).max(axis=1)
        if (margin > 0).any():
            axes.contourf(x, y, margin.reshape(GRID, GRID), [0, np.inf], colors=[colour], alpha=0.25)
        of_it = labels == place
        mark = "os^Dvp"[place // len(COLOURS) % 6]
        axes.scatter(points[0][of_it], points[1][of_it], s=14, color=colour, marker=mark, linewidths=0,
                     label=_short(name) if len(outcome.classes) <= MOST_NAMES else None)  # fmt: skip
    if len(outcome.classes) <= MOST_NAMES:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), title=_short(target.name))


def _across(numbers: Array) -> Array:
    """Return places from a little under the least number to a little over the greatest."""
    low, high = float(numbers.min()), float(numbers.max())
    margin = 0.05 * (high - low) or 1.0
    return np.linspace(low - margin, high + margin, GRID)


def _some(count: int) -> Array:
    """Return places at equal distances, of very many."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(int))


def _short(name: str) -> str:
    """Return a name as matplotlib shows it: short, on one line, and without formulas."""
    text = " ".join(name.split())
    return (text if len(text) <= 24 else f"{text[:23]}…").replace("$", r"\$")
