"""Functions with their gradients, of the kinds on which gradient checkers go wrong.

Each function takes real or complex arrays, so that a complex step can run it; each gradient is written so that it keeps
its digits where the function's values do not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Function = Callable[[Any], Any]


@dataclass(frozen=True)
class Case:
    """A function, its gradient and a point."""

    kind: str
    name: str
    f: Function
    gradient: Function
    x: Any
    single: bool = False
    """Whether it is computed in float32."""

    @property
    def point(self) -> Any:
        """The point, of float64, or of float32 for a function in float32."""
        return np.asarray(self.x, np.float32 if self.single else np.float64)

    @property
    def right(self) -> Any:
        """The right gradient, of float64."""
        return np.asarray(self.gradient(self.point.astype(np.float64)), np.float64)

    def wrong(self) -> dict[str, Any]:
        """Return wrong gradients: where all elements are 0, an error is added instead."""
        right = self.right
        flat = right.ravel()
        if not flat.any():
            return {"0.02 for 0": _changed(right, 0, 0.02), "-0.1 for 0": _changed(right, -1, -0.1)}
        size = np.where(flat == 0, np.nan, abs(flat))
        largest, smallest = int(np.nanargmax(size)), int(np.nanargmin(size))
        return {
            "2 % in the largest": _changed(right, largest, 0.02 * flat[largest]),
            "10 % in the smallest": _changed(right, smallest, 0.1 * flat[smallest]),
            "twice": 2 * right,
            "the other sign": -right,
        }


def _changed(gradient: Any, place: int, by: float) -> Any:
    changed = gradient.copy()
    changed.flat[place] += by
    return changed


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + exp(-x)), whose small values keep their digits."""
    e = np.exp(np.where(x.real > 0, -x, x))
    return np.where(x.real > 0, 1, e) / (1 + e)


def softmax(x: Any) -> Any:
    """Return the softmax of a vector."""
    e = np.exp(x - x[np.argmax(x.real)])
    return e / e.sum()


def relu(x: Any) -> Any:
    """Return max(x, 0), with the branch on the real part."""
    return np.where(x.real > 0, x, 0)


def modulus(x: Any) -> Any:
    """Return |x|, with the branch on the real part."""
    return np.where(x.real > 0, x, -x)


def largest(x: Any) -> Any:
    """Return the largest element, with the branch on the real part."""
    return x[np.argmax(x.real)]


def one_hot(place: int, size: int) -> Any:
    """Return a unit vector."""
    return np.eye(size)[place]


A = np.array([[2.0, -0.5, 0.3], [0.7, 1.5, -0.2], [0.1, 0.4, 3.0]])
X3 = [0.5, -1.2, 2.0]


def cross_entropy(x: Any) -> Any:
    """Return the cross-entropy of a softmax with the label 0."""
    top = x[np.argmax(x.real)]
    return np.log(np.exp(x - top).sum()) + top - x[0]


def cross_entropy_gradient(x: Any) -> Any:
    """Return the softmax less the label 0, the difference as the sum of the others."""
    p = softmax(x)
    return np.concatenate([[-p[1:].sum()], p[1:]])


def rosenbrock(x: Any) -> Any:
    """Return Rosenbrock's function of two variables."""
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def rosenbrock_gradient(x: Any) -> Any:
    """Return its gradient."""
    return np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)])


SMOOTH = [
    Case("smooth", "sum of cubes", lambda x: (x**3).sum(), lambda x: 3 * x**2, X3),
    Case(
        "smooth",
        "exp times sin",
        lambda x: (np.exp(x) * np.sin(x)).sum(),
        lambda x: np.exp(x) * (np.sin(x) + np.cos(x)),
        X3,
    ),
    Case("smooth", "log of a sum of exp", lambda x: np.log(np.exp(x).sum()), lambda x: np.exp(x) / np.exp(x).sum(), X3),
    Case("smooth", "quadratic form", lambda x: x @ (A @ x), lambda x: (A + A.T) @ x, X3),
    Case("smooth", "product", lambda x: np.prod(x), lambda x: np.prod(x) / x, X3),
    Case("smooth", "Cauchy", lambda x: (1 / (1 + x**2)).sum(), lambda x: -2 * x / (1 + x**2) ** 2, X3),
    Case(
        "smooth",
        "determinant",
        lambda x: np.linalg.det(A + x * np.eye(3)),
        lambda x: np.linalg.det(A + x * np.eye(3)) * np.diag(np.linalg.inv(A + x * np.eye(3))),
        X3,
    ),
    Case(
        "smooth",
        "constant in one element",
        lambda x: x[0] ** 2 + 0 * x[1],
        lambda x: np.array([2 * x[0], 0]),
        [0.7, 3.0],
    ),
]

