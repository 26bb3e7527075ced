"""Clipping: a gradient that is too large is made smaller between the backward pass and the update.

A norm is that of one variable, of each layer's weights and of its biases, or of all of them. A member of an `Ensemble`
is clipped by its own norms.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from npnet._checks import numeric
from npnet.engine.hyperparameters import Hyperparameters, Number, cast_like
from npnet.typing import Array

__all__ = ["ClipByGlobalNorm", "ClipByNorm", "ClipByValue", "Clipping", "get"]


def __dir__() -> list[str]:
    return __all__


class Clipping(Hyperparameters, ABC):
    """A rule that makes gradients smaller; a subclass writes `clip`.

    A limit may be a vector, with one number for each member of an `Ensemble`.
    """

    by_place = 1

    def __call__(self, gradients: Iterable[Any]) -> list[Array]:
        """Return the clipped gradients of some variables, as new arrays.

        Parameters
        ----------
        gradients : iterable of array_like of float
            The gradient of each variable; where a limit is a vector, their last axis is that of the members.
        """
        # A number that is an array says that it can be iterated over
        if not isinstance(gradients, Iterable) or getattr(gradients, "ndim", None) == 0:
            raise ValueError(f"gradients: expected the gradient of each variable, got {gradients!r:.60}")
        arrays = [numeric(f"gradients[{place}]", gradient) for place, gradient in enumerate(gradients)]
        for array in arrays:
            self.check_members(array.shape[-1] if array.ndim else None)
        if not arrays:
            return []
        rest = arrays[0].shape[-1:] if self.vectors() else ()
        flat = np.concatenate([array.reshape(-1, *rest) for array in arrays])
        parts = np.split(flat, np.cumsum([array.size // (rest or (1,))[0] for array in arrays])[:-1])
        with np.errstate(all="ignore"):
            self.clip(flat, parts)
        return [part.reshape(array.shape) for part, array in zip(parts, arrays, strict=True)]

    @abstractmethod
    def clip(self, g: Array, parts: Sequence[Array]) -> None:
        """Clip a gradient in place.

        Parameters
        ----------
        g : ndarray, shape (size,) or (size, members)
            The gradient of all parameters.
        parts : sequence of ndarray
            The views of it that are the gradients of the variables.
        """


class ClipByValue(Clipping):
    r"""Each element between two limits, :math:`g \leftarrow \min(\max(g, -c), c)`.

    An infinite one becomes :math:`\pm c`; NaN stays.

    Parameters
    ----------
    value : float or vector of them
        :math:`c`, above 0.

    Notes
    -----
    Source: the documentation of ``keras.optimizers.Optimizer(…, clipvalue)``, its counterpart.

    Examples
    --------
    >>> ClipByValue(1.0)([[3.0, -0.5], [-4.0]])
    [array([ 1. , -0.5]), array([-1.])]
    """

    value = Number(above=0)

    def clip(self, g: Array, parts: Sequence[Array]) -> None:
        """Clip each element."""
        limit = cast_like(self.value, g)
        np.clip(g, -limit, limit, out=g)


class ClipByNorm(Clipping):
    r"""Each variable by its own norm, :math:`g \leftarrow g \cdot \frac{c}{\max(\lVert g \rVert, c)}`.

    A gradient of 0 stays, and so does each that is not longer than :math:`c`. A number that is not finite makes the
    gradient of its variable NaN, which ends the training.

    Parameters
    ----------
    norm : float or vector of them
        :math:`c`, above 0: the largest norm.

    Notes
    -----
    Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.
    Its counterpart is ``keras.optimizers.Optimizer(…, clipnorm)``. (Where the sum of squares overflows, the norm is
    computed of smaller numbers; Keras's is infinite, and makes all elements 0.)

    Derivation: ``npnet derive clipped-norm``.

    Examples
    --------
    >>> ClipByNorm(1.0)([[3.0, -4.0], [0.5]])
    [array([ 0.6, -0.8]), array([0.5])]
    """

    norm = Number(above=0)

    def clip(self, g: Array, parts: Sequence[Array]) -> None:
        """Clip each variable."""
        for part in parts:
            _shorten(part, self.norm)


class ClipByGlobalNorm(Clipping):
    r"""All variables by the norm of all of them, :math:`g \leftarrow g \cdot \frac{c}{\max(\lVert g \rVert, c)}`.

    The direction of the whole gradient stays. A number that is not finite makes it NaN.

    Parameters
    ----------
    norm : float or vector of them
        :math:`c`, above 0: the largest norm.

    Notes
    -----
    Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.
    Its counterpart is ``keras.optimizers.Optimizer(…, global_clipnorm)``.

    Examples
    --------
    >>> ClipByGlobalNorm(1.0)([[3.0, -4.0], [12.0]])
    [array([ 0.23076923, -0.30769231]), array([0.92307692])]
    """

    norm = Number(above=0)

    def clip(self, g: Array, parts: Sequence[Array]) -> None:
        """Clip all parameters."""
        _shorten(g, self.norm)


def _shorten(g: Array, limit: Any) -> None:
    """Multiply a vector, or one for each member, by ``limit / max(its norm, limit)``."""
    squares = g.dot(g) if g.ndim == 1 else np.einsum("ij,ij->j", g, g)
    factor = limit / np.maximum(np.sqrt(squares), limit)
    if not np.isfinite(squares).all():
        # The squares of smaller numbers do not overflow; a number that is not finite makes NaN of all
        largest = np.maximum(abs(g).max(axis=0), limit)
        factor = np.minimum(limit / largest / np.sqrt(np.square(g / largest).sum(axis=0)), 1)
    if not (factor == 1).all():
        g *= cast_like(factor, g)


def get(clipping: Clipping | None) -> Clipping | None:
    """Return the rule that was given, or None.

    Examples
    --------
    >>> get(ClipByNorm(0.5))
    ClipByNorm(0.5)
    """
    if clipping is not None and not isinstance(clipping, Clipping):
        raise ValueError(f"clipping: expected one, such as ClipByNorm(1.0), or None, got {clipping!r}")
    return clipping
