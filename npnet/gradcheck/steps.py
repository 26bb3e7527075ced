r"""The derivative along a direction by complex steps, at several sizes and near x, with an estimate of its error.

.. math:: \frac{d}{dt} f(x + t v) \Big|_{t=0} \approx \frac{\mathrm{Im}\, f(x + i h v)}{h}

Nothing is subtracted, so that the result is right up to rounding error. How large that is, three numbers tell: the
difference between two sizes of the step, which is noise over h where an imaginary part is not f's own; the power of two
of which the imaginary part is a multiple, which shows a part that was rounded beside a larger one and left over; and
the change near x, of which a few roundings of x cause a known part.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from npnet._checks import number, real
from npnet.gradcheck.arguments import CENTRAL, Function
from npnet.gradcheck.differences import last_places, scales, table_noise
from npnet.gradcheck.estimates import AT_OPTIMUM, AT_ZERO, DIGITS, SURE, Estimate
from npnet.typing import Array

COMPLEX_STEP = 1e-100
# The second is small beside 1, and its square is nothing; complex64 has no 1e-100
STEPS, NARROW_STEPS = (COMPLEX_STEP, 1e-30), (1e-20, 1e-15)
# Beside a value of which a step of 1e-100 leaves no imaginary part
TINY = 1e-190
# A step that leaves digits to an imaginary part
LEAST = 1e-300
# About the root of a rounding: a change of x that its derivative follows
NEAR, NARROW_NEAR = 2.0**-31, 2.0**-12
# On both sides of x, of which one is beyond a corner there
SIDES = (-1, 1)
# The part of a derivative by which it hardly changes that near to x
UNEVEN = 1e-3
# At an optimum the derivative is no more than this part of what it is at twice x, and than so many roundings of x make
OPTIMUM, MOST = 2.0**-30, 2.0**10
EDGE = f"f is complex by itself, or loses digits of its imaginary part; {CENTRAL}"


def complex_step(f: Callable[[Array], Any], x: Any, direction: Any, step: float = COMPLEX_STEP) -> Any:
    r"""Return the derivative of ``f(x + t * direction)`` with respect to t, at t = 0, by the complex step.

    .. math:: \frac{d}{dt} f(x + t v) \Big|_{t=0} \approx \frac{\mathrm{Im}\, f(x + i h v)}{h}

    Nothing is subtracted, so that the step h can be tiny: its truncation error, of the order of :math:`h^2`, is far
    below any rounding error. For an elementwise function the direction 1 gives the derivative at each element.

    Parameters
    ----------
    f : callable
        An analytic function, from an array of complex numbers of the shape of `x` to a scalar or an array of them.
    x : array_like
        Where the derivative is taken; real, finite numbers. Types under float64 become float64, others are kept.
    direction : array_like
        The direction, of the shape of `x` or one number for all elements.
    step : float
        The step h, above 0.

    Returns
    -------
    scalar or ndarray
        The derivative, real, of the shape of the function's value.

    Notes
    -----
    What f loses of the imaginary part is missing in the derivative. `check` notices that; this function can't.

    Examples
    --------
    >>> print(complex_step(np.exp, [0.0, 1.0], 1))
    [1.         2.71828183]
    >>> print(complex_step(lambda x: x @ x, [1.0, 2.0], [0.0, 1.0]))
    4.0
    """
    x, direction, step = real("x", x), real("direction", direction), number("step", step, above=0)
    if direction.shape not in ((), x.shape):
        raise ValueError(f"direction: expected shape {x.shape}, or one number, got {direction.shape}")
    # A float32 step of 1e-100 would be 0
    value = np.asarray(f(x.astype(np.result_type(x, np.float64)) + 1j * (step * direction)))
    if value.dtype.kind != "c":
        raise ValueError(
            f"f: expected a complex value from complex numbers, got dtype {value.dtype}; "
            f"other functions take central differences, {CENTRAL}"
        )
    return value.imag / step


class _Steps:
    """Complex steps of two sizes along a direction, at x and at points near it."""

    def __init__(self, f: Function, x: Array, v: Array, rng: np.random.Generator, step: float | None) -> None:
        self.f, self.x, self.v, self.rng, self.size = f, x, v, rng, scales(x)
        self.first, self.second = STEPS if step is None else (step, step / 8)
        value = f.complex(self.moved(self.first))
        self.narrow = value.dtype == np.complex64
        if step is None and (self.narrow or 0 < abs(value) < TINY):
            self.first, self.second = NARROW_STEPS
            value = f.complex(self.moved(self.first))
        if step is None:
            self.second = max(self.second * min(1.0, float(self.size.min())), LEAST)
        self.near = NARROW_NEAR if self.narrow else NEAR
        self.real, self.imaginary = float(value.real), float(value.imag)
        self.value = self.imaginary / self.first
        self.again = float(f.complex(self.moved(self.second)).imag) / self.second

    def moved(self, h: float) -> Array:
        """Return x after a complex step."""
        return self.x + 1j * (h * self.v)

    def beside(self) -> Array:
        """Return a random direction in which all elements move, about as far as they may."""
        shape = self.x.shape
        return self.near * self.size * self.rng.uniform(0.5, 1.0, shape) * self.rng.choice([-1.0, 1.0], shape)

    def at(self, beside: Array, places: Iterable[int], h: float) -> Array:
        """Return the derivatives at some points in a direction."""
        return np.array([self.f.near_complex(self.moved(h) + j * beside).imag / h for j in places])

    def followed(self, beside: Array, there: Array) -> Array:
        """Return those of both sides that follow the step: beyond its domain f has an imaginary part of its own."""
        return there[np.abs(there - self.at(beside, SIDES, self.second)) <= DIGITS * np.abs(there)]

    def lost(self) -> float:
        """Return what a part that was rounded beside a larger one, and left over, may be."""
        return 2 * float(last_places(self.imaginary)) / self.first

    def zero(self, beside: Array, change: float) -> float:
        """Return up to what size a derivative is one of 0, of which points beside x differ by some change."""
        moved = change * self.f.unit / self.near
        if not abs(self.value) <= OPTIMUM * change / self.near:
            return AT_OPTIMUM * moved
        # In one direction the changes that the elements make may cancel
        another = self.beside()
        found = np.abs(self.followed(another, self.at(another, SIDES, self.first)) - self.value)
        moved = max(moved, float(found.max(initial=0)) * self.f.unit / self.near)
        # Rounding errors of the derivative: those of f's values over the size of x, or what is no smooth change of it
        rounding = AT_OPTIMUM * self.f.unit * abs(self.real) * float(np.max(abs(self.v) / self.size))
        noise = SURE * table_noise(self.at(beside, range(-4, 5), self.first)) + self.lost()
        return max(AT_OPTIMUM * moved, min(max(rounding, noise), MOST * moved))


def along(f: Function, x: Array, v: Array, rng: np.random.Generator, step: float | None = None) -> Estimate:
    """Return the derivative along `v`, with the error that two sizes of the step and a point near x show."""
    steps = _Steps(f, x, v, rng, step)
    value, again, beside = steps.value, steps.again, steps.beside()
    there = steps.at(beside, SIDES, steps.first)
    if not np.isfinite([value, again, *there]).all():
        return Estimate(value, np.inf, doubt="its imaginary part is not finite")
    if np.abs(there - value).max() > UNEVEN * abs(value):
        there = steps.followed(beside, there)
        if not there.size:
            two = f"the steps {steps.first:g} and {steps.second:g} give other derivatives: take a smaller step, or none"
            return Estimate(value, np.inf, doubt=f"near x, {EDGE if step is None else two}")
    # What roundings of x are worth, by the change between the points
    change = float(np.abs(there - value).max())
    zero, apart, lost = steps.zero(beside, change), abs(again - value), steps.lost()
    is_zero = max(apart, lost, abs(value)) <= zero
    doubt = ""
    if 8 * apart > DIGITS * abs(value):
        doubt = f"the steps {steps.first:g} and {steps.second:g} give {value:.4g} and {again:.4g}; {CENTRAL}"
    if steps.narrow:
        doubt = "f is computed in complex64; use float64"
    error = max(8 * apart, lost) + (zero if is_zero else AT_ZERO * change * f.unit / steps.near)
    # Beyond a corner it changes on one side alone
    curved = float(np.abs(there - value).min()) / steps.near if there.size == len(SIDES) else 0.0
    uneven = change > UNEVEN * abs(value)
    return Estimate(value, error, zero if is_zero else -1.0, uneven=uneven, curved=curved, doubt=doubt)
