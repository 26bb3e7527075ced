"""TensorFlow's losses, in tf.nn's and in Keras's forms, and their gradients by automatic differentiation.

On probabilities, Keras divides by their sum and clips them to [1e-7, 1 - 1e-7]; npnet does neither. Inside these
limits, on rows with sum 1, the two agree; `twin` is the plain formula in TensorFlow's operations, which agrees
everywhere.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from npnet.losses import BinaryCrossentropy, CategoricalCrossentropy, Loss, MeanSquaredError


def twin(loss: Loss) -> Callable[[Any, Any], Any]:
    """Return the loss of npnet in TensorFlow's operations: from tensors of labels and predictions to a scalar."""
    if isinstance(loss, MeanSquaredError):
        return lambda y, p: tf.reduce_mean(tf.square(p - y))
    if isinstance(loss, CategoricalCrossentropy):
        if loss.from_logits:
            return lambda y, z: tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, z))
        return lambda y, p: tf.reduce_mean(-tf.reduce_sum(tf.math.multiply_no_nan(tf.math.log(p), y), axis=1))
    if not isinstance(loss, BinaryCrossentropy):
        raise ValueError(f"loss: expected one of npnet's losses, got {loss!r}")
    if loss.from_logits:
        return lambda y, z: tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, z))
    return lambda y, p: tf.reduce_mean(
        -tf.math.multiply_no_nan(tf.math.log(p), y) - tf.math.multiply_no_nan(tf.math.log1p(-p), 1 - y)
    )


def keras_twin(loss: Loss) -> Any:
    """Return the loss of npnet as Keras has it."""
    if isinstance(loss, MeanSquaredError):
        return keras.losses.MeanSquaredError()
    if isinstance(loss, CategoricalCrossentropy):
        return keras.losses.CategoricalCrossentropy(from_logits=loss.from_logits)
    if isinstance(loss, BinaryCrossentropy):
        return keras.losses.BinaryCrossentropy(from_logits=loss.from_logits)
    raise ValueError(f"loss: expected one of npnet's losses, got {loss!r}")


def value_and_gradient(function: Callable[[Any, Any], Any], y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Return a loss's value and its gradient with respect to the predictions, as arrays."""
    y_true, y_pred = tf.constant(y_true), tf.constant(y_pred)
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        value = function(y_true, y_pred)
    return value.numpy(), tape.gradient(value, y_pred).numpy()
