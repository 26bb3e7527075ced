"""A section's text: Markdown, with formulas in the line and on lines of their own."""

import re

import pytest

from npnet.study.prose import html
from tests.study.markup import read


def test_code_in_dollar_signs_is_a_formula_in_the_line():
    (paragraph,) = read(html("The square `$x^2$` of x.")).all("p")
    (formula,) = paragraph.all("math")
    assert "display" not in formula.attributes
    assert not paragraph.with_class("formula")


def test_a_formula_alone_stands_on_a_line_that_scrolls():
    (line,) = read(html("So:\n\n`$y = x^2$`\n")).with_class("formula")
    assert "scroll" in line.attributes["class"]
    assert line.all("math")[0].attributes["display"] == "block"


def test_other_code_stays_code():
    (paragraph,) = read(html("`$` and `x$y` and `$$`")).all("p")
    assert [code.text for code in paragraph.all("code")] == ["$", "x$y", "$$"]


X, Y, Z = (f"<math><mi>{name}</mi></math>" for name in "xyz")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("由 `$x$`，和（`$y$`）到 `$z$`。", [f"{X}，", f"（{Y}）", f"{Z}。"]),
        ("From `$x$` to (`$y$`), so.", [f"({Y}),"]),
        ("From `$x$` on", []),
        ("`$x, \\quad y$`", []),
    ],
)
def test_a_formula_in_a_line_keeps_the_signs_that_belong_to_it(text, kept):
    assert re.findall('<span class="kept">(.*?)</span>', html(text)) == kept
