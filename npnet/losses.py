r"""Losses: the mean over the batch of a per-sample loss, and exactly the gradient of that number.

================================  ============================================  ================================
loss                              of a sample                                   its derivative
================================  ============================================  ================================
`MeanSquaredError`                mean of :math:`(p - y)^2`                     :math:`2 (p - y)`, over the units
`MeanAbsoluteError`               mean of :math:`|p - y|`                       its sign, over the units
`Huber`                           mean of :math:`(p - y)^2 / 2` up to δ, then   :math:`p - y`, clipped to ±δ, over the
                                  of a line                                     units
`CategoricalCrossentropy`         :math:`-\sum y \ln p`                         :math:`-y / p`
`SoftmaxCrossentropy`             the same, of :math:`p = \mathrm{softmax}(z)`  :math:`p - y`
`KLDivergence`                    :math:`\sum y \ln (y / p)`                    :math:`-y / p`
`SoftmaxKLDivergence`             the same, of :math:`p = \mathrm{softmax}(z)`  :math:`p - y`
`BinaryCrossentropy`              mean of                                       :math:`(1-y)/(1-p) - y/p`,
                                  :math:`-y \ln p - (1-y) \ln(1-p)`             over the units
`SigmoidCrossentropy`             the same, of :math:`p = \sigma(z)`            :math:`p - y`, over the units
================================  ============================================  ================================

At the front door predictions are ``(batch, units)``; labels have the same shape, or are class indices
``(batch,)``. A vector of predictions ``(batch,)`` is taken as one unit by the losses that are a mean over the
units. The formulas have the units first: ``(units, batch[, members])``. No value is clipped:
where the mathematics says infinity, so does the loss.

Samples may have weights, each of which multiplies the loss of its sample: see `Weighted`. Labels that name classes may
be made less certain: see `LabelSmoothing`.

Source: the study notes, section 3.2 (1) and (2).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from npnet._arrays import fractions_as_floats
from npnet._checks import finite, flag, lookup, number, numeric, sample_weights, targets
from npnet._equality import same
from npnet.activations import Activation, Sigmoid, Softmax, constant, sum_over, total
from npnet.engine import tuning
from npnet.engine.parameters import cast
from npnet.typing import Array

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Huber",
    "KLDivergence",
    "LabelSmoothing",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SigmoidCrossentropy",
    "SoftmaxCrossentropy",
    "SoftmaxKLDivergence",
    "Weighted",
    "checked_labels",
    "count",
    "for_labels",
    "get",
    "of_output",
    "sum_of_products",
    "with_weights",
]


def __dir__() -> list[str]:
    return __all__


Factors = tuple[Array, Array]


class Loss(ABC):
    """A loss: its value on a batch, its value for each sample, and its gradient.

    A subclass writes the formulas, `terms` and `derivative`, which the engine runs on arrays of its own. Calling a
    loss, `per_sample` and `gradient` check their arguments and call the formulas.
    """

    name: str
    from_logits = False
    """Whether predictions are logits, to which a later softmax or sigmoid belongs."""
    mean_over_units = True
    """Whether a sample's loss is the mean of its units' terms, or their sum."""
    labels = "numbers"
    """``"numbers"``, ``"shares"`` (from 0 to 1, each unit for itself) or ``"distributions"`` (over at least two
    classes). Of shares, the accuracy is that of single labels, else that of samples."""
    predictions = "numbers"
    """``"numbers"`` or ``"probabilities"``."""

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Return the mean of the per-sample losses, a scalar of the dtype of `y_pred`, for float16 of float32.

        With weights, one for each sample, each loss is multiplied by its own before the mean: see `Weighted`.
        """
        loss, y, p = _checked(self, y_true, y_pred, sample_weight)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            factors, _ = loss.terms(y, p)
            return np.asarray(sum_of_products(*factors, p) / count(loss, p), p.dtype)[()]

    def per_sample(self, y_true: Any, y_pred: Any) -> Array:
        """Return the loss of each sample, of shape ``(batch,)``."""
        loss, y, p = _checked(self, y_true, y_pred, None)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            (a, b), _ = loss.terms(y, p)
            products, units = _products(a, b), len(p) if loss.mean_over_units else 1
            values = total(products, 0) / units
            if values.dtype == object or np.isfinite(values).all():
                return values
            # The others keep all bits
            return np.where(np.isfinite(values), values, _sum_in_double(products, 0) / units).astype(values.dtype)

    def gradient(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Array:
        """Return the gradient of the value with respect to `y_pred`, of its shape."""
        loss, y, p = _checked(self, y_true, y_pred, sample_weight)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            _, saved = loss.terms(y, p)
            return np.ascontiguousarray(loss.derivative(y, saved, count(loss, p)).T).reshape(np.shape(y_pred))

    def fold(self, activation: Activation) -> "Loss | None":
        """Return the loss on the input of `activation` that equals this one on its output; None if there is none.

        A loss on probabilities is refused after another activation than its own, a loss on logits after one that makes
        probabilities.
        """
        folded = FOLDS.get((type(activation), type(self)))
        if folded is not None:
            return folded()
        if self.from_logits and any(isinstance(activation, kind) for kind, _ in FOLDS):
            raise ValueError(f"loss: {self!r} expects logits, but the output activation is {activation!r}")
        for expected, kind in FOLDS:
            if isinstance(self, kind) and not self.from_logits and not isinstance(activation, expected):
                raise ValueError(f"loss: {self!r} expects the output activation {expected.name}, got {activation!r}")
        return None

    def prepared(self, y: Array) -> Array:
        """Return checked labels, (units, batch), as the formulas take them: done once, before the first step."""
        return y

    def original(self, y: Array) -> Array:
        """Return labels that were `prepared` as they were given, where they name classes."""
        return y

    @abstractmethod
    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return the term of each unit of each sample, as two factors, and what `derivative` goes on from.

        Parameters
        ----------
        y, p : ndarray, shape (units, batch[, members])
            Labels and predictions. They are left as they are.
        out, scratch : ndarray or None
            Arrays like `p` to compute in: what `derivative` needs is kept in `out`, `scratch` may be written to.
        """

    @abstractmethod
    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return the derivative by each prediction of the sum of all terms over `count`; it may overwrite `saved`."""

    def __eq__(self, other: object) -> bool:
        # Of two that compute the same; a subclass may keep numbers or arrays
        if type(self) is not type(other):
            return NotImplemented
        return same(vars(self), vars(other))

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        """Return the expression that makes this loss."""
        return f"{type(self).__name__}()"


class MeanSquaredError(Loss):
    r"""The mean over all elements of the squared error.

    .. math:: L = \frac1N \sum (\hat y - y)^2, \qquad
              \frac{\partial L}{\partial \hat y} = \frac2N (\hat y - y)

    with :math:`N` = batch × units, as in ``tf.reduce_mean(tf.square(y - y0))``.

    Source: the study notes, section 3.2 (1).

    Derivation: ``npnet derive mse``.

    Examples
    --------
    >>> mse = MeanSquaredError()
    >>> print(mse([[1.0, 0.0]], [[0.5, 0.5]]), mse.gradient([[1.0, 0.0]], [[0.5, 0.5]]))
    0.25 [[-0.5  0.5]]
    """

    name = "mse"

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return ``(p - y)**2``, and the error ``p - y``."""
        error = np.subtract(p, y, out=out)
        return (error, error), error

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return ``2 * error / count``."""
        saved /= constant(count / 2, saved.dtype)
        return saved


class MeanAbsoluteError(Loss):
    r"""The mean over all elements of the absolute error.

    .. math:: L = \frac1N \sum |\hat y - y|, \qquad
              \frac{\partial L}{\partial \hat y} = \frac1N\,\mathrm{sign}(\hat y - y)

    with :math:`N` = batch × units. An error of 0 has the derivative 0, as TensorFlow's and PyTorch's have it: of all
    slopes from -1 to 1 it is the one that leaves what is right alone.

    Notes
    -----
    Source: the documentation of ``keras.losses.MeanAbsoluteError``.

    Derivation: ``npnet derive mae``.

    Examples
    --------
    >>> mae = MeanAbsoluteError()
    >>> print(mae([[1.0, 0.0]], [[0.5, 0.0]]), mae.gradient([[1.0, 0.0]], [[0.5, 0.0]]))
    0.25 [[-0.5  0. ]]
    """

    name = "mae"

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return ``(p - y) * sign(p - y)``, and the sign."""
        error = np.subtract(p, y, out=scratch)
        # Of the real part: the absolute value of a complex number is not analytic
        sign = np.sign(error.real, out=out)
        return (error, sign), sign

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return ``sign(p - y) / count``."""
        saved /= constant(count, saved.dtype)
        return saved


class Huber(Loss):
    r"""The mean over all elements of the squared error, halved, up to :math:`\delta`, and of a line beyond.

    .. math:: L = \frac1N \sum \begin{cases} e^2 / 2 & |e| \le \delta \\
              \delta |e| - \delta^2 / 2 & |e| > \delta \end{cases}, \qquad
              \frac{\partial L}{\partial \hat y} = \frac cN, \quad c = \max(-\delta, \min(e, \delta))

    with the error :math:`e = \hat y - y` and :math:`N` = batch × units. Both cases are :math:`c\,(e - c/2)`, which
    subtracts nothing from a number that is nearly as large.

    Parameters
    ----------
    delta : float
        :math:`\delta`, above 0: from which error on the loss grows like a line, so that an outlier pulls no harder.

    Notes
    -----
    Source: Huber 1964, "Robust estimation of a location parameter"; in Keras's form, ``keras.losses.Huber``.

    Derivation: ``npnet derive huber``.

    Examples
    --------
    >>> huber = Huber(delta=1)
    >>> print(huber([[0.0, 0.0]], [[0.5, 3.0]]), huber.gradient([[0.0, 0.0]], [[0.5, 3.0]]))
    1.3125 [[0.25 0.5 ]]
    """

    name = "huber"

    def __init__(self, delta: float = 1.0) -> None:
        self.delta = number("delta", delta, above=0)

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return ``c * (e - c / 2)``, and ``c``, the error ``e`` clipped."""
        error, delta = np.subtract(p, y, out=scratch), constant(self.delta, p.dtype)
        clipped = np.clip(error, -delta, delta, out=out)
        error -= clipped / 2
        return (clipped, error), clipped

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return ``c / count``."""
        saved /= constant(count, saved.dtype)
        return saved

    def __repr__(self) -> str:
        return f"Huber(delta={self.delta!r})"


class CategoricalCrossentropy(Loss):
    r"""The cross-entropy of labels against a distribution over the classes.

    .. math:: L = -\sum_k y_k \ln p_k, \qquad \frac{\partial L}{\partial p_k} = -\frac{y_k}{p_k}

    for one sample, with :math:`0 \ln 0 = 0`. Labels are distributions (one-hot or soft, with sum 1) or class indices.
    Probabilities are taken as they are: they are neither clipped nor divided by their sum.

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits rather than probabilities, the default: then this is a `SoftmaxCrossentropy`.

    Notes
    -----
    Source: the study notes, section 3.2 (2).

    Derivation: ``npnet derive cross-entropy``.

    Examples
    --------
    >>> print(CategoricalCrossentropy()([0], [[1.0, 0.0]]))
    0.0
    >>> print(CategoricalCrossentropy(from_logits=True).gradient([1], [[0.0, 0.0]]))
    [[ 0.5 -0.5]]
    """

    name = "categorical_crossentropy"
    mean_over_units = False
    labels = "distributions"
    predictions = "probabilities"

    def __new__(cls, from_logits: bool = False) -> Any:
        """Return a loss on probabilities, or on logits."""
        return _made(cls, CategoricalCrossentropy, SoftmaxCrossentropy, from_logits)

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return ``-y * log(p)``, and the probabilities."""
        return (-y, _logarithm(y, np.log, p)), p

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return ``-y / p / count``."""
        return _quotient(y, saved) / -count

    def __repr__(self) -> str:
        return f"CategoricalCrossentropy(from_logits={self.from_logits})"


class SoftmaxCrossentropy(CategoricalCrossentropy):
    r"""The cross-entropy of labels against :math:`p = \mathrm{softmax}(z)`, from the logits :math:`z`.

    .. math:: L = \sum_k y_k \Bigl(\ln \sum_j e^{z_j} - z_k\Bigr), \qquad
              \frac{\partial L}{\partial z} = p - y

    for one sample. The largest logit is subtracted from all, which changes neither. With :math:`e = \exp(z)`, and
    :math:`r = \sum_j (e_j - y_j)`, which is the sum of all exponentials less 1, both are computed without losing
    digits where the right answer is nearly certain:

    .. math:: L = \sum_k y_k (\ln(1 + r) - z_k), \qquad p - y = \frac{(e - y) - y\,r}{1 + r}

    Notes
    -----
    Source: the study notes, section 3.2 (2). It is what ``CategoricalCrossentropy(from_logits=True)`` returns, and what
    a softmax and a `CategoricalCrossentropy` after it are computed as.

    Derivation: ``npnet derive softmax-cross-entropy``.

    Examples
    --------
    >>> print(SoftmaxCrossentropy()([0], [[40.0, 0.0]]))
    4.248354255291589e-18
    """

    from_logits = True
    predictions = "numbers"

    def __new__(cls) -> Any:
        """Return a loss on logits."""
        return object.__new__(cls)

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return ``y * (log(1 + r) - z)``, and ``e - y`` with ``r``."""
        z = np.subtract(p, np.maximum.reduce(p, axis=0), out=scratch)
        e = np.exp(z, out=out)
        e -= self.largest(y)
        rest = sum_over(e, 0)
        return (y, np.subtract(np.log1p(rest), z, out=z)), (e, rest)

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return ``(p - y) / count``."""
        e, rest = saved
        e -= y * rest
        rest += constant(1, rest.dtype)
        rest *= constant(count, rest.dtype)
        e /= rest
        return e

    def largest(self, y: Array) -> Array:
        """Return the one-hot form of each sample's largest label, which is the label itself."""
        return y


class _SoftLabels(SoftmaxCrossentropy):
    """The same for labels that may be soft, whose sum is 1 but for rounding errors.

    The one-hot form of the largest label is subtracted from the exponentials, since its sum is exactly 1.
    """

    def largest(self, y: Array) -> Array:
        """Return the one-hot form of each sample's largest label."""
        one_hot = np.zeros_like(y)
        np.put_along_axis(one_hot, np.expand_dims(np.argmax(y, axis=0), 0), 1, axis=0)
        return one_hot

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return ``(p - y) / count``."""
        largest = self.largest(y)
        out = super().derivative(largest, saved, count)
        out += (largest - y) / count
        return out


class KLDivergence(CategoricalCrossentropy):
    r"""The Kullback-Leibler divergence of predictions from labels that are distributions over the classes.

    .. math:: L = \sum_k y_k \ln \frac{y_k}{p_k}, \qquad \frac{\partial L}{\partial p_k} = -\frac{y_k}{p_k}

    for one sample, with :math:`0 \ln 0 = 0`. It is the cross-entropy less the entropy of the labels, which no
    prediction changes: the gradient is the same, and the smallest value is 0, where both are equal. Labels and
    probabilities are what they are for a `CategoricalCrossentropy`. Where the two are near each other, the logarithm
    is taken of 1 and their relative difference, which keeps its digits.

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits rather than probabilities, the default: then this is a `SoftmaxKLDivergence`.

    Notes
    -----
    Source: Kullback and Leibler 1951, "On information and sufficiency". ``keras.losses.KLDivergence`` clips labels and
    probabilities to 1e-7.

    Derivation: ``npnet derive kl-divergence``.

    Examples
    --------
    >>> print(KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]]))
    0.14384103622589045
    >>> print(KLDivergence().gradient([[0.5, 0.5]], [[0.25, 0.75]]))
    [[-2.         -0.66666667]]
    """

    name = "kl_divergence"

    def __new__(cls, from_logits: bool = False) -> Any:
        """Return a loss on probabilities, or on logits."""
        return _made(cls, KLDivergence, SoftmaxKLDivergence, from_logits)

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return ``y * log(y / p)``, and the probabilities."""
        return (y, 0 - _logarithm_of_ratio(y, p - y, _logarithm(y, np.log, p))), p

    def __repr__(self) -> str:
        return f"KLDivergence(from_logits={self.from_logits})"


