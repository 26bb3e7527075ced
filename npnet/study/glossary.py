"""The helpers of the derivations' code: each defined where the page first uses it, and linked from every use."""

from collections.abc import Iterable
from typing import NamedTuple

from npnet.derivations import Derivation
from npnet.derivations.engine.helpers import Helper, helpers


class Entry(NamedTuple):
    """A definition, and the part of a link that leads to it."""

    anchor: str
    helper: Helper


class Glossary(NamedTuple):
    """What a derivation's code needs to be read."""

    defined: list[Entry]
    """The helpers that no derivation before this one has used."""
    links: dict[str, str]
    """Where each name in its code leads."""


def glossaries(derivations: Iterable[Derivation]) -> dict[str, Glossary]:
    """Return the glossary of each derivation by its name; they come in the order of the page.

    Examples
    --------
    >>> from npnet.derivations import get
    >>> first, second = glossaries([get("momentum"), get("adagrad")]).values()
    >>> [entry.helper.name for entry in first.defined], second.defined
    (['moving_averages', 'decaying_weights', 'take_steps'], [])
    >>> second.links
    {'take_steps': '#helper-take-steps'}
    """
    anchors: dict[Helper, str] = {}
    found = {}
    for derivation in derivations:
        glossary = Glossary([], {})
        for helper in helpers(derivation):
            if helper not in anchors:
                anchors[helper] = _anchor(helper.name, set(anchors.values()))
                glossary.defined.append(Entry(anchors[helper], helper))
            glossary.links[helper.name] = f"#{anchors[helper]}"
        found[derivation.name] = glossary
    return found


def _anchor(name: str, taken: set[str]) -> str:
    """Return a part of a link that is not taken: two files may give one name to two constants."""
    anchor = f"helper-{name.strip('_').replace('_', '-').lower()}"
    count = sum(other == anchor or other.startswith(f"{anchor}--") for other in taken)
    return f"{anchor}--{count + 1}" if count else anchor
