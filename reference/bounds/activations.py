"""Bounds on the rounding errors of activations, and how they pass on an error of their input.

An elementwise activation needs no entry here. Its slope is the complex step of its value; how far an error of z can
move that slope is told by the `max_curvature` and the `kinks` that its class declares. Where the slope is computed from
z and not from y, both are formulas of several terms, whose roundings are taken for those of their argument: a relative
error u of z moves f by ``|z f'| u``, and the slope by ``|z f''| u``. The forms that other frameworks have of four
activations subtract numbers that ours do not: `cancelled` has these.
"""

from typing import Any, NamedTuple

import numpy as np

from npnet.activations import ELU, GELU, SELU, Activation, Elementwise, GELUTanh, Softmax
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
        rounded = np.where((y == 0) & (z.error == 0), 0, _value_rounded(_elementwise(f), z.value, y, rounding))
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
    moved = _slope_rounded(f, z, y, rounding)
    error = steepest * grad.error + (_slope_error(f, z) + moved) * size + rounding(4, size * steepest)
    return Inexact(grad.value * complex_step(f, z.value, 1), error)


def _value_rounded(f: Elementwise, z: Any, y: Any, rounding: Rounding) -> Any:
    """Return how far roundings move y itself."""
    if f.needs == "y":
        return rounding(ACTIVATION, y)
    size = abs(y) + abs(z * complex_step(f, z, 1)) + cancelled(f, z).value
    # A factor of z may be flushed to 0
    return rounding(ACTIVATION, size) + abs(z) * rounding(1, 0)


def _slope_rounded(f: Elementwise, z: Inexact, y: Inexact, rounding: Rounding) -> Any:
    """Return how far roundings move the slope that is computed from y, whose own they are, or from z."""
    if f.needs == "y":
        return abs(complex_step(f.derivative, y.value, 1)) * rounding(ACTIVATION, y.value)
    size = abs(f.derivative(z.value)) + abs(z.value * complex_step(f.derivative, z.value, 1))
    return rounding(ACTIVATION, size + cancelled(f, z.value).slope) + abs(z.value) * rounding(1, 0)


class Cancelled(NamedTuple):
    """The size of what another framework's form of an activation subtracts, and of what it subtracts in its slope."""

    value: Any
    slope: Any


def cancelled(f: Activation, z: Any) -> Cancelled:
    """Return what TensorFlow subtracts: ``exp(z) - 1`` in ELU and SELU, where the slope adds alpha again to y.

    In GELU it is PyTorch that does: ``1 + erf(z / sqrt(2))``, times z / 2, and by itself in the slope.
    In GELU by tanh, it is ``1 + tanh(u)`` times z / 2, whose slope has ``1 - tanh(u)**2``, times ``z u' / 2``; from
    ``|u| = 20`` on, tanh is 1 or -1 to the last digit in float32 and in float64.
    """
    if isinstance(f, (ELU, SELU)):
        limit = np.where(z < 0, f.max_curvature, 0)
        return Cancelled(limit, limit)
    if isinstance(f, GELU):
        return Cancelled(abs(z), np.ones_like(z))
    if isinstance(f, GELUTanh):
        u = f.factor * (z + f.cubic * z**3) / 2
        rise = f.factor * (1 + 3 * f.cubic * z**2) / 2
        return Cancelled(abs(z), 1 + np.where(abs(u) < 20, abs(z) * rise, 0))
    return Cancelled(0, 0)


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
