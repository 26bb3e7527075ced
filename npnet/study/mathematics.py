"""Mathematics for the page: LaTeX to MathML, made when the page is built."""

import re

from latex2mathml.converter import convert

from npnet.language import Language


def mathml(latex: str, block: bool = False) -> str:
    """Return a formula as MathML; a block stands on a line of its own.

    Examples
    --------
    >>> mathml("y")
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><mrow><mi>y</mi></mrow></math>'
    """
    return convert(latex, display="block" if block else "inline")


def translated(latex: str, say: Language) -> str:
    r"""Return a formula with the words in it in another language.

    Examples
    --------
    >>> from npnet.language import ENGLISH
    >>> translated(r"1 \text{ if } z > 0", ENGLISH)
    '1 \\text{ if } z > 0'
    """
    return re.sub(r"\\text\{( *)([^{}]*?)( *)\}", lambda text: rf"\text{{{text[1]}{say(text[2])}{text[3]}}}", latex)


def continues(latex: str) -> bool:
    r"""Return whether a line of a derivation is one side of an equation, which an equals sign then leads in.

    Examples
    --------
    >>> continues(r"y(1-y), \quad y = \sigma(z)"), continues(r"dx = \delta W^T")
    (True, False)
    """
    outermost = latex.partition(r"\quad")[0]
    while (shorter := re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]", "", outermost)) != outermost:
        outermost = shorter
    return "=" not in outermost and r"\leftarrow" not in outermost
