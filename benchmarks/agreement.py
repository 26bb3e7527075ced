"""Whether contestants did the same work: their outcomes against npnet's in float64, within derived bounds.

Trained parameters are judged by the loss that they give, which one function computes for all contestants.

The bound of a loss: each step rounds along the path of its longest sums: the layers' inputs forward, their
outputs backward, and the batch. The roundings of a sum of n terms partly cancel, so that they count as the root of n
(Higham and Mary 2019, "A new approach to probabilistic rounding error analysis"); those of successive steps are added.
One rounding moves a parameter by a share of the unit roundoff, and so the loss by no more than that share of
``loss + sum(|parameter| * |gradient|)``. A later step carries an earlier one's error on, for which `GROWTH` allows.
"""

import copy
import math
from typing import Any

import numpy as np

from benchmarks.cases import Arrays, Case, Formula, Members, Prediction, Training
from npnet.activations import Activation
from npnet.optimizers import Optimizer
from reference.errors import ACTIVATION, output_bound
from reference.tolerance import bound, excess

DTYPE = "float32"
# By how much a rounding's effect may have grown when the compared steps end
GROWTH = 4
# Roundings of an optimizer's update, root and quotient included, and of a softmax with its loss
UPDATE, HEAD = 12, 16
# Members of an ensemble whose losses are compared
SAMPLES = 7


def units(case: Case) -> int:
    """Return how many units are run before outcomes are compared: few steps, over which errors hardly grow."""
    if isinstance(case, (Training, Members)):
        return max(1, 8 // case.parts)
    return 2 if isinstance(case, Formula) else 1


class Judge:
    """What a case's outcome must be: computed once, then compared with each contestant's."""

    def __init__(self, case: Case, arrays: Arrays) -> None:
        self.case, self.arrays = case, arrays
        self._measure = _measure(case, arrays)

    def error(self, outcome: Any) -> float:
        """Return the largest difference in units of its bound; over 1, the contestant did other work."""
        return float(self._measure(np.asarray(outcome)))


def _measure(case: Case, arrays: Arrays) -> Any:
    if isinstance(case, Training):
        return _losses(case, arrays, arrays["weights"])
    if isinstance(case, Members):
        chosen = np.unique(np.linspace(0, case.members - 1, SAMPLES).astype(int))
        each = [_losses(case.run, arrays, arrays["weights"][:, k]) for k in chosen]
        return lambda outcome: max(judge(outcome[:, k]) for k, judge in zip(chosen, each))
    expected, limit = _prediction(case, arrays) if isinstance(case, Prediction) else _formula(case, arrays)
    return lambda outcome: np.max(excess(outcome, expected, limit))


def _losses(case: Training, arrays: Arrays, weights: Any) -> Any:
    net, epochs = case.net("float64"), units(case)
    net.parameters = weights
    settings = {"loss": case.loss, "regularizer": case.regularizer}

    def loss() -> float:
        return net.evaluate(arrays["x"], arrays["y"], **settings).loss

    before = loss()
    net.fit(
        arrays["x"], arrays["y"], optimizer=copy.deepcopy(case.optimizer), epochs=epochs, batch_size=case.batch_size,
        **settings,
    )  # fmt: skip
    expected = loss()
    _, gradient = net.loss_and_gradient(arrays["x"], arrays["y"], **settings)
    path = sum(a + b for a, b in zip(case.widths, case.widths[1:])) + case.batch_size + UPDATE + HEAD
    limit = bound(GROWTH * epochs * case.parts * math.sqrt(path), before + abs(net.parameters) @ abs(gradient), DTYPE)

    def judge(parameters: Any) -> float:
        if parameters.shape != net.parameters.shape or not np.isfinite(parameters).all():
            return np.inf
        net.parameters = parameters
        return float(excess(loss(), expected, limit))

    return judge


def _prediction(case: Prediction, arrays: Arrays) -> tuple[Any, Any]:
    net, x = case.net("float64"), arrays["x"].astype("float64")
    # The bound counts each rounding of a sum, whose number counts as its root here
    return net.predict(x), output_bound(net, x, DTYPE, flushed=True) / math.sqrt(max(case.widths))


def _formula(case: Case, arrays: Arrays) -> tuple[Any, Any]:
    assert isinstance(case, Formula)
    formula, wide = case.formula, {name: array.astype("float64") for name, array in arrays.items()}
    if isinstance(formula, Optimizer):
        parameters, optimizer = wide["parameters"], copy.deepcopy(formula)
        first = parameters.copy()
        for _ in range(units(case)):
            optimizer.step(parameters, wide["gradient"])
        # In float32, 1 - beta**t loses what beta**t was rounded by, which is 1 / (1 - beta) roundings of the update
        lost = 1 / (1 - getattr(formula, "beta_2", 0.0))
        change = abs(parameters - first)
        return parameters, bound(units(case) * UPDATE, abs(first) + change, DTYPE, True) + bound(lost, change, DTYPE)
    if isinstance(formula, Activation):
        y = formula(wide["z"])
        if case.kind == "value":
            return y, bound(ACTIVATION, y, DTYPE, True)
        product = formula.backward(wide["grad_y"], y)
        terms = case.shape[1] if formula.name == "softmax" else 1
        magnitude = abs(product) + abs(wide["grad_y"] * y) + abs(y) * (abs(wide["grad_y"]) @ abs(y).T).max()
        return product, bound(ACTIVATION + terms, magnitude if terms > 1 else abs(wide["grad_y"]), DTYPE, True)
    y, p = wide["y"], wide["p"]
    if case.kind == "value":
        return formula(y, p), bound(HEAD + p.size, np.abs(formula.per_sample(y, p)).mean(), DTYPE, True)
    gradient = formula.gradient(y, p)
    return gradient, bound(HEAD + p.shape[1], abs(gradient) + 1 / p.size, DTYPE, True)
