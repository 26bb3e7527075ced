"""Derivatives as code: of any function that the shipped formulas make up, on any kind of number.

On floats it is the complex step, on symbols SymPy's derivative, on tracked numbers the rules of differentiation.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from npnet.derivations.engine.numbers import kind_of
from npnet.gradcheck import complex_step
from npnet.typing import Array


def along(f: Callable[[Array], Any], x: Array, v: Array) -> Any:
    """Return the derivative of ``f(x + t v)`` with respect to t, at t = 0.

    Examples
    --------
    >>> print(along(lambda x: x @ x, np.array([1.0, 2.0]), np.array([0.0, 1.0])))
    4.0
    """
    kind = kind_of(x)
    if kind is not None:
        return kind.along(f, x, v)
    return complex_step(f, x, v)


def derivative(f: Callable[[Array], Any], x: Array) -> Any:
    """Return the derivative of an elementwise function at each element.

    Examples
    --------
    >>> print(derivative(np.square, np.array([1.0, 2.0])))
    [2. 4.]
    """
    return along(f, x, np.ones(x.shape))


def gradient(f: Callable[[Array], Any], x: Array) -> Any:
    """Return the gradient of a scalar function of an array, of the array's shape.

    Examples
    --------
    >>> print(gradient(lambda x: x @ x, np.array([1.0, 2.0])))
    [2. 4.]
    """
    return np.array([along(f, x, v) for v in _units(x)]).reshape(x.shape)


def jacobian(f: Callable[[Array], Any], x: Array) -> Any:
    """Return the Jacobian of a vector function of a vector: row i holds the derivatives of output i.

    Examples
    --------
    >>> print(jacobian(np.cumsum, np.array([1.0, 2.0])))
    [[1. 0.]
     [1. 1.]]
    """
    return np.stack([along(f, x, v) for v in _units(x)], axis=-1)


def _units(x: Array) -> Array:
    """Return the unit vectors of the space of arrays shaped as `x`."""
    return np.eye(x.size).reshape(x.size, *x.shape)
