r"""The derivative along a direction by complex steps, at several sizes and near x, with an estimate of its error.

.. math:: \frac{d}{dt} f(x + t v) \Big|_{t=0} \approx \frac{\mathrm{Im}\, f(x + i h v)}{h}

Nothing is subtracted, so that the result is right up to rounding error. How large that is, three numbers tell: the
difference between two sizes of the step, which is noise over h where an imaginary part is not f's own; the power of two
of which the imaginary part is a multiple, which shows a part that was rounded beside a larger one and left over; and
the change near x, of which a few roundings of x cause a known part.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from npnet._checks import number, real
from npnet.gradcheck.arguments import CENTRAL, Function
from npnet.gradcheck.differences import last_places, scales
from npnet.gradcheck.estimates import AT_ZERO, DIGITS, Estimate
from npnet.typing import Array

COMPLEX_STEP = 1e-100
# The second is small beside 1, and its square is nothing; complex64 has no 1e-100
STEPS, NARROW_STEPS = (COMPLEX_STEP, 1e-30), (1e-20, 1e-15)
# A step that leaves digits to an imaginary part
LEAST = 1e-300
# About the root of a rounding: a change of x that its derivative follows
NEAR, NARROW_NEAR = 2.0**-31, 2.0**-12
# The part of a derivative by which it hardly changes that near to x
UNEVEN = 1e-3
# At an optimum the derivative is no more than this part of what it is at twice x
OPTIMUM = 2.0**-30
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


def along(f: Function, x: Array, v: Array, rng: np.random.Generator, step: float | None = None) -> Estimate:
    """Return the derivative along `v`, with the error that two sizes of the step and a point near x show."""
    size = scales(x)
    first, second = STEPS if step is None else (step, step / 8)
    imaginary = f.complex(x + 1j * (first * v))
    narrow = imaginary.dtype == np.complex64
    if narrow and step is None:
        first, second = NARROW_STEPS
        imaginary = f.complex(x + 1j * (first * v))
    if step is None:
        second = max(second * min(1.0, float(size.min())), LEAST)
    near = NARROW_NEAR if narrow else NEAR
    beside = near * size * rng.uniform(0.5, 1.0, x.shape) * rng.choice([-1.0, 1.0], x.shape)
    value = float(imaginary.imag) / first
    again = float(f.complex(x + 1j * (second * v)).imag) / second

    def around(h: float) -> Array:
        # On both sides, of which one is beyond a corner at x
        return np.array([f.near_complex(x + side * beside + 1j * (h * v)).imag / h for side in (-1, 1)])

    there = around(first)
    if not np.isfinite([value, again, *there]).all():
        return Estimate(value, np.inf, doubt="its imaginary part is not finite")
    if np.abs(there - value).max() > UNEVEN * abs(value):
        # Beyond the edge of where it is real, f has an imaginary part of its own, which does not follow the step
        there = there[np.abs(there - around(second)) <= DIGITS * np.abs(there)]
        if not there.size:
            doubt = (
                EDGE
                if step is None
                else f"the steps {first:g} and {second:g} give other derivatives: take a smaller step, or none"
            )
            return Estimate(value, np.inf, doubt=f"near x, {doubt}")
    # What roundings of x are worth, by the change between the points
    change = float(np.abs(there - value).max())
    zero = change * AT_ZERO * f.unit / near
    lost = 2 * float(last_places(float(imaginary.imag))) / first
    if abs(value) <= OPTIMUM * change / near:
        # Rounding errors of the gradient are no more than those of f's values over the size of x
        rounding = AT_ZERO * f.unit * abs(float(imaginary.real)) * float(np.max(abs(v) / size))
        zero = max(zero, min(rounding, OPTIMUM * change / near))
    steps = 8 * abs(again - value)
    doubt = ""
    if steps > DIGITS * abs(value):
        doubt = f"the steps {first:g} and {second:g} give {value:.4g} and {again:.4g}; {CENTRAL}"
    if narrow:
        doubt = "f is computed in complex64; use float64"
    error = max(steps, lost)
    is_zero = max(abs(again - value), lost, abs(value)) <= zero
    return Estimate(value, error + zero, zero if is_zero else -1.0, uneven=change > UNEVEN * abs(value), doubt=doubt)
