"""Section 1 of the notes: the array functions that the rest uses."""

from collections.abc import Callable
from functools import partial
from itertools import groupby

from npnet.experiments import preliminaries
from npnet.experiments.preliminaries import Example
from npnet.language import Message
from npnet.study.content import Executed, Exercise, RunSettings, Section
from npnet.study.exercises import preliminaries as exercises

WHY = {
    "1.1": Message(r"""
An `if` decides once; an array needs a decision for each of its elements. `where` makes them all at once, from a mask
of true and false and two arrays to choose from. The ReLU of section 3.1 is such a choice: `$z$` where it is above 0,
and 0 elsewhere.
"""),
    "1.2": Message(r"""
Why should a net begin with random weights? Because equal ones stay equal: two units that start alike compute alike,
get the same gradient, and are one unit for ever. Chance is the cheapest way to make them differ.

It need not be chance that nobody can repeat. A generator is a machine that computes its next number from the last
one, and the seed is where it starts: the same seed, the same numbers, the same net. And to tell what an optimizer
does from what one lucky start does, this page trains each net with many seeds, and gives an interval with each
number.
"""),
    "1.3": Message(r"""
A net answers for many samples at once, so samples are rows of one matrix: a batch. Stacking vectors makes one. From
here on the shape of each array is half of its meaning, and most mistakes in code of this kind are shapes that fit
together and should not.
"""),
    "1.4": Message(r"""
How does one see what a net with two inputs has learned? One asks it everywhere: at each point of a fine grid, and
draws a line where the answer turns from no to yes. `mgrid` gives the coordinates as they lie in the plane, a net
wants one point in each row, and `ravel` with `c_` turns the one into the other.
"""),
}
QUOTATIONS = {
    "1.1": "条件判断和选择(where)",
    "1.2": "[0, 1)随机数(random.RandomState.rand)",
    "1.3": "数组垂直叠加(vstack)",
    "1.4": "网格生成(mgrid,ravel,c_)",
}
EXERCISES: dict[str, Callable[[], Exercise]] = {
    "1.1": exercises.both_are_computed,
    "1.2": exercises.equal_weights,
    "1.3": exercises.row_or_column,
    "1.4": exercises.coarser_grid,
}


def head(settings: RunSettings) -> Section:
    """Return the head of the part."""
    why = """
A net is a few tables of numbers, and what it does are operations on whole tables: in place of loops inside loops
stands one line that reads as its formula does. Four functions are enough for all that follows, one that chooses, one
that draws, one that stacks and one that lays out a grid. Each example is run when this page is made.
"""
    return Section("1", "Preliminaries", why=why, quotation="预备知识")


def _section(number: str, examples: list[Example], settings: RunSettings) -> Section:
    executed = tuple(Executed(example.title, example.text, example.code, example.run()) for example in examples)
    title, exercise = examples[0].title, EXERCISES[number]()
    return Section(number, title, quotation=QUOTATIONS[number], why=WHY[number], examples=executed, exercise=exercise)


def _sections() -> list[Callable[[RunSettings], Section]]:
    numbered = groupby(preliminaries.every(), lambda example: example.section)
    return [partial(_section, number, list(examples)) for number, examples in numbered]


SECTIONS = (head, *_sections())
