"""The types of arguments: arrays, seeds, and hyperparameters that may differ from member to member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

__all__ = ["Array", "Seed", "Setting"]

if TYPE_CHECKING:
    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[Any]
    Seed: TypeAlias = int | np.random.Generator | None
    Setting: TypeAlias = float | npt.ArrayLike
else:
    # numpy.typing and numpy.random are loaded when they are used: `import npnet` is as quick as `import numpy`
    Array, Seed, Setting = np.ndarray, Any, Any