class SoftmaxKLDivergence(_SoftLabels, KLDivergence):
    r"""The Kullback-Leibler divergence of :math:`p = \mathrm{softmax}(z)` from labels, from the logits :math:`z`.

    .. math:: L = \sum_k \Bigl(p_k - y_k - y_k \ln \frac{p_k}{y_k}\Bigr), \qquad
              \frac{\partial L}{\partial z} = p - y

    for one sample. The sum of all :math:`p - y` is 0, so that this is the divergence; but no term of it is negative,
    and so no rounding error makes the sum negative, however near the two are. Both are computed from :math:`p - y` as
    a `SoftmaxCrossentropy` has it.

    Notes
    -----
    Source: the terms are those of Csiszár 1991, "Why least squares and maximum entropy?" It is what
    ``KLDivergence(from_logits=True)`` returns, and what a softmax and a `KLDivergence` after it are computed as.

    Derivation: ``npnet derive softmax-kl-divergence``.

    Examples
    --------
    >>> print(SoftmaxKLDivergence()([[0.5, 0.5]], [[1.0, 1.0]]), SoftmaxKLDivergence()([0], [[40.0, 0.0]]))
    0.0 4.248354255291589e-18
    """

    name = "kl_divergence"

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return ``p - y - y * log(p / y)``, and ``p - y``."""
        (_, surprise), saved = super().terms(y, p, out, scratch)
        error = super().derivative(y, saved, 1)
        terms = np.maximum(error - y * _logarithm_of_ratio(y, error, -surprise), 0)
        return (terms, np.ones_like(terms)), error

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return ``(p - y) / count``."""
        saved /= constant(count, saved.dtype)
        return saved