SCALES = [
    Case("scale of x", "square at 1e-8", lambda x: (x**2).sum(), lambda x: 2 * x, [1e-8, -3e-8]),
    Case("scale of x", "square at 1e8", lambda x: (x**2).sum(), lambda x: 2 * x, [1e8, -3e7]),
    Case("scale of x", "log at 1e-8", lambda x: np.log(x).sum(), lambda x: 1 / x, [1e-8, 4e-8]),
    Case("scale of x", "log at 1e-3", lambda x: np.log(x).sum(), lambda x: 1 / x, [1e-3]),
    Case("scale of x", "log at 1e8", lambda x: np.log(x).sum(), lambda x: 1 / x, [1e8, 5e8]),
    Case("scale of x", "sum at 1e8", lambda x: x.sum(), np.ones_like, [1e8, 2e8]),
    Case("scale of x", "root at 1e-12", lambda x: np.sqrt(x).sum(), lambda x: 0.5 / np.sqrt(x), [1e-12, 2e-12]),
    Case("scale of x", "sizes 1e-4 to 1e4", lambda x: (x**3).sum(), lambda x: 3 * x**2, [1e-4, 1.0, 1e4]),
    Case("scale of x", "slopes of 1e-6", lambda x: 1e-6 * x.sum(), lambda x: np.full_like(x, 1e-6), [1.0, 2.0]),
    Case(
        "scale of x",
        "sine of 1e8 numbers' size",
        lambda x: np.sin(x / 1e8).sum(),
        lambda x: np.cos(x / 1e8) / 1e8,
        [1e8, 3e7],
    ),
]

OFFSETS = [
    Case(
        "offset",
        "1e6 and a sine of 1000 x",
        lambda x: 1e6 + np.sin(1000 * x).sum(),
        lambda x: 1000 * np.cos(1000 * x),
        [1040.0],
    ),
    Case("offset", "1e9 and exp", lambda x: 1e9 + np.exp(x).sum(), np.exp, [0.3, 1.7]),
    Case("offset", "1e11 and a square", lambda x: (x**2).sum() + 1e11, lambda x: 2 * x, [-2.0]),
    Case("offset", "-1e12 and a square", lambda x: (x**2).sum() - 1e12, lambda x: 2 * x, [5.0]),
    Case("offset", "1e4 and cubes", lambda x: 1e4 + (x**3).sum(), lambda x: 3 * x**2, X3),
]

APART = [
    Case(
        "slopes apart",
        "1e9 to 1, a sine",
        lambda x: 1e6 * x[0] + np.sin(1000 * x[1]) / 1000,
        lambda x: np.array([1e6, np.cos(1000 * x[1])]),
        [1.0, 0.0],
    ),
    Case("slopes apart", "1e6 to 1, linear", lambda x: 1e6 * x[0] + x[1], lambda x: np.array([1e6, 1]), [1.3, -0.8]),
    Case(
        "slopes apart",
        "1e9 to 1, powers",
        lambda x: 1e9 * x[0] ** 2 + x[1] ** 3,
        lambda x: np.array([2e9 * x[0], 3 * x[1] ** 2]),
        [0.7, 1.1],
    ),
    Case(
        "slopes apart",
        "1e8 to 1e-8",
        lambda x: 1e8 * x[0] ** 2 + 1e-8 * x[1] ** 2,
        lambda x: np.array([2e8 * x[0], 2e-8 * x[1]]),
        [0.7, 1.1],
    ),
    Case("slopes apart", "tanh at 12 and at 1", lambda x: np.tanh(x).sum(), lambda x: 1 / np.cosh(x) ** 2, [12.0, 1.0]),
    Case(
        "slopes apart",
        "softmax at 40, 0, 1",
        lambda x: cross_entropy(x[::-1]),
        lambda x: cross_entropy_gradient(x[::-1])[::-1],
        [1.0, 0.0, 40.0],
    ),
]

