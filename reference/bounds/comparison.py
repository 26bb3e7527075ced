"""A comparison: what npnet and TensorFlow computed, what is exact, and how far each may be from that."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from .tolerance import Rounding, bound, excess, ulps


@dataclass(frozen=True)
class Comparison:
    """One result of npnet's and of TensorFlow's, and the exact one in a wide type."""

    ours: Any
    theirs: Any
    exact: Any
    dtype: Any
    our_limit: Any
    """How far npnet's may be from the exact one."""
    their_limit: Any
    """How far TensorFlow's may be from it."""

    @property
    def limit(self) -> Any:
        """How far the two may be apart."""
        return self.our_limit + self.their_limit

    @property
    def excess(self) -> float:
        """The largest difference between npnet and TensorFlow, in units of its bound."""
        return float(np.max(excess(self.ours, self.theirs, self.limit), initial=0))

    @property
    def our_excess(self) -> float:
        """The largest error of npnet, in units of its own bound."""
        return float(np.max(excess(self.ours, self.exact, self.our_limit), initial=0))

    def ulps(self, result: Any) -> float:
        """Return the largest error of a result, in units in the last place of the largest exact number."""
        exact, result = np.longdouble(self.exact), np.longdouble(result)
        finite = np.isfinite(exact)
        size = np.full(exact.shape, abs(exact[finite]).max(initial=0))
        with np.errstate(invalid="ignore"):
            error = np.where((result == exact) | (np.isnan(result) & np.isnan(exact)), 0, result - exact)
        return ulps(size + error, size, self.dtype)


def compared(ours: Any, theirs: Any, exact: Any, dtype: Any, error: Callable[[Rounding], Any]) -> Comparison:
    """Return a comparison of two results whose errors have the same bound, but for TensorFlow's floor."""
    limits = [error(partial(bound, dtype=dtype, flushed=flushed)) for flushed in (False, True)]
    return Comparison(ours, theirs, exact, dtype, *limits)
