"""Activations: value, derivative from the output, and vector-Jacobian product.

Each works on any shape and on any number type whose elements NumPy's ufuncs can handle: float32,
float64, longdouble, complex numbers (for complex-step derivatives) and objects (for symbolic proofs),
whose elements carry ``exp``, ``log``, ``log1p`` and ``tanh``, and decide comparisons with numbers.
With ``out=z`` the value overwrites its input, with ``out=grad_y`` the product overwrites the gradient.

Source: the study notes, section 3.1 (sigmoid, tanh, ReLU, leaky ReLU), section 3.2 (softmax).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from npnet.validation import Array, integer, lookup, number, numeric, same_shape


class Activation(ABC):
    """A function ``y = f(z)`` whose derivative can be had from its output ``y``.

    A subclass writes the formulas, `_value`, `_derivative` and `_backward`, which the network runs;
    the public methods check what comes in and call them.
    """

    name: str

    def __call__(self, z: Any, out: Array | None = None) -> Array:
        """Return ``f(z)``, of the shape and dtype of ``z``.

        Parameters
        ----------
        z : array_like
            Real or complex numbers; integers become float64.
        out : ndarray or None
            Where the result is written if given; it may be `z` itself.

        Raises
        ------
        ValueError
            If `z` holds anything but numbers, or `out` has another shape or dtype.
        """
        z = self._checked("z", z)
        return self._value(z, _checked_out(out, z))

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

        Raises
        ------
        ValueError
            If an argument holds anything but numbers, or the shapes differ.

        Examples
        --------
        >>> print(sigmoid.backward([1.0, 2.0], [0.5, 0.5]))
        [0.25 0.5 ]
        """
        grad_y, y = same_shape("grad_y", numeric("grad_y", grad_y), "y", self._checked("y", y))
        return self._backward(grad_y, y, _checked_out(out, grad_y), None)

    def _checked(self, name: str, value: Any) -> Array:
        return numeric(name, value)

    @abstractmethod
    def _value(self, z: Array, out: Array | None) -> Array: ...

    @abstractmethod
    def _backward(self, grad_y: Array, y: Array, out: Array | None, scratch: Array | None) -> Array:
        """Return the product in `out`; `scratch`, of the shape of ``y``, may be overwritten."""

    def __repr__(self) -> str:
        """Return the name."""
        return self.name


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
        """Return dy/dz from the output ``y``, of its shape and dtype.

        Raises
        ------
        ValueError
            If `y` holds anything but numbers.
        """
        y = self._checked("y", y)
        return _with_nan(self._derivative(y, None), y)

    def backward(self, grad_y: Any, y: Any, out: Array | None = None) -> Array:
        """Return ``grad_y * dy/dz``, the vector-Jacobian product; see `Activation.backward`.

        Raises
        ------
        ValueError
            If an argument holds anything but numbers, or the shapes differ.
        """
        return _with_nan(super().backward(grad_y, y, out), np.asarray(y))

    @abstractmethod
    def _derivative(self, y: Array, out: Array | None) -> Array:
        """Return dy/dz, in `out` if it is given; NaN may be taken for any number."""

    def _backward(self, grad_y: Array, y: Array, out: Array | None, scratch: Array | None) -> Array:
        return np.multiply(grad_y, self._derivative(y, scratch), out=out)


def _with_nan(result: Array, y: Array) -> Array:
    """Return `result`, with NaN where ``y`` is NaN."""
    if y.dtype.kind in "fc" and np.isnan(y).any():
        result = np.asarray(result)
        result[np.isnan(y)] = np.nan
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

    def _value(self, z: Array, out: Array | None) -> Array:
        return z if out is z else np.positive(z, out=out)

    def _derivative(self, y: Array, out: Array | None) -> Array:
        return np.ones_like(y)

    def _backward(self, grad_y: Array, y: Array, out: Array | None, scratch: Array | None) -> Array:
        return self._value(grad_y, out)


class Sigmoid(Elementwise):
    r"""The logistic function, :math:`y = 1/(1+e^{-z})`, :math:`dy/dz = y(1-y)`.

    Computed as :math:`\max(e^{-|z|}, [z \ge 0]) / (1 + e^{-|z|})`, which is the same number: the
    exponential cannot overflow, and results down to the smallest subnormal are kept.

    Source: the study notes, section 3.1 (1).

    Examples
    --------
    >>> print(sigmoid([-1e4, 0.0, 1e4]))
    [0.  0.5 1. ]
    >>> print(sigmoid.derivative(0.5))
    0.25
    """

    name = "sigmoid"
    max_curvature = 1 / (6 * 3**0.5)

    def _value(self, z: Array, out: Array | None) -> Array:
        # min(z, -z) rather than -abs(z): complex numbers and symbols pass through it analytically
        e = np.exp(np.minimum(z, -z))
        return np.divide(np.maximum(e, z >= 0), 1 + e, out=out)

    def _derivative(self, y: Array, out: Array | None) -> Array:
        return np.multiply(y, np.subtract(1, y, out=out), out=out)


