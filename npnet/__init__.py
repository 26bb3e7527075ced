"""npnet: neural networks in plain NumPy, with every derivative written out."""

from npnet import (
    activations,
    datasets,
    gradcheck,
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
