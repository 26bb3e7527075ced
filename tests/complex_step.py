"""Derivatives and gradients by `npnet.gradcheck.complex_step`."""

import numpy as np

from npnet.gradcheck import complex_step


def derivative(f, x):
    """Return f's derivative for an elementwise function, at each element."""
    return complex_step(f, x, 1)


def gradient(f, x):
    """Return the gradient of a scalar function of an array, one element at a time."""
    slopes, direction = np.empty(np.shape(x)), np.zeros(np.shape(x))
    for index in np.ndindex(slopes.shape):
        direction[index] = 1
        slopes[index] = complex_step(f, x, direction)
        direction[index] = 0
    return slopes
