"""The sections' text: Markdown, with formulas as code in dollar signs."""

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from npnet.language import ENGLISH, Language
from npnet.study.mathematics import lines, mathml, translated

BEFORE, FORMULA, AFTER = "[(（“]", "<math>(?:(?!</math>).)*</math>", "[,.;:?!)，。、；：？！）”]"
SIGNS = re.compile(f"{BEFORE}+{FORMULA}{AFTER}*|{FORMULA}{AFTER}+")
"""A formula in a line with the signs that belong to it, which Chromium would part from it at the end of the line."""


def with_minus(text: str) -> str:
    """Return a line of text with a minus sign, at which no line breaks, where it subtracts.

    Examples
    --------
    >>> print(with_minus("p - y, a one-step way").replace(chr(160), "~"))
    p~−~y, a one-step way
    """
    return text.replace(" - ", "\N{NO-BREAK SPACE}−\N{NO-BREAK SPACE}")


def html(text: str, say: Language = ENGLISH) -> str:
    """Return Markdown in a language as HTML; code between dollar signs, as in ``$x^2$``, is mathematics.

    A paragraph that is nothing else stands as a formula on a line of its own.

    Examples
    --------
    >>> print(html("*Two* lines.").strip())
    <p><em>Two</em> lines.</p>
    """
    markdown = MarkdownIt("commonmark", {"html": False})
    markdown.add_render_rule("code_inline", _code)
    return SIGNS.sub(r'<span class="kept">\g<0></span>', str(markdown.render(say(text), {"language": say})))


def _code(renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    content = tokens[index].content
    if not (len(content) > 2 and content.startswith("$") and content.endswith("$")):
        return str(renderer.code_inline(tokens, index, options, env))
    alone = len(tokens) == 1
    formula = translated(content[1:-1], env["language"])
    return f'<span class="formula scroll">{lines(formula)}</span>' if alone else mathml(formula)
