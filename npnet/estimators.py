"""Estimators of scikit-learn's kind: npnet's nets in pipelines, grid searches and cross-validations.

`NpnetClassifier` and `NpnetRegressor` pass all of ``sklearn.utils.estimator_checks.check_estimator``. They need
scikit-learn 1.6 or newer (extra ``sklearn``); the rest of npnet does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, TypeVar

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from npnet import optimizers
from npnet._checks import integer, number, renamed, sample_weights
from npnet.activations import Activation
from npnet.callbacks import EarlyStopping
from npnet.history import History
from npnet.losses import Loss
from npnet.metrics import classes_of
from npnet.network import MLP
from npnet.optimizers import Optimizer
from npnet.regularizers import L1L2
from npnet.typing import Array

__all__ = ["NpnetClassifier", "NpnetRegressor"]


def __dir__() -> list[str]:
    return __all__


FLOATS = (np.float64, np.float32)
"""What samples are computed in: those of other dtypes in float64."""

_NAMES = {
    "hidden": "activation",
    "epochs": "max_iter",
    "min_delta": "tol",
    "patience": "n_iter_no_change",
    "validation_split": "validation_fraction",
}
"""The parameters that are passed on under npnet's other names."""

Made = TypeVar("Made", bound="_Estimator")


class _Estimator(BaseEstimator):  # type: ignore[misc]
    """What a classifier and a regressor have in common."""

    net_: MLP
    history_: History
    _optimizer: Optimizer

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: str | Activation | Sequence[str | Activation] = "relu",
        *,
        loss: str | Loss | None = None,
        optimizer: str | Optimizer = "adam",
        learning_rate_init: float = 0.001,
        l1: float = 0.0,
        l2: float = 0.0,
        batch_size: int | str = "auto",
        max_iter: int = 200,
        shuffle: bool = True,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        verbose: int = 0,
        random_state: Any = None,
    ) -> None:
        # scikit-learn's rule: parameters are kept as they are given, and checked where they are used
        self.hidden_layer_sizes, self.activation = hidden_layer_sizes, activation
        self.loss, self.optimizer, self.learning_rate_init = loss, optimizer, learning_rate_init
        self.l1, self.l2, self.batch_size, self.max_iter = l1, l2, batch_size, max_iter
        self.shuffle, self.tol, self.n_iter_no_change = shuffle, tol, n_iter_no_change
        self.early_stopping, self.validation_fraction = early_stopping, validation_fraction
        self.verbose, self.random_state = verbose, random_state

    @renamed(**_NAMES)
    def _fit(self: Made, X: Array, y: Array, weights: Array | None, units: int, output: str) -> Made:
        """Train a new net, until it is good enough or `max_iter` passes were made."""
        net, optimizer = self._made(X, units, output)
        if weights is not None:
            # Of mean 1, so that a weight of 2 is a sample that is there twice
            weights = weights * (len(weights) / weights.sum())
        monitor = "val_loss" if self.early_stopping else "loss"
        self._train(
            net, optimizer, X, y, epochs=self.max_iter, sample_weight=weights,
            validation_split=self.validation_fraction if self.early_stopping else None,
            callbacks=[EarlyStopping(monitor, self.n_iter_no_change, self.tol, bool(self.early_stopping))],
        )  # fmt: skip
        self.loss_curve_ = self.history_.loss.tolist()
        return self

    @renamed(**_NAMES)
    def _partial_fit(self: Made, X: Array, y: Array, weights: Array | None, units: int, output: str) -> Made:
        """Train the net, a new one at first, for one pass over the samples."""
        begun = hasattr(self, "net_")
        net, optimizer = (self.net_, self._optimizer) if begun else self._made(X, units, output)
        done, curve = (self.n_iter_, self.loss_curve_) if begun else (0, [])
        self._train(net, optimizer, X, y, epochs=done + 1, initial_epoch=done, sample_weight=weights)
        self.loss_curve_ = curve + self.history_.loss.tolist()
        return self

    def _made(self, X: Array, units: int, output: str) -> tuple[MLP, Optimizer]:
        """Return a new net for these samples, and an optimizer for it."""
        hidden = self.hidden_layer_sizes
        if not isinstance(hidden, (Integral, Sequence, np.ndarray)) or isinstance(hidden, (str, bytes)):
            raise ValueError(f"hidden_layer_sizes: expected whole numbers, got {hidden!r:.60}")
        sizes = [integer("hidden_layer_sizes", size, 1) for size in np.ravel(np.asarray(hidden, object))]
        net = MLP([X.shape[1], *sizes, units], self.activation, output, X.dtype, _drawn_seed(self.random_state))
        return net, optimizers.get(self.optimizer).clone()

    def _train(self, net: MLP, optimizer: Optimizer, X: Array, y: Array, **options: Any) -> None:
        """Train a net, and keep it and what became of it."""
        if not isinstance(self.optimizer, Optimizer):
            with renamed(learning_rate="learning_rate_init"):
                optimizer.learning_rate = self.learning_rate_init
                optimizer.check(net.parameters)
        auto = isinstance(self.batch_size, str) and self.batch_size == "auto"
        batch_size: Any = min(200, len(X)) if auto else self.batch_size
        l1, l2 = number("l1", self.l1, low=0), number("l2", self.l2, low=0)
        regularizer = L1L2(l1, l2) if l1 or l2 else "none"
        self.history_ = net.fit(
            X, y, self.loss, optimizer, batch_size=batch_size, regularizer=regularizer, shuffle=self.shuffle,
            verbose=self.verbose, **options,
        )  # fmt: skip
        self.net_, self._optimizer, self.n_iter_ = net, optimizer, self.history_.initial_epoch + self.history_.epochs

    def _outputs(self, X: Any) -> Array:
        check_is_fitted(self, "net_")
        return self.net_.predict(validate_data(self, X, dtype=FLOATS, reset=False))