class BinaryCrossentropy(Loss):
    r"""The cross-entropy of yes-or-no labels against probabilities, the mean over the units.

    .. math:: L = -y \ln p - (1-y) \ln(1-p), \qquad
              \frac{\partial L}{\partial p} = -\frac yp + \frac{1-y}{1-p}

    for one unit of one sample, with :math:`0 \ln 0 = 0`.

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits rather than probabilities, the default: then this is a `SigmoidCrossentropy`.

    Notes
    -----
    Source: the study notes, section 3.2 (2), for two classes.

    Derivation: ``npnet derive binary-cross-entropy``.

    Examples
    --------
    >>> print(BinaryCrossentropy(from_logits=True)([1.0, 0.0], [1e4, 1e4]))
    5000.0
    >>> print(BinaryCrossentropy().gradient([1.0, 0.0], [0.5, 0.0]))
    [-1.   0.5]
    """

    name = "binary_crossentropy"
    labels = "shares"
    predictions = "probabilities"

    def __new__(cls, from_logits: bool = False) -> Any:
        """Return a loss on probabilities, or on logits."""
        return _made(cls, BinaryCrossentropy, SigmoidCrossentropy, from_logits)

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return ``-y * log(p) - (1 - y) * log(1 - p)``, and the probabilities."""
        terms = -y * _logarithm(y, np.log, p) - (1 - y) * _logarithm(1 - y, np.log1p, -p)
        return (terms, np.ones_like(terms)), p

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return ``((1 - y) / (1 - p) - y / p) / count``."""
        return (_quotient(1 - y, 1 - saved) - _quotient(y, saved)) / count

    def __repr__(self) -> str:
        return f"BinaryCrossentropy(from_logits={self.from_logits})"


