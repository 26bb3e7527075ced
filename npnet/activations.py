"""Activations: value, derivative from the output, and vector-Jacobian product.

Each works on any shape and on any number type whose elements NumPy's ufuncs can handle: float32,
float64, longdouble, complex numbers (for complex-step derivatives) and objects (for symbolic proofs),
whose elements carry ``exp``, ``log``, ``log1p`` and ``tanh``, and decide comparisons with numbers.
With ``out=z`` the value overwrites its input, with ``out=grad_y`` the product overwrites the gradient.

Source: the study notes, section 3.1 (sigmoid, tanh, ReLU, leaky ReLU), section 3.2 (softmax).
"""

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from npnet._checks import lookup, numeric, same_shape
from npnet.engine import tuning
from npnet.engine.hyperparameters import Hyperparameters, Integer, Scalar
from npnet.typing import Array

__all__ = [
    "Activation",
    "Elementwise",
    "Identity",
    "LeakyReLU",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "constant",
    "get",
    "identity",
    "leaky_relu",
    "relu",
    "sigmoid",
    "softmax",
    "sum_over",
    "tanh",
    "total",
]


def __dir__() -> list[str]:
    return __all__


class Activation(Hyperparameters, ABC):
    """A function ``y = f(z)`` whose derivative can be had from its output ``y``.

    A subclass writes the formulas, `value` and `pullback`, which the network runs on arrays of its own. Calling an
    activation and `backward` check their arguments and call the formulas.
    """

    name: str
    needs = "y"
    """The argument of `pullback` beside the gradient: ``"y"``, the output, or ``"z"``, the input."""

    def __call__(self, z: Any, out: Array | None = None) -> Array:
        """Return ``f(z)``, of the shape and dtype of ``z``.

        Parameters
        ----------
        z : array_like
            Real or complex numbers; integers become float64.
        out : ndarray or None
            Where the result is written if given; it may be `z` itself.
        """
        z = self._checked("z", z)
        out = _checked_out(out, z)
        with np.errstate(under="ignore"):
            return self.value(z, out)

    def backward(self, grad_y: Any, y: Any, out: Array | None = None) -> Array:
        """Return the vector-Jacobian product: the gradient with respect to ``z``.

        Parameters
        ----------
        grad_y : array_like
            The gradient with respect to the output.
        y : array_like
            The output, of the same shape.
        out : ndarray or None
            Where the result is written if given; it may be `grad_y` itself.

        Examples
        --------
        >>> print(sigmoid.backward([1.0, 2.0], [0.5, 0.5]))
        [0.25 0.5 ]
        """
        grad_y, y = same_shape("grad_y", numeric("grad_y", grad_y), "y", self._checked("y", y))
        out = _checked_out(out, grad_y)
        with np.errstate(under="ignore"):
            return self.pullback(grad_y, y, out)

    def _checked(self, name: str, value: Any) -> Array:
        return numeric(name, value)

    @abstractmethod
    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``y = f(z)``, in `out` if it is given, which may be `z`."""

    @abstractmethod
    def pullback(self, grad_y: Array, y: Array, out: Array | None = None, scratch: Array | None = None) -> Array:
        """Return the gradient by ``z`` from that by ``y``, in `out` if it is given, which may be `grad_y`.

        An activation that `needs` ``"z"`` is given `z` in place of `y`. `scratch`, of its shape, may be overwritten.
        """

    def along(self, axis: int) -> "Activation":
        """Return this activation with its units along another axis, which matters to a softmax only."""
        return self

    def __eq__(self, other: object) -> bool:
        # Undeclared attributes count too: an activation has no other state than what it computes with
        if type(self) is not type(other):
            return NotImplemented
        mine, theirs = vars(self), vars(other)
        return mine.keys() == theirs.keys() and all(np.array_equal(mine[name], theirs[name]) for name in mine)

    def __hash__(self) -> int:  # type: ignore[override]
        return hash((type(self), *self.hyperparameters().values()))

    def __repr__(self) -> str:
        """Return the name, or the expression that makes this activation if it has hyperparameters."""
        return super().__repr__() if self.table else self.name


def _checked_out(out: Array | None, like: Array) -> Array | None:
    if out is None or (isinstance(out, np.ndarray) and (out.shape, out.dtype) == (like.shape, like.dtype)):
        return out
    kind = f"{getattr(out, 'dtype', type(out).__name__)} {np.shape(out)}"
    raise ValueError(f"out: expected an array of dtype {like.dtype} and shape {like.shape}, got {kind}")


class Elementwise(Activation):
    """An activation that maps each element by itself, so that its Jacobian is diagonal."""

    max_curvature: float
    """The largest :math:`|f''(z)|`, away from the kinks; bounds on rounding errors read it."""
    kinks: tuple[float, ...] = ()
    """Each z at which the slope jumps."""

    def derivative(self, y: Any) -> Array:
        """Return dy/dz from the output ``y``, of its shape and dtype."""
        y = self._checked("y", y)
        with np.errstate(under="ignore"):
            return _with_nan(self.slope(y), _nans(y))

    def backward(self, grad_y: Any, y: Any, out: Array | None = None) -> Array:
        """Return ``grad_y * dy/dz``, the vector-Jacobian product; see `Activation.backward`."""
        y = self._checked("y", y)
        # Before `out`, which may be `y`, is written to
        nans = _nans(y)
        return _with_nan(super().backward(grad_y, y, out), nans)

    @abstractmethod
    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return dy/dz from the output (or from ``z``, see `needs`), in `out` if it is given.

        NaN may be taken for any number.
        """

    def pullback(self, grad_y: Array, y: Array, out: Array | None = None, scratch: Array | None = None) -> Array:
        """Return ``grad_y * dy/dz``; see `Activation.pullback`."""
        return np.multiply(grad_y, self.slope(y, scratch), out=out)


