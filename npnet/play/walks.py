"""Guided walks: each a choice of everything, three sentences and a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from npnet.play.choices import State


@dataclass(frozen=True)
class Walk:
    """A walk: what is chosen, what there is to see, and what to find out."""

    title: str
    chosen: Mapping[str, Any]
    """What is not as at first."""
    sentences: tuple[str, str, str]
    question: str

    @property
    def state(self) -> State:
        """All that is chosen."""
        return State().changed(self.chosen)


WALKS = (
    Walk(
        "A rate too large",
        {"widths": [8], "learning_rate": 20.0},
        (
            "Each step is the gradient times the learning rate, which is 20 here.",
            "The loss jumps: a step ends far beyond the place where its gradient was right.",
            "Make the rate smaller while it trains, which takes effect in the next step, and the curve falls.",
        ),
        "Which is the largest rate at which the loss falls in most epochs?",
    ),
    Walk(
        "A dead ReLU",
        {"widths": [8], "activations": ["relu"], "learning_rate": 8.0},
        (
            "A ReLU whose input is negative for all samples has the slope 0 for all of them, and its weights get no "
            "gradient.",
            "The large steps of the first epochs push all 8 units there: their pictures are empty, and all are counted "
            "as dead.",
            "From then on the gradient of the first layer is exactly 0, and a smaller rate does not wake it.",
        ),
        "Start again with leaky ReLU: why does the same rate kill no unit then?",
    ),
    Walk(
        "A vanishing gradient",
        {"widths": [8] * 6, "activations": ["sigmoid"] * 6, "rival": {"activations": ["relu"] * 6}},
        (
            "The slope of a sigmoid is at most 1/4, and each of the six layers multiplies the gradient by such slopes.",
            "On its way back to the first layer the gradient loses three to four powers of ten, so that the first "
            "layers hardly move.",
            "Beside it, ReLU, whose slope is 1 or 0, learns from the same weights at the same rate.",
        ),
        "By what factor does the gradient's norm fall from layer to layer, and how near is it to 1/4?",
    ),
    Walk(
        "Why standardize",
        {"data": "digits", "standardize": False, "widths": [16], "activations": ["relu"], "learning_rate": 0.3},
        (
            "The digits' components reach from about -30 to 30, and the net is given them as they are.",
            "The gradient of a weight has its input as a factor, so that the first steps are far too large, and the "
            "loss grows by powers of ten.",
            "Choose standardized inputs, of mean 0 and standard deviation 1: the same rate is right then.",
        ),
        "How small must the rate be for the loss to fall without standardizing, and how fast does it fall then?",
    ),
    Walk(
        "L1 beside L2 on the dots",
        {"widths": [11], "activations": ["relu"], "loss": "mse", "initializer": "normal", "standardize": False,
         "test_share": 0.0, "learning_rate": 0.005, "l1": 0.03, "rival": {"l1": 0.0, "l2": 0.03}},
        (
            "It is the notes' net on the dots, 2-11-1, with a penalty of strength 0.03 on its weights: L1 here, and L2 "
            "beside it.",
            "L1 pulls each weight by the same amount, whatever its size, until it is near 0; L2 pulls in proportion, "
            "so that all become smaller and few vanish.",
            "The histograms show it, and both boundaries are smoother than that without a penalty.",
        ),
        "How many lines of the drawing are left with L1 after 800 epochs, and what does a strength of 0.1 leave?",
    ),
    Walk(
        "What β does",
        {"optimizer": "sgdm", "learning_rate": 1.0, "numbers": {"beta": 0.5}, "rival": {"numbers": {"beta": 0.99}}},
        (
            "m is a mean of the gradients so far, in which that of k steps ago has a weight of (1 - β) β^k.",
            "With β = 0.5 it follows the last two or three gradients; with 0.99, beside it, some hundred, so that it "
            "starts late and then goes on for long.",
            "Later the large β pays: it averages over batches, and its curve is the smoother and, in the end, the "
            "lower one.",
        ),
        "At which epoch do the two curves cross, and how does that change with the rate?",
    ),
    Walk(
        "Adam's first steps without the correction",
        {"optimizer": "adam", "learning_rate": 0.01, "rival": {"optimizer": "uncorrected_adam"}},
        (
            "Both moments start at 0, and Adam divides them by 1 - β₁^t and 1 - β₂^t, so that its first step has the "
            "length of the rate for each weight.",
            "Beside it the correction is left out: m is 10 times too small, but the root of V about 32 times, so that "
            "the first step is about 3 times as long.",
            "Take steps one by one, apart, and compare the updates.",
        ),
        "After how many steps do both go equally far, and at which β₂ would the first step be right by chance?",
    ),
    Walk(
        "Overfitting with 20 points",
        {"samples": 40, "test_share": 0.5, "noise": 0.6, "widths": [16, 16], "optimizer": "adam",
         "learning_rate": 0.03},
        (
            "There are 20 points to learn from, 20 to test with, and 337 numbers to learn.",
            "The boundary winds around single points: the training loss goes to 0, while that of the test points turns "
            "and rises.",
            "Add L2, take away units, or add points by clicking, and see which of them helps the test loss.",
        ),
        "In which epoch is the test loss least, and what would stopping there have gained?",
    ),
    Walk(
        "SGD beside Adam on the spirals",
        {"data": "spirals", "learning_rate": 0.03, "rival": {"optimizer": "adam"}},
        (
            "Two spirals, two layers of 8, the same first weights and the same rate, 0.03.",
            "Adam measures each weight's step in the size of its own gradients, so that small ones count as much as "
            "large ones.",
            "After 100 epochs it has begun to wind, while SGD still draws a line.",
        ),
        "At which rate does SGD come as far in 300 epochs, if there is one?",
    ),
    Walk(
        "Fifty seeds",
        {"data": "xor", "widths": [3], "learning_rate": 0.3, "members": 50},
        (
            "Fifty nets with other first weights are trained in lockstep; the band holds four of five of them.",
            "Three units are enough for all but a few points, but not from each start: the upper edge of the band "
            "stays high where nets are stuck.",
            "One net alone would have shown one of these curves, and nothing of the others.",
        ),
        "How many units does it take for the band to close?",
    ),
)  # fmt: skip
