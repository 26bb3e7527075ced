"""What a frame of the page shows, computed from the net as it is."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from npnet import MLP
from npnet.engine.layers import Pass, forward, inputs, passes_of
from npnet.engine.parameters import matrices
from npnet.play.curves import number
from npnet.play.run import Learner, Run
from npnet.typing import Array

SIZE, BAND_SIZE, UNIT_SIZE, BINS = 50, 25, 20, 30
"""Points of a side of the boundary's grid, of that of an ensemble, and of a unit's; bins of a histogram."""
AT_ONCE = 512
"""Points of the grid that are predicted at once: OpenBLAS computes the products of more on several cores."""


class Views:
    """The grids of a run, whose features are computed once.

    Parameters
    ----------
    run : Run
        The run.
    """

    def __init__(self, run: Run) -> None:
        self.run, self.bounds = run, run.points.bounds()
        self.size = SIZE if run.state.members == 1 else BAND_SIZE
        self.grid, self.coarse = (run.points.features(_grid(self.bounds, size)) for size in (self.size, UNIT_SIZE))

    def data(self) -> dict[str, Any]:
        """Return the points, as the page draws them."""
        points = self.run.points
        return {
            "kind": "data", "train": _labelled(points.plane_train, points.y_train),
            "test": _labelled(points.plane_test, points.y_test), "bounds": list(self.bounds),
            "names": list(points.names), "classes": list(points.labels),
        }  # fmt: skip

    def frame(self) -> dict[str, Any]:
        """Return what a frame shows of both nets."""
        run = self.run
        # Of a net that has diverged, numbers may be too large
        with np.errstate(all="ignore"):
            first, *others = map(self._learner, run.learners)
        if others:
            first["curves"]["b"] = others[0].pop("curves")
        return {
            "kind": "frame", "epoch": run.epochs, "step": run.step, "diverged": bool(run.stopped), **first,
            "b": others[0] if others else None,
        }  # fmt: skip

    def _learner(self, learner: Learner) -> dict[str, Any]:
        loss, accuracy, test_loss, test_accuracy = learner.measured()
        net, points = learner.shown(), self.run.points
        outputs = learner.net.predict(self.grid, batch_size=AT_ONCE)
        _, gradient = net.loss_and_gradient(points.x_train, points.y_train, regularizer=learner.penalty)
        norms = [float(np.linalg.norm(part)) for part in matrices(gradient, net.widths, net.use_bias)]
        return {
            "loss": number(loss), "accuracy": number(accuracy), "test_loss": number(test_loss),
            "test_accuracy": number(test_accuracy), "curves": learner.curves.json(),
            "learning_rate": number(learner.optimizer.learning_rate),
            "boundary": {"size": self.size, **boundary(outputs, points.classes)}, "units": units(net, self.coarse),
            "weights": [_rounded(W) for W in net.weights], "biases": [_rounded(b) for b in net.biases],
            "histograms": [histogram(W) for W in net.weights], "gradient_norms": [number(norm) for norm in norms],
            "dead": dead(net, points.x_train), "slots": _slots(learner, net),
        }  # fmt: skip


def boundary(outputs: Array, classes: int) -> dict[str, Any]:
    """Return the outputs on the grid, row by row from below, as bytes; of an ensemble their mean.

    Of two classes it is the probability of the second; of more, the largest, and the class that it is of; of numbers,
    which have no classes, the number, from -1 to 1.
    """
    if outputs.ndim == 3:
        outputs = outputs.mean(axis=2)
    highest = outputs.max(axis=1)
    found: dict[str, Any] = {"classes": classes, "values": _bytes((highest if classes else (highest + 1) / 2) * 255)}
    return found | {"winner": _bytes(outputs.argmax(axis=1))} if classes > 2 else found


def passed(net: MLP, x: Array) -> list[Pass]:
    """Return each layer's arrays, (units, batch), after the engine's pass forward."""
    passes = passes_of(net.layers, len(x))
    forward(net.layers, passes, inputs(x.astype(net.dtype), net.use_bias[0]).T)
    return passes


def units(net: MLP, x: Array) -> list[list[str]]:
    """Return each hidden unit's output on a grid as bytes: 128 is 0, and 1 or 255 what is furthest from it."""
    layers = [p.y for p in passed(net, x)[:-1]]
    return [[_bytes(128 + 127 * y / max(float(abs(y).max()), 1e-12)) for y in layer] for layer in layers]


def dead(net: MLP, x: Array) -> list[float]:
    """Return the share of each hidden layer's units whose slope is 0 at all samples, so that they learn nothing."""
    slopes = [
        layer.activation.pullback(np.ones_like(p.y), p.saved) for layer, p in zip(net.layers[:-1], passed(net, x))
    ]
    return [float((slope == 0).all(axis=1).mean()) for slope in slopes]


def histogram(W: Array) -> dict[str, Any]:
    """Return how many weights are in each of some bins, from the least to the largest."""
    low, high = float(W.min()), float(W.max())
    # Between numbers that are almost equal there are no 30 others
    room = 0.0 if high - low > 1e-6 * abs(high) else max(0.5, abs(high) / 2)
    counts, _ = np.histogram(W.astype(np.float64), BINS, (low - room, high + room))
    return {"edges": [low - room, high + room], "counts": counts.tolist()}


def _slots(learner: Learner, net: MLP) -> dict[str, list[float | None]]:
    """Return the root of the mean square of the optimizer's moments, by layer."""
    found: dict[str, list[float | None]] = {}
    for name in learner.optimizer.slots:
        moment = learner.optimizer.state.get(name)
        flat = np.zeros(net.parameters.size) if moment is None else np.asarray(moment, np.float64)
        flat = flat if flat.ndim == 1 else np.ascontiguousarray(flat[:, 0])
        parts = matrices(flat, net.widths, net.use_bias)
        found[name] = [number(np.sqrt(np.mean(np.square(part)))) for part in parts]
    return found


def _grid(bounds: tuple[float, float, float, float], size: int) -> Array:
    """Return the middles of the cells of a grid, row by row from below."""
    left, right, bottom, top = bounds
    middles = (np.arange(size) + 0.5) / size
    x1, x2 = np.meshgrid(left + (right - left) * middles, bottom + (top - bottom) * middles)
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


def _labelled(plane: Array, labels: Array) -> list[list[float]]:
    return [[round(x, 4), round(y, 4), round(label, 4)] for (x, y), label in zip(plane.tolist(), labels.tolist())]


def _bytes(values: Array) -> str:
    return base64.b64encode(np.nan_to_num(np.clip(values, 0, 255)).astype(np.uint8).tobytes()).decode()


def _rounded(array: Array) -> Any:
    """Return numbers with three digits, which is what a picture of them can show."""
    if array.ndim > 1:
        return [_rounded(row) for row in array]
    return [float(f"{value:.3g}") for value in array.tolist()]