def _nans(y: Array) -> Array | None:
    """Return where ``y`` is NaN, None if it has no NaN or is of a type that has none."""
    if y.dtype.kind not in "fc":
        return None
    nans = np.isnan(y)
    return nans if nans.any() else None


def _with_nan(result: Array, nans: Array | None) -> Array:
    """Return `result`, with NaN at these places."""
    if nans is None:
        return result
    result = np.asarray(result)
    result[nans] = np.nan
    return result


class Identity(Elementwise):
    r"""The identity, :math:`y = z`, :math:`dy/dz = 1`: the output layer of a regression.

    Examples
    --------
    >>> print(identity([-1.0, 2.0]), identity.derivative([-1.0, 2.0]))
    [-1.  2.] [1. 1.]
    """

    name = "identity"
    max_curvature = 0.0

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``z``."""
        return z if out is z else np.positive(z, out=out)

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return 1."""
        out = np.empty_like(y) if out is None else out
        out.fill(1)
        return out

    def pullback(self, grad_y: Array, y: Array, out: Array | None = None, scratch: Array | None = None) -> Array:
        """Return `grad_y`."""
        return self.value(grad_y, out)


class Sigmoid(Elementwise):
    r"""The logistic function, :math:`y = 1/(1+e^{-z})`, :math:`dy/dz = y(1-y)`.

    Computed as :math:`\max(e^{-|z|}, [z \ge 0]) / (1 + e^{-|z|})`, which is the same number: the
    exponential cannot overflow, and results down to the smallest subnormal are kept.

    Source: the study notes, section 3.1 (1).

    Derivation: ``npnet derive sigmoid``.

    Examples
    --------
    >>> print(sigmoid([-1e4, 0.0, 1e4]))
    [0.  0.5 1. ]
    >>> print(sigmoid.derivative(0.5))
    0.25
    """

    name = "sigmoid"
    max_curvature = 1 / (6 * 3**0.5)

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``1 / (1 + exp(-z))``."""
        # min(z, -z) rather than -abs(z): complex numbers and symbols pass through it analytically
        e = np.exp(np.minimum(z, -z))
        return np.divide(np.maximum(e, z >= 0), 1 + e, out=out)

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return ``y * (1 - y)``."""
        return np.multiply(y, np.subtract(1, y, out=out), out=out)


