r"""Gradient checks: a gradient against a derivative taken from the function's values alone.

Two derivatives are offered. The **complex step**, :math:`f'(x) \approx \mathrm{Im}\, f(x + ih)/h`, subtracts
nothing, so that h can be tiny and the result is right up to rounding error; the function must be analytic and run on
complex numbers. The **central difference**, :math:`(f(x+h) - f(x-h))/2h`, runs anywhere; it is taken at h and h/2 and
extrapolated, and their difference bounds what is left of the truncation.

Source: Squire and Trapp 1998, "Using complex variables to estimate derivatives of real functions" (complex step);
Richardson 1911 (extrapolation).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from npnet._checks import generator, integer, number, real
from npnet.typing import Array, Seed

COMPLEX_STEP = 1e-100
Method = Literal["complex", "central"]


@dataclass(frozen=True)
class Derivative:
    """One derivative that was compared."""

    place: str
    """``x[i, j]``, or the number of the random direction."""
    gradient: float
    """The derivative according to the gradient."""
    numeric: float
    """The derivative according to the function's values."""
    limit: float
    """How far the two may be apart."""

    @property
    def difference(self) -> float:
        """The absolute difference; infinite if either is not a number."""
        difference = abs(self.gradient - self.numeric)
        return np.inf if np.isnan(difference) else difference

    @property
    def excess(self) -> float:
        """The difference in units of the limit."""
        return self.difference / self.limit

    def __str__(self) -> str:
        """Return the place with both derivatives and their difference."""
        return (
            f"{self.place}: gradient {self.gradient:.10g}, derivative {self.numeric:.10g}, "
            f"difference {self.difference:.3g}, {self.excess:.3g} times the limit"
        )


@dataclass(frozen=True)
class Check:
    """The result of a check; it is true if the gradient passed."""

    method: str
    """``"complex"`` or ``"central"``."""
    derivatives: tuple[Derivative, ...]
    """All that were compared."""

    @property
    def failures(self) -> list[Derivative]:
        """Those that are further apart than their limit, the worst first."""
        return sorted((d for d in self.derivatives if not d.excess <= 1), key=lambda d: -d.excess)

    @property
    def worst(self) -> Derivative:
        """The one that is nearest to its limit, or furthest over it."""
        return max(self.derivatives, key=lambda d: d.excess)

    def __bool__(self) -> bool:
        """Return whether all are within their limits."""
        return not self.failures

    def __str__(self) -> str:
        """Return the verdict, and where and by how much the gradient is wrong."""
        failures, count = self.failures, len(self.derivatives)
        if not failures:
            return f"gradient check passed: {count} derivatives ({self.method}); the worst at {self.worst}"
        shown = [f"  {failure}" for failure in failures[:5]] + [f"  and {len(failures) - 5} more"] * (len(failures) > 5)
        return "\n".join([f"gradient check failed: {len(failures)} of {count} derivatives ({self.method})", *shown])


def check(
    f: Callable[[Array], Any],
    gradient: Any,
    x: Any,
    method: Method = "complex",
    directions: int | None = None,
    roundings: float = 1000,
    step: float | None = None,
    seed: Seed = 0,
) -> Check:
    r"""Compare a gradient with derivatives taken from the function's values.

    Parameters
    ----------
    f : callable
        From an array of the shape of `x` to a scalar. With ``"complex"`` it is given complex numbers.
    gradient : array_like or callable
        The gradient at `x`, or the function that returns it.
    x : array_like
        Where the gradient is checked; real, finite numbers of any shape.
    method : "complex" or "central"
        The complex step (the default) for analytic functions, the central difference for any.
    directions : int or None
        If given, that many random directions of length 1 are checked instead of each element: two evaluations each,
        whatever the size of `x`.
    roundings : float
        The rounding error that is allowed, in unit roundoffs of each derivative; under 1e9.
    step : float or None
        The step of the difference. By default 1e-100 for ``"complex"``. For ``"central"`` it is the fifth root of
        float64's unit roundoff, 6e-4, where rounding and truncation errors balance; but at least 1e-8 of the element.
    seed : int, numpy.random.Generator or None
        The seed of the directions.

    Returns
    -------
    Check
        True if the gradient passed; printed, it says where and by how much it did not.

    Notes
    -----
    The limit is `roundings` × u × (the derivative + 1/16 of the largest one), where u is the unit roundoff of the
    gradient's dtype. The central difference adds the error of its values, `roundings` × 2⁻⁵³ × \|f\| / step, and the
    difference between its two steps.

    Examples
    --------
    >>> print(bool(check(lambda x: np.sum(x**3), lambda x: 3 * x**2, [1.0, 2.0])))
    True
    >>> print(check(lambda x: np.sum(x**3), [3.0, 13.0], [1.0, 2.0]))
    gradient check failed: 1 of 2 derivatives (complex)
      x[1]: gradient 13, derivative 12, difference 1, 7.06e+11 times the limit
    """
    x = np.array(real("x", x), np.float64)
    if x.size == 0:
        raise ValueError(f"x: expected at least one element, got shape {x.shape}")
    if not isinstance(method, str) or method not in ("complex", "central"):
        raise ValueError(f"method: expected 'complex' or 'central', got {method!r}")
    roundings = number("roundings", roundings, above=0, below=1e9)
    if not callable(f):
        raise ValueError(f"f: expected a function, got {f!r}")
    given, unit = _checked_gradient(gradient, x)
    ways = _unit_vectors(x) if directions is None else _random_directions(x, integer("directions", directions, 1), seed)
    if step is not None:
        step = number("step", step, above=0)
    if method == "complex":
        slopes = [(place, np.vdot(v, given), _slope(f, x, v, step or COMPLEX_STEP), 0.0) for place, v in ways]
    else:
        slopes = [(place, np.vdot(v, given), *_central(f, x, v, step, roundings)) for place, v in ways]
    largest = max(abs(slope) for _, _, slope, _ in slopes)
    _check_certainty(slopes, largest + abs(_scalar(f(x.copy()))))
    return Check(
        method,
        tuple(
            Derivative(place, float(ours), slope, slack + roundings * unit * (abs(slope) + largest / 16) + 2.0**-1000)
            for place, ours, slope, slack in slopes
        ),
    )


