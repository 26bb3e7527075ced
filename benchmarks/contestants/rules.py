"""The optimizers' update rules, for contestants that have none of their own: one text for TensorFlow and JAX.

npnet's own run on NumPy arrays in place, which neither can do. That these are the same rules is what the race checks.
"""

from collections.abc import Callable
from typing import Any

from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp


def update(optimizer: Optimizer, g: Any, m: Any, V: Any, t: Any, sqrt: Callable[[Any], Any]) -> tuple[Any, Any, Any]:
    """Return what is taken off the parameters, and the new moments; `t` counts from 1 and is a float array."""
    lr = optimizer.learning_rate
    if isinstance(optimizer, SGD):
        return lr * g, m, V
    if isinstance(optimizer, SGDM):
        m = optimizer.beta * m + (1 - optimizer.beta) * g
        return lr * m, m, V
    if isinstance(optimizer, Adagrad):
        V = V + g * g
        return lr * g / sqrt(V + optimizer.epsilon), m, V
    if isinstance(optimizer, RMSProp):
        V = optimizer.rho * V + (1 - optimizer.rho) * (g * g)
        return lr * g / sqrt(V + optimizer.epsilon), m, V
    assert isinstance(optimizer, Adam)
    m = optimizer.beta_1 * m + (1 - optimizer.beta_1) * g
    V = optimizer.beta_2 * V + (1 - optimizer.beta_2) * (g * g)
    rate = lr * sqrt(1 - optimizer.beta_2**t) / (1 - optimizer.beta_1**t)
    return rate * m / (sqrt(V) + optimizer.epsilon), m, V