class SigmoidCrossentropy(BinaryCrossentropy):
    r"""The cross-entropy of yes-or-no labels against :math:`p = \sigma(z)`, from the logits :math:`z`.

    .. math:: L = \max(z, 0) - z y + \ln(1 + e^{-|z|}), \qquad
              \frac{\partial L}{\partial z} = p - y

    for one unit of one sample; the mean over the units. With :math:`e = e^{-|z|}` and :math:`t = [z \ge 0]` or
    :math:`e`, whichever is larger, :math:`p = t / (1 + e)`, and

    .. math:: p - y = \frac{(t - y) - y\,e}{1 + e}

    loses no digits where the right answer is nearly certain.

    Notes
    -----
    Source: the study notes, section 3.2 (2), for two classes; the value's form is the one that
    ``tf.nn.sigmoid_cross_entropy_with_logits`` documents. It is what ``BinaryCrossentropy(from_logits=True)`` returns,
    and what a sigmoid and a `BinaryCrossentropy` after it are computed as.

    Derivation: ``npnet derive sigmoid-cross-entropy``.

    Examples
    --------
    >>> print(SigmoidCrossentropy().gradient([1.0], [37.0]))
    [-8.53304763e-17]
    """

    from_logits = True
    predictions = "numbers"

    def __new__(cls) -> Any:
        """Return a loss on logits."""
        return object.__new__(cls)

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return ``max(z, 0) - z * y + log(1 + e)``, and the logits with ``e``."""
        # min(z, -z), not -abs(z): complex numbers and symbols pass through analytically
        e = np.exp(np.minimum(p, -p), out=out)
        terms = np.maximum(p, 0) - p * y + np.log1p(e)
        return (terms, np.ones_like(terms)), (p, e)

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return ``(p - y) / count``."""
        z, e = saved
        t = np.maximum(e, z >= 0)
        return ((t - y) - y * e) / ((1 + e) * count)


