"""The complex-step derivative: ``f'(x) = Im f(x + ih) / h``, without cancellation, so that h can be tiny."""

import numpy as np

STEP = 1e-100


def derivative(f, x):
    """Return f's derivative for an elementwise function, at each element."""
    return f(np.asarray(x) + 1j * STEP).imag / STEP


def gradient(f, x):
    """Return the gradient of a scalar function of an array, one element at a time."""
    x = np.asarray(x, complex)
    result = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        shifted = x.copy()
        shifted[index] += 1j * STEP
        result[index] = f(shifted).imag / STEP
    return result
