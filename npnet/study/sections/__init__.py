"""The study's sections in the notes' order: what is said and run, and the tables and figures made from it."""

from collections.abc import Callable

from npnet.study.content import RunSettings, Section
from npnet.study.sections import activations, complexity, losses, optimizers, preliminaries, regularization

SECTIONS: tuple[Callable[[RunSettings], Section], ...] = (
    *preliminaries.SECTIONS,
    *complexity.SECTIONS,
    *activations.SECTIONS,
    *losses.SECTIONS,
    *regularization.SECTIONS,
    *optimizers.SECTIONS,
)
"""Each makes one section."""
