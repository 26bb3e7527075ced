"""What the reference adds to Sphinx: formulas as MathML, and links from docstrings to derivations."""

import inspect
import re
from typing import Any

from docutils.nodes import SkipNode, math, math_block
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from npnet.study.api.names import DERIVATION
from npnet.study.mathematics import mathml

_LOGGER = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the renderer and the links; Sphinx calls this."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    app.connect("autodoc-process-docstring", _link)
    # Before napoleon rewrites the sections
    app.connect("autodoc-process-docstring", _mend, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator: HTML5Translator, node: math) -> None:
    translator.body.append(_formula(node, block=False))
    raise SkipNode


def _block(translator: HTML5Translator, node: math_block) -> None:
    translator.body.append(f'<div class="formula">{_formula(node, block=True)}</div>\n')
    raise SkipNode


def _formula(node: math | math_block, block: bool) -> str:
    try:
        return mathml(node.astext(), block)
    except ValueError as error:
        _LOGGER.warning("%s", error, location=node)
        return ""


def _link(_app: Sphinx, _what: str, _name: str, _value: Any, _options: Any, lines: list[str]) -> None:
    # The reference lies in a folder beside the study's page
    lines[:] = [re.sub(DERIVATION, r"`npnet derive \1 <../index.html#derivation-\1>`__", line) for line in lines]


def _mend(_app: Sphinx, what: str, _name: str, value: Any, _options: Any, lines: list[str]) -> None:
    text = "\n".join(lines).strip()
    if text.startswith("Alias for field number"):
        lines.clear()
    # An object without a docstring of its own has that of its class, which the class's entry shows
    if what == "data" and text == inspect.getdoc(type(value)):
        kind, module = type(value).__qualname__, type(value).__module__
        lines[:] = [] if module == "builtins" else [f"An instance of `~{module}.{kind}`."]
    if what in ("attribute", "data", "property"):
        # In a first line, napoleon takes what stands before a colon for the type: let that line be an empty comment
        lines[:] = ["..", "", *lines]
