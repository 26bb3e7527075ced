"""Whether contestants did the same work: their outcomes against npnet's in float64, within derived bounds.

Trained parameters are judged by the loss that they give, which one function computes for all contestants, and layer
by layer, since on a wide or deep net a few wrong steps hardly show in the loss: training must have moved each layer's
weights, and its biases, as far as npnet's (`LENGTH`) and to the same place (`PLACE`). The second limit is the wider
one: where a rounding decides on which side of a ReLU's kink a sample lies, all gradients of that step differ a little,
in all directions. Such turns moved a layer by at most 0.03 of its way, and by 0.0006 along it.

The bound of a loss: each step rounds along the path of its longest sums: the layers' inputs forward, their
outputs backward, and the batch. The rounding errors of a sum of n terms partly cancel, so that they count as the root
of n (Higham and Mary 2019, "A new approach to probabilistic rounding error analysis"); those of successive steps are
added.
One rounding moves a parameter by a share of the unit roundoff, and so the loss by no more than that share of
``loss + sum(|parameter| * |gradient|)``. A later step carries an earlier one's error on, for which `GROWTH` allows.
"""

import copy
import math
from functools import cache
from typing import Any

import numpy as np

from benchmarks.cases import Arrays, Case, Formula, Members, Prediction, Training
from npnet import MLP
from npnet.activations import Activation
from npnet.optimizers import Optimizer
from reference.bounds.activations import ACTIVATION
from reference.bounds.errors import output_bound
from reference.bounds.tolerance import bound, excess

DTYPE = "float32"
# By how much a rounding's effect may have grown when the compared steps end
GROWTH = 4
# Roundings of an optimizer's update, root and quotient included, and of a softmax with its loss
UPDATE, HEAD = 12, 16
# How far from npnet's a layer may end, along its way and in all, as shares of the way: a rate that is one percent off
# is 0.01 along it, one step of eight left out about 0.1
LENGTH, PLACE = 0.005, 0.06
# After a timed round, by which share of what training gained a loss may differ; parameters of a net that is compared so
DRIFT, SMALL = 0.01, 10_000
# Members of an ensemble that are compared
SAMPLES = 7


