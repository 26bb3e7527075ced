"""Initializers: the initial values of weights and biases, from an explicit random generator.

Each is called as ``initializer(shape, rng)`` with ``shape = (features_in, features_out)`` for
weights and ``(features_out,)`` for biases, and returns float64.

Those of He, Glorot and LeCun have the standard deviations of Keras's. The normal ones are not truncated here, as the
notes and the papers have it; Keras's are, at two standard deviations of a distribution whose own is larger by 1/0.8796,
so that the truncated numbers have the right one.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np

from npnet._checks import integer, lookup, numeric
from npnet.engine.hyperparameters import Hyperparameters, Scalar
from npnet.typing import Array

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Normal",
    "Orthogonal",
    "TruncatedNormal",
    "get",
]


def __dir__() -> list[str]:
    return __all__


class Initializer(Hyperparameters, ABC):
    """A rule for the initial values of an array."""

    def __call__(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return a new float64 array.

        Parameters
        ----------
        shape : tuple of int
            The shape, all of it at least 1; its first number counts the inputs.
        rng : numpy.random.Generator
            The source of random numbers.
        """
        if not isinstance(shape, tuple) or not shape:
            raise ValueError(f"shape: expected a tuple of whole numbers, got {shape!r}")
        if not isinstance(rng, np.random.Generator):
            raise ValueError(f"rng: expected a numpy.random.Generator, got {rng!r}")
        chosen = tuple(integer("shape", size, 1) for size in shape)
        drawn = numeric(type(self).__name__, self.draw(chosen, rng))
        if drawn.shape != chosen:
            raise ValueError(f"{type(self).__name__}: expected shape {chosen} of what it draws, got {drawn.shape}")
        return drawn

    @abstractmethod
    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return a new array of `shape`, whose numbers are drawn with `rng`."""


class HeNormal(Initializer):
    r"""A normal distribution of mean 0 and standard deviation :math:`\sqrt{2/d}`, with ``d`` the number of inputs.

    Not truncated, as the notes have it (Keras's ``HeNormal`` is).

    Source: the study notes, section 3.1 (5); He et al. 2015, "Delving deep into rectifiers".

    Derivation: ``npnet derive he``.

    Examples
    --------
    >>> HeNormal()((8, 3), np.random.default_rng(0)).shape
    (8, 3)
    """

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return normal numbers of standard deviation ``sqrt(2 / d)``."""
        return rng.normal(0, math.sqrt(2 / shape[0]), shape)


class HeUniform(Initializer):
    r"""A uniform distribution on :math:`\pm\sqrt{6/d}`, of standard deviation :math:`\sqrt{2/d}`, with ``d`` inputs.

    Source: He et al. 2015, "Delving deep into rectifiers"; ``keras.initializers.HeUniform``.

    Examples
    --------
    >>> bool(abs(HeUniform()((6, 3), np.random.default_rng(0))).max() <= 1)
    True
    """

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return uniform numbers between ``±sqrt(6 / d)``."""
        return _uniform(6 / shape[0], shape, rng)


class GlorotNormal(Initializer):
    r"""A normal distribution of mean 0 and standard deviation :math:`\sqrt{2/(d_{in} + d_{out})}`.

    Not truncated (Keras's ``GlorotNormal`` is).

    Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks",
    equation 12.

    Examples
    --------
    >>> GlorotNormal()((8, 3), np.random.default_rng(0)).shape
    (8, 3)
    """

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return normal numbers of standard deviation ``sqrt(2 / (d_in + d_out))``."""
        return rng.normal(0, math.sqrt(2 / (shape[0] + shape[-1])), shape)


class LecunNormal(Initializer):
    r"""A normal distribution of mean 0 and standard deviation :math:`\sqrt{1/d}`, with ``d`` the number of inputs.

    Not truncated (Keras's ``LecunNormal`` is). With it, SELU keeps mean 0 and variance 1 from layer to layer.

    Source: LeCun et al. 1998, "Efficient BackProp", section 4.6; Klambauer et al. 2017, "Self-normalizing neural
    networks".

    Examples
    --------
    >>> LecunNormal()((8, 3), np.random.default_rng(0)).shape
    (8, 3)
    """

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return normal numbers of standard deviation ``sqrt(1 / d)``."""
        return rng.normal(0, math.sqrt(1 / shape[0]), shape)


class LecunUniform(Initializer):
    r"""A uniform distribution on :math:`\pm\sqrt{3/d}`, of standard deviation :math:`\sqrt{1/d}`, with ``d`` inputs.

    Source: LeCun et al. 1998, "Efficient BackProp", section 4.6; ``keras.initializers.LecunUniform``.

    Examples
    --------
    >>> bool(abs(LecunUniform()((3, 3), np.random.default_rng(0))).max() <= 1)
    True
    """

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return uniform numbers between ``±sqrt(3 / d)``."""
        return _uniform(3 / shape[0], shape, rng)


class Orthogonal(Initializer):
    r"""A matrix whose columns are orthonormal, :math:`W^T W = g^2 I`; its rows, if it has more columns than rows.

    A layer with it keeps lengths and angles. It is drawn with the uniform distribution over all such matrices: the
    orthogonal factor of a matrix of normal numbers, whose columns take the signs of the other factor's diagonal.

    Parameters
    ----------
    gain : float
        The factor g; 1 by default.

    Notes
    -----
    A vector, such as biases, becomes one of length g.

    Source: Saxe et al. 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks";
    the signs: Mezzadri 2007, "How to generate random matrices from the classical compact groups";
    ``keras.initializers.Orthogonal``.

    Examples
    --------
    >>> W = Orthogonal()((4, 2), np.random.default_rng(0))
    >>> print((W.T @ W).round(12) + 0)
    [[1. 0.]
     [0. 1.]]
    """

    gain = Scalar(1.0)
    by_place = 1

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return ``gain * Q * sign(diagonal(R))`` of a matrix of normal numbers, ``Q @ R``."""
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
        q *= np.sign(np.diagonal(r))
        return self.gain * (q.T if rows < columns else q).reshape(shape)


class GlorotUniform(Initializer):
    r"""A uniform distribution on :math:`\pm\sqrt{6/(d_{in} + d_{out})}`.

    Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward
    neural networks", equation 16.

    Examples
    --------
    >>> bool(abs(GlorotUniform()((3, 3), np.random.default_rng(0))).max() <= 1)
    True
    """

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return uniform numbers between ``±sqrt(6 / (d_in + d_out))``."""
        return _uniform(6 / (shape[0] + shape[-1]), shape, rng)


class Normal(Initializer):
    """A normal distribution, by default the notes' ``tf.random.normal``: mean 0, standard deviation 1.

    Parameters
    ----------
    stddev : float
        The standard deviation, not negative.
    mean : float
        The mean.

    Notes
    -----
    Source: the study notes, section 4.2 (3).

    Examples
    --------
    >>> Normal()((2,), np.random.default_rng(0)).shape
    (2,)
    """

    stddev = Scalar(1.0, low=0)
    mean = Scalar(0.0)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return normal numbers."""
        return rng.normal(self.mean, self.stddev, shape)


class TruncatedNormal(Initializer):
    """A normal distribution of which values over two standard deviations from 0 are drawn again.

    Parameters
    ----------
    stddev : float
        The standard deviation before the truncation, not negative; 0.1 by default.

    Examples
    --------
    >>> bool(abs(TruncatedNormal(0.1)((100,), np.random.default_rng(0))).max() <= 0.2)
    True
    """

    stddev = Scalar(0.1, low=0)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return normal numbers, none over two standard deviations from 0."""
        values = rng.standard_normal(shape)
        outside = abs(values) > 2
        while outside.any():
            values[outside] = rng.standard_normal(outside.sum())
            outside = abs(values) > 2
        return self.stddev * values


class Constant(Initializer):
    """One value everywhere; 0 by default.

    It is for biases, and for the weights of a net without hidden layers: units that begin alike stay alike, and weights
    that are 0 in all layers have no gradient.

    Parameters
    ----------
    value : float
        The value.

    Examples
    --------
    >>> print(Constant(0.01)((2,), np.random.default_rng(0)))
    [0.01 0.01]
    """

    value = Scalar(0.0)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return the value everywhere."""
        return np.full(shape, self.value)


def _uniform(square: float, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return uniform numbers between plus and minus the root of `square`."""
    limit = math.sqrt(square)
    return rng.uniform(-limit, limit, shape)


_KNOWN: dict[str, Callable[[], Initializer]] = {
    "he_normal": HeNormal,
    "he_uniform": HeUniform,
    "glorot_normal": GlorotNormal,
    "glorot_uniform": GlorotUniform,
    "lecun_normal": LecunNormal,
    "lecun_uniform": LecunUniform,
    "orthogonal": Orthogonal,
    "normal": Normal,
    "truncated_normal": TruncatedNormal,
    "constant": Constant,
    "zeros": Constant,
}


def get(initializer: str | Initializer, name: str = "initializer") -> Initializer:
    """Return the initializer of that name, or the one given; `name` is the argument that an error names.

    Examples
    --------
    >>> type(get("he_normal")).__name__
    'HeNormal'
    """
    return lookup(name, initializer, Initializer, _KNOWN)