def _drawn_seed(random_state: Any) -> int:
    """Return the seed of a net."""
    try:
        return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))
    except (TypeError, ValueError):
        expected = "a whole number from 0 to 2**32 - 1, a numpy.random.RandomState or None"
        raise ValueError(f"random_state: expected {expected}, got {random_state!r:.60}") from None


def _with_weights(X: Array, y: Array, sample_weight: Any) -> tuple[Array, Array, Array | None]:
    """Return the samples that have a weight above 0, their labels and weights: others are as if they were not there."""
    if sample_weight is None:
        return X, y, None
    weights = sample_weights("sample_weight", sample_weight, len(X))
    some = weights > 0
    if not some.any():
        raise ValueError("sample_weight: expected at least one weight above zero, got none")
    return X[some], y[some], weights[some]


class NpnetClassifier(ClassifierMixin, _Estimator):  # type: ignore[misc]
    """A net that tells classes, as an estimator of scikit-learn.

    Its parameters have the names and the defaults of ``sklearn.neural_network.MLPClassifier`` where they mean the
    same, `hidden_layer_sizes` among them, so that a pipeline or a grid goes on with either; what npnet does in its own
    way has npnet's names.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int
        The units of each hidden layer; none for an empty sequence.
    activation : str, Activation or a sequence of them
        The activation of the hidden layers, by npnet's names (``"sigmoid"`` is scikit-learn's ``"logistic"``).
    loss : str, Loss or None
        None is the cross-entropy.
    optimizer : str or Optimizer
        scikit-learn's ``solver``. One that is given is not changed: each fit has a copy without moments.
    learning_rate_init : float
        The learning rate of an optimizer that is named; one that is given has its own, which may be a schedule.
    l1, l2 : float
        The strengths of the penalties ``l1 * sum(|W|) + l2 * sum(W**2) / 2`` on the weights. scikit-learn's ``alpha``
        is another number: it is divided by the number of samples in a batch.
    batch_size : int or "auto"
        Samples in a batch; ``"auto"`` is ``min(200, samples)``.
    max_iter : int
        The largest number of epochs: no warning is given after them, but `n_iter_` tells.
    shuffle : bool
        Whether the samples are put in a new order before each epoch.
    tol, n_iter_no_change : float, int
        Training ends when the loss has not improved by more than `tol` for so many epochs in a row.
    early_stopping : bool
        Whether this is the loss of samples that are not trained on, of which the best epoch's parameters are kept.
        (scikit-learn watches their accuracy.)
    validation_fraction : float
        The share of these samples, of each class.
    verbose : int or bool
        As for `npnet.MLP.fit`.
    random_state : int, numpy.random.RandomState or None
        The source of the initial weights and of the orders; an int repeats a fit to the last bit.

    Notes
    -----
    A net is float32 for samples of float32, else float64.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from npnet import datasets
    >>> x_train, y_train, x_test, y_test = datasets.iris_split()
    >>> model = make_pipeline(StandardScaler(), NpnetClassifier(16, learning_rate_init=0.01, random_state=0))
    >>> print(model.fit(x_train, y_train).score(x_test, y_test) > 0.9)
    True
    """

    classes_: Array
    """The labels, sorted."""
    net_: MLP
    """The net, which has one output for two classes, the probability of the second."""
    history_: History
    """The record of the last call."""
    loss_curve_: list[float]
    """The loss of each epoch; `partial_fit` goes on with it."""
    n_iter_: int
    """The number of epochs."""
    n_features_in_: int
    """The number of features."""
    feature_names_in_: Array
    """Their names, if the samples were a data frame whose columns are named by text."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NpnetClassifier:
        """Train a new net.

        Parameters
        ----------
        X : array_like, shape (samples, features)
            The samples.
        y : array_like, shape (samples,)
            Their classes: text, numbers or booleans.
        sample_weight : array_like, shape (samples,), or None
            A weight for each sample. They are divided by their mean; a sample without weight is left out, and so is a
            class whose samples all are.

        Returns
        -------
        NpnetClassifier
            This estimator.
        """
        X, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        X, y, weights = _with_weights(X, y, sample_weight)
        classes, indices = np.unique(y, return_inverse=True)
        _at_least_two(classes)
        self._fit(X, indices, weights, *_output(classes))
        self.classes_ = classes
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> NpnetClassifier:
        """Train for one pass over these samples, and go on where the last call ended.

        Parameters
        ----------
        X, y
            As for `fit`.
        classes : array_like, shape (classes,), or None
            All classes: needed in the first call.
        sample_weight : array_like, shape (samples,), or None
            A weight for each sample, taken as it is: those of all calls belong together.

        Returns
        -------
        NpnetClassifier
            This estimator.
        """
        begun = hasattr(self, "net_")
        X, y = validate_data(self, X, y, dtype=FLOATS, reset=not begun)
        check_classification_targets(y)
        known = self._known(classes)
        X, y, weights = _with_weights(X, y, sample_weight)
        if not np.isin(y, known).all():
            raise ValueError(f"y: expected the classes {known.tolist()}, got {y[~np.isin(y, known)].tolist()[0]!r}")
        self._partial_fit(X, np.searchsorted(known, y), weights, *_output(known))
        self.classes_ = known
        return self

    def _known(self, classes: Any) -> Array:
        """Return all classes, those of the first call."""
        begun = hasattr(self, "net_")
        if classes is None:
            if not begun:
                raise ValueError("classes: expected all classes in the first call of partial_fit, got None")
            return self.classes_
        distinct = np.unique(column_or_1d(classes))
        _at_least_two(distinct)
        if begun and not np.array_equal(distinct, self.classes_):
            raise ValueError(f"classes: expected those of the first call, {self.classes_.tolist()}, got {classes}")
        return distinct

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, shape (samples, classes)."""
        p = self._outputs(X)
        return np.column_stack([1 - p, p]) if p.shape[1] == 1 else p

    def predict(self, X: Any) -> Array:
        """Return the most probable class of each sample, shape (samples,)."""
        classes = classes_of(self._outputs(X))
        return self.classes_[classes]