def assert_gradient(f: Callable[[Array], Any], gradient: Any, x: Any, **options: Any) -> None:
    """Raise AssertionError, with where and by how much, if a gradient does not pass `check`.

    Parameters
    ----------
    f, gradient, x, **options
        As for `check`.

    Raises
    ------
    AssertionError
        If the gradient does not pass.

    Examples
    --------
    >>> assert_gradient(lambda x: x @ x, lambda x: 2 * x, [1.0, 2.0, 3.0])
    """
    result = check(f, gradient, x, **options)
    if not result:
        raise AssertionError(str(result))


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

    Examples
    --------
    >>> print(complex_step(np.exp, [0.0, 1.0], 1))
    [1.         2.71828183]
    >>> print(complex_step(lambda x: x @ x, [1.0, 2.0], [0.0, 1.0]))
    4.0
    """
    x, direction, step = real("x", x), real("direction", direction), number("step", step, above=0)
    # A float32 step of 1e-100 would be 0
    value = np.asarray(f(x.astype(np.result_type(x, np.float64)) + 1j * (step * direction)))
    if value.dtype.kind != "c":
        raise ValueError(
            f"f: expected a complex value from complex numbers, got dtype {value.dtype}; "
            "other functions take central differences, check(..., method='central')"
        )
    return value.imag / step


def _checked_gradient(gradient: Any, x: Array) -> tuple[Array, float]:
    """Return the gradient as float64, and the unit roundoff of the dtype that it came in."""
    try:
        values = np.asarray(gradient(x.copy()) if callable(gradient) else gradient)
    except ValueError:
        raise ValueError(f"gradient: expected real numbers of shape {x.shape}, got a ragged array") from None
    if values.shape != x.shape or values.dtype.kind not in "fiu":
        raise ValueError(f"gradient: expected real numbers of shape {x.shape}, got {values.dtype} {values.shape}")
    unit = max(np.finfo(values.dtype).eps, 2.0**-52) / 2 if values.dtype.kind == "f" else 2.0**-53
    return values.astype(np.float64), float(unit)


def _unit_vectors(x: Array) -> Iterator[tuple[str, Array]]:
    for index in np.ndindex(x.shape):
        v = np.zeros_like(x)
        v[index] = 1
        yield f"x[{', '.join(map(str, index))}]", v


def _random_directions(x: Array, count: int, seed: Seed) -> Iterator[tuple[str, Array]]:
    rng = generator("seed", seed)
    for i in range(count):
        v = rng.standard_normal(x.shape)
        yield f"direction {i}", v / np.linalg.norm(v)


def _check_certainty(slopes: list[tuple[str, Any, float, float]], scale: float) -> None:
    for place, _, slope, slack in slopes:
        if slack > 1e-3 * scale:
            raise ValueError(
                f"step: the difference at {place} is only known to be {slope:.3g} ± {slack:.3g}; expected a step "
                "that leaves three digits, or method='complex'"
            )


def _scalar(value: Any) -> Any:
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fciu":
        raise ValueError(f"f: expected a scalar, got {array.dtype} of shape {array.shape}")
    return array.reshape(())[()]


def _slope(f: Callable[[Array], Any], x: Array, v: Array, h: float) -> float:
    return float(complex_step(lambda z: _scalar(f(z)), x, v, h))


def _central(
    f: Callable[[Array], Any], x: Array, v: Array, step: float | None, roundings: float
) -> tuple[float, float]:
    """Return the extrapolated difference, and a bound on its rounding and truncation errors."""
    # The elements' size, as far as the direction moves them: |x[i]| for one element
    size = float(np.linalg.norm(x * v))
    h = step or max((2.0**-53) ** (1 / 5), 1e-8 * size)
    values = [float(_scalar(f(x + factor * h * v))) for factor in (1, -1, 0.5, -0.5)]
    wide, narrow = (values[0] - values[1]) / (2 * h), (values[2] - values[3]) / h
    # x + h has a rounding error too, which changes the step
    rounding = roundings * 2.0**-53 * max(map(abs, values)) / h + 4 * 2.0**-53 * size * abs(narrow) / h
    return (4 * narrow - wide) / 3, abs(wide - narrow) + rounding
