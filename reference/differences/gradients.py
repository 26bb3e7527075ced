"""The derivative of the sum of a function's results, in each framework."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np


def tf_gradient(f: Callable[[Any], Any], x: Any, dtype: str = "float32") -> Any:
    """Return TensorFlow's."""
    import tensorflow as tf

    x = tf.constant(x, dtype)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(f(x))
    gradient = tape.gradient(y, x)
    return None if gradient is None else gradient.numpy()


def jax_gradient(f: Callable[[Any], Any], x: Any, dtype: str = "float32") -> Any:
    """Return JAX's."""
    import jax

    return np.asarray(jax.grad(lambda x: f(x).sum())(jax.numpy.asarray(x, dtype)))


def torch_gradient(f: Callable[[Any], Any], x: Any, dtype: str = "float32") -> Any:
    """Return PyTorch's."""
    import torch

    x = torch.tensor(x, dtype=getattr(torch, dtype), requires_grad=True)
    f(x).sum().backward()
    return None if x.grad is None else x.grad.numpy()


def keras_gradient(f: Callable[[Any], Any], x: Any, dtype: str = "float32") -> Any:
    """Return that of the backend that Keras runs on."""
    return {"tensorflow": tf_gradient, "jax": jax_gradient, "torch": torch_gradient}[backend()](f, x, dtype)


def backend() -> str:
    """Return the name of the backend that Keras runs on."""
    return os.environ["KERAS_BACKEND"]


def jax_float64() -> Any:
    """Return a context in which JAX has float64."""
    import jax

    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    # Older ones have it here
    from jax.experimental import enable_x64

    return enable_x64()


@contextmanager
def keras_float64(keras: Any) -> Iterator[None]:
    """Let layers and optimizers be float64 inside the ``with`` block, also on JAX."""
    before = keras.config.floatx(), keras.config.dtype_policy()
    with ExitStack() as stack:
        if backend() == "jax":
            stack.enter_context(jax_float64())
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
        try:
            yield
        finally:
            keras.config.set_floatx(before[0])
            keras.config.set_dtype_policy(before[1])
