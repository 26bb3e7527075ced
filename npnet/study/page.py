"""The study's page: one HTML file that needs nothing beside it."""

import base64
from collections.abc import Sequence

import jinja2

from npnet.study.sections import Section


def render(sections: Sequence[Section], figures: dict[str, dict[str, bytes]]) -> str:
    """Return the page.

    Parameters
    ----------
    sections : sequence of Section
        What the page shows, in this order.
    figures : dict
        Each figure's bytes by its name and kind, ``"svg"`` or ``"png"``.
    """
    loader = jinja2.PackageLoader("npnet.study", ".")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    pictures = {name: base64.b64encode(kinds["svg"]).decode() for name, kinds in figures.items()}
    return environment.get_template("page.html.j2").render(sections=sections, pictures=pictures, zip=zip)
