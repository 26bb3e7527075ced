"""The figure that the reader can move: the boundaries over the epochs, as paths that a script exchanges."""

from typing import Any

import numpy as np

from npnet import datasets
from npnet.experiments.boundary_film import BoundaryFilm
from npnet.language import Language, Message
from npnet.typing import Array

SCALE = 100
"""How many units of the drawing are one of the features: paths are then short whole numbers."""
NAMES = {"none": Message("no regularizer")}


def frames(film: BoundaryFilm, language: Language) -> dict[str, Any]:
    """Return what the script needs: the epochs, and each run's name, paths, losses and accuracies at them."""
    return {
        "epochs": film.epochs,
        "runs": [
            {
                "name": language(NAMES.get(name, name)),
                "paths": [path(snapshot.lines) for snapshot in run],
                "losses": [f"{snapshot.loss:.3f}" for snapshot in run],
                "accuracies": [f"{100 * snapshot.accuracy:.0f} %" for snapshot in run],
            }
            for name, run in film.runs.items()
        ],
    }


def path(lines: tuple[Array, ...]) -> str:
    """Return polylines as one path of whole numbers; in drawings y points down.

    Examples
    --------
    >>> path((np.array([[0.0, 1.0], [0.5, -1.0]]),))
    'M0 -100L50 100'
    """
    points = [np.rint(line * [SCALE, -SCALE]).astype(int) for line in lines]
    return "".join("M" + "L".join(f"{x} {y}" for x, y in line) for line in points)


def dots() -> dict[str, list[tuple[int, int]]]:
    """Return the dots in the units of the drawing, by their label."""
    x, labels, names = datasets.load_dots()
    points = np.rint(x * [SCALE, -SCALE]).astype(int)
    return {name: [(int(a), int(b)) for a, b in points[labels == i]] for i, name in enumerate(names)}
