"""Highlighted code for the page, in colours for light and for dark."""

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

STYLES = {"light": "xcode", "dark": "zenburn"}
"""The colours for each scheme: all have a contrast of 4.5 or more on the page."""


def python(code: str) -> str:
    """Return Python code as HTML spans, without a box around them."""
    return highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")


def colours(style: str) -> str:
    """Return the style sheet that colours code on the page's own background."""
    formatter = HtmlFormatter(style=style, nobackground=True)
    return "\n".join(formatter.get_token_style_defs(".code"))