class Tanh(Elementwise):
    r"""The hyperbolic tangent, :math:`y = \tanh z`, :math:`dy/dz = 1 - y^2`.

    The derivative is computed as :math:`(1-y)(1+y)`, which keeps its digits where :math:`y^2` would
    round to nearly 1.

    Source: the study notes, section 3.1 (2).

    Derivation: ``npnet derive tanh``, ``npnet derive tanh-directly``.

    Examples
    --------
    >>> print(tanh([-1e4, 0.0, 1e4]))
    [-1.  0.  1.]
    >>> print(tanh.derivative([-0.5, 1.0]))
    [0.75 0.  ]
    """

    name = "tanh"
    max_curvature = 4 / (3 * 3**0.5)

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``tanh(z)``."""
        return np.tanh(z, out=out)

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return ``(1 - y) * (1 + y)``."""
        return np.multiply(np.subtract(1, y, out=out), 1 + y, out=out)


class ReLU(Elementwise):
    r"""The rectifier, :math:`y = \max(z, 0)`; :math:`dy/dz = 1` for :math:`z > 0`, else 0.

    At 0 the derivative is 0, as TensorFlow has it. (The notes' two forms give 1 and 1/2.)

    The maximum is taken as a clip between 0 and infinity, which NumPy computes three times as fast.

    Source: the study notes, section 3.1 (3).

    Derivation: ``npnet derive relu``, ``npnet derive relu-at-zero``.

    Examples
    --------
    >>> print(relu([-2.0, 0.0, 3.0]), relu.derivative([0.0, 0.0, 3.0]))
    [0. 0. 3.] [0. 0. 1.]
    """

    name = "relu"
    max_curvature = 0.0
    kinks = (0.0,)

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``max(z, 0)``."""
        return z.clip(constant(0, z.dtype), constant(np.inf, z.dtype), out=out)

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return 1 where ``y > 0``, else 0."""
        return np.greater(y, constant(0, y.dtype), out=np.empty_like(y) if out is None else out)


class LeakyReLU(Elementwise):
    r"""The leaky rectifier: :math:`y = z` for :math:`z > 0`, else :math:`\alpha z`.

    For :math:`\alpha \le 1` this is the notes' :math:`\max(\alpha z, z)`, for larger
    :math:`\alpha` the minimum. :math:`dy/dz = 1` for :math:`z > 0`, else :math:`\alpha`; at 0 it is
    :math:`\alpha`, as TensorFlow has it.

    Parameters
    ----------
    alpha : float
        The slope for negative ``z``, above 0. The default, 0.2, is TensorFlow's.

    Notes
    -----
    Source: the study notes, section 3.1 (4).

    Derivation: ``npnet derive leaky-relu``, ``npnet derive leaky-relu-at-zero``.

    Examples
    --------
    >>> print(LeakyReLU(0.5)([-2.0, 0.0, 3.0]), LeakyReLU(0.5).derivative([-1.0, 0.0, 3.0]))
    [-1.  0.  3.] [0.5 0.5 1. ]
    """

    name = "leaky_relu"
    max_curvature = 0.0
    kinks = (0.0,)

    alpha = Scalar(0.2, above=0)
    by_place = 1

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``z`` where it is over 0, else ``alpha * z``."""
        larger_or_smaller = np.maximum if self.alpha <= 1 else np.minimum
        return larger_or_smaller(z, self.alpha * z, out=out)

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return 1 where ``y > 0``, else ``alpha``."""
        step = np.greater(y, constant(0, y.dtype), out=np.empty_like(y) if out is None else out)
        return np.add(step, self.alpha * (1 - step), out=out)


