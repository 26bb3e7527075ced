"""The preliminaries print what the notes print, where no random number is in it."""

import re

import numpy as np
import pytest

from npnet.experiments.preliminaries import Example, every, example

# The study notes, section 1.1 and section 1.4: what they print
WHERE = "c:[1 2 3 4 5]\n"
GRID = """\
x=[[1. 1. 1. 1.]
 [2. 2. 2. 2.]],
y=[[2.  2.5 3.  3.5]
 [2.  2.5 3.  3.5]],
grid=[[1.  2. ]
 [1.  2.5]
 [1.  3. ]
 [1.  3.5]
 [2.  2. ]
 [2.  2.5]
 [2.  3. ]
 [2.  3.5]]
"""
FUNCTIONS = {
    "1.1": ["np.where(np.greater(a, b), a, b)"],
    "1.2": ["np.random.RandomState(", ".rand()", ".rand(2, 3)", "np.random.default_rng(", ".random((2, 3))"],
    "1.3": [".rand(3)", "np.vstack((a, b))"],
    "1.4": ["np.mgrid[1:3, 2:4:0.5]", "np.c_[x.ravel(), y.ravel()]"],
}


def of(section):
    return [one for one in every() if one.section == section]


def numbers(text):
    return [float(number) for number in re.findall(r"\d+\.\d+(?:e-\d+)?", text)]


def test_where_and_mgrid_print_what_the_notes_print():
    assert [one.run() for one in of("1.1")] == [WHERE]
    assert [one.run() for one in of("1.4")] == [GRID]


def test_each_section_shows_the_notes_functions():
    assert [one.section for one in every()] == ["1.1", "1.2", "1.2", "1.3", "1.4"]
    for section, functions in FUNCTIONS.items():
        code = "\n".join(one.code for one in of(section))
        assert [function for function in functions if function not in code] == []


@pytest.mark.parametrize("one", every(), ids=lambda one: one.title)
def test_the_code_that_is_shown_is_the_code_that_runs(one, capsys):
    exec(one.code, {"np": np})
    assert capsys.readouterr().out == one.run()


@pytest.mark.parametrize("one", every(), ids=lambda one: one.title)
def test_an_example_prints_the_same_each_time_and_nothing_to_the_terminal(one, capsys):
    assert one.run() == one.run() != ""
    assert capsys.readouterr().out == ""


def test_random_numbers_are_the_seeds_and_from_0_to_under_1():
    state, generator = (numbers(one.run()) for one in of("1.2"))
    # NumPy's documented freeze of RandomState: Mersenne Twister's first number of seed 1
    assert state[0] == 0.417022004702574
    assert generator[0] == np.random.default_rng(1).random()
    assert len(state) == len(generator) == 7
    assert all(0 <= number < 1 for number in state + generator)
    assert of("1.2")[1].run().endswith("the same again: True\n")


def test_the_stack_has_the_first_vector_above_the_second():
    (stack,) = of("1.3")
    first, second = np.random.RandomState(1).rand(2, 3)
    assert stack.run() == f"a={first}, b={second},\nc={np.array([first, second])}\n"


def test_an_example_of_ones_own():
    @example("0", "print: text", "Two lines.")
    def lines():
        text = "a"
        print(text, "b", sep="\n")

    assert isinstance(lines, Example)
    assert (lines.section, lines.title, lines.text) == ("0", "print: text", "Two lines.")
    assert lines.code == 'text = "a"\nprint(text, "b", sep="\\n")'
    assert lines.run() == "a\nb\n"
