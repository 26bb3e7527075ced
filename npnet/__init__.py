"""npnet: neural networks in plain NumPy, with every derivative written out."""

from typing import Any

from npnet import (
    activations,
    datasets,
    initializers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
    training,
)
from npnet.ensemble import Ensemble
from npnet.network import MLP

__all__ = [
    "MLP",
    "Ensemble",
    "activations",
    "datasets",
    "gradcheck",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
    "schedules",
    "training",
]


def __getattr__(name: str) -> Any:
    # What training does not need is loaded when it is first used
    if name == "gradcheck":
        import npnet.gradcheck

        return npnet.gradcheck
    raise AttributeError(f"module 'npnet' has no attribute {name!r}")
