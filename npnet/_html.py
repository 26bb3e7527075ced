"""HTML for notebooks: plain tables and small curves, in the colours of the notebook, light or dark."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape

import numpy as np

from npnet.typing import Array

WIDTH, HEIGHT = 120, 22
"""The size of a curve in pixels."""
POINTS = 200
"""How many numbers of a curve are drawn at most: more than it is wide would not be seen."""


class Markup(str):
    """HTML that is part of a cell as it is; other text is escaped."""


class Shown(str):
    """Text that a notebook shows as HTML, and that is text in every other respect.

    Parameters
    ----------
    text : str
        The text.
    html : str
        The HTML.
    """

    html: str

    def __new__(cls, text: str, html: str) -> Shown:
        """Return the text, which keeps the HTML."""
        made = super().__new__(cls, text)
        made.html = html
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        # What a copy is made from
        return str(self), self.html

    def _repr_html_(self) -> str:
        return self.html


def table(
    header: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "", numbers: Collection[str] = ()
) -> Markup:
    """Return a table.

    Parameters
    ----------
    header : sequence of str
        The columns' names.
    rows : iterable of sequences
        The cells: `Markup` stands as it is, all else as text.
    caption : str
        A line above the table.
    numbers : collection of str
        The columns that hold numbers, which stand to the right.

    Examples
    --------
    >>> print(table(["n", "is"], [[1, "< 2"]], numbers=["n"]))
    <table><thead><tr><th style="text-align: right">n</th><th style="text-align: left">is</th></tr></thead>
    <tbody><tr><td style="text-align: right">1</td><td style="text-align: left">&lt; 2</td></tr></tbody></table>
    """
    # Notebooks put all cells to the right
    sides = ["right" if name in numbers else "left" for name in header]
    above = f'<caption style="text-align: left">{_text(caption)}</caption>' if caption else ""
    body = "\n".join(_row("td", row, sides) for row in rows)
    return Markup(f"<table>{above}<thead>{_row('th', header, sides)}</thead>\n<tbody>{body}</tbody></table>")


def _row(tag: str, cells: Sequence[object], sides: Sequence[str]) -> str:
    inside = (f'<{tag} style="text-align: {side}">{_text(cell)}</{tag}>' for cell, side in zip(cells, sides))
    return f"<tr>{''.join(inside)}</tr>"


def _text(cell: object) -> str:
    return cell if isinstance(cell, Markup) else escape(str(cell))


def code(text: str) -> Markup:
    """Return code, whose lines stay as they are."""
    return Markup(f'<pre style="margin: 0"><code>{escape(text)}</code></pre>')


def formula(latex: str) -> Markup:
    r"""Return a formula, which notebooks set where they have MathJax or KaTeX.

    Examples
    --------
    >>> print(formula("y < 1"))
    $\displaystyle y &lt; 1$
    """
    return Markup(rf"$\displaystyle {escape(latex)}$")


def curve(values: Array, name: str) -> Markup:
    """Return numbers as a small curve, from the least at its foot to the greatest at its top.

    Those that are not finite are left out; of many, some at equal distances are drawn.

    Examples
    --------
    >>> print(curve(np.array([2.0, 0.0, 1.0]), "loss"))
    <svg width="120" height="22" role="img" aria-label="loss: 2 first, 1 last, 0 to 2 between">\
<path d="M1 1L60 21L119 11" fill="none" stroke="currentColor"/></svg>
    """
    chosen = np.unique(np.linspace(0, len(values) - 1, min(len(values), POINTS)).round().astype(int))
    places = chosen[np.isfinite(values[chosen])]
    if len(places) < 2:
        return Markup("")
    y = values[places]
    low, high = y.min(), y.max()
    # Of numbers up to 1, no difference overflows; in drawings y points down
    unit = y / (abs(y).max() or 1)
    down = (unit.max() - unit) / np.ptp(unit) if high > low else np.full(len(y), 0.5)
    across = places / (len(values) - 1)
    points = np.rint([1 + across * (WIDTH - 2), 1 + down * (HEIGHT - 2)]).astype(int).T
    label = f"{name}: {y[0]:.3g} first, {y[-1]:.3g} last, {low:.3g} to {high:.3g} between"
    path = "M" + "L".join(f"{a} {b}" for a, b in points)
    return Markup(
        f'<svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{escape(label)}">'
        f'<path d="{path}" fill="none" stroke="currentColor"/></svg>'
    )
