"""Numbers that carry a SymPy expression, so that the shipped code, run on arrays of them, writes down its formula.

Each also carries a value. Comparisons are decided by the values: they choose a branch (of a maximum, of a sign), and
the expression is the formula of that branch.
"""

from fractions import Fraction

import numpy as np
import sympy


class Symbol:
    """An expression with a value."""

    __array_ufunc__ = None  # an array's operator leaves the element to us

    def __init__(self, expression, value):
        self.expression, self.value = expression, value

    @staticmethod
    def _of(other):
        if isinstance(other, Symbol):
            return other
        if np.isinf(float(other)):
            return Symbol(sympy.oo if other > 0 else -sympy.oo, float(other))
        exact = Fraction(float(other)) if not isinstance(other, (int, np.integer)) else Fraction(int(other))
        return Symbol(sympy.Rational(exact.numerator, exact.denominator), float(other))

    def _with(self, other, operate):
        other = Symbol._of(other)
        return Symbol(operate(self.expression, other.expression), operate(self.value, other.value))

    def __add__(self, other):
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._with(other, lambda a, b: a - b)

    def __mul__(self, other):
        return self._with(other, lambda a, b: a * b)

    def __truediv__(self, other):
        return self._with(other, lambda a, b: a / b)

    def __rsub__(self, other):
        return Symbol._of(other) - self

    def __rtruediv__(self, other):
        return Symbol._of(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return Symbol(-self.expression, -self.value)

    def __pos__(self):
        return self

    def exp(self):
        return Symbol(sympy.exp(self.expression), np.exp(self.value))

    def log(self):
        return Symbol(sympy.log(self.expression), np.log(self.value))

    def log1p(self):
        return (self + 1).log()

    def tanh(self):
        return Symbol(sympy.tanh(self.expression), np.tanh(self.value))

    def __lt__(self, other):
        return self.value < Symbol._of(other).value

    def __le__(self, other):
        return self.value <= Symbol._of(other).value

    def __gt__(self, other):
        return self.value > Symbol._of(other).value

    def __ge__(self, other):
        return self.value >= Symbol._of(other).value

    def __eq__(self, other):
        return self.value == Symbol._of(other).value

    def __ne__(self, other):
        return self.value != Symbol._of(other).value

    __hash__ = None


def array(name, values):
    """Return an object array of fresh symbols with these values."""
    values = np.asarray(values, float)
    result = np.empty(values.shape, object)
    for index in np.ndindex(values.shape):
        label = "_".join([name, *map(str, index)])
        result[index] = Symbol(sympy.Symbol(label, real=True), values[index])
    return result


def expressions(values):
    """Return the expressions of an array of symbols and plain numbers, flat."""
    return [Symbol._of(value).expression for value in np.ravel(values)]


def is_zero(expression, rng, points=3, digits=50):
    """Return whether an expression is 0: by simplification, or to `digits` digits at random rational points."""
    if expression == 0 or sympy.expand(expression) == 0:
        return True
    free = sorted(expression.free_symbols, key=str)
    for _ in range(points):
        point = {symbol: sympy.Rational(int(rng.integers(-99, 100)), 37) for symbol in free}
        value = sympy.N(expression.subs(point), digits, maxn=4 * digits, chop=False)
        size = sum(abs(sympy.N(term.subs(point), 15)) for term in sympy.Add.make_args(expression))
        if not abs(value) <= size * sympy.Float(10) ** (5 - digits):
            return False
    return True
