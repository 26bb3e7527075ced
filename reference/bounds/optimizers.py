"""Bounds on the rounding errors of optimizer steps."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from npnet.optimizers import Adam, Optimizer

from .tolerance import bound


def stepped(optimizer: Optimizer, parameters: Any, gradients: Any) -> Optimizer:
    """Return the optimizer, after one step for each gradient that updates the parameters in place."""
    for gradient in gradients:
        optimizer.step(parameters, gradient)
    return optimizer


def steps_bound(make: Callable[[], Optimizer], parameters: Any, gradients: Any) -> tuple[Any, dict[str, Any]]:
    """Return bounds on the errors of the parameters and of the moments after one step for each gradient.

    With the gradients' absolute values, every update is positive and as large as it can be: S, their sum, is the sum of
    the terms. The moments take three roundings a step and the update about twelve; each step also rounds the
    parameters, of size |w| + S. Adam's corrections 1 - β^t magnify the power's rounding by β^t / (1 - β^t), most in the
    second step, for in the first the power is exact; the root halves it for V. Where a gradient's square is under the
    smallest number, V is wrong by that much, which moves the update by less than lr · sqrt(smallest) / sqrt(epsilon).
    Moments under the smallest normal number may be 0.
    """
    rounding, steps = partial(bound, dtype=np.asarray(parameters).dtype, flushed=True), len(gradients)
    total = np.zeros(np.shape(parameters), np.longdouble)
    optimizer = stepped(make(), total, abs(gradients).astype(np.longdouble))
    total, lost = -total, 0.0
    if isinstance(optimizer, Adam) and steps > 1:
        lost = sum(b**2 / (1 - b**2) / n for b, n in ((optimizer.beta_1, 1), (optimizer.beta_2, 2)))
    limit = rounding(3 * steps + 12 + lost, total) + rounding(steps, abs(parameters) + total)
    epsilon = getattr(optimizer, "epsilon", 1.0)
    if epsilon:
        limit = limit + optimizer.learning_rate * rounding(steps, 0) / np.sqrt(epsilon)
    # One more where Keras's sign and rate are taken out of SGDM's moment
    return limit, {name: rounding(3 * steps + 2, size) for name, size in optimizer.state.items()}
