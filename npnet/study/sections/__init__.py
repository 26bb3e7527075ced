"""The study's sections in the notes' order, 3.3 and 6 its own: what is said and run, with tables and figures."""

from collections.abc import Callable

from npnet.study.content import RunSettings, Section
from npnet.study.sections import (
    activations,
    backpropagation,
    beyond,
    complexity,
    losses,
    optimizers,
    preliminaries,
    regularization,
)

SECTIONS: tuple[Callable[[RunSettings], Section], ...] = (
    *preliminaries.SECTIONS,
    *complexity.SECTIONS,
    *activations.SECTIONS,
    *losses.SECTIONS,
    *backpropagation.SECTIONS,
    *regularization.SECTIONS,
    *optimizers.SECTIONS,
    *beyond.SECTIONS,
)
"""Each makes one section."""