class Softmax(Activation):
    r"""The softmax, :math:`y_i = e^{z_i} / \sum_j e^{z_j}` over one axis.

    The largest ``z`` is subtracted first, which changes no ``y`` and keeps the exponential from
    overflowing. Its Jacobian, :math:`\partial y_i / \partial z_j = y_i([i = j] - y_j)`, gives the
    product :math:`y \circ (g - \sum_j g_j y_j)`.

    Parameters
    ----------
    axis : int
        The axis of the classes; the last by default.

    Notes
    -----
    Source: the study notes, section 3.2 (2).

    Derivation: ``npnet derive softmax``, ``npnet derive softmax-product``.

    Examples
    --------
    >>> print(softmax([0.0, 0.0]), softmax([1e4, -1e4]))
    [0.5 0.5] [1. 0.]
    >>> print(softmax.backward([1.0, 0.0], [0.5, 0.5]))
    [ 0.25 -0.25]
    """

    name = "softmax"

    axis = Integer(-1, low=-32)

    def __call__(self, z: Any, out: Array | None = None) -> Array:
        """Return ``f(z)``, of the shape and dtype of ``z``; see `Activation.__call__`."""
        z = self._checked("z", z)
        if z.size:
            return super().__call__(z, out)
        # No numbers have no largest one
        return np.positive(z, out=_checked_out(out, z))

    def along(self, axis: int) -> "Softmax":
        """Return a softmax over another axis."""
        chosen = copy.copy(self)
        chosen.store("axis", axis)
        return chosen

    def _checked(self, name: str, value: Any) -> Array:
        array = numeric(name, value)
        if not -array.ndim <= self.axis < array.ndim:
            raise ValueError(f"{name}: expected classes along axis {self.axis}, got shape {array.shape}")
        return array

    def __repr__(self) -> str:
        """Return the name, or the expression for another axis than the last."""
        return self.name if self.axis == -1 else super().__repr__()

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``exp(z) / sum(exp(z))``."""
        out = np.subtract(z, np.maximum.reduce(z, self.axis, keepdims=True), out=out)
        out = np.exp(out, out=out)
        out /= sum_over(out, self.axis)
        return out

    def pullback(self, grad_y: Array, y: Array, out: Array | None = None, scratch: Array | None = None) -> Array:
        """Return ``y * (grad_y - sum(grad_y * y))``."""
        mean = sum_over(np.multiply(grad_y, y, out=scratch), self.axis)
        return np.multiply(np.subtract(grad_y, mean, out=scratch), y, out=out)


def sum_over(a: Array, axis: int) -> Array:
    """Return the sum along an axis, as that of the units, in a shape that broadcasts with `a`.

    The columns of a matrix of floats are summed by a product with ones, which takes half the time of a reduction; those
    of a small one by a product with a square of ones, which leaves the sum in each row: nothing is broadcast then.
    """
    ones = _ones(a.shape, axis, a.dtype)
    return np.add.reduce(a, axis=axis, keepdims=True) if ones is None else ones.dot(a)


def total(a: Array, axis: tuple[int, ...] | int | None) -> Any:
    """Return the sum along axes, in the dtype of `a`; many float32 numbers are summed in float64.

    A sum of rows, as that of an ensemble's members, adds one number after another: in float32, a digit is lost whenever
    ten times as many are added.
    """
    terms = a.size if a.ndim < 3 else a.shape[0] * a.shape[1]
    if terms > tuning.IN_SINGLE and a.dtype == np.float32:
        return np.add.reduce(a, axis=axis, dtype=np.float64).astype(np.float32)
    return np.add.reduce(a, axis=axis)


@lru_cache(64)
def _ones(shape: tuple[int, ...], axis: int, dtype: np.dtype[Any]) -> Array | None:
    """Return the ones that a sum is a product with; None where it is none."""
    if axis != 0 or len(shape) != 2 or dtype.kind != "f":
        return None
    small = shape[0] * shape[1] <= tuning.REPEATED and shape[0] <= tuning.REPEATED_ROWS
    return np.ones((shape[0], shape[0]) if small else shape[0], dtype)


@lru_cache(64, typed=True)
def constant(value: float, dtype: np.dtype[Any]) -> Array:
    """Return a number as an array of a dtype, which ufuncs take faster than a Python number."""
    array = np.asarray(value, dtype)
    array.setflags(write=False)
    return array


identity = Identity()
sigmoid = Sigmoid()
tanh = Tanh()
relu = ReLU()
leaky_relu = LeakyReLU()
softmax = Softmax()

_KNOWN: dict[str, Callable[[], Activation]] = {
    "identity": Identity,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "softmax": Softmax,
}


def get(activation: str | Activation, name: str = "activation") -> Activation:
    """Return the activation of that name, or the one given; `name` is the argument that an error names.

    Examples
    --------
    >>> get("relu")
    relu
    """
    return lookup(name, activation, Activation, _KNOWN)