class LabelSmoothing(Loss):
    r"""A loss of labels that are less certain than those given.

    .. math:: y' = (1 - s)\,y + \frac sK

    with the smoothing :math:`s` and :math:`K` classes: two for each unit of a binary cross-entropy, the units for a
    loss of distributions. The loss is smallest where the probability of the right class is :math:`1 - s + s/K`, and so
    no longer where a logit is infinite. A cross-entropy then is :math:`1 - s` of that of the labels given, and
    :math:`s` of that of labels that know nothing. Labels are smoothed once, before the first step, so that no step
    takes longer; the accuracy is that of the labels given.

    Parameters
    ----------
    loss : Loss
        A cross-entropy or divergence, with an output activation or on logits.
    smoothing : float
        :math:`s`, from 0 and under 1.

    Notes
    -----
    Source: Szegedy et al. 2016, "Rethinking the Inception architecture", section 7. It is
    ``CategoricalCrossentropy(label_smoothing=s)``, and the binary one alike, of Keras.

    Derivation: ``npnet derive label-smoothing``.

    Examples
    --------
    >>> loss = LabelSmoothing(CategoricalCrossentropy(from_logits=True), 0.2)
    >>> print(loss.gradient([0], [[0.0, 0.0]]))
    [[-0.4  0.4]]
    """

    name = "label_smoothing"

    def __init__(self, loss: Loss, smoothing: float = 0.1) -> None:
        self.loss, self.smoothing = get(loss), number("smoothing", smoothing, low=0, below=1)
        if self.loss.labels == "numbers" or isinstance(self.loss, LabelSmoothing):
            raise ValueError(f"loss: expected one whose labels name classes, as a cross-entropy's, got {self.loss!r}")
        self.from_logits, self.mean_over_units = self.loss.from_logits, self.loss.mean_over_units
        self.labels, self.predictions = self.loss.labels, self.loss.predictions

    def fold(self, activation: Activation) -> Loss | None:
        """Return the loss on the input of `activation`, smoothed alike; None if there is none."""
        folded = self.loss.fold(activation)
        return None if folded is None else LabelSmoothing(folded, self.smoothing)

    def prepared(self, y: Array) -> Array:
        """Return ``(1 - s) * y + s / K``."""
        return self._smoothed(y, len(y))

    def original(self, y: Array) -> Array:
        """Return 1 for what 1 was made, and 0 for what 0 was made."""
        low, high = self._smoothed(np.array([0, 1], y.dtype), len(y))
        return y if low == high else np.where(y == high, 1, np.where(y == low, 0, y))

    def _smoothed(self, y: Array, units: int) -> Array:
        classes = 2 if self.labels == "shares" else units
        return (1 - self.smoothing) * y + self.smoothing / classes

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return the loss's own terms, of smoothed labels, and what it kept."""
        return self.loss.terms(y, p, out, scratch)

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return the loss's own derivative."""
        return self.loss.derivative(y, saved, count)

    def __repr__(self) -> str:
        return f"LabelSmoothing({self.loss!r}, {self.smoothing!r})"


