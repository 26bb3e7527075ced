"""The notes' experiments: each a function that returns arrays and numbers, and prints and plots nothing."""

from npnet.experiments.activation_curves import ActivationCurves, activation_curves
from npnet.experiments.cross_entropies import CrossEntropies, cross_entropies
from npnet.experiments.gradient_flow import GradientFlow, gradient_flow
from npnet.experiments.learning_rates import DecayedRates, OneWeight, decayed_rates, one_weight
from npnet.experiments.optimizer_comparison import OptimizerComparison, OptimizerRun, optimizer_comparison
from npnet.experiments.regularization import Boundary, Regularization, RegularizerRun, regularization
from npnet.experiments.statistics import (
    Band,
    Interval,
    Paired,
    band,
    bootstrap,
    epochs_to_converge,
    epochs_to_level,
    median,
    paired,
    proportion,
)
from npnet.experiments.timing import Times, interleaved

__all__ = [
    "ActivationCurves",
    "Band",
    "Boundary",
    "CrossEntropies",
    "DecayedRates",
    "GradientFlow",
    "Interval",
    "OneWeight",
    "OptimizerComparison",
    "OptimizerRun",
    "Paired",
    "Regularization",
    "RegularizerRun",
    "Times",
    "activation_curves",
    "band",
    "bootstrap",
    "cross_entropies",
    "decayed_rates",
    "epochs_to_converge",
    "epochs_to_level",
    "gradient_flow",
    "interleaved",
    "median",
    "one_weight",
    "optimizer_comparison",
    "paired",
    "proportion",
    "regularization",
]


def __dir__() -> list[str]:
    return __all__
