"""The report of a training: one page that needs nothing beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from npnet._drawing import COLOURS, inline
from npnet._templates import environment
from npnet.language import Language, Message, separated
from npnet.tabular.features import CategoryFeature, NumberFeature
from npnet.tabular.training.outcome import Outcome

CAPTIONS: Mapping[str, str] = {
    "learning-curves": Message("What was recorded over the epochs, losses with the penalty; the dotted line is the "
                               "epoch that was kept."),
    "confusion": Message("How many rows of each class, from top to bottom, are taken for each class, from left to "
                         "right. The darker a field, the larger its share of the row."),
    "predicted": Message("Predictions over the true numbers. Right ones are on the line."),
    "surface": Message("What is predicted for all pairs of the two inputs, and rows that were measured."),
}  # fmt: skip
"""What is said of each figure."""
WORDS = (
    Message("epoch"), Message("loss"), Message("accuracy"), Message("training"), Message("validation"),
     Message("kept"), Message("true"), Message("predicted"), Message("right"),
)  # fmt: skip
"""The texts in figures that are not names of columns and classes."""
KINDS = {"number": Message("number"), "category": Message("category"), "truth": Message("truth value")}
MOST_CATEGORIES = 20


def render(outcome: Outcome, drawings: Mapping[str, bytes], say: Language) -> str:
    """Return the page in one language; `drawings` are the figures as SVG, by their names."""
    templates = environment("npnet.tabular.training", say)
    return templates.get_template("report.html.j2").render(
        outcome=outcome,
        figures=[(CAPTIONS[name], Markup(_inline(outcome, name, svg, say))) for name, svg in drawings.items()],
        columns=[(one.name, KINDS[one.kind], _of(one)) for one in outcome.model.preparation.features],
        rules=vars(outcome.model.preparation.rules),
        colours=COLOURS,
        unbroken=_unbroken,
        say=say,
    )


def _inline(outcome: Outcome, name: str, svg: bytes, say: Language) -> str:
    # A class may be called "loss", and keeps its name
    target = outcome.model.preparation.target
    names = {*(outcome.classes or ()), *outcome.model.preparation.names, target.name if target else ""}
    drawn = inline(svg, name, say(CAPTIONS[name]), {word: say(word) for word in WORDS if word not in names})
    return re.sub(r'viewBox="0 0 (\S+) [^"]*"', _sized, drawn, count=1)


def _sized(box: re.Match[str]) -> str:
    """Return a figure's box with its own size, so that the letters of all are as large; on narrow screens two thirds.

    Where that is too wide still, it is scrolled: smaller letters can't be read.
    """
    width = float(box[1])
    return f'{box[0]} style="width: {width:g}pt; min-width: {2 * width / 3:g}pt"'


def _unbroken(text: str) -> Markup:
    """Return text whose numbers have no line break after the sign of their exponent."""
    return Markup(re.sub(r"\d[\d.]*e-\d+", r"<span>\g<0></span>", str(escape(text))))


def _of(feature: Any) -> str:
    """Return what is known of a column from the rows that were trained on."""
    if isinstance(feature, NumberFeature):
        return Message("mean {mean:.6g}, standard deviation {deviation:.6g}", mean=feature.mean,
                       deviation=feature.deviation)  # fmt: skip
    if isinstance(feature, CategoryFeature):
        some = separated(feature.categories[:MOST_CATEGORIES])
        rest = feature.width - MOST_CATEGORIES
        return Message("{names}, and {count} more", names=some, count=rest) if rest > 0 else some
    return ""