class Weighted(Loss):
    r"""A loss of samples that have weights.

    .. math:: L = \frac1n \sum_{s=1}^n w_s l_s, \qquad
              \frac{\partial L}{\partial p_s} = \frac{w_s}{n} \frac{\partial l_s}{\partial p_s}

    with the loss :math:`l_s` and the weight :math:`w_s \ge 0` of each of the :math:`n` samples. Where the weight is 0,
    so are both, even if the loss is infinite. Weights of 1 change nothing.

    Parameters
    ----------
    loss : Loss
        The loss of samples without weights. Below its labels, the last row of `y` has the weights.

    Notes
    -----
    A loss becomes this one where a `sample_weight` is given; it is neither called nor given to a net itself.

    The sum is divided by the number of samples, as in Keras, and not by the sum of the weights, as scikit-learn's
    metrics and PyTorch's class weights have it. So the mean over batches, each counted by its size, is the loss of all
    samples, and so is that of their gradients, however the weights fall into batches. Weights with another mean than 1
    change the size of loss and gradient: all weights twice as large are a learning rate twice as large.

    Examples
    --------
    >>> print(MeanSquaredError()([1.0, 1.0], [0.0, 3.0], sample_weight=[1, 0.5]))
    1.5
    """

    name = "weighted"

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        self.mean_over_units, self.labels = loss.mean_over_units, loss.labels

    def prepared(self, y: Array) -> Array:
        """Return the labels as the loss takes them."""
        return self.loss.prepared(y)

    def original(self, y: Array) -> Array:
        """Return the labels as they were given."""
        return self.loss.original(y)

    def terms(self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None) -> tuple[Factors, Any]:
        """Return the loss's own terms, times the weights, and what it kept."""
        (a, b), saved = self.loss.terms(y[:-1], p, out, scratch)
        return (_products(y[-1:], a), b), saved

    def derivative(self, y: Array, saved: Any, count: int) -> Array:
        """Return the loss's own derivative, times the weights."""
        return _products(y[-1:], self.loss.derivative(y[:-1], saved, count))


FOLDS: dict[tuple[type[Activation], type[Loss]], type[Loss]] = {
    (Softmax, CategoricalCrossentropy): SoftmaxCrossentropy,
    (Softmax, KLDivergence): SoftmaxKLDivergence,
    (Sigmoid, BinaryCrossentropy): SigmoidCrossentropy,
}
"""An activation and a loss on its output, and the loss on its input that both together are."""


