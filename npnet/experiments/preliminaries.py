"""The notes' preliminaries, NumPy's functions that they use later: short examples with what they print.

The notes' generators have no seed, so that their random numbers cannot be drawn again; those here have one.

Source: the study notes, section 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from npnet.registry import InPlaceOf
from npnet.source import body, printed


@dataclass(frozen=True)
class Example(InPlaceOf):
    """A few lines of code that print what they compute."""

    section: str
    """The notes' section."""
    title: str
    """The functions that it shows, and what for."""
    text: str
    """A description of what happens, in one or two sentences."""
    function: Callable[[], None]
    """The code."""

    def decorated(self) -> Callable[..., Any]:
        """Return the function with the code."""
        return self.function

    @property
    def code(self) -> str:
        """The code as it stands in the source."""
        return body(self.function)

    def run(self) -> str:
        """Run the code, and return what it prints."""
        return printed(self.function)


def example(section: str, title: str, text: str) -> Callable[[Callable[[], None]], Example]:
    """Return a decorator that makes an example of a function.

    Examples
    --------
    >>> @example("0", "print: text", "A word is printed.")
    ... def hello():
    ...     print("hello")
    >>> print(hello.run(), end="")
    hello
    """

    def make(function: Callable[[], None]) -> Example:
        return Example(section, title, text, function)

    return make


@example(
    "1.1",
    "where: a choice for each element",
    "Where the condition is true, the element of the second argument is taken, else that of the third: here, the "
    "larger of two.",
)
def _where() -> None:
    a = np.array([1, 2, 3, 1, 1])
    b = np.array([0, 1, 3, 4, 5])
    c = np.where(np.greater(a, b), a, b)
    print(f"c:{c}")


@example(
    "1.2",
    "random.RandomState.rand: random numbers from [0, 1)",
    "Without a shape one number is drawn, with one an array. The seed, 1, makes the numbers the same in each run.",
)
def _random_state() -> None:
    rdm = np.random.RandomState(1)
    a = rdm.rand()
    b = rdm.rand(2, 3)
    print(f"a={a},\nb={b}")


@example(
    "1.2",
    "random.Generator.random: the same with today's generators",
    "NumPy recommends these since 1.17, and npnet draws with them. Two of the same seed draw the same numbers, which "
    "are not RandomState's; a shape is a tuple.",
)
def _generator() -> None:
    rng = np.random.default_rng(1)
    a = rng.random()
    b = rng.random((2, 3))
    print(f"a={a},\nb={b}")
    print("the same again:", np.random.default_rng(1).random() == a)


@example("1.3", "vstack: arrays on top of each other", "Two vectors become the two rows of a matrix.")
def _vstack() -> None:
    rdm = np.random.RandomState(1)
    a = rdm.rand(3)
    b = rdm.rand(3)
    c = np.vstack((a, b))
    print(f"a={a}, b={b},\nc={c}")


@example(
    "1.4",
    "mgrid, ravel, c_: the points of a grid",
    "mgrid gives the coordinates of all points of a grid, each range without its end; ravel makes each a vector, and "
    "c_ makes the vectors columns, with one point in each row. Section 4.2 asks its nets on such a grid.",
)
def _grid() -> None:
    x, y = np.mgrid[1:3, 2:4:0.5]
    grid = np.c_[x.ravel(), y.ravel()]
    print(f"x={x},\ny={y},\ngrid={grid}")


def every() -> tuple[Example, ...]:
    """Return all examples in the order of the notes.

    Examples
    --------
    >>> first = every()[0]
    >>> print(first.code)
    a = np.array([1, 2, 3, 1, 1])
    b = np.array([0, 1, 3, 4, 5])
    c = np.where(np.greater(a, b), a, b)
    print(f"c:{c}")
    >>> print(first.run(), end="")
    c:[1 2 3 4 5]
    """
    return (_where, _random_state, _generator, _vstack, _grid)
