"""Losses: the mean over the batch of a per-sample loss, and exactly the gradient of that number.

Predictions are ``(batch, units)``; labels have the same shape, or are class indices ``(batch,)``.
A vector of predictions ``(batch,)`` is taken as one unit by the mean squared error and the binary
cross-entropy. No value is clipped: where the mathematics says infinity, so does the loss.

Source: the study notes, section 3.2 (1) and (2).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from npnet import activations
from npnet.activations import Activation
from npnet.validation import Array, finite, flag, lookup, numeric, targets


class Loss(ABC):
    """A loss: its value on a batch, its value for each sample, and its gradient."""

    name: str
    from_logits = False
    """Whether predictions are logits, to which a later softmax or sigmoid belongs."""

    def __call__(self, y_true: Any, y_pred: Any) -> Any:
        """Return the mean of the per-sample losses, a scalar of the dtype of `y_pred`.

        Raises
        ------
        ValueError
            If a shape, a dtype or a label does not fit.
        """
        return self._mean(*self._checked(y_true, y_pred))

    def per_sample(self, y_true: Any, y_pred: Any) -> Array:
        """Return the loss of each sample, of shape ``(batch,)``.

        Raises
        ------
        ValueError
            If a shape, a dtype or a label does not fit.
        """
        return self._per_sample(*self._checked(y_true, y_pred))

    def gradient(self, y_true: Any, y_pred: Any) -> Array:
        """Return the gradient of the value with respect to `y_pred`, of its shape.

        Raises
        ------
        ValueError
            If a shape, a dtype or a label does not fit.
        """
        labels, predictions = self._checked(y_true, y_pred)
        return self._gradient(labels, predictions).reshape(np.shape(y_pred))

    def __repr__(self) -> str:
        """Return the expression that makes this loss."""
        return f"{type(self).__name__}()"

    def fold(self, activation: Activation) -> "Loss | None":
        """Return the loss on the logits of `activation` that equals this one on its output.

        None where the two do not fold into one.

        Raises
        ------
        ValueError
            If this loss can't follow `activation`: probabilities where it expects logits, or the reverse.
        """
        return None

    def _checked(self, y_true: Any, y_pred: Any) -> tuple[Array, Array]:
        predictions = numeric("y_pred", y_pred)
        if predictions.ndim == 1:
            predictions = predictions.reshape(-1, 1)
        if predictions.ndim != 2 or predictions.size == 0:
            raise ValueError(f"y_pred: expected shape (batch, units), none of them 0, got {np.shape(y_pred)}")
        self._check_predictions(predictions)
        labels = self.checked_labels(targets("y_true", y_true, predictions.shape))
        return labels.astype(predictions.real.dtype, copy=False), predictions

    # The rest is written for arrays that were checked, with any further axes (such as models) at the end.

    def checked_labels(self, y_true: Array, name: str = "y_true") -> Array:
        """Return labels that have the shape of the predictions; `name` is the argument that an error names.

        Raises
        ------
        ValueError
            If a label is out of this loss's range.
        """
        return y_true

    def _check_predictions(self, y_pred: Array) -> None:
        """Raise ValueError if a prediction is out of this loss's domain."""
        finite("y_pred", y_pred)

    def _terms_per_sample(self, units: int) -> int:
        """Return what the sum of a sample's terms is divided by: `units` where their mean is taken."""
        return units

    def _per_sample(self, y_true: Array, y_pred: Array) -> Array:
        terms = self._terms(y_true, self._common(y_true, y_pred))
        return np.add.reduce(terms, axis=1) / self._terms_per_sample(terms.shape[1])

    def _count(self, terms: Array) -> int:
        """Return what the sum of all terms is divided by."""
        return len(terms) * self._terms_per_sample(terms.shape[1])

    def _mean(self, y_true: Array, y_pred: Array) -> Any:
        return self._mean_of(self._terms(y_true, self._common(y_true, y_pred)))

    def _mean_of(self, terms: Array) -> Any:
        return np.add.reduce(terms, axis=(0, 1)) / self._count(terms)

    def _gradient(self, y_true: Array, y_pred: Array) -> Array:
        return self._derivative(y_true, self._common(y_true, y_pred), self._count(y_pred), None)

    def _mean_and_gradient(self, y_true: Array, y_pred: Array, out: Array, scratch: Array) -> tuple[Any, Array]:
        """Return the value, and its gradient with respect to `y_pred`, in `out`; `scratch` may be overwritten."""
        common = self._common(y_true, y_pred, out)
        value = self._mean_of(self._terms(y_true, common, scratch))
        return value, self._derivative(y_true, common, self._count(y_pred), out)

    def _common(self, y_true: Array, y_pred: Array, out: Array | None = None) -> Array:
        """Return what terms and derivative are computed from: the predictions, or a function of them, in `out`."""
        return y_pred

    @abstractmethod
    def _terms(self, y_true: Array, common: Array, out: Array | None = None) -> Array:
        """Return the term of each unit, of the shape of the predictions; a sample's loss is their sum or mean.

        They may be written to `out`, which is not `common`.
        """

    @abstractmethod
    def _derivative(self, y_true: Array, common: Array, count: int, out: Array | None) -> Array:
        """Return the derivative of the terms' sum over `count` by each prediction; `out` may be `common`."""


