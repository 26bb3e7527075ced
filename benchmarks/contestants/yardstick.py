"""The guard's yardstick: a fixed computation in plain NumPy."""

import numpy as np

from benchmarks.cases import Arrays, Case
from benchmarks.contestants.base import Call


def make(name: str, case: Case, arrays: Arrays) -> Call:
    """Return the yardstick of the size in `SIZES` that the case's label names."""
    return Call(case, arrays, Yardstick(*SIZES[case.label]))


# The ufuncs' shape, the number of products, their batch and width: as in a step of a tiny net, of the digits' net (or a
# hundred tiny ones), and of a large one
SIZES = {"small": ((32, 4), 0, 1, 1), "medium": ((9_000,), 8, 32, 64), "large": ((1 << 16,), 1, 128, 512)}


class Yardstick:
    """A chain of ufuncs on two arrays, and products of a batch and a square matrix."""

    def __init__(self, shape: tuple[int, ...], products: int, batch: int, width: int) -> None:
        rng = np.random.default_rng(0)
        self._v, self._out = (rng.random(shape, np.float32) for _ in range(2))
        self._products, self._a, self._b = products, *(rng.random((n, width), np.float32) for n in (batch, width))
        self._product = np.empty((batch, width), np.float32)

    def __call__(self) -> None:
        """Compute it once."""
        v, out = self._v, self._out
        for _ in range(4):
            np.multiply(v, 0.5, out=out)
            np.sqrt(out, out=out)
            np.add(out, v, out=out)
        for _ in range(self._products):
            np.dot(self._a, self._b, out=self._product)
