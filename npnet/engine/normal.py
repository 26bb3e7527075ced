r"""The normal distribution: its density and its distribution function, which NumPy does not have.

.. math:: \phi(z) = \frac{e^{-z^2/2}}{\sqrt{2\pi}}, \quad
          \Phi(z) = \int_{-\infty}^z \phi = \frac12 \operatorname{erfc}\left(-\frac{z}{\sqrt2}\right)

Both keep their digits in the tails, down to the smallest numbers of a type: the exponent is taken in two parts, of
which the square of the first is exact, and its exponential as a product of two equal halves, so that only the last
product can underflow. In float64 they are right to 6 units in the last place, by measurement against 60 digits.

Complex numbers are taken to first order in their imaginary part, :math:`\Phi(x + ih) = \Phi(x) + ih\,\phi(x)`, which
is exact for the h of a complex step; it is no continuation far from the real axis. Objects, such as the symbols of a
proof, have methods ``normal_density`` and ``normal_cumulative``.

Source: W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of Computation 23, 1969; for
:math:`\Phi` itself, with these coefficients, his ANORM of "Algorithm 715: SPECFUN", ACM Transactions on Mathematical
Software 19, 1993.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from npnet.typing import Array

# From 256 on, the density is 0 in every type, the extended one too
FARTHEST = 256.0
# Where one approximation ends and the next begins
NEAR, FAR = 0.67448975, math.sqrt(32)
SCALE = 1 / math.sqrt(2 * math.pi)

# Coefficients of a numerator and of its denominator, from the highest power down
CENTRE = np.array([
    (0.065682337918207449113, 1),
    (2.2352520354606839287, 47.20258190468824187),
    (161.02823106855587881, 976.09855173777669322),
    (1067.6894854603709582, 10260.932208618978205),
    (18154.981253343561249, 45507.789335026729956),
])  # fmt: skip
MIDDLE = np.array([
    (1.0765576773720192317e-8, 1),
    (0.39894151208813466764, 22.266688044328115691),
    (8.8831497943883759412, 235.38790178262499861),
    (93.506656132177855979, 1519.377599407554805),
    (597.27027639480026226, 6485.558298266760755),
    (2494.5375852903726711, 18615.571640885098091),
    (6848.1904505362823326, 34900.952721145977266),
    (11602.651437647350124, 38912.003286093271411),
    (9842.7148383839780218, 19685.429676859990727),
])  # fmt: skip
TAIL = np.array([
    (0.02307344176494017303, 1),
    (0.21589853405795699, 1.28426009614491121),
    (0.1274011611602473639, 0.468238212480865118),
    (0.022235277870649807, 0.0659881378689285515),
    (0.001421619193227893466, 0.00378239633202758244),
    (2.9112874951168792e-5, 7.29751555083966205e-5),
])  # fmt: skip


def density(z: Array, factor: Any = 1.0) -> Array:
    r"""Return ``factor`` times :math:`\phi(z)`; `factor` is finite.

    Examples
    --------
    >>> print(density(np.array([0.0, 1.0])).round(4))
    [0.3989 0.242 ]
    """
    if z.dtype == object:
        return factor * np.frompyfunc(lambda one: one.normal_density(), 1, 1)(z)
    if z.dtype.kind == "c":
        return factor * (density(z.real) - 1j * (z.imag * density(z.real, z.real)))
    rest, root = _exponentials(np.minimum(abs(z), FARTHEST))
    return SCALE * factor * rest * root * root


def cumulative(z: Array, factor: Any = 1.0) -> Array:
    r"""Return ``factor`` times :math:`\Phi(z)`; `factor` is finite.

    Examples
    --------
    >>> print(cumulative(np.array([-1.0, 0.0, 1.0])).round(4))
    [0.1587 0.5    0.8413]
    """
    if z.dtype == object:
        return factor * np.frompyfunc(lambda one: one.normal_cumulative(), 1, 1)(z)
    if z.dtype.kind == "c":
        return factor * (cumulative(z.real) + 1j * (z.imag * density(z.real)))
    x = z.clip(-FARTHEST, FARTHEST)
    y = abs(x)
    (rest, root), far = _exponentials(y), np.maximum(y, FAR)
    square = 1 / (far * far)
    ratio = np.where(y <= FAR, _quotient(np.minimum(y, FAR), MIDDLE), (SCALE - square * _quotient(square, TAIL)) / far)
    below = factor * ratio * rest * root * root
    near = np.minimum(y, NEAR)
    inside = factor * (0.5 + x * _quotient(near * near, CENTRE))
    return np.where(y <= NEAR, inside, np.where(x < 0, below, factor - below))


def _exponentials(y: Array) -> tuple[Array, Array]:
    """Return two numbers of which ``exp(-y * y / 2)`` is the first, times the square of the second."""
    # With four binary places, the square is exact
    exact = np.trunc(16 * y) / 16
    return np.exp((exact - y) * (exact + y) / 2), np.exp(-exact * exact / 4)


def _quotient(x: Array, coefficients: Array) -> Array:
    """Return a quotient of two polynomials, by Horner's scheme for both at once."""
    highest, *others = coefficients.reshape(*coefficients.shape, *[1] * np.ndim(x))
    both = highest * x
    for pair in others[:-1]:
        both += pair
        both *= x
    numerator, denominator = both + others[-1]
    return numerator / denominator
