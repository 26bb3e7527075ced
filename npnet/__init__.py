"""npnet: neural networks in plain NumPy, with every derivative written out."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from npnet import (
        activations,
        callbacks,
        clipping,
        datasets,
        gradcheck,
        initializers,
        losses,
        metrics,
        optimizers,
        regularizers,
        saving,
        schedules,
        training,
    )
    from npnet.ensemble import Ensemble
    from npnet.network import MLP
    from npnet.sweeping import sweep as sweep

__all__ = [
    "MLP",
    "Ensemble",
    "activations",
    "callbacks",
    "clipping",
    "datasets",
    "gradcheck",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
    "saving",
    "schedules",
    "training",
]

# Reached as attributes only: they need more than NumPy
_TOOLS = ["derivations", "estimators", "experiments", "study", "sweep", "sweeping", "tabular"]
_INSIDE = {"MLP": "npnet.network", "Ensemble": "npnet.ensemble", "sweep": "npnet.sweeping"}


def __getattr__(name: str) -> Any:
    # Each module is loaded when it is first used
    if name in _INSIDE:
        found = getattr(import_module(_INSIDE[name]), name)
    elif name in __all__ + _TOOLS:
        found = import_module(f"npnet.{name}")
    else:
        raise AttributeError(f"module 'npnet' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__ + _TOOLS)
