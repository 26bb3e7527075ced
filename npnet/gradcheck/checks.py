"""The checks that are called: of a gradient, of a vector-Jacobian product and of a Hessian-vector product."""

from collections.abc import Callable
from typing import Any

import numpy as np

from npnet._checks import generator, integer, number
from npnet.gradcheck.arguments import Function, Point, outputs
from npnet.gradcheck.checking import Method, Task, directions_of, elements, gradient_noise, run
from npnet.gradcheck.results import Check
from npnet.typing import Array, Seed


def check(
    f: Callable[..., Any],
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
    x : array_like, tuple of arrays or dict of arrays
        Where the gradient is checked; real, finite numbers of any shape. With a tuple, `f` and `gradient` are called
        as ``f(*x)``, with a dict as ``f(**x)``, and the gradient is a tuple or dict of the same arrays.
    method : "complex" or "central"
        The complex step (the default) for analytic functions, the central difference for any.
    directions : int or None
        If given, that many random directions of length 1 are checked instead of each element.
    roundings : float
        The rounding error of the gradient that is allowed, in unit roundoffs of its dtype; under 1e9.
    step : float or None
        The step of the difference. By default 1e-100 for ``"complex"``, and for ``"central"`` steps from 1e-9 of an
        element to its own size, or more of them where these do not tell.
    seed : int, numpy.random.Generator or None
        The seed of the directions.

    Returns
    -------
    Check
        True if the gradient passed; printed, it says where and by how much it did not. Its `verdict` may also be
        ``"not decided"``, where the values can't tell, and ``"corner"``, where the slopes on both sides of x differ
        and the gradient lies between them.

    Notes
    -----
    The limit on a difference is the error of the numeric derivative, as `npnet.gradcheck` derives it from the values,
    + `roundings` × u × (the derivative + 1/16 of the largest one + 1/16 of its change as x is moved by its own size),
    where u is the unit roundoff of the gradient's dtype. Of a number of x over 1024 times as large as another one the
    unit is taken for another, to which the largest derivative is converted. A gradient that is a function is called at
    eight points near x too: what of its change there is not smooth is its rounding error, and part of the limit. What
    is over the limit fails. An element passes only by its own scale: its derivative is known to half a percent, and the
    gradient is no further away. An element of 0 passes if the derivative is 0 as far as x is known.

    With ``"complex"``, a derivative is taken at two sizes of the step, and along a random direction, of all elements
    and once more of the small ones, it is compared with a central difference before any verdict: where they contradict
    each other, f loses an imaginary part.

    Where a gradient is over the limit of a central difference, f is also called with ``np.longdouble`` numbers, if it
    takes them: what its own rounding errors may make of the difference is no failure.

    Examples
    --------
    >>> print(bool(check(lambda x: np.sum(x**3), lambda x: 3 * x**2, [1.0, 2.0])))
    True
    >>> print(check(lambda x: np.sum(x**3), [3.0, 13.0], [1.0, 2.0]))
    gradient check failed: 1 of 2 derivatives (complex)
      x[1]: gradient 13, derivative 12, difference 1, 6.25e+11 times the limit
    >>> print(check(lambda x: np.sum(abs(x)), [0.2], [0.0], method="central"))
    gradient check at a corner: 1 of 1 derivatives (central)
      corner at x[0]: -1 on one side, 1 on the other, the gradient given, 0.2, lies between them
    >>> print(check(lambda W, b: np.sum((W @ b) ** 2), lambda W, b: (2 * np.outer(W @ b, b), 2 * W.T @ (W @ b)),
    ...             (np.eye(2), np.ones(2))).verdict)
    passed
    """
    point = Point(x)
    for name, function in (("f", f), ("gradient", gradient)):
        if callable(function):
            point.check_arguments(name, function)
    return checked(f, lambda vector: point.call(gradient, vector) if callable(gradient) else gradient, point,
                    method, directions, roundings, step, seed)  # fmt: skip


def checked(
    f: Callable[..., Any],
    gradient: Callable[[Array], Any],
    point: Point,
    method: Method,
    directions: int | None,
    roundings: float,
    step: float | None,
    seed: Seed,
    weigh: Callable[[Any], Any] | None = None,
    name: str = "gradient",
) -> Check:
    """Return the check of a function at a point, of a gradient as a function of its vector.

    `weigh` makes a number of several outputs. What was given as the gradient has a name in the errors.
    """
    if not isinstance(method, str) or method not in ("complex", "central"):
        raise ValueError(f"method: expected 'complex' or 'central', got {method!r}")
    roundings = number("roundings", roundings, above=0, below=1e9)
    if not callable(f):
        raise ValueError(f"f: expected a function, got {f!r}")
    given, unit = point.gradient(gradient(point.vector), name)
    rng = generator("seed", seed)
    count = None if directions is None else integer("directions", directions, 1)
    ways = elements(point) if count is None else directions_of(point, count, rng)
    step = None if step is None else number("step", step, above=0)
    noise = gradient_noise(gradient, point, given, unit, rng)
    return run(Task(Function(f, point, weigh), point.vector, given, roundings, unit, rng, step, noise), method, ways)


def check_vjp(
    f: Callable[..., Any],
    vjp: Callable[..., Any],
    x: Any,
    method: Method = "complex",
    directions: int | None = None,
    roundings: float = 1000,
    step: float | None = None,
    seed: Seed = 0,
) -> Check:
    r"""Compare a vector-Jacobian product of a function of several outputs with its values.

    For a random cotangent c, of standard normal numbers, :math:`J(x)^\top c` is the gradient of
    :math:`c \cdot f(x)`, which is checked. A wrong row of the Jacobian shows in it.

    Parameters
    ----------
    f : callable
        From `x` to an array of any shape.
    vjp : callable
        From `x` and a cotangent of the shape of ``f(x)`` to an array of the shape of `x`: ``vjp(x, c)``, or
        ``vjp(*x, c)`` and ``vjp(c, **x)`` for several arguments.
    x, method, directions, roundings, step, seed
        As for `check`; the seed is also that of the cotangent.

    Returns
    -------
    Check
        As of `check`.

    Examples
    --------
    >>> A = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> print(check_vjp(lambda x: A @ x, lambda x, c: A.T @ c, [1.0, -1.0]).verdict)
    passed
    """
    point = Point(x)
    if not callable(f) or not callable(vjp):
        raise ValueError(f"f, vjp: expected functions, got {f!r} and {vjp!r}")
    point.check_arguments("f", f)
    point.check_arguments("vjp", vjp, "a cotangent")
    return _checked_product(point, ("f", f), ("vjp", vjp), method, directions, roundings, step, seed)


def _checked_product(
    point: Point,
    function: tuple[str, Any],
    product: tuple[str, Any],
    method: Method,
    directions: int | None,
    roundings: float,
    step: float | None,
    seed: Seed,
) -> Check:
    """Return the check of a vector-Jacobian product; both functions come with their names in the errors."""
    (name, f), (product_name, vjp), rng = function, product, generator("seed", seed)
    shape = outputs(point.call(f, point.vector), name).shape
    if 0 in shape:
        raise ValueError(f"{name}: expected at least one output, got shape {shape}")
    cotangent = rng.standard_normal(shape)

    def weigh(value: Any) -> Any:
        array = outputs(value, name)
        if array.shape != shape:
            raise ValueError(f"{name}: expected outputs of one shape, got {shape} and {array.shape}")
        # The products keep the dtype of f, where that has numbers between whole ones
        exact = cotangent.astype(array.dtype) if array.dtype.kind in "fc" else cotangent
        return np.sum(exact * array)

    return checked(f, lambda vector: point.call(vjp, vector, cotangent.copy()), point,
                   method, directions, roundings, step, rng, weigh, product_name)  # fmt: skip


def check_hessian_vector(
    gradient: Callable[..., Any],
    hessian_vector: Callable[..., Any],
    x: Any,
    method: Method = "complex",
    directions: int | None = None,
    roundings: float = 1000,
    step: float | None = None,
    seed: Seed = 0,
) -> Check:
    r"""Compare a Hessian-vector product with a gradient.

    A Hessian is symmetric, so that its product with a random vector v, :math:`H(x) v`, is the gradient of
    :math:`v \cdot \nabla f(x)`, which is checked. The gradient itself is checked by `check`.

    Parameters
    ----------
    gradient : callable
        From `x` to the gradient of f, of the shape of `x`.
    hessian_vector : callable
        From `x` and v to :math:`H(x) v`, all of one shape: ``hessian_vector(x, v)``. For several arguments v and the
        product are tuples or dicts like `x`: ``hessian_vector(*x, v)``, or ``hessian_vector(v, **x)``.
    x, method, directions, roundings, step, seed
        As for `check`; the seed is also that of v.

    Returns
    -------
    Check
        As of `check`.

    Examples
    --------
    >>> print(check_hessian_vector(lambda x: x**3, lambda x, v: 3 * x**2 * v, [1.0, 2.0]).verdict)
    passed
    """
    point = Point(x)
    if not callable(gradient) or not callable(hessian_vector):
        raise ValueError(f"gradient, hessian_vector: expected functions, got {gradient!r} and {hessian_vector!r}")
    point.check_arguments("gradient", gradient)
    point.check_arguments("hessian_vector", hessian_vector, "a vector v")
    point.gradient(point.call(gradient, point.vector))

    def vector(*parts: Array, **named: Array) -> Array:
        return point.flat(gradient(*parts, **named), "gradient")

    def product(*given: Array, **named: Array) -> Any:
        *parts, v = given
        return hessian_vector(*parts, point.like(v), **named)

    return _checked_product(
        point, ("gradient", vector), ("hessian_vector", product), method, directions, roundings, step, seed
    )


def assert_gradient(f: Callable[..., Any], gradient: Any, x: Any, **options: Any) -> None:
    """Raise AssertionError, with where and by how much, if a gradient does not pass `check`.

    Parameters
    ----------
    f, gradient, x, **options
        As for `check`.

    Raises
    ------
    AssertionError
        If the verdict is another than ``"passed"``.

    Examples
    --------
    >>> assert_gradient(lambda x: x @ x, lambda x: 2 * x, [1.0, 2.0, 3.0])
    """
    result = check(f, gradient, x, **options)
    if not result:
        raise AssertionError(str(result))
