"""TensorFlow's numbers for the page, where TensorFlow is installed: computed in a process of their own."""

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from npnet.experiments.notes import LABELS, LOGITS

POINTS = (-2.0, 0.0, 2.0)
"""Where the activations are compared, in float32."""


@dataclass(frozen=True)
class Numbers:
    """TensorFlow's values for the notes' activations and cross-entropies."""

    version: str
    values: dict[str, list[float]]
    """Each activation's values at `POINTS`, by npnet's name for it."""
    derivatives: dict[str, list[float]]
    unfused: list[float]
    """The notes' five cross-entropies of the softmax, by Keras."""
    fused: list[float]
    """The same from logits, by tf.nn."""


def numbers(timeout: float = 120) -> Numbers | None:
    """Return TensorFlow's numbers; None if it is not installed, fails, or takes longer than `timeout` seconds."""
    if importlib.util.find_spec("tensorflow") is None:
        return None
    # Its start-up messages say nothing about the numbers
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", "from npnet.study import counterpart; counterpart.main()"]
    try:
        done = subprocess.run(command, capture_output=True, env=environment, timeout=timeout, check=True)
        return Numbers(**json.loads(done.stdout))
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return None


def main() -> None:
    """Print the numbers as JSON."""
    import tensorflow as tf

    functions = {
        "sigmoid": tf.sigmoid,
        "tanh": tf.tanh,
        "relu": tf.nn.relu,
        "leaky_relu": tf.nn.leaky_relu,
    }
    values, derivatives = {}, {}
    z = tf.constant(POINTS)
    for name, function in functions.items():
        with tf.GradientTape() as tape:
            tape.watch(z)
            y = function(z)
        values[name], derivatives[name] = _numbers(y), _numbers(tape.gradient(y, z))
    labels, logits = np.array(LABELS, np.float64), np.array(LOGITS, np.float64)
    unfused = tf.keras.losses.categorical_crossentropy(labels, tf.nn.softmax(logits))
    fused = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
    print(json.dumps(asdict(Numbers(tf.__version__, values, derivatives, _numbers(unfused), _numbers(fused)))))


def _numbers(tensor: Any) -> list[float]:
    return [digits(number) for number in tensor.numpy()]


def digits(number: Any) -> float:
    """Return a NumPy number as a float that prints the digits which it has in its own precision.

    Examples
    --------
    >>> digits(np.float32(0.1))
    0.1
    """
    return float(str(number))
