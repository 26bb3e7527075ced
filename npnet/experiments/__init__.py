"""The notes' experiments: each a function that returns arrays and numbers, and prints and plots nothing."""

from npnet.experiments.activation_curves import ActivationCurves, activation_curves
from npnet.experiments.cross_entropies import CrossEntropies, cross_entropies
from npnet.experiments.learning_rates import DecayedRates, OneWeight, decayed_rates, one_weight
from npnet.experiments.optimizer_comparison import OptimizerComparison, OptimizerRun, optimizer_comparison
from npnet.experiments.regularization import Boundary, Regularization, regularization

__all__ = [
    "ActivationCurves",
    "Boundary",
    "CrossEntropies",
    "DecayedRates",
    "OneWeight",
    "OptimizerComparison",
    "OptimizerRun",
    "Regularization",
    "activation_curves",
    "cross_entropies",
    "decayed_rates",
    "one_weight",
    "optimizer_comparison",
    "regularization",
]
