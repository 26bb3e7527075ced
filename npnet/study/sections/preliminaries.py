"""Section 1 of the notes: the array functions that the rest uses."""

from collections.abc import Callable
from functools import partial
from itertools import groupby

from npnet.experiments import preliminaries
from npnet.experiments.preliminaries import Example
from npnet.study.content import Executed, RunSettings, Section


def head(settings: RunSettings) -> Section:
    """Return the head of the part."""
    text = "Functions that the later sections use. Each example is run when this page is made."
    return Section("1", "Preliminaries", text)


def _section(number: str, examples: list[Example], settings: RunSettings) -> Section:
    executed = tuple(Executed(example.title, example.text, example.code, example.run()) for example in examples)
    return Section(number, examples[0].title, examples=executed)


def _sections() -> list[Callable[[RunSettings], Section]]:
    numbered = groupby(preliminaries.every(), lambda example: example.section)
    return [partial(_section, number, list(examples)) for number, examples in numbered]


SECTIONS = (head, *_sections())
