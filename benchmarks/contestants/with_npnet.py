"""npnet through its public interface."""

import copy
from typing import Any

import numpy as np

import npnet
from benchmarks.cases import Arrays, Case, Formula, Members, Prediction, Training
from benchmarks.contestants.base import Call, Contestant
from npnet.activations import Activation
from npnet.optimizers import Optimizer


def make(name: str, case: Case, arrays: Arrays) -> Contestant:
    """Return the contestant for a case."""
    if isinstance(case, Training):
        return Trainer(case, arrays)
    if isinstance(case, Members):
        return OneByOne(case, arrays) if name == "one by one" else Ensemble(case, arrays)
    if isinstance(case, Prediction):
        net, x = case.net(), arrays["x"]
        return Call(case, arrays, lambda: net.predict(x))
    assert isinstance(case, Formula)
    return _formula(case, arrays)


class Trainer(Contestant):
    """`MLP.fit`."""

    case: Training

    def __init__(self, case: Training, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        self.net = case.net()
        self.validation = (arrays["x_test"], arrays["y_test"]) if "x_test" in arrays else None
        self.reset()

    def reset(self) -> None:
        """Go back to the initial weights."""
        self.net.parameters = self.arrays["weights"]
        self.optimizer = copy.deepcopy(self.case.optimizer)

    def run(self, units: int) -> None:
        """Train."""
        self.net.fit(
            self.arrays["x"], self.arrays["y"], loss=self.case.loss, optimizer=self.optimizer, epochs=units,
            batch_size=self.case.batch_size, shuffle=False, validation_data=self.validation,
            regularizer=self.case.regularizer,
        )  # fmt: skip

    def outcome(self) -> Any:
        """Return the parameters."""
        return self.net.parameters.copy()


class Ensemble(Contestant):
    """`Ensemble.fit`."""

    case: Members

    def __init__(self, case: Members, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        run = case.run
        self.nets = npnet.Ensemble(
            list(run.widths), hidden=run.hidden, output=run.output, dtype="float32", seeds=range(case.members)
        )
        self.reset()

    def reset(self) -> None:
        """Go back to the initial weights."""
        self.nets.parameters[...] = self.arrays["weights"]
        self.optimizer = copy.deepcopy(self.case.run.optimizer)

    def run(self, units: int) -> None:
        """Train."""
        run = self.case.run
        self.nets.fit(
            self.arrays["x"], self.arrays["y"], loss=run.loss, optimizer=self.optimizer, epochs=units,
            batch_size=run.batch_size, shuffle=False, regularizer=run.regularizer,
        )  # fmt: skip

    def outcome(self) -> Any:
        """Return the parameters, of shape (parameters, members)."""
        return self.nets.parameters.copy()


class OneByOne(Ensemble):
    """Each net by an `MLP.fit` of its own."""

    def reset(self) -> None:
        """Go back to the initial weights."""
        super().reset()
        self.each = list(self.nets)
        self.optimizers = [copy.deepcopy(self.optimizer) for _ in self.each]

    def run(self, units: int) -> None:
        """Train."""
        run = self.case.run
        for net, optimizer in zip(self.each, self.optimizers):
            net.fit(
                self.arrays["x"], self.arrays["y"], loss=run.loss, optimizer=optimizer, epochs=units,
                batch_size=run.batch_size, shuffle=False, regularizer=run.regularizer,
            )  # fmt: skip

    def outcome(self) -> Any:
        """Return the parameters, of shape (parameters, members)."""
        return np.stack([net.parameters for net in self.each], axis=1)


class Step(Contestant):
    """`Optimizer.step`."""

    def reset(self) -> None:
        """Go back to the initial parameters."""
        assert isinstance(self.case, Formula)
        self.parameters = self.arrays["parameters"].copy()
        self.optimizer = copy.deepcopy(self.case.formula)

    def run(self, units: int) -> None:
        """Take `units` steps."""
        for _ in range(units):
            self.optimizer.step(self.parameters, self.arrays["gradient"])

    def outcome(self) -> Any:
        """Return the parameters."""
        return self.parameters.copy()


def _formula(case: Formula, arrays: Arrays) -> Contestant:
    formula = case.formula
    if isinstance(formula, Optimizer):
        return Step(case, arrays)
    if isinstance(formula, Activation):
        z, grad_y = arrays["z"], arrays["grad_y"]
        if case.kind == "value":
            return Call(case, arrays, lambda: formula(z))
        return Call(case, arrays, lambda: formula.backward(grad_y, formula(z)))
    y, p = arrays["y"], arrays["p"]
    if case.kind == "value":
        return Call(case, arrays, lambda: formula(y, p))
    return Call(case, arrays, lambda: (formula(y, p), formula.gradient(y, p))[1])