def units(case: Case) -> int:
    """Return how many units are run before outcomes are compared: few steps, over which errors hardly grow."""
    if isinstance(case, (Training, Members)):
        return max(1, 8 // case.parts)
    return 2 if isinstance(case, Formula) else 1


class Judge:
    """The outcome that a case must have: computed once, then compared with each contestant's."""

    def __init__(self, case: Case, arrays: Arrays) -> None:
        self.case, self.arrays = case, arrays
        self._nets: dict[Any, _Net] = {}
        if isinstance(case, Training):
            self._nets = {...: _Net(case, arrays, arrays["weights"])}
        elif isinstance(case, Members):
            chosen = np.unique(np.linspace(0, case.members - 1, SAMPLES).astype(int))
            self._nets = {(..., k): _Net(case.run, arrays, arrays["weights"][:, k]) for k in chosen}
        else:
            self._expected = _prediction(case, arrays) if isinstance(case, Prediction) else _formula(case, arrays)

    def error(self, outcome: Any) -> float:
        """Return the largest difference in units of its bound; over 1, the contestant did other work."""
        outcome = np.asarray(outcome)
        if self._nets:
            if outcome.shape != self.arrays["weights"].shape or not np.isfinite(outcome).all():
                return np.inf
            return max(net.error(outcome[index]) for index, net in self._nets.items())
        return float(np.max(excess(outcome, *self._expected)))

    def drift(self, outcome: Any, units: int, compared: bool = True) -> float:
        """Return how far the outcome of a timed round is from npnet's, in units of what is allowed.

        Rounding errors grow over a whole run, so that its loss is compared, within `DRIFT`, and of nets of at most
        `SMALL` parameters or of those that are trained until they have converged; of others, of optimizers alone and
        of what is not `compared`, only that all numbers are finite.
        """
        outcome = np.asarray(outcome)
        if not np.isfinite(outcome).all():
            return np.inf
        stretches = self.case.stretches
        if not compared or (len(self.arrays.get("weights", ())) > SMALL and not stretches):
            return 0.0
        if self._nets:
            epochs = stretches[-1].stop if stretches else units
            return max(net.drift(outcome[index], epochs) for index, net in self._nets.items())
        alone = isinstance(self.case, Formula) and isinstance(self.case.formula, Optimizer)
        return 0.0 if alone else self.error(outcome)


class _Net:
    """One net as npnet trains it in float64, with which a contestant's is compared."""

    def __init__(self, case: Training, arrays: Arrays, weights: Any) -> None:
        self._case, self._x, self._y, self._first = case, arrays["x"], arrays["y"], weights
        self._net, self._settings = case.net("float64"), {"loss": case.loss, "regularizer": case.regularizer}
        self._before, self._after = self._loss(weights), cache(self._train)
        self._layers_first = _layers(self._net)
        expected = self._after(units(case))
        self._layers_trained = _layers(self._net)
        _, gradient = self._net.loss_and_gradient(self._x, self._y, **self._settings)
        path = sum(a + b for a, b in zip(case.widths, case.widths[1:])) + case.batch_size + UPDATE + HEAD
        self._steps = units(case) * case.parts
        magnitude = self._before + abs(self._net.parameters) @ abs(gradient)
        self._expected, self._limit = expected, bound(GROWTH * self._steps * math.sqrt(path), magnitude, DTYPE)

    def _loss(self, parameters: Any) -> float:
        self._net.parameters = parameters
        return self._net.evaluate(self._x, self._y, **self._settings).loss

    def _train(self, epochs: int) -> float:
        """Return the loss after `epochs`, which leave the net trained."""
        self._net.parameters = self._first
        self._net.fit(
            self._x, self._y, optimizer=copy.deepcopy(self._case.optimizer), epochs=epochs,
            batch_size=self._case.batch_size, shuffle=False, **self._settings,
        )  # fmt: skip
        return self._loss(self._net.parameters)

    def error(self, parameters: Any) -> float:
        """Return the largest difference in units of its bound."""
        loss = float(excess(self._loss(parameters), self._expected, self._limit))
        layers = zip(_layers(self._net), self._layers_trained, self._layers_first)
        return max(loss, *(apart(*layer, self._steps) for layer in layers))

    def drift(self, parameters: Any, epochs: int) -> float:
        """Return the difference of the losses after `epochs`, in units of what is allowed."""
        expected = self._after(epochs)
        return abs(self._loss(parameters) - expected) / (DRIFT * abs(self._before - expected))


def _layers(net: MLP) -> list[Any]:
    """Return a copy of each layer's weights, and of each layer's biases."""
    return [array.copy() for array in (*net.weights, *net.biases)]


def apart(array: Any, trained: Any, first: Any, steps: int) -> float:
    """Return how far an array is from the one that npnet trained, in units of what is allowed."""
    way, error = trained - first, array - trained
    length = np.linalg.norm(way)
    along = abs(np.vdot(error, way)) / length if length else 0.0
    # What did not move may still be rounded in each step
    rounded = bound(steps, np.linalg.norm(trained), DTYPE)
    return float(max(along / (LENGTH * length + rounded), np.linalg.norm(error) / (PLACE * length + rounded)))


def _prediction(case: Prediction, arrays: Arrays) -> tuple[Any, Any]:
    net, x = case.net("float64"), arrays["x"].astype("float64")
    # The bound adds up the errors of a layer's inputs, whose number counts as its root here, in one layer after another
    return net.predict(x), output_bound(net, x, DTYPE, flushed=True) / math.sqrt(math.prod(case.widths[:-1]))


def _formula(case: Case, arrays: Arrays) -> tuple[Any, Any]:
    assert isinstance(case, Formula)
    formula, wide = case.formula, {name: array.astype("float64") for name, array in arrays.items()}
    if isinstance(formula, Optimizer):
        parameters, optimizer = wide["parameters"], copy.deepcopy(formula)
        first = parameters.copy()
        for _ in range(units(case)):
            optimizer.step(parameters, wide["gradient"])
        # In float32, 1 - beta**t loses what beta**t was rounded by: 1 / (1 - beta) rounding errors of the update
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
        return formula(y, p), bound(HEAD + math.sqrt(p.size), np.abs(formula.per_sample(y, p)).mean(), DTYPE, True)
    gradient = formula.gradient(y, p)
    return gradient, bound(HEAD + p.shape[1], abs(gradient) + 1 / p.size, DTYPE, True)
