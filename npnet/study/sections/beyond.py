"""The last section, which the notes do not have: the formulas that npnet has and they do not teach."""

from npnet.derivations.engine import BEYOND
from npnet.study.content import RunSettings, Section


def beyond(settings: RunSettings) -> Section:
    """Return the section of what the notes do not have."""
    text = """
The notes end here. People's own nets have other formulas too; these are npnet's, as Keras names and defines them. Each
is derived as those of the notes are, down to the line that runs.
"""
    return Section(BEYOND, "Beyond the notes", text, folded=True)


SECTIONS = (beyond,)
