"""The figure of one step: each number stands on it once, in the colour of its direction, and its words say the same."""

import itertools
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from npnet._drawing import BACK, COLOURS
from npnet.experiments.one_step import one_step
from npnet.study import figures
from npnet.study.figures.backpropagation import text


@pytest.fixture(scope="module")
def step():
    return one_step()


@pytest.fixture(scope="module")
def figure(step):
    return figures.one_step(step)


def texts(figure, colour):
    return [drawn.get_text() for drawn in figure.axes[0].texts if drawn.get_color() == colour and drawn.get_text()]


def test_numbers_have_four_digits_and_a_minus_sign():
    assert [text(number) for number in (1.0, -0.5, 0.193512, -4)] == ["1", "−0.5", "0.1935", "−4"]


def test_forward_are_inputs_weights_biases_outputs_and_the_loss(figure):
    expected = [
        "x₁ = 1",
        "x₂ = 2",
        "w = 0.5",
        "w = 1",
        "w = 0.25",
        "w = −1",
        "w = 2",
        "w = −1",
        "b = 0",
        "b = 0",
        "b = 0",
    ]
    expected += ["z = 1", "z = −1", "z = 2.5", "y = 1", "y = −0.5", "p = 2.5", "L = (p − 3.5)²", "= 1"]
    assert Counter(texts(figure, COLOURS[0])) == Counter([*expected, "→   z = Σ w·x + b,   y = f(z)"])


def test_back_are_slopes_deltas_gradients_and_what_the_step_makes_of_all(figure):
    expected = ["f′ = 1", "f′ = 0.5", "f′ = 1", "δ = −4", "δ = 1", "δ = −2", "b ← 0.04", "b ← −0.01", "b ← 0.02"]
    expected += ["g = −4", "g = 1", "g = −8", "g = 2", "g = −2", "g = 1", "L ← 0.1935"]
    expected += ["w ← 0.54", "w ← 0.99", "w ← 0.33", "w ← −1.02", "w ← 2.02", "w ← −1.01"]
    rule = "←   δ = f′(z) · Σ w·δ,   g = x·δ,   w ← w − 0.01·g,   b ← b − 0.01·δ"
    assert Counter(texts(figure, BACK)) == Counter([*expected, rule])


def test_no_text_lies_on_another_and_none_is_cut_off(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    whole = figure.bbox
    boxes = [drawn.get_window_extent(canvas.get_renderer()) for drawn in figure.axes[0].texts if drawn.get_text()]
    assert all(whole.x0 <= box.x0 and box.x1 <= whole.x1 and whole.y0 <= box.y0 and box.y1 <= whole.y1 for box in boxes)
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])]


def test_a_weights_numbers_stand_between_the_nodes_that_it_joins(figure, step):
    places = {drawn.get_text(): drawn.get_position() for drawn in figure.axes[0].texts}
    # From the first input to the second hidden unit
    (x, y), (before, top), (behind, bottom) = places["w ← 0.99"], places["x₁ = 1"], places["δ = 1"]
    assert before < x < behind
    assert bottom < y < top


def test_the_words_have_every_number_of_the_figure(figure, step):
    words = figures.one_step_in_words(step)
    drawn = " ".join(texts(figure, COLOURS[0]) + texts(figure, BACK))
    numbers = re.compile(r"−?\d+(?:\.\d+)?")
    assert set(numbers.findall(drawn)) - set(numbers.findall(words)) == set()
    assert set(numbers.findall(words)) - set(numbers.findall(drawn)) == set()


def test_each_word_follows_its_number(step):
    words = figures.one_step_in_words(step)
    assert "the inputs are 1 and 2." in words
    assert (
        "The first hidden unit has the weights 0.5 and 0.25, z = 1 and y = 1; the second one has the weights 1 and −1"
        in words
    )
    assert "those of the first hidden unit's −4 and −8, those of the second one's 1 and 2;" in words
    assert "those of the first hidden unit 0.54 and 0.33, those of the second one 0.99 and −1.02;" in words
    assert "the biases are 0.02 at the output, 0.04 and −0.01 at the hidden units" in words
    changed = replace(step, inputs=np.array([7.0, 2.0]))
    assert "the inputs are 7 and 2." in figures.one_step_in_words(changed)


def test_its_colours_are_those_of_the_page(figure, step):
    inline = figures.inline(figures.render(figure)["svg"], "one_step", figures.one_step_in_words(step), {})
    assert "var(--back)" in inline
    assert "var(--data-0)" in inline
    assert not re.search(f"{BACK}|{COLOURS[0]}", inline, re.IGNORECASE)
