"""TensorFlow's penalties: tf.nn.l2_loss, and Keras's regularizers.

``keras.regularizers.L2(l2)`` is ``l2 * sum(w**2)``, twice what ``l2 * tf.nn.l2_loss(w)`` and npnet's ``L2(l2)`` are; so
npnet's strength s is Keras's s/2. L1 is the same in both.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from npnet.regularizers import L1, L1L2, L2, Regularizer

KERAS_L2_FACTOR = 0.5


def counterpart(regularizer: Regularizer) -> Callable[[Any], Any]:
    """Return the penalty in TensorFlow's own operations, from a tensor to a scalar."""
    if isinstance(regularizer, L1L2):
        l1, l2 = counterpart(L1(regularizer.l1)), counterpart(L2(regularizer.l2))
        return lambda w: l1(w) + l2(w)
    strength = _strength(regularizer)
    if isinstance(regularizer, L1):
        return lambda w: strength * tf.reduce_sum(tf.abs(w))
    return lambda w: strength * tf.nn.l2_loss(w)


def keras_counterpart(regularizer: Regularizer) -> Any:
    """Return the penalty as Keras has it, with the factor between the two L2 in its strength.

    Keras holds the strength in its default float type; make the counterpart inside ``floatx`` for float64.
    """
    if isinstance(regularizer, L1L2):
        return keras.regularizers.L1L2(regularizer.l1, KERAS_L2_FACTOR * regularizer.l2)
    if isinstance(regularizer, L1):
        return keras.regularizers.L1(regularizer.strength)
    return keras.regularizers.L2(KERAS_L2_FACTOR * _strength(regularizer))


def _strength(regularizer: Regularizer) -> float:
    assert isinstance(regularizer, (L1, L2))
    return regularizer.strength


def value_and_gradient(function: Callable[[Any], Any], weights: Any) -> tuple[Any, Any]:
    """Return a penalty and its gradient, as arrays."""
    weights = tf.constant(weights)
    with tf.GradientTape() as tape:
        tape.watch(weights)
        value = function(weights)
    return value.numpy(), tape.gradient(value, weights).numpy()
