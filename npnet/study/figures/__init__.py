"""The study's figures, each made from an experiment's result."""

from npnet._drawing import inline, labels, render
from npnet.study.figures.activations import activation_curves, gradient_flow
from npnet.study.figures.backpropagation import one_step, one_step_in_words
from npnet.study.figures.learning_rates import decayed_rates, one_weight
from npnet.study.figures.optimizers import optimizer_comparison, optimizer_paths
from npnet.study.figures.regularization import regularization

__all__ = [
    "activation_curves",
    "decayed_rates",
    "gradient_flow",
    "inline",
    "labels",
    "one_step",
    "one_step_in_words",
    "one_weight",
    "optimizer_comparison",
    "optimizer_paths",
    "regularization",
    "render",
]
