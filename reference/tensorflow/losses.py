"""TensorFlow's losses, in tf.nn's and in Keras's forms, and their gradients by automatic differentiation.

On probabilities, Keras divides by their sum and clips them to [1e-7, 1 - 1e-7]; npnet does neither. Inside these
limits, on rows with sum 1, the two agree. (The divergence does not divide, and clips the labels as well, to 1e-7.)
`counterpart` is the plain formula in TensorFlow's operations, which agrees everywhere.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from npnet.losses import LabelSmoothing, Loss

from ..bounds.losses import OF_DISTRIBUTIONS, kind

# Each returns the terms whose mean is the loss, of shape (batch, units) or (batch,)


def _mean_squared_error(y: Any, p: Any) -> Any:
    return tf.square(p - y)


def _mean_absolute_error(y: Any, p: Any) -> Any:
    return tf.abs(p - y)


def _huber(y: Any, p: Any, delta: float) -> Any:
    error = tf.abs(p - y)
    return tf.where(error <= delta, tf.square(error) / 2, delta * error - delta**2 / 2)


def _categorical_crossentropy(y: Any, p: Any) -> Any:
    return -tf.reduce_sum(tf.math.multiply_no_nan(tf.math.log(p), y), axis=1)


def _softmax_crossentropy(y: Any, z: Any) -> Any:
    return tf.nn.softmax_cross_entropy_with_logits(y, z)


def _kl_divergence(y: Any, p: Any) -> Any:
    return tf.reduce_sum(tf.math.xlogy(y, y), axis=1) + _categorical_crossentropy(y, p)


def _softmax_kl_divergence(y: Any, z: Any) -> Any:
    return tf.reduce_sum(tf.math.xlogy(y, y), axis=1) + _softmax_crossentropy(y, z)


def _binary_crossentropy(y: Any, p: Any) -> Any:
    yes, no = tf.math.multiply_no_nan(tf.math.log(p), y), tf.math.multiply_no_nan(tf.math.log1p(-p), 1 - y)
    return -yes - no


def _sigmoid_crossentropy(y: Any, z: Any) -> Any:
    return tf.nn.sigmoid_cross_entropy_with_logits(y, z)


# Both take a loss's own numbers, such as Huber's delta, by name
_COUNTERPARTS: dict[str, tuple[Callable[..., Any], Callable[..., Any] | None]] = {
    "mse": (_mean_squared_error, keras.losses.MeanSquaredError),
    "mae": (_mean_absolute_error, keras.losses.MeanAbsoluteError),
    "huber": (_huber, keras.losses.Huber),
    "categorical_crossentropy": (_categorical_crossentropy, keras.losses.CategoricalCrossentropy),
    "softmax_crossentropy": (
        _softmax_crossentropy,
        partial(keras.losses.CategoricalCrossentropy, from_logits=True),
    ),
    "kl_divergence": (_kl_divergence, keras.losses.KLDivergence),
    "softmax_kl_divergence": (_softmax_kl_divergence, None),
    "binary_crossentropy": (_binary_crossentropy, keras.losses.BinaryCrossentropy),
    "sigmoid_crossentropy": (
        _sigmoid_crossentropy,
        partial(keras.losses.BinaryCrossentropy, from_logits=True),
    ),
}


def counterpart(loss: Loss, weights: Any = None) -> Callable[[Any, Any], Any]:
    """Return the loss of npnet in TensorFlow's operations: from tensors of labels and predictions to a scalar.

    `weights` are those of the samples, of the tensors' dtype.
    """
    if isinstance(loss, LabelSmoothing):
        of_given, smoothing = counterpart(loss.loss, weights), loss.smoothing
        over_classes = kind(loss) in OF_DISTRIBUTIONS
        return lambda y, p: of_given(y * (1 - smoothing) + smoothing / (y.shape[1] if over_classes else 2), p)
    terms = partial(_COUNTERPARTS[kind(loss)][0], **vars(loss))
    if weights is None:
        return lambda y, p: tf.reduce_mean(terms(y, p))

    def weighted(y: Any, p: Any) -> Any:
        of_samples = terms(y, p)
        return tf.reduce_mean(tf.reshape(weights, [-1] + [1] * (len(of_samples.shape) - 1)) * of_samples)

    return weighted


def keras_counterpart(loss: Loss, weights: Any = None) -> Any:
    """Return the loss of npnet as Keras has it, with `weights` of the samples if they have some.

    ValueError for the divergence on logits, which Keras does not have, and for its labels that are smoothed.
    """
    numbers = {"label_smoothing": loss.smoothing} if isinstance(loss, LabelSmoothing) else vars(loss)
    make = _COUNTERPARTS[kind(loss)][1]
    if make is None or (isinstance(loss, LabelSmoothing) and kind(loss) == "kl_divergence"):
        raise ValueError(f"loss: expected one that Keras has, got {loss!r}")
    of_keras = make(**numbers)
    return of_keras if weights is None else partial(of_keras, sample_weight=weights)


def value_and_gradient(function: Callable[[Any, Any], Any], y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Return a loss's value and its gradient with respect to the predictions, as arrays."""
    y_true, y_pred = tf.constant(y_true), tf.constant(y_pred)
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        value = function(y_true, y_pred)
    return value.numpy(), tape.gradient(value, y_pred).numpy()
