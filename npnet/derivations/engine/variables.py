"""The variables of a derivation: what they mean, the numbers they are drawn from, and the values of their symbols."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from npnet.typing import Array

# How many numbers an elementwise variable holds, beside the hard ones
POINTS = 100


@dataclass(frozen=True)
class Variable:
    """One variable: numbers for the numeric check, and symbols for the symbolic one."""

    meaning: str
    draw: Callable[[np.random.Generator], Any]
    """From a random generator to the numbers of one case."""
    examples: tuple[Any, ...]
    """For each symbolic case the values of the symbols, which choose the branches; they also give the shape."""
    positive: bool = False
    """Whether the symbols stand for numbers above 0 only."""
    fixed: bool = False
    """Whether it stays a plain number, such as a count or a label, where the others are symbols."""


def reals(meaning: str, limit: float = 300, least: float = 1e-300, zero: bool = True) -> Variable:
    """Return a vector of real numbers of all sizes from `least` to `limit`, of both signs; with 0 or without it."""

    def draw(rng: np.random.Generator) -> Array:
        hard = np.array([least, 1e-20, 2.0**-27, 1e-5, 0.5, 1.0, 20.0, 37.0, 40.0, limit])
        hard = np.concatenate([hard[(hard >= least) & (hard <= limit)], [0.0] * zero])
        sizes = limit ** rng.uniform(-1, 1, POINTS // 2)
        return np.concatenate([hard, -hard, rng.normal(size=POINTS // 2), sizes * rng.choice([-1, 1], POINTS // 2)])

    return Variable(meaning, draw, (np.array([0.75]), np.array([-0.75])))


def normals(meaning: str, *shape: int, example: Any, scale: float = 1) -> Variable:
    """Return an array of normal numbers; `example` has its symbols' values, and may have another shape."""
    return Variable(meaning, lambda rng: scale * rng.normal(size=shape), (np.array(example, float),))


def uniform(meaning: str, low: float, high: float, *shape: int, example: Any) -> Variable:
    """Return an array of numbers from `low` to `high`; they are positive symbols if `low` is not negative."""
    return Variable(meaning, lambda rng: rng.uniform(low, high, shape)[()], (np.array(example),), positive=low >= 0)


def counts(meaning: str, high: int, example: int) -> Variable:
    """Return a whole number from 1 to `high`, the same number where the others are symbols."""
    return Variable(meaning, lambda rng: int(rng.integers(1, high + 1)), (example,), fixed=True)


def distributions(meaning: str, batch: int, classes: int, example: Any) -> Variable:
    """Return rows that sum to 1: every other one a single 1, the rest in steps of 1/64, which are exact."""

    def draw(rng: np.random.Generator) -> Array:
        rows = rng.multinomial(64, np.full(classes, 1 / classes), batch) / 64
        rows[::2] = np.eye(classes)[rng.integers(classes, size=len(rows[::2]))]
        return rows

    return Variable(meaning, draw, (np.array(example, float),), fixed=True)
