"""Figures as parts of the page: their colours, ids and places."""

import re

import pytest

from npnet._drawing import BACK, COLOURS, INK, inline, labels, render, subplots
from npnet.language import Message
from tests.study.markup import read


@pytest.fixture(scope="module")
def figure():
    with subplots(1, 1, 3, 2) as (figure, (axes,)):
        axes.plot([0, 1 / 3], [0, 1 / 7], color=COLOURS[0])
        axes.set_title("0.12345", color=BACK)
        return figure


@pytest.fixture(scope="module")
def drawing(figure):
    return inline(render(figure)["svg"], "name", 'An "alternative" < text', {})


def test_a_figure_is_an_image_with_its_alternative_text(drawing):
    (svg,) = read(drawing).all("svg")
    assert (svg.attributes["role"], svg.attributes["aria-label"]) == ("img", 'An "alternative" < text')
    assert all(element.attributes["id"].startswith("name-") for element in svg.all() if "id" in element.attributes)


def test_colours_become_those_of_the_page(drawing):
    assert {"var(--data-0)", "var(--back)", "currentColor"} <= set(re.findall(r"var\(--[\w-]+\)|currentColor", drawing))
    assert not re.search(f"{COLOURS[0]}|{BACK}|{INK}|#ffffff", drawing, re.IGNORECASE)


def test_places_have_two_digits_and_texts_keep_theirs(drawing):
    paths = [element.attributes["d"] for element in read(drawing).all("path")]
    assert re.search(r"\.\d\d", " ".join(paths))
    assert not re.search(r"\.\d\d\d", " ".join(paths))
    assert "0.12345" in drawing


def test_the_same_figure_gives_the_same_bytes(figure):
    assert render(figure) == render(figure)


def test_labels_stand_in_the_page_in_its_language():
    with subplots(1, 1, 2, 2) as (figure, (axes,)):
        axes.set(title=Message("{count} < steps", count=3), xlabel="step", ylabel="y")
    assert [label.template for label in labels(figure) if isinstance(label, Message)] == ["{count} < steps"]
    drawn = inline(render(figure)["svg"], "name", "", {"3 < steps": "3 < 步", "step": "步"})
    assert [text in drawn for text in (">3 &lt; 步</text>", ">步</text>", ">y</text>", "step")] == [True] * 3 + [False]
