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
        {"learning_rate": 8.0, "widths": [8], "activations": ["tanh"]},
        (
            "Each step is the gradient times the learning rate, and this rate is 8.",
            "The loss jumps up and down in place of falling: the steps end far beyond where the gradient was true.",
            "Lower the rate while it runs; it takes effect in the next step.",
        ),
        "Which is the largest rate at which the loss still falls in most epochs?",
    ),
)
