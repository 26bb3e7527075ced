r"""Formulas as text in two dimensions, in Unicode: fractions have a bar, brackets and roots grow with what they hold.

The library that makes the page's formulas, math-core, reads the LaTeX; SymPy's pictures of text put parts together.

Examples
--------
>>> print(picture(r"\frac{1}{1+e^{-z}}").text)
   1
───────
1 + e⁻ᶻ
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import math_core
from sympy.printing.pretty import pretty_symbology
from sympy.printing.pretty.stringpict import stringPict

__all__ = ["SUBSCRIPTS", "SUPERSCRIPTS", "Picture", "picture"]

_CONVERTER = math_core.LatexToMathML(fancy_error=False)
SUPERSCRIPTS = dict(
    zip("0123456789+−=()′abcdefghijklmnoprstuvwxyzTβγδφχ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾′ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵝᵞᵟᵠᵡ")
)
SUBSCRIPTS = dict(zip("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"))
# Over one character; over more a bar is drawn
_ACCENTS = {"ˆ": "\u0302", "¯": "\u0304", "‾": "\u0304", "\u0332": "\u0304", "~": "\u0303"}
_BRACKETS = {"(": ")", "[": "]", "{": "}", "|": "|", "⌈": "⌉"}
# SymPy's names of brackets that it does not know by their characters
_NAMES = {"⌈": "lceil", "⌉": "rceil"}
_RELATIONS = "=<>≤≥≠←→⇒∼≈∈"
_OPERATORS = "+−±·∘×⋅"
_MARKS = "∑/′"
_APPLY = "\u2061"


class Picture(NamedTuple):
    """A formula as lines of text."""

    text: str
    baseline: int
    """The number of the line that the formula stands on, counted from 0: that of a fraction's bar."""


class _Part(NamedTuple):
    """A part of a row."""

    picture: Any
    kind: str
    """"symbol", "name" of several letters, "group" in brackets, "relation", "operator", "sign", "sum", "comma" or
    "space"."""


def picture(latex: str, width: int = 80) -> Picture:
    r"""Return a formula's picture; one that is wider than `width` goes on below, where a row can be broken.

    Raises
    ------
    ValueError
        If the LaTeX can't be read, or has what no picture is known of; or if a part is wider.

    Examples
    --------
    >>> print(picture(r"\sqrt{x_1} \cdot \tanh'(z)").text)
      ___
    ╲╱ x₁ ⋅ tanh′(z)
    """
    try:
        mathml = _CONVERTER.convert_with_local_state(latex, displaystyle=True)
    except math_core.LatexError as error:
        raise ValueError(f"latex: {error} in {latex}") from error
    unicode = pretty_symbology.pretty_use_unicode(True)
    try:
        parts = _parts(ElementTree.fromstring(mathml.replace("&ApplyFunction;", _APPLY)))
        lines = list(_lines(parts, width))
    finally:
        pretty_symbology.pretty_use_unicode(unicode)
    text = "\n".join(row.rstrip() for line in lines for row in line.picture)
    if max(line.width() for line in lines) > width:
        raise ValueError(f"width: expected more than {width} for {latex}")
    return Picture(text, lines[0].baseline)


def _lines(parts: Sequence[_Part], width: int) -> Iterator[Any]:
    """Yield rows of that width at most, broken before relations and operators and after wide spaces."""
    starts = [i for i, part in enumerate(parts) if i and part.kind in ("relation", "operator")]
    starts = sorted({*starts, *(i + 1 for i, part in enumerate(parts) if part.kind == "space")})
    begin = 0
    while _joined(parts[begin:]).width() > width - (begin > 0) * 4:
        fitting = [i for i in starts if i > begin and _joined(parts[begin:i]).width() <= width - (begin > 0) * 4]
        if not fitting:
            break
        # A new statement is the best place
        best = [i for i in fitting if parts[i - 1].kind == "space"] or fitting
        yield _indented(parts[begin : best[-1]], begin > 0)
        begin = best[-1]
    yield _indented(parts[begin:], begin > 0)


def _indented(parts: Sequence[_Part], further: bool) -> Any:
    return _beside("    ", _joined(parts)) if further else _joined(parts)


def _beside(*pictures: Any) -> Any:
    first, *others = (stringPict(one) if isinstance(one, str) else one for one in pictures)
    return stringPict(*first.right(*others))


def _joined(parts: Sequence[_Part], tight: bool = False) -> Any:
    """Return the parts side by side, with the spaces that mathematics has between them."""
    pictures: list[Any] = [""]
    for before, part in zip((None, *parts), parts):
        if part.kind != "space":
            pictures += [" " * (before is not None and _apart(before, part, tight)), part.picture]
        elif part is not parts[-1]:
            pictures.append("   ")
    return _beside(*pictures)


def _apart(before: _Part, part: _Part, tight: bool) -> bool:
    """Return whether there is a space between two parts."""
    kinds = before.kind, part.kind
    if part.kind == "comma" or "space" in kinds or before.kind == "sign":
        return False
    if tight:
        return kinds == ("name", "symbol")
    if kinds == ("relation", "relation"):
        return False
    if before.kind == "comma" or {"relation", "operator", "sum"} & set(kinds):
        return True
    if before.picture.height() > 1 and before.kind != "group":
        return True
    return part.kind != "group" and (part.picture.height() > 1 or "name" in kinds)


