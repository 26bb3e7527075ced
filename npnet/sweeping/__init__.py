"""Sweeps: nets trained with each of several settings, on one machine or many, and the table of what comes of them.

`sweep` trains them, `load` reads a table that was kept.

>>> from npnet import datasets
>>> x, y, *_ = datasets.iris_split()
>>> table = sweep({"learning_rate": [0.01, 0.1], "seed": range(3)}, x, y, folds=5, optimizer="adam", epochs=5)
>>> table.best("val_accuracy")["learning_rate"], table.best("val_accuracy")["trials"]
(0.1, 15)
"""

from npnet.sweeping.settings import TrialError
from npnet.sweeping.spaces import Distribution, Integers, LogUniform, Random, Uniform, grid
from npnet.sweeping.sweeps import sweep
from npnet.sweeping.table import Saving, Sweep, load

__all__ = [
    "Distribution", "Integers", "LogUniform", "Random", "Saving", "Sweep", "TrialError", "Uniform", "grid", "load",
    "sweep",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__
