"""TensorFlow's activations, and their derivatives by automatic differentiation."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from npnet import activations
from npnet.activations import ELU, Activation, LeakyReLU


def _gelu(z: Any) -> Any:
    # tf.nn.gelu rounds its constants to float32 in float64 too
    return tf.nn.gelu(z) if z.dtype == tf.float32 else 0.5 * z * tf.math.erfc(-z * tf.constant(0.5**0.5, z.dtype))


def _gelu_tanh(z: Any) -> Any:
    if z.dtype == tf.float32:
        return tf.nn.gelu(z, approximate=True)
    # As tf.nn.gelu has it, with a constant that is not rounded
    cube = tf.constant(0.044715, z.dtype) * z**3
    return 0.5 * z * (1 + tf.tanh(tf.constant((2 / math.pi) ** 0.5, z.dtype) * (z + cube)))


_COUNTERPARTS: dict[str, Callable[[Any], Any]] = {
    "identity": tf.identity,
    "sigmoid": tf.sigmoid,
    "tanh": tf.tanh,
    "relu": tf.nn.relu,
    "relu6": tf.nn.relu6,
    "softplus": tf.nn.softplus,
    "selu": tf.nn.selu,
    "silu": tf.nn.silu,
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "softmax": tf.nn.softmax,
}


def counterpart(activation: str | Activation) -> Callable[[Any], Any]:
    """Return TensorFlow's function for an activation of npnet, from tensor to tensor."""
    activation = activations.get(activation)
    if isinstance(activation, LeakyReLU):
        return partial(_leaky_relu, alpha=activation.alpha)
    if isinstance(activation, ELU):
        return partial(keras.activations.elu, alpha=activation.alpha)
    if activation.name not in _COUNTERPARTS:
        raise ValueError(f"activation: expected one that TensorFlow has, got {activation!r}")
    return _COUNTERPARTS[activation.name]


def _leaky_relu(z: Any, alpha: float) -> Any:
    # tf.nn.leaky_relu is another function, max(alpha z, z), for alpha > 1, and rounds alpha to float32
    if alpha <= 1 and z.dtype == tf.float32:
        return tf.nn.leaky_relu(z, alpha)
    return tf.where(z > 0, z, alpha * z)


def value(activation: str | Activation, z: Any) -> Any:
    """Return TensorFlow's value, as an array."""
    return counterpart(activation)(tf.constant(z)).numpy()


def backward(activation: str | Activation, grad_y: Any, z: Any) -> Any:
    """Return TensorFlow's vector-Jacobian product, as an array."""
    z = tf.constant(z)
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = counterpart(activation)(z)
    return tape.gradient(y, z, output_gradients=tf.constant(grad_y)).numpy()