def _at_least_two(classes: Array) -> None:
    if len(classes) < 2:
        raise ValueError(f"y: expected at least two classes, got 1 class, {classes.tolist()[0]!r}")


def _output(classes: Array) -> tuple[int, str]:
    """Return the units and the activation of the last layer."""
    return (1, "sigmoid") if len(classes) == 2 else (len(classes), "softmax")


class NpnetRegressor(RegressorMixin, _Estimator):  # type: ignore[misc]
    """A net that tells numbers, one or several for each sample, as an estimator of scikit-learn.

    Parameters
    ----------
    hidden_layer_sizes, activation, optimizer, learning_rate_init, l1, l2, batch_size, max_iter, shuffle, tol
        As for `NpnetClassifier`.
    n_iter_no_change, early_stopping, validation_fraction, verbose, random_state
        As for `NpnetClassifier`.
    loss : str, Loss or None
        None is the mean squared error.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 64).reshape(-1, 1)
    >>> model = NpnetRegressor(16, learning_rate_init=0.05, random_state=0).fit(x, x[:, 0] ** 2)
    >>> print(model.score(x, x[:, 0] ** 2) > 0.9)
    True
    """

    net_: MLP
    """The net."""
    history_: History
    """The record of the last call."""
    loss_curve_: list[float]
    """The loss of each epoch; `partial_fit` goes on with it."""
    n_iter_: int
    """The number of epochs."""
    n_features_in_: int
    """The number of features."""
    feature_names_in_: Array
    """Their names, if the samples were a data frame whose columns are named by text."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NpnetRegressor:
        """Train a new net.

        Parameters
        ----------
        X : array_like, shape (samples, features)
            The samples.
        y : array_like, shape (samples,) or (samples, numbers)
            What is to be told of each.
        sample_weight : array_like, shape (samples,), or None
            A weight for each sample. They are divided by their mean; a sample without weight is left out.

        Returns
        -------
        NpnetRegressor
            This estimator.
        """
        return self._fit(*self._checked(X, y, sample_weight, reset=True), "identity")

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> NpnetRegressor:
        """Train for one pass over these samples, and go on where the last call ended.

        Parameters
        ----------
        X, y
            As for `fit`.
        sample_weight : array_like, shape (samples,), or None
            A weight for each sample, taken as it is: those of all calls belong together.

        Returns
        -------
        NpnetRegressor
            This estimator.
        """
        return self._partial_fit(*self._checked(X, y, sample_weight, reset=not hasattr(self, "net_")), "identity")

    def _checked(self, X: Any, y: Any, sample_weight: Any, reset: bool) -> tuple[Array, Array, Array | None, int]:
        """Return the samples, what is to be told of them, their weights, and how many numbers that is."""
        X, y = validate_data(self, X, y, dtype=FLOATS, multi_output=True, y_numeric=True, reset=reset)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        return *_with_weights(X, y, sample_weight), 1 if y.ndim == 1 else y.shape[1]

    def predict(self, X: Any) -> Array:
        """Return what is told of each sample, shape (samples,) or (samples, numbers)."""
        y = self._outputs(X)
        return y[:, 0] if y.shape[1] == 1 else y

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
