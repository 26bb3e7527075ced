"""Plots: bars of ratios to npnet, and the time of a step against what the cases differ in."""

import io
from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from benchmarks.race import BASE, Result
from benchmarks.tables import number, seconds
from benchmarks.workloads import FLOOR

# Okabe and Ito's colours, which colour-blind readers tell apart; npnet's is the strongest
OURS, OTHERS, FLOOR_COLOUR = "#D55E00", "#56B4E9", "#888888"
LINES = ("#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = "sD^vP*"
MULTIPLE = "time as a multiple of npnet's (right of 1: slower than npnet)"
# Benchmarks, each with one of its cases
SUMMARY = (("iris-sgd", 0), ("digits", 0), ("large-128", 0), ("converged", 0), ("predict", 0), ("ensembles", 2))


def summary(groups: list[list[Result]]) -> list[Result]:
    """Return those of the results that sum up a run."""
    found = {(result.benchmark.name, number): result for group in groups for number, result in enumerate(group)}
    return [found[key] for key in SUMMARY if key in found and BASE in found[key].times and len(found[key].times) > 1]


def draw(groups: list[list[Result]]) -> dict[str, bytes]:
    """Return the plots as PNG files, by name; benchmarks with many cases and no axis have none."""
    images = {}
    if chosen := summary(groups):
        names = [f"{result.benchmark.name}, {result.case.label}" for result in chosen]
        images["summary.png"] = _png(bars(chosen, MULTIPLE.capitalize(), names))
    for group in groups:
        benchmark = group[0].benchmark
        if benchmark.axis and len(group) > 1:
            images[f"{benchmark.name}.png"] = _png(lines(group))
        elif len(group) <= 4 and all(BASE in result.times and len(result.times) > 1 for result in group):
            labels = [result.case.label for result in group]
            images[f"{benchmark.name}.png"] = _png(bars(group, f"{benchmark.name}: {MULTIPLE}", labels))
    return images


def _png(figure: Figure) -> bytes:
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=110)
    return data.getvalue()


def bars(group: list[Result], title: str, labels: list[str]) -> Figure:
    """Return bars of the ratios to npnet, one panel for each case, with the quartiles as whiskers."""
    height = sum(len(result.times) for result in group) * 0.3 + 0.9 * len(group)
    figure = Figure(figsize=(7.5, height + 0.3), layout="constrained")
    heights = [len(result.times) + 1 for result in group]
    panels = figure.subplots(len(group), 1, height_ratios=heights, squeeze=False)[:, 0]
    for panel, result, label in zip(panels, group, labels):
        _panel(panel, result)
        panel.set_title(label, fontsize=9, loc="left")
    figure.suptitle(title, fontsize=10)
    return figure


def _panel(panel: Any, result: Result) -> None:
    spreads = {name: result.ratio(name) for name in result.times}
    ordered = sorted(((name, r) for name, r in spreads.items() if r), key=lambda item: -item[1].median)
    names, medians = [name for name, _ in ordered], [r.median for _, r in ordered]
    colours = [OURS if name == BASE else FLOOR_COLOUR if name == FLOOR else OTHERS for name in names]
    colours = ["none" if result.void(name) else colour for name, colour in zip(names, colours)]
    whiskers = [[r.median - r.low for _, r in ordered], [r.high - r.median for _, r in ordered]]
    # Bars start at 1: those of contestants that are ahead go to the left
    panel.barh(names, [m - 1 for m in medians], left=1, color=colours, xerr=whiskers, ecolor="#333333", height=0.65)
    panel.set_xscale("log")
    low, high = min(0.5, *(r.low for _, r in ordered)), max(2.0, *(r.high for _, r in ordered))
    panel.set_xlim(low / 1.4, high * (high / low) ** 0.14)
    for y, (_, r) in enumerate(ordered):
        text = "void" if result.void(names[y]) else f"{number(r.median)}×"
        panel.annotate(text, (max(r.high, 1.0), y), (5, 0), textcoords="offset points", va="center",
                       fontsize=8)  # fmt: skip
    panel.axvline(1, color="#333333", linewidth=0.8)
    panel.tick_params(labelsize=8)
    panel.plot([1] * names.count(BASE), [y for y, name in enumerate(names) if name == BASE], "o", color=OURS)
    _label(panel.xaxis, high / low, lambda value: f"{value:g}")
    panel.spines[["top", "right"]].set_visible(False)


def lines(group: list[Result]) -> Figure:
    """Return the time of a step against the cases' number, on logarithmic axes, with the floor as a dashed line."""
    figure = Figure(figsize=(7.5, 4.4), layout="constrained")
    axes = figure.subplots()
    names = list(dict.fromkeys(name for result in group for name in result.times))
    styles = iter(zip(LINES, MARKERS))
    for name in names:
        points = [(_position(r), r.times[name].spread) for r in group if name in r.times]
        colour, marker = (OURS, "o") if name == BASE else (FLOOR_COLOUR, "") if name == FLOOR else next(styles)
        x, medians = [p for p, _ in points], [s.median for _, s in points]
        style = "--" if name == FLOOR else "-"
        label = f"{name} (floor)" if name == FLOOR else name
        axes.plot(x, medians, style, color=colour, marker=marker, markersize=5, label=label)
        axes.fill_between(x, [s.low for _, s in points], [s.high for _, s in points], color=colour, alpha=0.15, lw=0)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks([_position(r) for r in group], [str(_position(r)) for r in group])
    axes.xaxis.set_minor_formatter(NullFormatter())
    every = [time for result in group for measured in result.times.values() for time in measured.spread]
    _label(axes.yaxis, max(every) / min(every), seconds)
    axes.set_xlabel(group[0].benchmark.axis)
    axes.set_ylabel(f"one {group[0].case.unit}")
    axes.set_title(group[0].benchmark.title, fontsize=10)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right upper", fontsize=8, frameon=False)
    return figure


def _label(axis: Any, span: float, text: Callable[[float], str]) -> None:
    """Label a logarithmic axis at powers of ten, and between them where there are few."""
    axis.set_major_locator(LogLocator(subs=(1,) if span > 200 else (1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: text(value)))
    axis.set_minor_formatter(NullFormatter())


def _position(result: Result) -> int:
    return int(result.case.label.split()[0])