OPTIMA = [
    Case("optimum", "square at 0", lambda x: (x**2).sum(), lambda x: 2 * x, [0.0, 0.0]),
    Case("optimum", "square at 1", lambda x: ((x - 1) ** 2).sum(), lambda x: 2 * (x - 1), [1.0, 1.0]),
    Case("optimum", "Rosenbrock", rosenbrock, rosenbrock_gradient, [1.0, 1.0]),
    Case("optimum", "5 and cosh", lambda x: 5 + np.cosh(x).sum(), np.sinh, [0.0]),
]

SATURATED = [
    Case("saturated", "tanh at 20", lambda x: np.tanh(x).sum(), lambda x: 1 / np.cosh(x) ** 2, [20.0]),
    Case("saturated", "sigmoid at 30", lambda x: sigmoid(x).sum(), lambda x: sigmoid(x) * sigmoid(-x), [30.0]),
    Case("saturated", "softplus at -30", lambda x: np.log1p(np.exp(x)).sum(), sigmoid, [-30.0]),
    Case(
        "saturated",
        "cross-entropy of a logit of 30",
        lambda x: (np.log1p(np.exp(-x)) + x - x).sum(),
        lambda x: -sigmoid(-x),
        [30.0],
    ),
    Case(
        "saturated",
        "cross-entropy of a logit of 8",
        lambda x: (np.log1p(np.exp(-x)) + x - x).sum(),
        lambda x: -sigmoid(-x),
        [8.0],
    ),
    Case("saturated", "softmax of a right answer", cross_entropy, cross_entropy_gradient, [20.0, -3.0, 1.0]),
]

FREQUENCIES = [
    Case(
        "high frequency", "sine of 100 x", lambda x: np.sin(100 * x).sum(), lambda x: 100 * np.cos(100 * x), [0.3, 1.1]
    ),
    Case(
        "high frequency",
        "sine of 1000 x",
        lambda x: np.sin(1000 * x).sum(),
        lambda x: 1000 * np.cos(1000 * x),
        [0.3, 1.1],
    ),
    Case("high frequency", "sine of 1e6 x", lambda x: np.sin(1e6 * x).sum(), lambda x: 1e6 * np.cos(1e6 * x), [0.3]),
    Case(
        "high frequency",
        "square and a small sine",
        lambda x: (x**2 + 1e-3 * np.sin(1000 * x)).sum(),
        lambda x: 2 * x + np.cos(1000 * x),
        [0.7, 1.9],
    ),
    Case(
        "high frequency",
        "sine of 64 pi x at 0",
        lambda x: np.sin(64 * np.pi * x).sum(),
        lambda x: 64 * np.pi * np.cos(64 * np.pi * x),
        [0.0],
    ),
]


def single(f: Function) -> Function:
    """Return a function that is computed in float32."""

    def narrow(x: Any) -> Any:
        x = np.asarray(x)
        return f(x.astype(np.complex64 if x.dtype.kind == "c" else np.float32))

    return narrow


def _singles(cases: list[tuple[str, Function, Function, Any]]) -> list[Case]:
    return [Case("float32", name, single(f), gradient, x, single=True) for name, f, gradient, x in cases]


FLOATS = _singles(
    [
        ("cubes", lambda x: (x**3).sum(), lambda x: 3 * x**2, X3),
        ("exp", lambda x: np.exp(x).sum(), np.exp, X3),
        ("log of a sum of exp", lambda x: np.log(np.exp(x).sum()), lambda x: np.exp(x) / np.exp(x).sum(), X3),
        ("square at 1e4", lambda x: (x**2).sum(), lambda x: 2 * x, [1e4, -2e4]),
        ("offset of 100", lambda x: 100 + np.sin(x).sum(), np.cos, [0.3, 1.1]),
        ("slopes of 1/8192", lambda x: x.sum() / 8192, lambda x: np.full_like(x, 1 / 8192), [1.0, 2.0]),
    ]
)  # fmt: skip