class MeanSquaredError(Loss):
    r"""The mean over all elements of the squared error.

    .. math:: L = \frac1N \sum (\hat y - y)^2, \qquad
              \frac{\partial L}{\partial \hat y} = \frac2N (\hat y - y)

    with :math:`N` = batch × units, as in ``tf.reduce_mean(tf.square(y - y0))``.

    Source: the study notes, section 3.2 (1).

    Examples
    --------
    >>> mse = MeanSquaredError()
    >>> print(mse([[1.0, 0.0]], [[0.5, 0.5]]), mse.gradient([[1.0, 0.0]], [[0.5, 0.5]]))
    0.25 [[-0.5  0.5]]
    """

    name = "mse"

    def _common(self, y_true: Array, y_pred: Array, out: Array | None = None) -> Array:
        return np.subtract(y_pred, y_true, out=out)

    def _terms(self, y_true: Array, error: Array, out: Array | None = None) -> Array:
        return np.square(error, out=out)

    def _derivative(self, y_true: Array, error: Array, count: int, out: Array | None) -> Array:
        return np.divide(error, count / 2, out=out)


class _Crossentropy(Loss):
    """What the two cross-entropies share: the activation that they fold with, and the choice of input.

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits, any real numbers, rather than probabilities, the default.
    """

    link: str
    """The activation whose outputs are its probabilities, and with which it folds."""

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = flag("from_logits", from_logits)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(from_logits={self.from_logits})"

    def fold(self, activation: Activation) -> Loss | None:
        """Return the same loss on logits where the two fold into one, else None.

        The pairs that fold: softmax with the categorical, sigmoid with the binary cross-entropy.

        Raises
        ------
        ValueError
            If this loss can't follow `activation`: probabilities where it expects logits, or the reverse.
        """
        if self.from_logits and activation.name in ("softmax", "sigmoid"):
            raise ValueError(f"loss: {self!r} expects logits, but the output activation is {activation!r}")
        if self.from_logits:
            return None
        if activation.name != self.link:
            raise ValueError(f"loss: {self!r} expects the output activation {self.link}, got {activation!r}")
        return type(self)(from_logits=True)

    def _check_predictions(self, y_pred: Array) -> None:
        if self.from_logits or y_pred.dtype == object:
            super()._check_predictions(y_pred)
            return
        wrong = ~((y_pred.real >= 0) & (y_pred.real <= 1))
        if wrong.any():
            raise ValueError(f"y_pred: expected probabilities from 0 to 1, got {y_pred[wrong][0]}")


class CategoricalCrossentropy(_Crossentropy):
    r"""The cross-entropy of labels against a distribution over the classes.

    .. math:: L = -\sum_k y_k \ln p_k, \qquad \frac{\partial L}{\partial p_k} = -\frac{y_k}{p_k}

    for one sample, with :math:`0 \ln 0 = 0`. From logits, :math:`p = \mathrm{softmax}(z)` and

    .. math:: L = \sum_k y_k \Big(\ln \sum_j e^{z_j} - z_k\Big), \qquad
              \frac{\partial L}{\partial z} = p - y

    Labels are distributions (one-hot or soft, with sum 1) or class indices. Probabilities are taken
    as they are: they are neither clipped nor divided by their sum.

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits rather than probabilities, the default.

    Raises
    ------
    ValueError
        If `from_logits` is not a truth value.

    Notes
    -----
    Source: the study notes, section 3.2 (2).

    Examples
    --------
    >>> print(CategoricalCrossentropy()([0], [[1.0, 0.0]]))
    0.0
    >>> print(CategoricalCrossentropy(from_logits=True).gradient([1], [[0.0, 0.0]]))
    [[ 0.5 -0.5]]
    """

    name = "categorical_crossentropy"
    link = "softmax"

    def _checked(self, y_true: Any, y_pred: Any) -> tuple[Array, Array]:
        if np.ndim(y_pred) != 2 or np.shape(y_pred)[1] < 2:
            raise ValueError(f"y_pred: expected shape (batch, classes), at least 2 classes, got {np.shape(y_pred)}")
        return super()._checked(y_true, y_pred)

    def checked_labels(self, y_true: Array, name: str = "y_true") -> Array:
        """Return the labels, each row divided by its sum, which must be 1 but for roundings.

        Raises
        ------
        ValueError
            If a label is negative, or a row's sum is not 1.
        """
        if y_true.shape[1] < 2:
            raise ValueError(f"{name}: expected at least 2 classes, got {y_true.shape[1]}")
        if y_true.dtype == object:
            return y_true
        if (y_true < 0).any():
            raise ValueError(f"{name}: expected no negative label, got {y_true[y_true < 0][0]}")
        sums = np.add.reduce(y_true, axis=1, keepdims=True, dtype=np.result_type(y_true, np.float64))
        # Labels may have been float32 once, so that is the rounding allowed to each of them
        wrong = abs(sums - 1) > (y_true.shape[1] + 1) * np.finfo(np.float32).eps
        if wrong.any():
            raise ValueError(f"{name}: expected rows with sum 1, got the sum {sums[wrong][0]}")
        return y_true / sums

    def _terms_per_sample(self, units: int) -> int:
        return 1

    def _common(self, y_true: Array, y_pred: Array, out: Array | None = None) -> Array:
        if self.from_logits:
            return np.subtract(y_pred, np.maximum.reduce(y_pred, axis=1, keepdims=True), out=out)
        return y_pred

    def _terms(self, y_true: Array, common: Array, out: Array | None = None) -> Array:
        if self.from_logits:
            # The largest logit is now 0, its exponential 1: log1p of the others keeps a loss that is far under 1
            smaller = common < 0
            others = np.multiply(np.exp(common, out=out), smaller, out=out)
            equal = common.shape[1] - 1 - np.add.reduce(smaller, axis=1, keepdims=True, dtype=common.dtype)
            equal += np.add.reduce(others, axis=1, keepdims=True)
            log_sum = np.log1p(equal, out=equal)
            return np.multiply(y_true, np.subtract(log_sum, common, out=out), out=out)
        return -_times(y_true, np.log, common)

    def _derivative(self, y_true: Array, common: Array, count: int, out: Array | None) -> Array:
        if self.from_logits:
            out = _SOFTMAX._value(common, out)
            out -= y_true
            out /= count
            return out
        return np.divide(_quotient(y_true, common), -count, out=out)


