"""How figures look, and how they become files and part of a page."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape, unescape
from io import BytesIO
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text

# Okabe and Ito's colours, which readers with any common colour blindness can tell apart
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))
INK = "#22262A"
"""The colour of all that is neither paper nor data: text, axes, boundaries."""
BACK = "#A94400"
"""The second colour, dark enough for text: what goes back through a net."""

STYLE: Any = {
    "axes.edgecolor": INK,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    # No axes have ticks above, beside which a title's place would have to be looked for
    "axes.titley": 1.0,
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "grid.alpha": 0.25,
    "grid.color": INK,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "svg.fonttype": "none",
    "svg.hashsalt": "npnet",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


@contextmanager
def subplots(
    rows: int, columns: int, width: float, height: float, **options: Any
) -> Iterator[tuple[Figure, list[Axes]]]:
    """Give a new figure of that size in inches, in the study's style, with its axes."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
        axes = figure.subplots(rows, columns, squeeze=False, **options)
        yield figure, list(axes.flat)


def render(figure: Figure, kinds: Iterable[str] = ("svg", "png")) -> dict[str, bytes]:
    """Return a figure as SVG and PNG, or one of them; the same figure gives the same bytes."""
    nothing: Any = {"svg": dict.fromkeys(["Creator", "Date", "Format", "Type"]), "png": {"Software": None}}
    rendered = {}
    with matplotlib.rc_context({**STYLE, "figure.constrained_layout.use": False}):
        _lay_out(figure)
        for kind in kinds:
            buffer = BytesIO()
            figure.savefig(buffer, format=kind, dpi=150, metadata=nothing[kind])
            rendered[kind] = buffer.getvalue()
    return rendered


def _lay_out(figure: Figure) -> None:
    """Find where things stand, once and as in the SVG file; savefig would draw the figure twice for each file."""
    engine = figure.get_layout_engine()
    if engine is not None:
        FigureCanvasSVG(figure)
        engine.execute(figure)
        # No engine at all, as this style has none: for "none", which does nothing, savefig draws twice as well
        figure.set_layout_engine(None)


def labels(figure: Figure) -> list[str]:
    """Return the texts in a figure; those that were given as messages are still messages."""
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def inline(svg: bytes, name: str, alternative: str, translated: Mapping[str, str]) -> str:
    """Return an SVG file of `render` as an element of the page, with its labels in another language.

    Its ids begin with the figure's name, so that no two are the same; its ink and the colours of its data become those
    of the page's style sheet, which has others for dark, and its paper is left out. Of places, the digits beyond a
    hundredth of a point are left out.
    """
    root = svg.decode()
    root = root[root.index("<svg") :]
    root = re.sub(r"<defs>\s*<style.*?</defs>", "", root, count=1, flags=re.DOTALL)
    root = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", root)
    root = re.sub(r'(?<= [dxy]=")[^"]+', lambda places: re.sub(r"(\.\d\d)\d+", r"\1", places[0]), root)
    view = re.search(r'viewBox="[^"]*"', root)
    assert view is not None
    label = f'<svg {view[0]} role="img" aria-label="{escape(alternative)}">'
    root = label + root[root.index(">") + 1 :]
    for colour, variable in {"#ffffff": "none", INK: "currentColor", BACK: "var(--back)", **_variables()}.items():
        root = re.sub(colour, variable, root, flags=re.IGNORECASE)
    return re.sub(r"(<text\b[^>]*>)([^<]*)(?=</text>)", lambda found: found[1] + _label(found[2], translated), root)


def _label(text: str, translated: Mapping[str, str]) -> str:
    return escape(translated.get(unescape(text), unescape(text)), quote=False)


def _variables() -> dict[str, str]:
    return {colour: f"var(--data-{i})" for i, colour in enumerate(COLOURS)}
