"""Keras's clipping of gradients."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from npnet.clipping import ClipByGlobalNorm, ClipByNorm, ClipByValue, Clipping

from .floatx import floatx

_NAMES = {ClipByValue: "clipvalue", ClipByNorm: "clipnorm", ClipByGlobalNorm: "global_clipnorm"}


def keras_settings(rule: Clipping) -> dict[str, float]:
    """Return the argument of a Keras optimizer that clips as a rule of npnet's does."""
    if type(rule) not in _NAMES:
        raise ValueError(f"clipping: expected one that Keras has, got {rule!r}")
    ((_, limit),) = rule.hyperparameters().items()
    return {_NAMES[type(rule)]: limit}


def from_keras(config: dict[str, Any]) -> Clipping | None:
    """Return npnet's rule of the configuration of a Keras optimizer; None if it does not clip."""
    for kind, name in _NAMES.items():
        if config.get(name):
            return kind(config[name])
    return None


def keras_clipped(rule: Clipping, gradients: Sequence[Any]) -> list[Any]:
    """Return what Keras's SGD takes off variables that are 0, at the rate 1."""
    dtype = np.asarray(gradients[0]).dtype
    with floatx(dtype):
        optimizer = keras.optimizers.SGD(1.0, **keras_settings(rule))
        variables = [keras.Variable(np.zeros_like(g), dtype=dtype.name) for g in gradients]
        optimizer.apply([tf.constant(g) for g in gradients], variables)
    return [-variable.numpy() for variable in variables]