def of_output(activation: Activation) -> Loss:
    """Return the loss that belongs to the outputs of an activation.

    Examples
    --------
    >>> from npnet import activations
    >>> of_output(activations.softmax), of_output(activations.tanh)
    (CategoricalCrossentropy(from_logits=False), MeanSquaredError())
    """
    for kind, loss in FOLDS:
        if isinstance(activation, kind):
            return loss()
    return MeanSquaredError()


def sum_of_products(a: Array, b: Array, p: Array) -> Any:
    """Return the sum over units and batch of ``a * b``: a Python number, or a vector with one for each member.

    The factors are those of a loss's terms for the predictions `p`. Finite logits can be further apart than the largest
    number; an infinite factor beside a label of 0 counts as 0 then. One net's sum may be larger than all float32
    numbers, where the mean is not.
    """
    if a.ndim == 2 and a.dtype.kind == "f" and a.size <= tuning.ONE_PRODUCT:
        value: Any = np.vdot(a, b).item()
        is_finite = value - value == 0
    else:
        value = total(a * b, (0, 1))
        is_finite = p.dtype == object or np.isfinite(value).all()
    if not is_finite and np.isfinite(p).all():
        products = _products(a, b)
        if a.ndim == 3:
            # The other members keep all bits
            return total(products, (0, 1))
        value = _sum_in_double(products, (0, 1))
    return value


def _sum_in_double(products: Array, axis: int | tuple[int, ...]) -> Any:
    """Return a sum that may be larger than all float32 numbers."""
    return np.add.reduce(products, axis=axis, dtype=np.result_type(products, np.float64))


def _products(a: Array, b: Array) -> Array:
    """Return ``a * b``, 0 where `a` is 0."""
    return np.where(a == 0, 0, a * b)


def count(loss: Loss, p: Array) -> int:
    """Return the number that the sum of a loss's terms is divided by, for predictions of shape (units, batch, …)."""
    return p.shape[0] * p.shape[1] if loss.mean_over_units else p.shape[1]


def _made(cls: type[Loss], given: type[Loss], on_logits: type[Loss], from_logits: bool) -> Loss:
    """Return a loss of the class, or of the one on logits in its place."""
    if not flag("from_logits", from_logits):
        return object.__new__(cls)
    if cls is not given:
        raise ValueError(f"from_logits: {cls.__name__} is a loss on probabilities, expected a subclass of {on_logits}")
    return object.__new__(on_logits)


def for_labels(loss: Loss, y: Array) -> Loss:
    """Return the form of a loss that is computed for labels of shape (units, batch, …): one-hot, or any."""
    if isinstance(loss, Weighted):
        return Weighted(for_labels(loss.loss, y))
    if isinstance(loss, LabelSmoothing):
        return LabelSmoothing(for_labels(loss.loss, y), loss.smoothing)
    if type(loss) is not SoftmaxCrossentropy or (y.dtype != object and ((y == 0) | (y == 1)).all()):
        return loss
    return _SoftLabels()


def with_weights(y: Array, weights: Array | float) -> Array:
    """Return labels of shape (units, batch) with one more row, the samples' weights, as `Weighted` takes them."""
    rows = np.empty((len(y) + 1, y.shape[1]), y.dtype)
    rows[:-1] = y
    rows[-1] = weights
    return rows


def checked_labels(loss: Loss, y_true: Array, name: str = "y_true") -> Array:
    """Return labels that have the shape of the predictions, (batch, units), in the form that a loss works with."""
    if loss.labels == "numbers":
        return y_true
    return (_distributions if loss.labels == "distributions" else _shares)(y_true, name)


def _checked(loss: Loss, y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Loss, Array, Array]:
    """Return the loss for these labels, the labels and the predictions, units first."""
    _without_weights(loss)
    predictions = numeric("y_pred", y_pred)
    if predictions.dtype == np.float16:
        # Sums of many would not fit
        predictions = predictions.astype(np.float32)
    if loss.labels == "distributions" and (predictions.ndim != 2 or predictions.shape[1] < 2):
        raise ValueError(f"y_pred: expected shape (batch, classes), at least 2 classes, got {predictions.shape}")
    if predictions.ndim == 1:
        predictions = predictions.reshape(-1, 1)
    if predictions.ndim != 2 or predictions.size == 0:
        raise ValueError(f"y_pred: expected shape (batch, units), none of them 0, got {np.shape(y_pred)}")
    if loss.predictions == "numbers" or predictions.dtype == object:
        finite("y_pred", predictions)
    else:
        _check_probabilities(predictions)
    given = targets("y_true", y_true, predictions.shape)
    labels = checked_labels(loss, given if predictions.dtype == object else fractions_as_floats(given))
    labels = loss.prepared(labels.astype(predictions.real.dtype, copy=False).T)
    loss = for_labels(loss, labels)
    if sample_weight is None:
        return loss, labels, predictions.T
    weights = sample_weights("sample_weight", sample_weight, len(predictions))
    weights = cast("sample_weight", weights, labels.dtype)
    return Weighted(loss), with_weights(labels, weights), predictions.T


