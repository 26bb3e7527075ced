"""Bounds on the rounding errors of optimizer steps."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from npnet.optimizers import Adam, AdamW, CenteredRMSProp, Nadam, Optimizer

from .tolerance import bound


def stepped(optimizer: Optimizer, parameters: Any, gradients: Any) -> Optimizer:
    """Return the optimizer, after one step for each gradient that updates the parameters in place."""
    for gradient in gradients:
        optimizer.step(parameters, gradient)
    return optimizer


def steps_bound(
    make: Callable[[], Optimizer], parameters: Any, gradients: Any, single: bool = False
) -> tuple[Any, dict[str, Any]]:
    """Return bounds on the errors of the parameters and of the moments after one step for each gradient.

    With the gradients' absolute values, every update is positive and as large as it can be: S, their sum, is the sum of
    the terms. The moments take three roundings a step and the update about twelve, a velocity of quotients two more a
    step; each step also rounds the parameters, of size |w| + S. Where a gradient's square is under the smallest number,
    V is wrong by that much, which moves the update by less than lr · sqrt(smallest) / sqrt(epsilon). Moments under the
    smallest normal number may be 0.

    Decay is bounded apart: it takes at most steps · lr · decay of |w| + S, in four roundings. Each step also rounds the
    parameters once more, and PyTorch first rounds what it multiplies them by, 1 - lr · decay: by at most u / 2, for
    numbers up to 1 are u apart. What else magnifies a rounding error is in `_lost` and `_cancelled`. With `single`,
    constants of the formula are those of float32, as Keras on TensorFlow has them in any type.
    """
    dtype, steps = np.asarray(parameters).dtype, len(gradients)
    rounding = partial(bound, dtype=dtype, flushed=True)
    optimizer, total = make(), np.zeros(np.shape(parameters), np.longdouble)
    decay = getattr(optimizer, "weight_decay", 0.0)
    if isinstance(optimizer, AdamW):
        optimizer.weight_decay = 0.0
    stepped(optimizer, total, abs(gradients).astype(np.longdouble))
    total, velocity = -total, 2 * steps * ({"V", "v"} <= set(optimizer.slots))
    limit = rounding(3 * steps + 12 + velocity + _lost(optimizer, steps), total)
    limit = limit + rounding(steps, abs(parameters) + total)
    if decay:
        limit += rounding(4 * steps, optimizer.learning_rate * decay * (abs(parameters) + total))
        limit += rounding(1.5 * steps, abs(parameters) + total)
    if isinstance(optimizer, Nadam):
        # PyTorch takes the two terms of its update off one after the other
        limit += rounding(steps, abs(parameters) + total)
    if isinstance(optimizer, CenteredRMSProp):
        limit += rounding(3 * steps + 6, _cancelled(make(), gradients) * total)
    if single and isinstance(optimizer, Nadam):
        limit += bound(max(_of_constant(optimizer, t) for t in range(1, steps + 2)), total, np.float32)
    epsilon = getattr(optimizer, "epsilon", 1.0)
    if epsilon:
        longer = 1 / (1 - getattr(optimizer, "momentum", 0.0)) if velocity else 1.0
        limit = limit + longer * optimizer.learning_rate * rounding(steps, 0) / np.sqrt(epsilon)
    # One more where Keras's sign and rate are taken out of SGDM's moment
    roundings = {name: 3 * steps + 2 + (12 + velocity) * (velocity > 0 and name == "v") for name in optimizer.state}
    return limit, {name: rounding(roundings[name], size) for name, size in optimizer.state.items()}


def _lost(optimizer: Optimizer, steps: int) -> float:
    """Return how many roundings of a step's numbers are as large as those of the update.

    Adam's corrections 1 - β^t magnify the power's rounding by β^t / (1 - β^t), most in the second step, for in the
    first the power is exact; the root halves it for V. Nadam's product of t momentums has four roundings a step, which
    1 - Π magnifies by Π / (1 - Π); 1 - u magnifies the four of a momentum, and those of the power 0.96^t in it.
    """
    if not isinstance(optimizer, Adam):
        return 0.0
    if not isinstance(optimizer, Nadam):
        return sum(b**2 / (1 - b**2) / n for b, n in ((optimizer.beta_1, 1), (optimizer.beta_2, 2))) * (steps > 1)
    lost = optimizer.beta_2**2 / (1 - optimizer.beta_2**2) / 2 * (steps > 1)
    for t in range(1, steps + 1):
        u, product = optimizer.momentum(t), optimizer.product(t)
        lost = max(lost, 4 * t * product / (1 - product) + (4 + _of_constant(optimizer, t)) / (1 - u))
    return lost + 6


def _of_constant(optimizer: Nadam, t: int) -> float:
    """Return the largest relative error of Nadam's factors at step `t`, for one of 0.96 in its momentums."""
    u, product = optimizer.momentum(t), optimizer.product(t)
    moved = t * 0.96**t / 2
    return moved * optimizer.beta_1 / (1 - u) + t * moved * product / (1 - product)


def _cancelled(optimizer: Optimizer, gradients: Any) -> Any:
    """Return the largest (V + m²) / (V - m² + ε): how much larger the roundings of V and m² are in their difference."""
    most, parameters = np.zeros(gradients.shape[1:], np.longdouble), np.zeros(gradients.shape[1:], np.longdouble)
    for gradient in gradients.astype(np.longdouble):
        optimizer.step(parameters, gradient)
        V, square = np.asarray(optimizer.state["V"]), np.square(optimizer.state["m"])
        most = np.maximum(most, (V + square) / (V - square + optimizer.epsilon))
    return most
