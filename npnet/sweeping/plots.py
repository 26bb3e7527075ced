"""Pictures of a sweep, drawn with matplotlib, with bootstrap intervals: of other seeds the table would be another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from npnet.experiments.statistics import Interval, bootstrap
from npnet.sweeping.halving import REPEATED
from npnet.typing import Array

if TYPE_CHECKING:
    import pandas

POINTS = 60
"""Epochs at which curves are drawn: more can't be told apart."""
FAILED = 0.4
"""The grey of a cell all of whose trials failed."""
LABEL: Any = {
    "ha": "center", "va": "center", "size": 7, "bbox": {"facecolor": "w", "alpha": 0.8, "linewidth": 0, "pad": 1},
}  # fmt: skip
"""How values stand on parallel axes, before the lines."""


class Table(Protocol):
    """A sweep's table, as it is drawn."""

    @property
    def settings(self) -> tuple[str, ...]:
        """The columns of the settings."""

    def frame(self) -> pandas.DataFrame:
        """Return a row for each trial."""

    def curves(self, name: str) -> dict[int, Array]:
        """Return the numbers of each epoch, by the trial."""


def made(axes: Any, width: float = 4.8) -> Any:
    """Return the axes that were given, or new ones."""
    if axes is not None:
        return axes
    from matplotlib import pyplot

    _, axes = pyplot.subplots(figsize=(width, 3.6), layout="constrained")
    return axes


def interval(values: Array) -> Interval | None:
    """Return the mean with its interval, of values that are not NaN; None where there is none."""
    known = values[~np.isnan(values)]
    return bootstrap(known, np.mean) if known.size else None


def curves(table: Table, name: str, by: str, axes: Any) -> Any:
    """Draw the mean over the trials of each value of a setting, epoch by epoch, with its interval as a band."""
    frame, found = table.frame(), table.curves(name)
    _check(by, table.settings)
    axes = made(axes)
    for label, trials in frame.groupby(by, sort=False, dropna=False).groups.items():
        # Of trials that ended early, an epoch's mean would be that of the others
        whole = [found[trial] for trial in trials if frame["status"][trial] == "done" and trial in found]
        if not whole:
            continue
        epochs = min(map(len, whole))
        places = np.unique(np.linspace(0, epochs - 1, min(epochs, POINTS)).round().astype(int))
        several = [bootstrap([curve[place] for curve in whole], np.mean) for place in places.tolist()]
        middle, low, high = np.array(several).T
        (line,) = axes.plot(places, middle, label=f"{label} ({len(whole)})", marker="o" if epochs == 1 else "")
        axes.fill_between(places, low, high, color=line.get_color(), alpha=0.25, linewidth=0)
    axes.set(xlabel="epoch", ylabel=name)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(title=by)
    return axes


def heat_map(table: Table, across: str, up: str, name: str, axes: Any) -> Any:
    """Draw a number over two settings: in each cell the mean of its trials, and the interval."""
    for setting in (across, up):
        _check(setting, table.settings)
    frame = table.frame()
    columns, rows = (list(dict.fromkeys(frame[setting])) for setting in (across, up))
    cells = {key: interval(part[name].to_numpy(float)) for key, part in _cells(frame, across, up)}
    means = np.array([
        [np.nan if (cell := cells.get((column, row))) is None else cell.estimate for column in columns] for row in rows
    ])  # fmt: skip
    axes = made(axes, max(3.6, 1.6 + 0.9 * len(columns)))
    axes.set_facecolor(str(FAILED))
    picture = axes.pcolormesh(np.ma.masked_invalid(means), cmap="viridis")
    axes.figure.colorbar(picture, ax=axes, label=name)
    for (place, other), mean in np.ndenumerate(means):
        cell = cells.get((columns[other], rows[place]))
        text = "failed" if cell is None else f"{cell.estimate:.3g}\n[{cell.low:.3g}, {cell.high:.3g}]"
        # Dark cells have light text
        light = cell is None or mean < np.nanmean([np.nanmin(means), np.nanmax(means)])
        axes.text(other + 0.5, place + 0.5, text, ha="center", va="center", size=7, color="w" if light else "k")
    axes.set_xticks(np.arange(len(columns)) + 0.5, list(map(_short, columns)))
    axes.set_yticks(np.arange(len(rows)) + 0.5, list(map(_short, rows)))
    axes.set(xlabel=across, ylabel=up)
    return axes


def _cells(frame: pandas.DataFrame, across: str, up: str) -> list[tuple[tuple[Any, Any], pandas.DataFrame]]:
    places: dict[tuple[Any, Any], list[int]] = {}
    for place, key in enumerate(zip(frame[across], frame[up])):
        places.setdefault(key, []).append(place)
    return [(key, frame.iloc[chosen]) for key, chosen in places.items()]


def parallel_coordinates(table: Table, name: str, over: Sequence[str], axes: Any) -> Any:
    """Draw a line for each combination of settings, across an axis for each and one for a number, with its interval."""
    frame = table.frame()
    settings = [setting for setting in table.settings if setting not in over]
    if not settings:
        raise ValueError("over: expected a setting that is left, got none")
    heights = {setting: _heights(frame[setting]) for setting in settings}
    axes = made(axes, 1.6 + 1.3 * (len(settings) + 1))
    drawn = [
        (chosen, found)
        for chosen in _combinations(frame, settings)
        if (found := interval(frame[name].iloc[chosen].to_numpy(float))) is not None
    ]
    low, high = (pick(ends) if drawn else 0.0 for pick, ends in zip((min, max), _ends(drawn)))
    from matplotlib import colormaps

    for chosen, found in drawn:
        place, below, above = ((end - low) / (high - low or 1) for end in found)
        path = [*(heights[setting][chosen[0]] for setting in settings), place]
        colour = colormaps["viridis"](place)
        axes.plot(range(len(path)), path, color=colour, linewidth=1)
        axes.plot([len(settings)] * 2, [below, above], color=colour, linewidth=3, alpha=0.5)
    for place, setting in enumerate(settings):
        for height, value in sorted(set(zip(heights[setting], map(_short, frame[setting])))):
            axes.text(place, height, value, **LABEL)
    for height, end in ((0, low), (1, high)):
        axes.text(len(settings), height, f"{end:.3g}", **LABEL)
    axes.set_xticks(range(len(settings) + 1), [*settings, name])
    axes.set(yticks=[], ylim=(-0.08, 1.08))
    axes.grid(axis="x", visible=True)
    return axes


def _ends(drawn: list[tuple[list[int], Interval]]) -> tuple[list[float], list[float]]:
    return [found.low for _, found in drawn], [found.high for _, found in drawn]


def _combinations(frame: pandas.DataFrame, settings: list[str]) -> list[list[int]]:
    places: dict[tuple[Any, ...], list[int]] = {}
    for place, key in enumerate(zip(*(map(repr, frame[setting]) for setting in settings))):
        places.setdefault(key, []).append(place)
    return list(places.values())


def _heights(column: pandas.Series[Any]) -> list[float]:
    """Return where each value stands between 0 and 1: in the order of numbers, or of the table."""
    values = list(dict.fromkeys(column))
    if all(isinstance(value, (int, float)) for value in values):
        values.sort()
    return [values.index(value) / max(len(values) - 1, 1) for value in column]


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else f"{value!s:.20}"


def _check(setting: str, settings: Sequence[str]) -> None:
    if setting not in settings:
        raise ValueError(f"by: expected one of the settings, {', '.join(settings)}, got {setting!r}")


def default(table: Table) -> str:
    """Return the first setting that does not repeat trials."""
    return next((name for name in table.settings if name not in REPEATED), table.settings[0])
