"""Spaces: which settings a sweep tries, as a grid, a list, or random draws."""

from __future__ import annotations

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from npnet._checks import integer
from npnet.engine.hyperparameters import Hyperparameters, Integer, Scalar

Trial = dict[str, Any]
"""The settings of one trial, by name."""


class Distribution(Hyperparameters, ABC):
    """What a number is drawn from, in `Random`; a subclass writes it in `draw`."""

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> Any:
        """Return one number."""


class Uniform(Distribution):
    """Numbers from `low` to `high`, each as likely as another.

    Parameters
    ----------
    low, high : float
        The ends, of which `high` is the larger one.

    Examples
    --------
    >>> 0.5 <= Uniform(0.5, 0.9).draw(np.random.default_rng(0)) < 0.9
    True
    """

    low = Scalar()
    high = Scalar()
    by_place = 2

    def __init__(self, low: float, high: float) -> None:
        super().__init__(low=low, high=high)
        _check_ends(self.low, self.high)

    def draw(self, rng: np.random.Generator) -> float:
        """Return one number."""
        return float(rng.uniform(self.low, self.high))


class LogUniform(Distribution):
    """Numbers from `low` to `high` whose logarithms are equally likely, as for learning rates.

    Parameters
    ----------
    low, high : float
        The ends, above 0, of which `high` is the larger one.

    Examples
    --------
    >>> 1e-4 <= LogUniform(1e-4, 1).draw(np.random.default_rng(0)) <= 1
    True
    """

    low = Scalar(above=0)
    high = Scalar(above=0)
    by_place = 2

    def __init__(self, low: float, high: float) -> None:
        super().__init__(low=low, high=high)
        _check_ends(self.low, self.high)

    def draw(self, rng: np.random.Generator) -> float:
        """Return one number."""
        drawn = math.exp(rng.uniform(math.log(self.low), math.log(self.high)))
        # The logarithms of the ends are rounded
        return min(max(drawn, self.low), self.high)


class Integers(Distribution):
    """Whole numbers from `low` to below `high`, as `numpy.random.Generator.integers` draws them.

    Parameters
    ----------
    low, high : int
        The least number, and the one above the greatest.

    Examples
    --------
    >>> Integers(8, 9).draw(np.random.default_rng(0))
    8
    """

    low = Integer(low=0)
    high = Integer(low=1)
    by_place = 2

    def __init__(self, low: int, high: int) -> None:
        super().__init__(low=low, high=high)
        _check_ends(self.low, self.high)

    def draw(self, rng: np.random.Generator) -> int:
        """Return one number."""
        return int(rng.integers(self.low, self.high))


def _check_ends(low: float, high: float) -> None:
    if not low < high:
        raise ValueError(f"high: expected a number above low, {low}, got {high}")


class Random:
    """Trials whose settings are drawn at random.

    Parameters
    ----------
    space : mapping of str to Distribution or sequence
        What each setting is drawn from: a `Uniform`, `LogUniform` or `Integers`, or a list, of which each element is
        as likely as another.
    count : int
        How many trials.
    seed : int
        What they are drawn from: the same seed gives the same trials, and more of them begin with the same ones.

    Examples
    --------
    >>> trials = Random({"learning_rate": LogUniform(1e-3, 1), "optimizer": ["sgd", "adam"]}, 3).trials()
    >>> [trial["optimizer"] for trial in trials]
    ['adam', 'sgd', 'sgd']
    """

    def __init__(self, space: Mapping[str, Distribution | Iterable[Any]], count: int, seed: int = 0) -> None:
        self.space = {
            name: values if isinstance(values, Distribution) else choices(name, values)
            for name, values in _checked_mapping(space).items()
        }
        self.count, self.seed = integer("count", count, 1), integer("seed", seed, 0)

    def trials(self) -> list[Trial]:
        """Return the settings of each trial."""
        rng = np.random.default_rng(self.seed)
        return [{name: _drawn(values, rng) for name, values in self.space.items()} for _ in range(self.count)]

    def __repr__(self) -> str:
        """Return the expression that makes these draws."""
        return f"Random({self.space}, {self.count}, seed={self.seed})"


def _drawn(values: Distribution | list[Any], rng: np.random.Generator) -> Any:
    return values.draw(rng) if isinstance(values, Distribution) else values[int(rng.integers(len(values)))]


def grid(space: Mapping[str, Iterable[Any]]) -> list[Trial]:
    """Return each combination of the settings, the last one changing fastest.

    Parameters
    ----------
    space : mapping of str to iterable
        The values of each setting.

    Examples
    --------
    >>> grid({"optimizer": ["sgd", "adam"], "seed": range(2)})[1]
    {'optimizer': 'sgd', 'seed': 1}
    """
    values = {name: choices(name, each) for name, each in _checked_mapping(space).items()}
    return [dict(zip(values, chosen)) for chosen in itertools.product(*values.values())]


def choices(name: str, values: Any) -> list[Any]:
    """Return the values of a setting."""
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise ValueError(f"{name}: expected a list of values, got {values!r}")
    found = values.tolist() if isinstance(values, np.ndarray) else list(values)
    if not found:
        raise ValueError(f"{name}: expected at least one value, got none")
    return found


def trials_of(space: Any) -> list[Trial]:
    """Return the trials of a space: a mapping is a grid, a sequence of mappings a list."""
    if isinstance(space, Random):
        return space.trials()
    if isinstance(space, Mapping):
        return grid(space)
    if not isinstance(space, Sequence) or isinstance(space, str) or not space:
        raise ValueError(f"space: expected a grid, a list of settings, or Random(...), got {space!r:.60}")
    return [dict(_checked_mapping(trial)) for trial in space]


def _checked_mapping(space: Any) -> Mapping[str, Any]:
    if not isinstance(space, Mapping) or not all(isinstance(name, str) for name in space):
        raise ValueError(f"space: expected settings by their names, got {space!r:.60}")
    return space