class Tanh(Elementwise):
    r"""The hyperbolic tangent, :math:`y = \tanh z`, :math:`dy/dz = 1 - y^2`.

    The derivative is computed as :math:`(1-y)(1+y)`, which keeps its digits where :math:`y^2` would
    round to nearly 1.

    Source: the study notes, section 3.1 (2).

    Examples
    --------
    >>> print(tanh([-1e4, 0.0, 1e4]))
    [-1.  0.  1.]
    >>> print(tanh.derivative([-0.5, 1.0]))
    [0.75 0.  ]
    """

    name = "tanh"
    max_curvature = 4 / (3 * 3**0.5)

    def _value(self, z: Array, out: Array | None) -> Array:
        return np.tanh(z, out=out)

    def _derivative(self, y: Array, out: Array | None) -> Array:
        return np.multiply(np.subtract(1, y, out=out), 1 + y, out=out)


class ReLU(Elementwise):
    r"""The rectifier, :math:`y = \max(z, 0)`; :math:`dy/dz = 1` for :math:`z > 0`, else 0.

    At 0 the derivative is 0, as TensorFlow has it. (The notes' two forms give 1 and 1/2.)

    The maximum is taken as a clip between 0 and infinity, which NumPy computes three times as fast.

    Source: the study notes, section 3.1 (3).

    Examples
    --------
    >>> print(relu([-2.0, 0.0, 3.0]), relu.derivative([0.0, 0.0, 3.0]))
    [0. 0. 3.] [0. 0. 1.]
    """

    name = "relu"
    max_curvature = 0.0
    kinks = (0.0,)

    def _value(self, z: Array, out: Array | None) -> Array:
        return z.clip(0, np.inf, out=out)

    def _derivative(self, y: Array, out: Array | None) -> Array:
        return np.greater(y, 0, out=np.empty_like(y) if out is None else out)


class LeakyReLU(Elementwise):
    r"""The leaky rectifier: :math:`y = z` for :math:`z > 0`, else :math:`\alpha z`.

    For :math:`\alpha \le 1` this is the notes' :math:`\max(\alpha z, z)`, for larger
    :math:`\alpha` the minimum. :math:`dy/dz = 1` for :math:`z > 0`, else :math:`\alpha`; at 0 it is
    :math:`\alpha`, as TensorFlow has it.

    Parameters
    ----------
    alpha : float
        The slope for negative ``z``, above 0. The default, 0.2, is TensorFlow's.

    Raises
    ------
    ValueError
        If `alpha` is not a finite number above 0.

    Notes
    -----
    Source: the study notes, section 3.1 (4).

    Examples
    --------
    >>> print(LeakyReLU(0.5)([-2.0, 0.0, 3.0]), LeakyReLU(0.5).derivative([-1.0, 0.0, 3.0]))
    [-1.  0.  3.] [0.5 0.5 1. ]
    """

    name = "leaky_relu"
    max_curvature = 0.0
    kinks = (0.0,)

    def __init__(self, alpha: float = 0.2) -> None:
        self.alpha = number("alpha", alpha, above=0)
        self._pick = np.maximum if self.alpha <= 1 else np.minimum

    def _value(self, z: Array, out: Array | None) -> Array:
        return self._pick(z, self.alpha * z, out=out)

    def _derivative(self, y: Array, out: Array | None) -> Array:
        step = relu._derivative(y, out)
        return np.add(step, self.alpha * (1 - step), out=out)

    def __repr__(self) -> str:
        """Return the name with its slope."""
        return f"leaky_relu({self.alpha:g})"


class Softmax(Activation):
    r"""The softmax, :math:`y_i = e^{z_i} / \sum_j e^{z_j}` over one axis.

    The largest ``z`` is subtracted first, which changes no ``y`` and keeps the exponential from
    overflowing. Its Jacobian, :math:`\partial y_i / \partial z_j = y_i([i = j] - y_j)`, gives the
    product :math:`y \circ (g - \sum_j g_j y_j)`.

    Parameters
    ----------
    axis : int
        The axis of the classes; the last by default.

    Raises
    ------
    ValueError
        If `axis` is not a whole number, or an array has no such axis.

    Notes
    -----
    Source: the study notes, section 3.2 (2).

    Examples
    --------
    >>> print(softmax([0.0, 0.0]), softmax([1e4, -1e4]))
    [0.5 0.5] [1. 0.]
    >>> print(softmax.backward([1.0, 0.0], [0.5, 0.5]))
    [ 0.25 -0.25]
    """

    name = "softmax"

    def __init__(self, axis: int = -1) -> None:
        self.axis = integer("axis", axis, -32)

    def _checked(self, name: str, value: Any) -> Array:
        array = numeric(name, value)
        if not -array.ndim <= self.axis < array.ndim or array.shape[self.axis] == 0:
            raise ValueError(f"{name}: expected classes along axis {self.axis}, got shape {array.shape}")
        return array

    def _value(self, z: Array, out: Array | None) -> Array:
        out = np.subtract(z, np.maximum.reduce(z, axis=self.axis, keepdims=True), out=out)
        out = np.exp(out, out=out)
        out /= np.add.reduce(out, axis=self.axis, keepdims=True)
        return out

    def _backward(self, grad_y: Array, y: Array, out: Array | None, scratch: Array | None) -> Array:
        mean = np.add.reduce(np.multiply(grad_y, y, out=scratch), axis=self.axis, keepdims=True)
        return np.multiply(np.subtract(grad_y, mean, out=scratch), y, out=out)


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

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.

    Examples
    --------
    >>> get("relu")
    relu
    """
    return lookup(name, activation, Activation, _KNOWN)