ON_CORNERS = [
    Case("on a corner", "ReLU at 0", lambda x: relu(x).sum(), lambda x: 1.0 * (x > 0), [0.0, 1.0]),
    Case("on a corner", "absolute value at 0", lambda x: modulus(x).sum(), np.sign, [0.0, -2.0]),
    Case("on a corner", "maximum of equals", largest, lambda x: np.array([0.5, 0.5, 0]), [1.0, 1.0, 0.5]),
]

NEAR_CORNERS = [
    Case("near a corner", "ReLU at 1e-7", lambda x: relu(x).sum(), lambda x: 1.0 * (x > 0), [1e-7, 1.0]),
    Case(
        "near a corner", "ReLU of x - 1 at 1 + 1e-7", lambda x: relu(x - 1).sum(), lambda x: 1.0 * (x > 1), [1 + 1e-7]
    ),
    Case("near a corner", "absolute value at 1e-7", lambda x: modulus(x).sum(), np.sign, [1e-7, -2.0]),
    Case("near a corner", "maximum, 1e-7 apart", largest, lambda x: one_hot(0, 3), [1 + 1e-7, 1.0, 0.5]),
    Case("near a corner", "ReLU at 1e-4", lambda x: relu(x).sum(), lambda x: 1.0 * (x > 0), [1e-4, 1.0]),
    Case(
        "near a corner",
        "1 - 1e-4 under a ceiling",
        lambda x: (x - relu(x - 1)).sum(),
        lambda x: 1.0 * (x < 1),
        [1 - 1e-4],
    ),
]


def noise(x: Any) -> Any:
    """Return a number between -1 and 1 for each point, which is another for the least change of it."""
    bits = np.ascontiguousarray(np.asarray(x).real, np.float64).view(np.uint64)
    mixed = (bits * np.uint64(0x9E3779B97F4A7C15)) ^ (bits >> np.uint64(7))
    mixed = (mixed * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(11)
    return float(mixed.sum() % np.uint64(2**40)) / 2**39 - 1


NOISES = [
    Case(
        "noise",
        "1e-10 on tanh",
        lambda x: np.tanh(x).sum() + 1e-10 * noise(x),
        lambda x: 1 / np.cosh(x) ** 2,
        [0.2, -0.9],
    ),
    Case("noise", "1e-10 on exp", lambda x: np.exp(x).sum() + 1e-10 * noise(x), np.exp, X3),
    Case("noise", "1e-13 on cubes", lambda x: (x**3).sum() + 1e-13 * noise(x), lambda x: 3 * x**2, X3),
    Case("noise", "values rounded to 9 digits", lambda x: np.round(np.exp(x).sum(), 9), np.exp, [0.3, 1.7]),
]

ROUNDED = [
    Case("rounded inside", "-log(1 - p), logits 30, 1", lambda x: -np.log(1 - sigmoid(x)).sum(), sigmoid, [30.0, 1.0]),
    Case("rounded inside", "log(1 + exp) at -20", lambda x: np.log(1 + np.exp(x)).sum(), sigmoid, [-20.0]),
    Case(
        "rounded inside",
        "a part in float32",
        lambda x: (np.tanh(x.astype(np.float32)) ** 2).sum().astype(np.float64) + 0.01 * x @ x,
        lambda x: 2 * np.tanh(x) / np.cosh(x) ** 2 + 0.02 * x,
        [0.7, -0.4],
    ),
]

WHOLE = [
    Case("whole numbers", "cubes", lambda x: (x**3).sum(), lambda x: 3 * x**2, [1, -2, 3]),
    Case(
        "whole numbers",
        "product with a vector",
        lambda x: x @ np.array([1, -2, 4]),
        lambda x: np.array([1, -2, 4]),
        [3, 1, 2],
    ),
    Case("whole numbers", "exp", lambda x: np.exp(x).sum(), np.exp, [0, 1, -3]),
]

LOST = [
    Case("imaginary part lost", "x |x|", lambda x: (x * abs(x)).sum(), lambda x: 2 * abs(x), [0.5, -1.2]),
    Case("imaginary part lost", "half of vdot", lambda x: 0.5 * np.vdot(x, x), lambda x: x, [0.5, -1.2]),
    Case(
        "imaginary part lost",
        "x over its norm",
        lambda x: (x / np.linalg.norm(x)).sum(),
        lambda x: 1 / np.linalg.norm(x) - x.sum() * x / np.linalg.norm(x) ** 3,
        [0.5, -1.2],
    ),
]
