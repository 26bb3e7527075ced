"""Bounds on the rounding errors of activations, and how they pass on an error of their input.

An elementwise activation needs no entry here. Its slope is the complex step of its value; how far an error of z can
move that slope is told by the `max_curvature` and the `kinks` that its class declares.
"""

from typing import Any

import numpy as np

from npnet.activations import Activation, Elementwise, Softmax
from npnet.gradcheck import complex_step

from .tolerance import Inexact, Rounding

# Roundings of an activation's value and derivative, exponential included, with room for TensorFlow's own forms
ACTIVATION = 16


def activated(f: Activation, z: Inexact, rounding: Rounding) -> Inexact:
    """Return ``f(z)`` with a bound on its error."""
    y = f(z.value)
    if isinstance(f, Softmax):
        # The exponent is a rounded difference, whose error is of its own size; beyond 800 its exponential is 0
        spread = (z.value.max(axis=-1, keepdims=True) - z.value).clip(0, 800)
        rounded = rounding(ACTIVATION + y.shape[-1], y * (1 + spread))
    else:
        # An exact 0 of an exact z has no digits to round
        rounded = np.where((y == 0) & (z.error == 0), 0, rounding(ACTIVATION, y))
    return Inexact(y, passed_on(f, z) + rounded)


def passed_on(f: Activation, z: Inexact) -> Any:
    """Return how far an error of z can move ``f(z)``."""
    if isinstance(f, Softmax):
        y, error = f(z.value), z.error
        moved = y * (error + (error * y).sum(axis=-1, keepdims=True))
        return moved * (1 + 2 * error.max(axis=-1, keepdims=True))
    return z.error * _steepest_slope(_elementwise(f), z)


def pulled_back(f: Activation, grad: Inexact, z: Inexact, y: Inexact, rounding: Rounding) -> Inexact:
    """Return the gradient by z with a bound on its error, from the gradient by ``y = f(z)``."""
    if isinstance(f, Softmax):
        return _pulled_back_through_softmax(grad, y, rounding)
    f = _elementwise(f)
    size, steepest = abs(grad.value), _steepest_slope(f, z)
    # The slope is computed from y, whose own roundings move it
    moved = abs(complex_step(f.derivative, y.value, 1)) * rounding(ACTIVATION, y.value)
    error = steepest * grad.error + (_slope_error(f, z) + moved) * size + rounding(4, size * steepest)
    return Inexact(grad.value * complex_step(f, z.value, 1), error)


def _pulled_back_through_softmax(grad: Inexact, y: Inexact, rounding: Rounding) -> Inexact:
    def mean(values: Any) -> Any:
        return (values * y.value).sum(axis=-1, keepdims=True)

    size = abs(grad.value) + mean(abs(grad.value))
    moved = grad.error + mean(grad.error) + (y.error * abs(grad.value)).sum(axis=-1, keepdims=True)
    error = y.value * (moved + rounding(4 + y.value.shape[-1], size)) + y.error * size + rounding(4, y.value * size)
    return Inexact(y.value * (grad.value - mean(grad.value)), error)


def _elementwise(f: Activation) -> Elementwise:
    if not isinstance(f, Elementwise) or not hasattr(f, "max_curvature"):
        raise ValueError(f"activation: expected softmax, or an elementwise one with max_curvature, got {f!r}")
    return f


def _steepest_slope(f: Elementwise, z: Inexact) -> Any:
    """Return the largest absolute slope within reach of z's error."""
    steepest = abs(complex_step(f, z.value, 1))
    for kink in f.kinks:
        steepest = np.where(abs(z.value - kink) <= z.error, np.maximum(steepest, abs(_sides(f, kink)).max()), steepest)
    return steepest + f.max_curvature * z.error


def _slope_error(f: Elementwise, z: Inexact) -> Any:
    """Return by how much z's error can change the slope."""
    error = f.max_curvature * z.error
    for kink in f.kinks:
        left, right = _sides(f, kink)
        # An exact z at the kink stays there, where the slope is one number
        error = error + np.where(abs(z.value - kink) < z.error, abs(right - left), 0)
    return error


def _sides(f: Elementwise, kink: float) -> Any:
    """Return the slopes just before and just after a kink."""
    aside = np.finfo(float).eps * max(1.0, abs(kink))
    return complex_step(f, [kink - aside, kink + aside], 1)
