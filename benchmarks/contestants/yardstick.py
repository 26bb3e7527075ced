"""The guard's yardstick: a fixed computation in plain NumPy."""

import numpy as np

from benchmarks.cases import Arrays, Case
from benchmarks.contestants.base import Call


def make(name: str, case: Case, arrays: Arrays) -> Call:
    """Return the yardstick of the size that the case's label names, ``"small"`` or ``"large"``."""
    return Call(case, arrays, Yardstick(case.label == "small"))


class Yardstick:
    """A chain of ufuncs, on a small array; or on a large one, with a matrix product."""

    def __init__(self, small: bool) -> None:
        rng = np.random.default_rng(0)
        self._small = small
        self._a, self._b = (rng.random(shape, np.float32) for shape in ((128, 512), (512, 512)))
        self._product = np.empty((128, 512), np.float32)
        self._v, self._out = (rng.random((32, 4) if self._small else 1 << 16, np.float32) for _ in range(2))

    def __call__(self) -> None:
        """Compute it once."""
        v, out = self._v, self._out
        for _ in range(4):
            np.multiply(v, 0.5, out=out)
            np.sqrt(out, out=out)
            np.add(out, v, out=out)
        if not self._small:
            np.dot(self._a, self._b, out=self._product)
