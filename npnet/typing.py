"""The types of arguments: arrays, seeds, and hyperparameters that may differ from member to member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

__all__ = ["Array", "Seed", "Setting"]

if TYPE_CHECKING:
    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[Any]
    """An array of NumPy, of numbers of any kind."""
    Seed: TypeAlias = int | np.random.Generator | None
    """What random numbers are drawn from: a number that repeats them, a generator, or None."""
    Setting: TypeAlias = float | npt.ArrayLike
    """A hyperparameter: a number for all members of an ensemble, or a vector with one for each."""
else:
    # numpy.typing and numpy.random are loaded when they are used: `import npnet` is as quick as `import numpy`
    Array, Seed, Setting = np.ndarray, Any, Any
