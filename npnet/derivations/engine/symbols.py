"""Numbers that carry a SymPy expression, so that the shipped code, run on arrays of them, writes down its formula.

Each also carries a value. Comparisons are decided by the values: they choose a branch (of a maximum, of a sign), and
the expression is the formula of that branch. This module needs SymPy; import it only where it is used.
"""

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar

import mpmath
import numpy as np
import sympy

from npnet.derivations.engine import tracked
from npnet.derivations.engine.numbers import Number, each
from npnet.derivations.engine.report import Verdict
from npnet.typing import Array

DIGITS = 50
# How large a difference may be for algebra to be tried on it
OPERATIONS, UNKNOWNS = 250, 6
STRICT = {"lt": "<", "gt": ">", "eq": "="}


class Symbol(Number):
    """An expression with a value."""

    depth: ClassVar[int] = 0
    """How many derivatives are being taken, one inside the other."""

    def __init__(self, expression: Any, value: float) -> None:
        self.expression, self.value = expression, value

    @classmethod
    def lift(cls, other: Any) -> Any:
        """Return a plain number as the fraction that it is; the float that is nearest to π stands for π."""
        if isinstance(other, Number):
            return other if isinstance(other, Symbol) else NotImplemented
        if other == math.pi:
            return cls(sympy.pi, math.pi)
        exact = Fraction(int(other)) if isinstance(other, (int, np.integer)) else Fraction(float(other))
        return cls(sympy.Rational(exact.numerator, exact.denominator), float(other))

    @classmethod
    def combine(cls, operation: str, left: Any, right: Any) -> Any:
        """Return the expression of the result, with its value."""
        operate = getattr(operator, operation)
        return cls(operate(left.expression, right.expression), operate(left.value, right.value))

    def apply(self, function: str) -> Any:
        """Return the expression of the function, with its value."""
        if function == "neg":
            return Symbol(-self.expression, -self.value)
        if function == "log1p":
            return (Symbol.lift(1) + self).log()
        if function == "expm1":
            return self.apply("exp") - 1
        if function == "normal_cumulative":
            return Symbol((1 + sympy.erf(self.expression / sympy.sqrt(2))) / 2, tracked.distribution(self.value))
        if function == "normal_density":
            density = sympy.exp(-(self.expression**2) / 2) / sympy.sqrt(2 * sympy.pi)
            return Symbol(density, tracked.density(self.value))
        with np.errstate(all="ignore"):
            return Symbol(getattr(sympy, function)(self.expression), float(getattr(np, function)(self.value)))

    @classmethod
    def along(cls, f: Callable[[Array], Any], x: Array, v: Array) -> Any:
        """Return SymPy's derivative of ``f(x + t v)`` with respect to t, at t = 0."""
        t = _step(cls.depth)
        cls.depth += 1
        try:
            return each(lambda y: _slope(cls.lift(y).expression, t), f(x + cls(t, 0.0) * v))
        finally:
            cls.depth -= 1


@lru_cache
def _step(depth: int) -> Any:
    """Return the symbol of a step along a direction, one for all derivatives: their questions are compared."""
    return sympy.Dummy("t", real=True)


def _slope(expression: Any, t: Any) -> Symbol:
    # No later line may choose a branch by a derivative: its value is not known
    return Symbol(sympy.diff(expression, t).subs(t, 0), math.nan)


@contextmanager
def strict_questions() -> Iterator[set[tuple[Any, str]]]:
    """Collect the strict comparisons of symbols: those of a sign or a bracket, which jump where a maximum has a corner.

    Examples
    --------
    >>> with strict_questions() as asked:
    ...     x = array("x", [2.0])
    ...     signs = np.sign(x), 0 > -3 * x, np.maximum(x, 0)
    >>> sorted((str(expression), relation) for expression, relation in asked)
    [('x_0', '<'), ('x_0', '>')]
    """
    asked: set[tuple[Any, str]] = set()

    def note(symbol: Symbol, operation: str, other: Any) -> None:
        if operation in STRICT:
            # The same question, whatever positive number both sides are multiplied by
            _, difference = sympy.expand(symbol.expression - Symbol.lift(other).expression).primitive()
            relation = STRICT[operation]
            if difference.could_extract_minus_sign():
                difference, relation = -difference, {"<": ">", ">": "<"}.get(relation, relation)
            asked.add((difference, relation))

    Symbol.note = note
    try:
        yield asked
    finally:
        Symbol.note = None


def array(name: str, values: Any, positive: bool = False) -> Any:
    """Return an object array of fresh symbols with these values, or one symbol for a single value."""
    values = np.asarray(values, float)
    result = np.empty(values.shape, object)
    assumptions = {"positive": True} if positive else {"real": True}
    for index in np.ndindex(values.shape):
        label = "_".join([name, *map(str, index)])
        result[index] = Symbol(sympy.Symbol(label, **assumptions), float(values[index]))
    return result[()]


def expressions(values: Any) -> list[Any]:
    """Return the expressions of an array of symbols and plain numbers, flat."""
    return [Symbol.lift(value).expression for value in np.ravel(values)]


def is_zero(expression: Any, rng: np.random.Generator) -> bool:
    """Return whether an expression is 0, by `verdict`."""
    return verdict(expression, rng) != "differs"


def verdict(expression: Any, rng: np.random.Generator, around: Mapping[Any, float] | None = None) -> Verdict:
    """Return how an expression was found to be 0, or that it is not.

    Parameters
    ----------
    expression : SymPy expression
        The difference of two lines.
    rng : numpy.random.Generator
        Draws the points.
    around : mapping or None
        For each symbol a value; the points are drawn within a tenth of it, so that none leaves its range.

    Returns
    -------
    str
        ``"proved"`` if algebra makes it 0; ``"50 digits"`` if it is 0 to that many decimal places at three random
        rational points, computed with twice as many; else ``"differs"``.
    """
    if _simplifies(expression):
        return "proved"
    unknowns = sorted(expression.free_symbols, key=str)
    evaluate = sympy.lambdify(unknowns, expression, "mpmath", cse=True)
    with mpmath.workdps(2 * DIGITS):
        values = [evaluate(*_point(unknowns, rng, around or {})) for _ in range(3)]
        return "50 digits" if all(abs(value) < mpmath.mpf(10) ** -DIGITS for value in values) else "differs"


def _simplifies(expression: Any) -> bool:
    if expression == 0:
        return True
    # Beyond that size, algebra takes longer than a reader waits
    if sympy.count_ops(expression) > OPERATIONS:
        return False
    if sympy.expand(expression) == 0:
        return True
    if len(expression.free_symbols) > UNKNOWNS:
        return False
    # A quotient of polynomials in the exponentials is 0 where its numerator is: no factors need to be cancelled
    rational = sympy.expand(expression.rewrite(sympy.exp), deep=True, power_exp=False, log=True)
    numerator, _ = sympy.fraction(sympy.together(rational))
    return bool(sympy.expand(numerator) == 0)


def _point(unknowns: list[Any], rng: np.random.Generator, around: Mapping[Any, float]) -> list[Any]:
    """Return a value for each unknown: a fraction within a tenth of its own, or else any from -99/37 to 99/37."""
    steps = [int(step) for step in rng.integers(-99, 100, len(unknowns))]
    return [
        mpmath.mpf(around[unknown]) * (991 + step) / 991 if unknown in around else mpmath.mpf(step) / 37
        for unknown, step in zip(unknowns, steps)
    ]
