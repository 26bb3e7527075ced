"""Activations: value, derivative from the output, and vector-Jacobian product.

Each works on any shape and on any number type whose elements NumPy's ufuncs can handle: float32,
float64, longdouble, complex numbers (for complex-step derivatives) and objects (for symbolic proofs),
whose elements carry ``exp``, ``expm1``, ``log``, ``log1p`` and ``tanh``, and decide comparisons with numbers.
With ``out=z`` the value overwrites its input, with ``out=grad_y`` the product overwrites the gradient.

Source: the study notes, section 3.1 (sigmoid, tanh, ReLU, leaky ReLU), section 3.2 (softmax). The others, which the
notes do not have, are named and defined as in Keras; their sources stand with them.
"""

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from npnet._checks import lookup, numeric, same_shape
from npnet.engine import normal, tuning
from npnet.engine.hyperparameters import Hyperparameters, Integer, Scalar
from npnet.typing import Array

__all__ = [
    "ELU",
    "GELU",
    "SELU",
    "Activation",
    "Elementwise",
    "GELUTanh",
    "Identity",
    "LeakyReLU",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "constant",
    "elu",
    "gelu",
    "gelu_tanh",
    "get",
    "identity",
    "leaky_relu",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
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

    def kept(self, z: Array, y: Array) -> Array:
        """Return what this activation `needs` for its derivative: its output, or its input."""
        return z if self.needs == "z" else y

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
    fits = isinstance(out, np.ndarray) and (out.shape, out.dtype) == (like.shape, like.dtype)
    if out is None or (fits and out.flags.writeable):
        return out
    if fits:
        raise ValueError("out: expected an array that can be written to, got one that is read-only")
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
        out = _place(out, y)
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
        # min(z, -z), not -abs(z): complex numbers and symbols pass through analytically
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
        out = np.empty_like(y) if out is None else out
        return np.greater(y, constant(0, y.dtype), out=out)


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
        out = np.empty_like(y) if out is None else out
        step = np.greater(y, constant(0, y.dtype), out=out)
        return np.add(step, self.alpha * (1 - step), out=out)


class ReLU6(Elementwise):
    r"""The rectifier that ends at 6, :math:`y = \min(\max(z, 0), 6)`; :math:`dy/dz = 1` for :math:`0 < z < 6`, else 0.

    At 0 and at 6 the derivative is 0, as TensorFlow has it.

    Source: Krizhevsky 2010, "Convolutional deep belief networks on CIFAR-10".

    Derivation: ``npnet derive relu6``.

    Examples
    --------
    >>> print(relu6([-2.0, 3.0, 8.0]), relu6.derivative([0.0, 3.0, 6.0]))
    [0. 3. 6.] [0. 1. 0.]
    """

    name = "relu6"
    max_curvature = 0.0
    kinks = (0.0, 6.0)

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``min(max(z, 0), 6)``."""
        return z.clip(constant(0, z.dtype), constant(6, z.dtype), out=out)

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return 1 where ``0 < y < 6``, else 0."""
        return np.multiply(y > 0, y < 6, out=_place(out, y))


class Softplus(Elementwise):
    r"""The softplus, :math:`y = \ln(1 + e^z)`, whose derivative is the sigmoid, :math:`dy/dz = 1 - e^{-y}`.

    Computed as :math:`\max(z, 0) + \ln(1 + e^{-|z|})`, which is the same number: the exponential cannot overflow, and
    where it is small, the logarithm keeps all of its digits.

    Source: Dugas et al. 2001, "Incorporating second-order functional knowledge for better option pricing".

    Derivation: ``npnet derive softplus``.

    Examples
    --------
    >>> print(softplus([-100.0, 0.0, 1000.0]))
    [3.72007598e-44 6.93147181e-01 1.00000000e+03]
    >>> print(softplus.derivative(softplus([-100.0, 0.0, 1000.0])))
    [3.72007598e-44 5.00000000e-01 1.00000000e+00]
    """

    name = "softplus"
    max_curvature = 0.25

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``max(z, 0) + log(1 + exp(-abs(z)))``."""
        rest = np.log1p(np.exp(np.minimum(z, -z)))
        return np.add(np.maximum(z, constant(0, z.dtype)), rest, out=out)

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return ``1 - exp(-y)``."""
        return np.negative(np.expm1(np.negative(y, out=out), out=out), out=out)


class ELU(Elementwise):
    r"""The exponential linear unit: :math:`y = z` for :math:`z > 0`, else :math:`\alpha(e^z - 1)`.

    :math:`dy/dz = 1` for :math:`z > 0`, else :math:`\alpha e^z`; at 0 it is :math:`\alpha`, as Keras has it. It is
    computed from ``z``: of the output, :math:`y + \alpha` would be no more than the rounding error of y where z is far
    below 0.

    Parameters
    ----------
    alpha : float
        Minus the limit for ``z`` far below 0, above 0. The default, 1, is Keras's, and the only one without a kink.

    Notes
    -----
    Source: Clevert et al. 2016, "Fast and accurate deep network learning by exponential linear units (ELUs)".

    Derivation: ``npnet derive elu``.

    Examples
    --------
    >>> print(elu([-100.0, -1e-20, 3.0]), elu.derivative([-100.0, -1e-20, 3.0]))
    [-1.e+00 -1.e-20  3.e+00] [3.72007598e-44 1.00000000e+00 1.00000000e+00]
    """

    name, needs = "elu", "z"

    alpha = Scalar(1.0, above=0)
    by_place = 1

    @property
    def max_curvature(self) -> float:  # type: ignore[override]
        """The largest curvature, that just left of 0."""
        return self.stored("alpha")

    @property
    def kinks(self) -> tuple[float, ...]:  # type: ignore[override]
        """At 0, unless the slopes 1 and alpha are the same."""
        return () if self.alpha == 1 else (0.0,)

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``z`` where it is over 0, else ``alpha * (exp(z) - 1)``."""
        # Right of 0 it is not used, and must not overflow
        less = np.expm1(np.minimum(z, -z))
        out = np.positive(z, out=_place(out, z))
        return np.multiply(self.alpha, less, out=out, where=~(out >= 0))

    def slope(self, z: Array, out: Array | None = None) -> Array:
        """Return 1 where ``z > 0``, else ``alpha * exp(z)``."""
        out = np.multiply(self.alpha, np.exp(np.minimum(z, -z)), out=_place(out, z))
        out[z > 0] = 1
        return out


class SELU(Elementwise):
    r"""A scaled exponential linear unit, :math:`y = \lambda z` for :math:`z > 0`, else :math:`\lambda\alpha(e^z - 1)`.

    :math:`\lambda` and :math:`\alpha` are those numbers for which a standard normal z gives a y of mean 0 and variance
    1. :math:`dy/dz = \lambda` for :math:`z > 0`, else :math:`\lambda\alpha e^z`; at 0 it is :math:`\lambda`, as
    TensorFlow has it. It is computed from ``z``, as that of `ELU`.

    Source: Klambauer et al. 2017, "Self-normalizing neural networks", equations 2 and 14.

    Derivation: ``npnet derive selu``.

    Examples
    --------
    >>> print(selu([-100.0, 0.0, 1.0]).round(4), selu.derivative([-1e-9, 0.0]).round(4))
    [-1.7581  0.      1.0507] [1.7581 1.0507]
    """

    name, needs = "selu", "z"
    alpha, scale = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
    max_curvature = scale * alpha
    kinks = (0.0,)

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``scale`` times ``z`` where it is over 0, else times ``alpha * (exp(z) - 1)``."""
        less = np.expm1(np.minimum(z, -z))
        # Far left of 0 it is not used, and must not overflow
        out = np.multiply(self.scale, np.maximum(z, constant(_FLAT, z.dtype)), out=_place(out, z))
        return np.multiply(self.scale * self.alpha, less, out=out, where=~(out >= 0))

    def slope(self, z: Array, out: Array | None = None) -> Array:
        """Return ``scale`` where ``z >= 0``, else ``scale * alpha * exp(z)``."""
        out = np.multiply(self.scale * self.alpha, np.exp(np.minimum(z, -z)), out=_place(out, z))
        out[z >= 0] = self.scale
        return out


class SiLU(Elementwise):
    r"""The sigmoid linear unit, or swish: :math:`y = z\,\sigma(z)`.

    :math:`dy/dz = \sigma(z) + z\,\sigma(z)(1 - \sigma(z))`. The value is computed as :math:`\max(z, 0) + m\,\sigma(m)`
    with :math:`m = -|z|`, which is the same number, as :math:`z\,\sigma(z) - (-z)\,\sigma(-z) = z`; the slope for
    :math:`z > 0` is 1 less that at -z. Where :math:`\sigma` is smaller than any number but its product with z is not,
    the product is kept. float32 numbers are computed in float64 and rounded once: the slope is 0 at -1.278, and near
    there it has no other digits.

    Source: Elfwing et al. 2018, "Sigmoid-weighted linear units for neural network function approximation in
    reinforcement learning"; Ramachandran et al. 2017, "Searching for activation functions" (swish).

    Derivation: ``npnet derive silu``.

    Examples
    --------
    >>> print(silu([-np.inf, -100.0, 0.0, 1000.0]))
    [ 0.00000000e+00 -3.72007598e-42  0.00000000e+00  1.00000000e+03]
    >>> print(silu.derivative([-100.0, 0.0, 1000.0]))
    [-3.68287522e-42  5.00000000e-01  1.00000000e+00]
    """

    name, needs = "silu", "z"
    max_curvature = 0.5

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``z / (1 + exp(-z))``."""
        m = _negative(z)
        e = np.exp(m / 2)
        return np.add(np.maximum(z, constant(0, z.dtype)), m * e / (1 + e * e) * e, out=_place(out, z))

    def slope(self, z: Array, out: Array | None = None) -> Array:
        """Return ``s * (1 + z * (1 - s))`` with ``s = 1 / (1 + exp(-z))``."""
        m = _negative(z)
        e = np.exp(m / 2)
        d = 1 + e * e
        return _reflected((1 + m / d) * e / d * e, z, out)


class GELU(Elementwise):
    r"""The Gaussian error linear unit, :math:`y = z\,\Phi(z)`, :math:`dy/dz = \Phi(z) + z\,\phi(z)`.

    :math:`\Phi(z) = \tfrac12(1 + \operatorname{erf}(z/\sqrt2))` is the distribution function of the normal distribution
    and :math:`\phi` its density, of `npnet.engine.normal`. Computed as :math:`\max(z, 0) + m\,\Phi(m)` with
    :math:`m = -|z|`, which is the same number, as :math:`z\,\Phi(z) - (-z)\,\Phi(-z) = z`: nothing cancels for z far
    below 0. float32 numbers are computed in float64 and rounded once.

    Source: Hendrycks and Gimpel 2016, "Gaussian error linear units (GELUs)".

    Derivation: ``npnet derive gelu``.

    Examples
    --------
    >>> print(gelu([-30.0, -1.0, 0.0, 1.0]))
    [-1.47201418e-196 -1.58655254e-001  0.00000000e+000  8.41344746e-001]
    >>> print(gelu.derivative([-1.0, 0.0, 1.0]))
    [-0.08331547  0.5         1.08331547]
    """

    name, needs = "gelu", "z"
    max_curvature = (2 / np.pi) ** 0.5

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``z * Phi(z)``."""
        m = _negative(z)
        return np.add(np.maximum(z, constant(0, z.dtype)), normal.cumulative(m, m), out=_place(out, z))

    def slope(self, z: Array, out: Array | None = None) -> Array:
        """Return ``Phi(z) + z * phi(z)``."""
        m = _negative(z)
        return _reflected(normal.cumulative(m) + normal.density(m, m), z, out)


class GELUTanh(Elementwise):
    r"""GELU by way of tanh: :math:`y = \tfrac12 z(1 + \tanh u)` with :math:`u = \sqrt{2/\pi}\,(z + 0.044715\,z^3)`.

    That is :math:`z\,\sigma(2u)`, as which it is computed, in the way of `SiLU`: nothing cancels for z far below 0.
    :math:`dy/dz = \sigma(2u) + z\,\sigma(2u)(1 - \sigma(2u))\,2u'`. It is Keras's ``gelu(z, approximate=True)``, and
    differs from `GELU` by up to 0.00048. float32 numbers are computed in float64 and rounded once; in float64, a
    rounding of the exponent makes a relative error of its own size, so that up to :math:`|2u|` units are lost.

    Source: Hendrycks and Gimpel 2016, "Gaussian error linear units (GELUs)".

    Derivation: ``npnet derive gelu-tanh``.

    Examples
    --------
    >>> print(gelu_tanh([-1.0, 0.0, 1.0]), gelu_tanh.derivative(0.0))
    [-0.15880801  0.          0.84119199] 0.5
    """

    name, needs = "gelu_tanh", "z"
    factor, cubic = 2 * (2 / np.pi) ** 0.5, 0.044715
    max_curvature = factor / 2

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``z / (1 + exp(-2 * u))`` with ``2 * u = factor * (z + cubic * z**3)``."""
        m = _negative(z)
        e = np.exp(self.factor * (m + self.cubic * m * m * m) / 2)
        return np.add(np.maximum(z, constant(0, z.dtype)), m * e / (1 + e * e) * e, out=_place(out, z))

    def slope(self, z: Array, out: Array | None = None) -> Array:
        """Return ``s * (1 + z * (1 - s) * factor * (1 + 3 * cubic * z**2))`` with ``s = 1 / (1 + exp(-2 * u))``."""
        m = _negative(z)
        e = np.exp(self.factor * (m + self.cubic * m * m * m) / 2)
        d = 1 + e * e
        return _reflected((1 + m / d * self.factor * (1 + self.cubic * m * m * 3)) * e / d * e, z, out)


def _place(out: Array | None, like: Array) -> Array:
    """Return `out`, or a new array of the same shape and dtype as `like` in its place."""
    return np.empty_like(like) if out is None else out


# The sigmoid and the normal distribution function are 0 there, in every type
_FLAT = -(2.0**15)


def _negative(z: Array) -> Array:
    """Return ``-abs(z)``, in float64 for types of fewer digits, and finite, so that 0 times it is 0.

    Complex numbers and symbols pass through analytically.
    """
    m = np.maximum(np.minimum(z, -z), constant(_FLAT, z.dtype))
    return m.astype(np.float64) if m.dtype in (np.float32, np.float16) else m


def _reflected(slope: Array, z: Array, out: Array | None) -> Array:
    """Return the slope at `z` from that at ``-abs(z)``, of a function with ``f(z) - f(-z) = z``."""
    return np.add(slope, (z > 0) * (1 - 2 * slope), out=_place(out, z))


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
            # The difference of two huge numbers is -inf, whose exponential is the 0 that it rounds to
            with np.errstate(over="ignore"):
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
relu6 = ReLU6()
softplus = Softplus()
elu = ELU()
selu = SELU()
silu = SiLU()
gelu = GELU()
gelu_tanh = GELUTanh()
softmax = Softmax()

_KNOWN: dict[str, Callable[[], Activation]] = {
    "identity": Identity,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "relu6": ReLU6,
    "softplus": Softplus,
    "elu": ELU,
    "selu": SELU,
    "silu": SiLU,
    "swish": SiLU,
    "gelu": GELU,
    "gelu_tanh": GELUTanh,
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
