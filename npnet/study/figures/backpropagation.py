"""The figure of backpropagation: a 2-2-1 net with the numbers of one training step on its nodes and edges."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from npnet._drawing import BACK, COLOURS, INK, subplots
from npnet.experiments.one_step import OneStep
from npnet.language import Message
from npnet.typing import Array

FORWARD = COLOURS[0]
WIDTH, HEIGHT = 5.6, 4.6
"""The figure in inches, which are the units of all places in it."""
INPUTS, HIDDEN = np.array([[0.42, 3.85], [0.42, 1.45]]), np.array([[2.65, 3.85], [2.65, 1.45]])
OUTPUT, LOSS = np.array([4.88, 2.4]), np.array([4.88, 4.15])
LINE = 0.18
"""From one line of text to the next."""
LETTER = 0.046
"""Half the width of a letter."""


def one_step(step: OneStep) -> Figure:
    """Return the net of one step: what is computed forward in one colour, what is computed back in another."""
    with subplots(1, 1, WIDTH, HEIGHT) as (figure, (axes,)):
        axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
        axes.axis("off")
        inputs = [_box(axes, place, [f"x{'₁₂'[i]} = {text(step.inputs[i])}"]) for i, place in enumerate(INPUTS)]
        hidden = [_unit(axes, place, step, 0, unit) for unit, place in enumerate(HIDDEN)]
        outputs = [_unit(axes, OUTPUT, step, 1, 0)]
        error = [f"L = (p − {text(step.target)})²", f"= {text(step.loss)}"]
        loss = _box(axes, LOSS, error, [f"L ← {text(step.new_loss)}"])
        for layer, (before, behind) in enumerate(((inputs, hidden), (hidden, outputs))):
            for i, start in enumerate(before):
                for j, end in enumerate(behind):
                    # Edges that cross have their numbers before they do
                    _edge(axes, start, end, _numbers(step, layer, i, j), 0.5 if layer or i == j else 0.3)
        _edge(axes, outputs[0], loss, ([], []), 0.5)
        _legend(axes, step)
        return figure


def text(number: float) -> str:
    """Return a number in four digits, with a minus sign as wide as a plus."""
    return f"{number:.4g}".replace("-", "−")


def one_step_in_words(step: OneStep) -> str:
    """Return in words what the figure shows."""
    numbers: dict[str, Array] = {
        "x": step.inputs, "v": step.weights[0].T, "z": step.z[0], "y": step.y[0], "w": step.weights[1],
        "slope": step.slopes[0], "delta": step.deltas[0], "gv": step.weight_gradients[0].T,
        "gw": step.weight_gradients[1], "nv": step.new_weights[0].T, "nw": step.new_weights[1],
        "nb": step.new_biases[0],
    }  # fmt: skip
    named = {f"{name}{i}": text(value) for name, values in numbers.items() for i, value in enumerate(values.flat, 1)}
    return Message(
        "A net of two inputs, two hidden units and one output, with the numbers of one step. Forward, from left "
        "to right: the inputs are {x1} and {x2}. The first hidden unit has the weights {v1} and {v2}, z = {z1} "
        "and y = {y1}; the second one has the weights {v3} and {v4}, z = {z2} and y = {y2}. The output has the "
        "weights {w1} and {w2}, and p = {p}; all biases are 0. The loss is ({p} − {target})² = {loss}. Back, from"
        " right to left: δ is {delta} at the output; with the slopes {slope1} and {slope2} it is {delta1} and "
        "{delta2} at the hidden units. The gradients of the output's weights are {gw1} and {gw2}, those of the "
        "first hidden unit's {gv1} and {gv2}, those of the second one's {gv3} and {gv4}; that of a bias is its "
        "unit's δ. After the step with the rate {rate}, the output's weights are {nw1} and {nw2}, those of the "
        "first hidden unit {nv1} and {nv2}, those of the second one {nv3} and {nv4}; the biases are {bias} at the"
        " output, {nb1} and {nb2} at the hidden units. The loss is then {after}.",
        **named, p=text(step.y[1][0]), target=text(step.target), loss=text(step.loss), delta=text(step.deltas[1][0]),
        rate=text(step.learning_rate), bias=text(step.new_biases[1][0]), after=text(step.new_loss),
    )  # fmt: skip


class _Box(NamedTuple):
    """A node that was drawn: its middle, and half its width and height."""

    middle: Array
    half: Array

    def edge(self, direction: Array) -> Array:
        """Return where a line that goes from the middle in that direction leaves the box."""
        return self.middle + direction * _leaving(self.half, direction)


def _leaving(half: Array, direction: Array) -> Any:
    """Return by how many times its direction a line leaves a box around its start."""
    across = direction != 0
    return np.min(half[across] / abs(direction[across]))


def _unit(axes: Axes, middle: Array, step: OneStep, layer: int, unit: int) -> _Box:
    bias, z, y, slope, delta, new = (
        text(numbers[layer][unit])
        for numbers in (step.biases, step.z, step.y, step.slopes, step.deltas, step.new_biases)
    )
    name = "yp"[layer]
    return _box(
        axes, middle, [f"b = {bias}", f"z = {z}", f"{name} = {y}"], [f"f′ = {slope}", f"δ = {delta}", f"b ← {new}"]
    )


def _numbers(step: OneStep, layer: int, i: int, j: int) -> tuple[list[str], list[str]]:
    """Return what stands on an edge: the weight, and going back its gradient and the new weight."""
    weight, gradient, new = (
        text(matrices[layer][i, j]) for matrices in (step.weights, step.weight_gradients, step.new_weights)
    )
    return [f"w = {weight}"], [f"g = {gradient}", f"w ← {new}"]


def _box(axes: Axes, middle: Array, forward: Sequence[str], back: Sequence[str] = ()) -> _Box:
    lines = (*forward, *back)
    half = _half(lines) + [0.06, 0.05]
    (x, y), (width, height), style = middle, half, "round,pad=0,rounding_size=0.08"
    axes.add_patch(
        FancyBboxPatch(
            (x - width, y - height), 2 * width, 2 * height, style, facecolor="none", edgecolor=INK, linewidth=0.9
        )
    )
    _write(axes, middle, forward, back)
    return _Box(middle, half)


def _half(lines: Sequence[str]) -> Array:
    """Return half the width and height of lines."""
    return np.array([LETTER * max(map(len, lines), default=0), LINE * len(lines) / 2])


def _write(axes: Axes, middle: Array, forward: Sequence[str], back: Sequence[str]) -> None:
    x, y = middle
    for i, line in enumerate((*forward, *back)):
        height = y + LINE * ((len(forward) + len(back) - 1) / 2 - i)
        axes.text(x, height, line, color=FORWARD if i < len(forward) else BACK, ha="center", va="center")


def _edge(axes: Axes, start: _Box, end: _Box, lines: tuple[Sequence[str], Sequence[str]], along: float) -> None:
    """Draw an arrow forward and one back, and between them what stands there, at that part of the way."""
    direction = end.middle - start.middle
    first, last = start.edge(direction), end.edge(-direction)
    middle = first + along * (last - first)
    gap = direction * _leaving(_half([*lines[0], *lines[1]]), direction)
    for tip, tail, colour in ((first, middle - gap, BACK), (last, middle + gap, FORWARD)):
        arrow = {"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 9}
        axes.annotate("", (tip[0], tip[1]), (tail[0], tail[1]), arrowprops=arrow)
    _write(axes, middle, *lines)


def _legend(axes: Axes, step: OneStep) -> None:
    rate = text(step.learning_rate)
    forward = "→   z = Σ w·x + b,   y = f(z)"
    back = f"←   δ = f′(z) · Σ w·δ,   g = x·δ,   w ← w − {rate}·g,   b ← b − {rate}·δ"
    _write(axes, np.array([WIDTH / 2, 0.35]), [forward], [back])
