"""Learning curves, drawn with matplotlib: losses and accuracies over the epochs."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from npnet.typing import Array

PANELS = (("loss", "val_loss"), ("accuracy", "val_accuracy"))
"""What is drawn together: of the training, and of the validation data."""


def learning_curves(epochs: range, columns: Mapping[str, Array], middle: Mapping[str, Array], axes: Any) -> Array:
    """Draw the columns of a history, and return the axes.

    Parameters
    ----------
    epochs : range
        The numbers of the epochs.
    columns : mapping of str to ndarray
        The numbers of each epoch, shape (epochs[, members]).
    middle : mapping of str to ndarray
        Of a single net the same, of an ensemble the members' medians, shape (epochs,).
    axes : Axes, a sequence of them, or None
        Where to draw; None makes a figure.
    """
    panels = [names for names in PANELS if any(name in columns for name in names)]
    drawn = _made(len(panels)) if axes is None else np.ravel(axes)
    if len(drawn) != len(panels):
        shown = " and ".join(names[0] for names in panels)
        raise ValueError(f"axes: expected {len(panels)}, for {shown}, got {len(drawn)}")
    if not all(hasattr(one, "plot") for one in drawn):
        raise ValueError(f"axes: expected Axes of matplotlib, got {axes!r:.60}")
    for panel, names in zip(drawn, panels):
        _draw(panel, names, epochs, columns, middle)
    return drawn


def _made(panels: int) -> Array:
    from matplotlib import pyplot

    _, axes = pyplot.subplots(1, panels, figsize=(4.8 * panels, 3.6), squeeze=False, layout="constrained")
    return np.ravel(axes)


def _draw(
    axes: Any, names: tuple[str, str], epochs: range, columns: Mapping[str, Array], middle: Mapping[str, Array]
) -> None:
    """Draw what was recorded of a training and of its validation."""
    for name, label, colour in zip(names, ("training", "validation"), ("C0", "C1")):
        if name not in columns:
            continue
        if columns[name].ndim == 2:
            axes.plot(epochs, columns[name], color=colour, alpha=0.3, linewidth=0.8)
            label += f", median of {columns[name].shape[1]} members"
        if name in middle:
            # One epoch is a point, which has no line
            axes.plot(epochs, middle[name], color=colour, label=label, marker="o" if len(epochs) == 1 else "")
    axes.set(xlabel="epoch", ylabel=names[0])
    axes.xaxis.get_major_locator().set_params(integer=True)
    if axes.get_legend_handles_labels()[1]:
        axes.legend()