def _check_probabilities(y_pred: Array) -> None:
    wrong = ~((y_pred.real >= 0) & (y_pred.real <= 1))
    if wrong.any():
        raise ValueError(f"y_pred: expected probabilities from 0 to 1, got {y_pred[wrong][0]}")


def _distributions(y_true: Array, name: str) -> Array:
    """Return labels that are distributions, each row divided by its sum."""
    if y_true.shape[1] < 2:
        raise ValueError(
            f"{name}: expected at least 2 classes, got {y_true.shape[1]}; for one unit there is the binary_crossentropy"
        )
    if y_true.dtype == object:
        return y_true
    if (y_true < 0).any():
        raise ValueError(f"{name}: expected no negative label, got {y_true[y_true < 0][0]}")
    sums = np.add.reduce(y_true, axis=1, keepdims=True, dtype=np.result_type(y_true, np.float64))
    # Labels may have been float32 once: each may be off by a unit in the last place of 1 in that type
    wrong = abs(sums - 1) > y_true.shape[1] * np.finfo(np.float32).eps
    if wrong.any():
        raise ValueError(f"{name}: expected rows with sum 1, got the sum {sums[wrong][0]}")
    return y_true / sums


def _shares(y_true: Array, name: str) -> Array:
    """Return labels that are from 0 to 1."""
    wrong = (y_true < 0) | (y_true > 1)
    if y_true.dtype != object and wrong.any():
        two = np.unique(y_true).size == 2
        advice = f"; datasets.encode_labels({name}) makes 0 and 1 of two classes" * two
        raise ValueError(f"{name}: expected labels from 0 to 1, got {y_true[wrong][0]}{advice}")
    return y_true


def _logarithm(y: Array, logarithm: np.ufunc, p: Array) -> Array:
    """Return ``logarithm(p)``, 0 where ``y`` is 0: there it may be infinite."""
    result = np.zeros_like(p)
    with np.errstate(divide="ignore"):
        logarithm(p, out=result, where=y != 0)
    return result


def _logarithm_of_ratio(y: Array, error: Array, logarithm_of_p: Array) -> Array:
    """Return ``log(p / y)`` for the error ``p - y``, 0 where ``y`` is 0."""
    given = y != 0
    # Labels of the predictions' type: a plain number among symbols has no logarithm
    logarithm_of_y = _logarithm(y, np.log, y + 0 * error)
    ratio = np.subtract(logarithm_of_p, logarithm_of_y, out=np.zeros_like(error), where=given)
    # Where p is near y, this loses no digits
    relative = np.divide(error, y, out=np.zeros_like(error), where=given)
    np.log1p(relative, out=ratio, where=given & (abs(relative) < 0.5))
    return ratio


def _quotient(y: Array, p: Array) -> Array:
    """Return ``y / p``, 0 where ``y`` is 0: there ``p`` may be 0."""
    with np.errstate(divide="ignore"):
        return np.divide(y, p, out=np.zeros_like(p), where=y != 0)


_KNOWN: dict[str, Callable[[], Loss]] = {
    "mse": MeanSquaredError,
    "mean_squared_error": MeanSquaredError,
    "mae": MeanAbsoluteError,
    "mean_absolute_error": MeanAbsoluteError,
    "huber": Huber,
    "kl_divergence": KLDivergence,
    "kld": KLDivergence,
    "categorical_crossentropy": CategoricalCrossentropy,
    "binary_crossentropy": BinaryCrossentropy,
}


def get(loss: str | Loss) -> Loss:
    """Return the loss of that name, or the one given.

    Examples
    --------
    >>> get("mse").name
    'mse'
    """
    return _without_weights(lookup("loss", loss, Loss, _KNOWN))


def _without_weights(loss: Loss) -> Loss:
    if isinstance(loss, Weighted):
        raise ValueError(f"loss: expected {loss.loss!r} and a sample_weight, got a Weighted loss")
    return loss
