"""Section 1 of the notes: the array functions that the rest uses."""

from npnet.study.content import Section, Settings


def preliminaries(settings: Settings) -> Section:
    """Return the head of the part."""
    text = "Four functions that the later sections use. Each example is run when this page is made."
    return Section("1", "Preliminaries", text)


SECTIONS = (preliminaries,)
