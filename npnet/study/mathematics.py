"""Mathematics for the page: LaTeX to MathML, made when the page is built."""

import re
from functools import cache

from math_core import LatexError, LatexToMathML

from npnet.language import Language

_CONVERTER = LatexToMathML(fancy_error=False)


@cache
def mathml(latex: str, block: bool = False) -> str:
    r"""Return a formula as MathML; a block stands on a line of its own.

    Examples
    --------
    >>> mathml("y")
    '<math><mi>y</mi></math>'
    >>> mathml(r"\tanhh y")
    Traceback (most recent call last):
      ...
    ValueError: latex: expected a formula, got \tanhh y (at 0: Unknown command "\tanhh".)
    """
    try:
        formula = _CONVERTER.convert_with_local_state(latex, displaystyle=block)
    except LatexError as error:
        raise ValueError(f"latex: expected a formula, got {latex} (at {error})") from None
    # Chromium does not repaint all of a bar that it has stretched, so that the style sheet draws one there; and it
    # leaves a bracket small that has an exponent, if no row is around it
    formula = formula.replace(">\u0332</mo></mover>", ' class="bar">\u203e</mo></mover>')
    return re.sub(r"(<m(?:sup|sub|subsup)>)(<mo [^>]*minsize[^>]*>[^<]*</mo>)", r"\1<mrow>\2</mrow>", formula)


def lines(latex: str) -> str:
    r"""Return a formula on a line of its own as MathML, in parts where it may go on in the next line.

    These end with a comma and a wide space, outside of all braces.

    Examples
    --------
    >>> lines(r"y = 2z, \quad z > 0").count("<math")
    2
    >>> lines(r"f(z) = \begin{cases} z, \quad z > 0 \end{cases}").count("<math")
    1
    """
    first, *others = re.split(r"(?<=,)\s*\\quad\b\s*", latex)
    parts = [first]
    for part in others:
        if _is_whole(parts[-1]):
            parts.append(part)
        else:
            parts[-1] += rf"\quad {part}"
    return "".join(mathml(part, block=True) for part in parts)


def _is_whole(latex: str) -> bool:
    pairs = ((r"(?<!\\)\{", r"(?<!\\)\}"), (r"\\begin\b", r"\\end\b"), (r"\\left\b", r"\\right\b"))
    return all(len(re.findall(opened, latex)) == len(re.findall(closed, latex)) for opened, closed in pairs)


def translated(latex: str, say: Language) -> str:
    r"""Return a formula with the words in it in another language.

    Examples
    --------
    >>> from npnet.language import ENGLISH
    >>> translated(r"1 \text{ if } z > 0", ENGLISH)
    '1 \\text{ if } z > 0'
    """
    return re.sub(r"\\text\{( *)([^{}]*?)( *)\}", lambda text: rf"\text{{{text[1]}{say(text[2])}{text[3]}}}", latex)
