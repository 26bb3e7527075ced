"""The topics, each a file of rows."""

from collections.abc import Iterator
from types import ModuleType

from . import corners, losses, memory, optimizers, precision, reporting
from .row import Row

TOPICS = {module.__name__.rpartition(".")[2]: module for module in (
    corners, losses, optimizers, precision, reporting, memory)}  # fmt: skip


def rows(only: str = "") -> dict[str, list[Row]]:
    """Return the rows of each topic whose name, question or topic contains a text."""
    chosen = {
        topic: [row for row in _of(module) if only.lower() in f"{topic} {row.name} {row.question}".lower()]
        for topic, module in TOPICS.items()
    }
    return {topic: found for topic, found in chosen.items() if found}


def _of(module: ModuleType) -> Iterator[Row]:
    for name, item in vars(module).items():
        if isinstance(item, type) and issubclass(item, Row) and item.__module__ == module.__name__ and name[0] != "_":
            yield item()
