r"""Gradient checks: a gradient against a derivative taken from the function's values alone.

Two derivatives are offered. The **complex step**, :math:`f'(x) \approx \mathrm{Im}\, f(x + ih)/h`, subtracts
nothing, so that h can be tiny and the result is right to roundings; the function must be analytic and run on complex
numbers. The **central difference**, :math:`(f(x+h) - f(x-h))/2h`, runs anywhere; it is taken at h and h/2 and
extrapolated, and their difference bounds what is left of the truncation.

Source: Squire and Trapp 1998, "Using complex variables to estimate derivatives of real functions" (complex step);
Richardson 1911 (extrapolation).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from npnet.validation import Array, Seed, generator, integer, number, real

COMPLEX_STEP = 1e-100
Method = Literal["complex", "central"]


@dataclass(frozen=True)
class Derivative:
    """One derivative that was compared."""

    place: str
    """``x[i, j]``, or the number of the random direction."""
    gradient: float
    """What the gradient says."""
    numeric: float
    """What the function's values say."""
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
    """What a check found; it is true if the gradient passed."""

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
        How many roundings of the largest number involved are allowed.
    step : float or None
        The step of the difference. By default 1e-100 for ``"complex"``, and for ``"central"`` the fifth root of
        float64's unit roundoff, where roundings and truncation balance, times the largest element of `x` if over 1.
    seed : int, numpy.random.Generator or None
        What the directions are drawn with.

    Returns
    -------
    Check
        True if the gradient passed; printed, it says where and by how much it did not.

    Raises
    ------
    ValueError
        If an argument does not fit, `f` returns no scalar, or `f` loses the imaginary part that the complex step needs.

    Notes
    -----
    The limit is `roundings` × 2⁻⁵³ × (the largest derivative + \|f\|); the central difference adds the error of its
    values, `roundings` × 2⁻⁵³ × \|f\| / step, and the difference between its two steps.

    Examples
    --------
    >>> print(bool(check(lambda x: np.sum(x**3), lambda x: 3 * x**2, [1.0, 2.0])))
    True
    >>> print(check(lambda x: np.sum(x**3), [3.0, 13.0], [1.0, 2.0]))
    gradient check failed: 1 of 2 derivatives (complex)
      x[1]: gradient 13, derivative 12, difference 1, 4.29e+11 times the limit
    """
    x = np.array(real("x", x), np.float64)
    if x.size == 0:
        raise ValueError(f"x: expected at least one element, got shape {x.shape}")
    if method not in ("complex", "central"):
        raise ValueError(f"method: expected 'complex' or 'central', got {method!r}")
    roundings = number("roundings", roundings, above=0)
    given = _checked_gradient(gradient, x)
    ways = _unit_vectors(x) if directions is None else _random_directions(x, integer("directions", directions, 1), seed)
    size = max(1.0, float(abs(x).max()))
    if method == "complex":
        h = COMPLEX_STEP if step is None else number("step", step, above=0)
        slopes = [(place, v, _complex_step(f, x, v, h), 0.0) for place, v in ways]
    else:
        h = (2.0**-53) ** (1 / 5) * size if step is None else number("step", step, above=0)
        slopes = [(place, v, *_central(f, x, v, h, roundings)) for place, v in ways]
    scale = max(abs(slope) for _, _, slope, _ in slopes) + abs(_scalar(f(x)).real)
    return Check(
        method,
        tuple(
            Derivative(place, float(np.vdot(v, given)), slope, slack + roundings * 2.0**-53 * max(scale, 2.0**-1000))
            for place, v, slope, slack in slopes
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
    ValueError
        If an argument does not fit.

    Examples
    --------
    >>> assert_gradient(lambda x: x @ x, lambda x: 2 * x, [1.0, 2.0, 3.0])
    """
    result = check(f, gradient, x, **options)
    if not result:
        raise AssertionError(str(result))


def _checked_gradient(gradient: Any, x: Array) -> Array:
    values = np.asarray(gradient(x.copy()) if callable(gradient) else gradient)
    if values.shape != x.shape or values.dtype.kind not in "fiu":
        raise ValueError(f"gradient: expected real numbers of shape {x.shape}, got {values.dtype} {values.shape}")
    return values.astype(np.float64)


def _unit_vectors(x: Array) -> list[tuple[str, Array]]:
    vectors = np.eye(x.size).reshape(x.size, *x.shape)
    return [(f"x[{', '.join(map(str, index))}]", v) for index, v in zip(np.ndindex(x.shape), vectors)]


def _random_directions(x: Array, count: int, seed: Seed) -> list[tuple[str, Array]]:
    vectors = generator("seed", seed).standard_normal((count, *x.shape))
    return [(f"direction {i}", v / np.linalg.norm(v)) for i, v in enumerate(vectors)]


def _scalar(value: Any) -> Any:
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fciu":
        raise ValueError(f"f: expected a scalar, got {array.dtype} of shape {array.shape}")
    return array.reshape(())[()]


def _complex_step(f: Callable[[Array], Any], x: Array, v: Array, h: float) -> float:
    value = _scalar(f(x + 1j * h * v))
    if value.dtype.kind != "c":
        raise ValueError("f: expected a complex value from complex numbers; for other functions use method='central'")
    return float(value.imag / h)


def _central(f: Callable[[Array], Any], x: Array, v: Array, h: float, roundings: float) -> tuple[float, float]:
    """Return the extrapolated difference, and a bound on its error."""
    ends = [float(_scalar(f(x + factor * h * v))) for factor in (1, -1, 0.5, -0.5)]
    wide, narrow = (ends[0] - ends[1]) / (2 * h), (ends[2] - ends[3]) / h
    rounding = roundings * 2.0**-53 * max(map(abs, ends)) / h
    return (4 * narrow - wide) / 3, abs(wide - narrow) + rounding