class BinaryCrossentropy(_Crossentropy):
    r"""The cross-entropy of yes-or-no labels against probabilities, the mean over the units.

    .. math:: L = -y \ln p - (1-y) \ln(1-p), \qquad
              \frac{\partial L}{\partial p} = -\frac yp + \frac{1-y}{1-p}

    for one unit of one sample, with :math:`0 \ln 0 = 0`. From logits, :math:`p = \sigma(z)` and

    .. math:: L = \max(z, 0) - z y + \ln(1 + e^{-|z|}), \qquad
              \frac{\partial L}{\partial z} = p - y

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits rather than probabilities, the default.

    Raises
    ------
    ValueError
        If `from_logits` is not a truth value.

    Notes
    -----
    Source: the study notes, section 3.2 (2), for two classes; the form on logits is the one that
    ``tf.nn.sigmoid_cross_entropy_with_logits`` documents.

    Examples
    --------
    >>> print(BinaryCrossentropy(from_logits=True)([1.0, 0.0], [1e4, 1e4]))
    5000.0
    >>> print(BinaryCrossentropy().gradient([1.0, 0.0], [0.5, 0.0]))
    [-1.   0.5]
    """

    name = "binary_crossentropy"
    link = "sigmoid"

    def checked_labels(self, y_true: Array, name: str = "y_true") -> Array:
        """Return the labels.

        Raises
        ------
        ValueError
            If a label is under 0 or over 1.
        """
        wrong = (y_true < 0) | (y_true > 1)
        if y_true.dtype != object and wrong.any():
            raise ValueError(f"{name}: expected labels from 0 to 1, got {y_true[wrong][0]}")
        return y_true

    def _terms(self, y_true: Array, y_pred: Array, out: Array | None = None) -> Array:
        if self.from_logits:
            return np.maximum(y_pred, 0) - y_pred * y_true + np.log1p(np.exp(np.minimum(y_pred, -y_pred)))
        return -_times(y_true, np.log, y_pred) - _times(1 - y_true, np.log1p, -y_pred)

    def _derivative(self, y_true: Array, y_pred: Array, count: int, out: Array | None) -> Array:
        if self.from_logits:
            out = activations.sigmoid._value(y_pred, out)
            out -= y_true
        else:
            out = np.subtract(_quotient(1 - y_true, 1 - y_pred), _quotient(y_true, y_pred), out=out)
        out /= count
        return out


_SOFTMAX = activations.Softmax(axis=1)


def _times(y: Array, logarithm: np.ufunc, p: Array) -> Array:
    """Return ``y * logarithm(p)``, 0 where ``y`` is 0: there the logarithm may be infinite."""
    result = np.zeros_like(p)
    with np.errstate(divide="ignore"):
        logarithm(p, out=result, where=y != 0)
    return y * result


def _quotient(y: Array, p: Array) -> Array:
    """Return ``y / p``, 0 where ``y`` is 0: there ``p`` may be 0."""
    with np.errstate(divide="ignore", over="ignore"):
        return np.divide(y, p, out=np.zeros_like(p), where=y != 0)


_KNOWN: dict[str, Callable[[], Loss]] = {
    "mse": MeanSquaredError,
    "mean_squared_error": MeanSquaredError,
    "categorical_crossentropy": CategoricalCrossentropy,
    "binary_crossentropy": BinaryCrossentropy,
}


def get(loss: str | Loss) -> Loss:
    """Return the loss of that name, or the one given.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.

    Examples
    --------
    >>> get("mse").name
    'mse'
    """
    return lookup("loss", loss, Loss, _KNOWN)