def _parts(node: Element) -> list[_Part]:
    """Return the parts of a row, with all that stands in brackets as one part."""
    open_rows: list[tuple[str, list[_Part]]] = [("", [])]
    for child in _flat(node):
        base, scripts = _script(child)
        mark = (base.text or "") if base.tag == "mo" else ""
        inside, row = open_rows[-1]
        if mark in _BRACKETS.values() and inside and mark == _BRACKETS[inside]:
            open_rows.pop()
            group = stringPict(*_joined(row).parens(_NAMES.get(inside, inside), _NAMES.get(mark, mark)))
            open_rows[-1][1].append(_Part(_scripted(group, scripts), "group"))
        elif mark in _BRACKETS:
            open_rows.append((mark, []))
        elif (part := _part(child, row[-1] if row else None)) is not None:
            row.append(part)
    if len(open_rows) > 1:
        raise ValueError(f"latex: expected {_BRACKETS[open_rows[-1][0]]}, got the end")
    return open_rows[0][1]


def _flat(node: Element) -> Iterator[Element]:
    """Yield the children of a row, and of the rows in it."""
    for child in node:
        if child.tag == "mrow":
            yield from _flat(child)
        else:
            yield child


def _script(node: Element) -> tuple[Element, dict[str, Element]]:
    """Return what scripts stand at, and the scripts."""
    places = {"msub": ("sub",), "msup": ("super",), "msubsup": ("sub", "super")}.get(node.tag, ())
    return (node[0], dict(zip(places, node[1:]))) if places else (node, {})


def _part(node: Element, before: _Part | None) -> _Part | None:
    """Return a part of a row, and None for what is not seen."""
    text = (node.text or "").strip() if len(node) == 0 else ""
    match node.tag:
        case "mi" | "mn" | "mtext":
            several = len(text) > 1 and node.tag != "mn"
            return _Part(stringPict(text), "name" if several else "symbol")
        case "mo":
            return _operator(text, before)
        case "mspace":
            wide = float(node.get("width", "0em").removesuffix("em")) >= 1
            return _Part(stringPict(""), "space") if wide else None
        case "mfrac":
            above, below = (_joined(_parts_of(child)) for child in node)
            return _Part(stringPict(stringPict.stack(above, stringPict.LINE, below)[0], above.height()), "symbol")
        case "msqrt":
            return _Part(_root(_joined(_parts(node))), "symbol")
        case "mover" if (node[1].text or "") in _ACCENTS:
            return _Part(_accented(_joined(_parts_of(node[0])), node[1].text or ""), "symbol")
        case "munder" | "mover" | "munderover":
            return _Part(_limits(node), "sum")
        case "msub" | "msup" | "msubsup":
            base, scripts = _script(node)
            inner = _parts_of(base)
            kind = inner[0].kind if len(inner) == 1 else "symbol"
            return _Part(_scripted(_joined(inner), scripts), kind)
    raise ValueError(f"latex: expected what a picture is known of, got <{node.tag}> {text}")


def _parts_of(node: Element) -> list[_Part]:
    """Return the parts of a row, or of one thing that stands alone."""
    row = Element("mrow")
    row.append(node)
    return _parts(row)


def _operator(text: str, before: _Part | None) -> _Part | None:
    if text in ("", _APPLY, "\u2062", "\u2063"):
        return None
    if text in _RELATIONS:
        return _Part(stringPict(text), "relation")
    if text in _OPERATORS:
        alone = before is None or before.kind in ("relation", "operator", "comma", "space", "sum")
        return _Part(stringPict(text), "sign" if alone else "operator")
    if text in ",;":
        return _Part(stringPict(text), "comma")
    if text in _MARKS:
        return _Part(stringPict(text), "sum" if text == "∑" else "symbol")
    raise ValueError(f"latex: expected an operator that is known, got {text}")


def _accented(base: Any, accent: str) -> Any:
    if base.width() == base.height() == 1:
        return stringPict(unicodedata.normalize("NFC", base.picture[0] + _ACCENTS[accent]))
    return stringPict(*base.above("_" * base.width()))


def _root(inside: Any) -> Any:
    height, width = inside.height(), inside.width()
    if width == height == 1:
        return stringPict("√" + inside.picture[0])
    slope = [" " * (height - i) + "╱" + " " * i for i in range(height)]
    slope[-1] = "╲" + slope[-1][1:]
    rows = [" " * (height + 1) + "_" * (width + 1), *(a + " " + b for a, b in zip(slope, inside.picture))]
    return stringPict("\n".join(rows), inside.baseline + 1)


def _limits(node: Element) -> Any:
    """Return a sum with what stands above and below it."""
    base = _joined(_parts_of(node[0]))
    limits = [_joined(_parts_of(child), tight=True) for child in node[1:]]
    if node.tag != "mover":
        base = stringPict(*base.below(limits[0]))
    return base if node.tag == "munder" else stringPict(*base.above(limits[-1]))


def _scripted(base: Any, scripts: dict[str, Element]) -> Any:
    """Return a picture with its scripts: as characters where there are such, else in the rows above and below."""
    drawn = {place: _joined(_parts_of(node), tight=True) for place, node in scripts.items()}
    small = {place: _small(one, SUPERSCRIPTS if place == "super" else SUBSCRIPTS) for place, one in drawn.items()}
    if base.height() == 1 and all(small.values()):
        return _beside(base, *(small[place] for place in ("sub", "super") if place in small))
    above, below = (drawn[place].picture if place in drawn else [] for place in ("super", "sub"))
    rows = [*above, *[""] * base.height(), *below]
    width = max(map(len, rows))
    return _beside(base, stringPict("\n".join(row.ljust(width) for row in rows), len(above) + base.baseline))


def _small(drawn: Any, characters: dict[str, str]) -> str:
    text = drawn.picture[0]
    return "".join(characters[one] for one in text) if drawn.height() == 1 and set(text) <= set(characters) else ""
