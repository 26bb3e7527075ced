"""A contestant, as the race sees it."""

from abc import ABC, abstractmethod
from typing import Any

from benchmarks.cases import Arrays, Case


class CannotExpressError(Exception):
    """A contestant has no such thing; the text says what."""


class Contestant(ABC):
    """A case in one library's terms, made once and run many times.

    Attributes
    ----------
    exempt : str
        Why the outcome is not compared with npnet's; empty where it is.
    differs : str
        What its timed work has more or less than npnet's; empty where it is the same.
    fewest_units : int
        Units of the shortest round; more than 1 where each call of `run` has a cost that a whole run has once.
    """

    exempt = ""
    differs = ""
    fewest_units = 1

    def __init__(self, case: Case, arrays: Arrays) -> None:
        self.case, self.arrays = case, arrays

    def reset(self) -> None:  # noqa: B027 (a prediction has nothing to go back to)
        """Go back to the initial weights, with an optimizer that has taken no step; not timed."""

    @abstractmethod
    def run(self, units: int) -> None:
        """Compute `units` more epochs or calls, to the end: nothing may still be under way afterwards."""

    @abstractmethod
    def outcome(self) -> Any:
        """Return what the last run gave: the flat parameters, or the outputs, as an array."""


class Call(Contestant):
    """A function that is called again and again, and that returns an array or a tuple of them."""

    def __init__(self, case: Case, arrays: Arrays, function: Any, finish: Any = None) -> None:
        super().__init__(case, arrays)
        self.function = function
        # Waits for results that are computed in the background
        self.finish = finish
        self.result: Any = None

    def run(self, units: int) -> None:
        """Call it `units` times."""
        function, result = self.function, None
        for _ in range(units):
            result = function()
        if self.finish is not None:
            self.finish(result)
        self.result = result

    def outcome(self) -> Any:
        """Return the last result."""
        return self.result
