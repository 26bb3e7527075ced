"""Highlighted code for the page, in colours for light and for dark, each line in a box of its own."""

import re
from collections.abc import Mapping
from functools import cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

LEXER, FORMATTER = PythonLexer(), HtmlFormatter(nowrap=True)
STYLES = {"light": "xcode", "dark": "zenburn"}
"""The colours for each scheme: all have a contrast of 4.5 or more on the page."""


def python(code: str, links: Mapping[str, str] | None = None) -> str:
    """Return Python code as HTML, each line in a span that knows its indentation: where it wraps, it hangs.

    Parameters
    ----------
    code : str
        The code.
    links : mapping or None
        Where names that stand in the code lead.

    Examples
    --------
    >>> print(python("x", {"x": "#helper-x"}))
    <span class="line"><a href="#helper-x"><span class="n">x</span></a>
    </span>
    """
    shown = _highlighted(code.rstrip("\n"))
    for name, target in (links or {}).items():
        # The name of a method is another one
        use = rf'(?<!<span class="o">\.</span>)<span class="n">{name}</span>'
        shown = re.sub(use, rf'<a href="{target}">\g<0></a>', shown)
    indents = (len(line) - len(line.lstrip(" ")) for line in code.splitlines())
    return "".join(map(_line, shown.split("\n"), indents))


# The pages of all languages show the same code
@cache
def _highlighted(code: str) -> str:
    return highlight(code, LEXER, FORMATTER).rstrip("\n")


def _line(shown: str, indent: int) -> str:
    # A line break at the end of a box is there for who copies the code, and takes no room
    style = f' style="--indent: {indent}ch"' if indent else ""
    return f'<span class="line"{style}>{shown}\n</span>'


def colours(style: str, selector: str = ".code") -> str:
    """Return the style sheet that colours code, inside of what a selector finds, on the page's own background."""
    formatter = HtmlFormatter(style=style, nobackground=True)
    return "\n".join(formatter.get_token_style_defs(selector))
