"""scikit-learn's MLP: work of the same size, on its own loss."""

import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from benchmarks.cases import Arrays, Case, Prediction, Training
from benchmarks.contestants.base import Call, CannotExpressError, Contestant
from npnet.optimizers import SGD, SGDM, Adam
from npnet.regularizers import L2


def make(name: str, case: Case, arrays: Arrays) -> Contestant:
    """Return the contestant for a case."""
    if isinstance(case, Training):
        return Resumed(case, arrays) if case.stretches else Trainer(case, arrays)
    if not isinstance(case, Prediction):
        raise CannotExpressError("scikit-learn has no such thing")
    model, x = MLPClassifier(case.widths[1:-1], batch_size=1, max_iter=1), arrays["x"]
    labels = np.arange(case.widths[-1])
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        model.fit(np.zeros((len(labels), case.widths[0]), np.float32), labels)
    net = case.net()
    model.coefs_, model.intercepts_ = [W.copy() for W in net.weights], [b.copy() for b in net.biases]
    return Call(case, arrays, lambda: model.predict_proba(x))


class Trainer(Contestant):
    """`MLPClassifier.fit` or `MLPRegressor.fit`, without a test pass after each epoch."""

    case: Training
    exempt = (
        "it draws its initial weights itself, takes a classifier's log loss only and no test pass, and divides L2 by "
        "the batch size: work of the same size, another loss"
    )

    def __init__(self, case: Training, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        self.y = arrays["y"].argmax(axis=1) if arrays["y"].shape[1] > 1 else arrays["y"].ravel()
        self.model = self._untrained()

    def _untrained(self) -> Any:
        case, rule = self.case, self.case.optimizer
        if not isinstance(rule, (SGD, SGDM, Adam)):
            raise CannotExpressError(f"scikit-learn has no {type(rule).__name__}")
        kind = MLPRegressor if case.loss == "mse" and case.output == "identity" else MLPClassifier
        settings: dict[str, Any] = {"momentum": 0.0} if isinstance(rule, SGD) else {}
        if isinstance(rule, SGDM):
            settings = {"momentum": rule.beta, "nesterovs_momentum": False}
        if isinstance(rule, Adam):
            settings = {"beta_1": rule.beta_1, "beta_2": rule.beta_2, "epsilon": rule.epsilon}
        return kind(
            hidden_layer_sizes=case.widths[1:-1], activation="relu", solver="adam" if isinstance(rule, Adam) else "sgd",
            alpha=case.regularizer.strength if isinstance(case.regularizer, L2) else 0.0, batch_size=case.batch_size,
            learning_rate_init=rule.learning_rate, shuffle=False, random_state=0, tol=0.0,
            n_iter_no_change=np.inf, **settings,
        )  # fmt: skip

    def run(self, units: int) -> None:
        """Train."""
        self.model.max_iter = units
        with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
            self.model.fit(self.arrays["x"], self.y)

    def outcome(self) -> Any:
        """Return the parameters."""
        pairs = zip(self.model.coefs_, self.model.intercepts_)
        return np.concatenate([array.ravel() for pair in pairs for array in pair])


class Resumed(Trainer):
    """`MLPClassifier.partial_fit`, an epoch at each call, which goes on where `fit` begins anew."""

    def reset(self) -> None:
        """Go back to initial weights, the same each time."""
        self.model = self._untrained()

    def run(self, units: int) -> None:
        """Train."""
        x, y, classes = self.arrays["x"], self.y, np.arange(self.case.widths[-1])
        for _ in range(units):
            self.model.partial_fit(x, y, classes=classes)
