"""scikit-learn's side of a check, by public attributes and methods alone.

The gradient is told by one step of ``partial_fit`` at a large rate, beside whose updates the weights' own roundings are
small. scikit-learn divides its penalty by the batch: here alpha is such that batches of all sizes have the penalty of
the largest.
"""

import copy
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import sklearn

from npnet import MLP
from npnet.losses import Loss
from npnet.optimizers import SGD, Optimizer
from npnet.regularizers import L2

from ..bounds.multiples import Multiple
from ..bounds.saturation import Clipped
from ..checking.adapter import Adapter, Reason, Reported, Setting, Trained, compared_with
from ..checking.problem import BATCH
from . import models, optimizers

_TINY = 2.0**-500
"""A rate at which no weight moves."""
_RATES = {np.dtype("float32"): 2.0**80, np.dtype("float64"): 2.0**400}


class SklearnAdapter(Adapter):
    """A fitted model; its arguments are those of `adapter`."""

    def __init__(self, model: Any, net: MLP | None, loss: Loss | None, optimizer: Optimizer | None) -> None:
        self.framework, self.model = f"scikit-learn {sklearn.__version__}", model
        own = models.from_sklearn(model)
        self.own, self.parameters = own, None if net is None else own.parameters
        if model.alpha:
            own.regularizer = L2(model.alpha / BATCH)
        self.is_classifier = hasattr(model, "classes_")
        if self.is_classifier and len(model.classes_) < 2:
            raise ValueError(f"model: expected at least two classes, got {model.classes_.tolist()} alone")
        self.hard_labels = self.is_classifier
        # L-BFGS has no steps of its own
        own_optimizer = None if model.solver == "lbfgs" else optimizers.from_sklearn(model).clone()
        net = own.copy() if net is None else compared_with(net, own)
        net.loss = net.loss if loss is None else loss
        if own_optimizer is None and optimizer is not None:
            raise ValueError(f"optimizer: expected None for a model that L-BFGS trains, got {optimizer!r}")
        self.optimizer = own_optimizer
        self.setting = Setting(net, net.loss, own_optimizer if optimizer is None else optimizer)

    def class_indices(self, y: Any) -> Any:
        """Return the places of labels in ``classes_``; those of several labels are 0 or 1 each."""
        y = np.asarray(y)
        if not self.is_classifier or y.ndim != 1:
            return y
        unknown = y[~np.isin(y, self.model.classes_)]
        if unknown.size:
            raise ValueError(f"y: expected the model's classes, {self.model.classes_.tolist()}, got {unknown[0]}")
        return np.searchsorted(self.model.classes_, y)

    def _labels(self, y: Any) -> Any:
        """Return labels as scikit-learn takes them."""
        if not self.is_classifier:
            return y if y.shape[1] > 1 else y[:, 0]
        if self.own.activations[-1].name == "softmax":
            return self.model.classes_[y.argmax(axis=1)]
        return y.astype(int) if y.shape[1] > 1 else self.model.classes_[y[:, 0].astype(int)]

    def outputs(self, x: Any) -> list[Any]:
        """Return the output of each layer: those of models that end with it, and of the model itself."""
        found = []
        for count in range(1, len(self.model.coefs_)):
            # A model of scikit-learn's whose output has the activation of a hidden layer
            first = copy.copy(self.model)
            first.coefs_, first.intercepts_ = self.model.coefs_[:count], self.model.intercepts_[:count]
            first.n_layers_, first.n_outputs_ = count + 1, self.own.widths[count]
            first.out_activation_ = self.model.activation
            found.append(_predicted(first, x, self.is_classifier))
        return [*found, _predicted(self.model, x, self.is_classifier)]

    def _trainable(self, optimizer: Optimizer, batch: int) -> Any:
        """Return a new model with the same weights and penalty."""
        classes = self.model.classes_ if self.is_classifier and self.own.loss.labels != "numbers" else None
        if self.own.activations[-1].name == "sigmoid" and self.own.widths[-1] > 1:
            classes = None
        return models.to_sklearn(self.own, optimizer.clone(), batch, classes)

    def penalty(self) -> float | None:
        """Return what alpha adds to a loss: that of one so large that all else in it is small."""
        if not self.model.alpha:
            return None
        _, exponent = math.frexp(sum(self.own.regularizer(W) for W in self.own.weights))
        # All digits of the type, and some more
        large = 2.0 ** min(np.finfo(self.own.dtype).nmant + 8 - exponent, 900)
        values = [self._with_alpha(self.model.alpha * factor) for factor in (large, 0)]
        return (values[0] - values[1]) / large

    def _with_alpha(self, alpha: float) -> float:
        x = np.zeros((BATCH, self.own.widths[0]), self.own.dtype)
        y = self._labels(np.eye(BATCH, self.own.widths[-1], dtype=self.own.dtype))
        return float(self._trainable(SGD(_TINY), BATCH).set_params(alpha=alpha).partial_fit(x, y).loss_)

    def loss(self, x: Any, y: Any) -> float:
        """Return the loss that one step reports, which is that before the step."""
        return float(self._trainable(SGD(), len(x)).partial_fit(x, self._labels(y)).loss_)

    def gradient(self, x: Any, y: Any) -> Any:
        """Return the step at a large rate over that rate."""
        rate = _RATES[self.own.dtype]
        model = self._trainable(SGD(rate), len(x)).partial_fit(x, self._labels(y))
        return (self.own.parameters - models.from_sklearn(model).parameters) / rate

    def train(self, batches: Sequence[tuple[Any, Any]]) -> Trained | None:
        """Return the record of ``partial_fit`` on each batch."""
        if self.optimizer is None:
            return None
        model, parameters, losses = None, [], []
        for x, y in batches:
            model = self._trainable(self.optimizer, len(x)) if model is None else model
            # The penalty of each batch is that of the largest
            model.set_params(alpha=self.model.alpha * len(x) / BATCH, batch_size=len(x))
            model.partial_fit(x, self._labels(y))
            losses.append(float(model.loss_))
            parameters.append(models.from_sklearn(model).parameters.copy())
        return Trained(parameters, losses)

    def report(self, x: Any, y: Any) -> list[Reported]:
        """Return the accuracy that ``score`` says."""
        if not self.is_classifier or (self.own.widths[-1] > 1 and self.own.activations[-1].name == "sigmoid"):
            return []
        return [Reported("score", float(self.model.score(x, self._labels(y))), "accuracy")]

    def _probabilities(self, net: MLP, x: Any) -> Any:
        """Return what scikit-learn makes of a net's parameters."""
        model = copy.copy(self.model)
        model.coefs_, model.intercepts_ = net.weights, net.biases
        return _predicted(model, x, True)

    def reasons(self) -> list[Reason]:
        """Return what is known of scikit-learn."""
        units = self.own.widths[-1]
        if self.is_classifier:
            # What it minimizes is not clipped
            low = float(np.finfo(self.own.dtype).eps)
            clipped = Clipped(self.setting.loss, self.own.dtype, self._probabilities, low, 1 - low)
            text = f"scikit-learn clips probabilities in the loss that it reports to [{low:.2g}, 1 - {low:.2g}]"
            return [Reason(text, ("loss", "reported"), lambda before: replace(before, saturating=clipped))]
        if units == 1:
            return []
        text = f"scikit-learn reports the mean over the {units} outputs, and minimizes their sum"
        return [Reason(text, ("loss", "reported"), _reported)]


def _reported(setting: Setting) -> Setting:
    """Return the setting with the loss that scikit-learn reports where it minimizes the setting's, for several numbers.

    A factor that is not the one it minimizes with is not excused.
    """
    loss = setting.loss if isinstance(setting.loss, Multiple) else Multiple(1.0, setting.loss)
    return replace(setting, loss=Multiple(loss.factor / setting.net.widths[-1], loss.loss))


def _predicted(model: Any, x: Any, is_classifier: bool) -> Any:
    if not is_classifier:
        return model.predict(x).reshape(len(x), -1)
    found = model.predict_proba(x)
    # Beside one output stands what is left to 1
    return found[:, 1:] if model.n_outputs_ == 1 else found


def adapter(model: Any, net: MLP | None, loss: Loss | None, optimizer: Optimizer | None) -> SklearnAdapter:
    """Return the adapter of a fitted ``MLPClassifier`` or ``MLPRegressor``."""
    return SklearnAdapter(model, net, loss, optimizer)
