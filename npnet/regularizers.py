"""Regularizers: a penalty on the weights, never on the biases, and its gradient.

Source: the study notes, section 4.2, where the L2 penalty is ``tf.nn.l2_loss(w) = sum(w ** 2) / 2``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from npnet._checks import is_sequence, lookup, numeric
from npnet.activations import total
from npnet.engine.hyperparameters import Hyperparameters, Number, cast_like
from npnet.typing import Array

__all__ = ["L1", "L1L2", "L2", "Choice", "Regularizer", "get", "of_layers", "subset"]


def __dir__() -> list[str]:
    return __all__


class Regularizer(Hyperparameters, ABC):
    """A penalty that is a sum over the weights; a subclass writes `penalty` and its derivative, `slope`.

    A strength may be a vector, with one number for each member of an `Ensemble`; the last axis of the
    weights is then that of the members, and there is one penalty for each.
    """

    def __call__(self, weights: Any) -> Any:
        """Return the penalty of an array of weights, a scalar."""
        weights = self._checked(weights)
        with np.errstate(under="ignore"):
            return self.penalty(weights, tuple(range(weights.ndim - 1)) if self.vectors() else None)

    def gradient(self, weights: Any) -> Array:
        """Return the gradient of the penalty, of the shape of `weights`."""
        weights = self._checked(weights)
        with np.errstate(under="ignore"):
            return self.slope(weights)

    def _checked(self, weights: Any) -> Array:
        array = numeric("weights", weights)
        if array.dtype == np.float16:
            # Sums of many would not fit
            array = array.astype(np.float32)
        if self.vectors():
            self.check_members(array.shape[-1] if array.ndim else None)
        return array

    @abstractmethod
    def penalty(self, W: Array, axis: tuple[int, ...] | None) -> Any:
        """Return the penalty, summed over `axis`."""

    @abstractmethod
    def slope(self, W: Array) -> Array:
        """Return the derivative of the penalty by each weight."""


class L1(Regularizer):
    r"""The sum of absolute values, :math:`s \sum |w|`, with the gradient :math:`s\,\mathrm{sign}(w)`.

    At 0 the gradient is taken as 0.

    Parameters
    ----------
    strength : float or vector of them
        :math:`s`, not negative.

    Notes
    -----
    Source: the study notes, section 4.2 (1).

    Derivation: ``npnet derive l1``.

    Examples
    --------
    >>> print(L1(0.5)([[1.0, -2.0]]), L1(0.5).gradient([[1.0, -2.0]]))
    1.5 [[ 0.5 -0.5]]
    """

    strength = Number(0.01, low=0)
    by_place = 1

    def penalty(self, W: Array, axis: tuple[int, ...] | None) -> Any:
        """Return ``strength * sum(abs(W))``."""
        # max(w, -w), not abs(w): complex numbers and symbols pass through analytically
        return cast_like(self.strength, W) * total(np.maximum(W, -W), axis)

    def slope(self, W: Array) -> Array:
        """Return ``strength * sign(W)``."""
        return np.multiply(cast_like(self.strength, W), np.sign(W))


class L2(Regularizer):
    r"""Half the sum of squares, :math:`\frac s2 \sum w^2`, with the gradient :math:`s\,w`.

    The factor ½ is that of ``tf.nn.l2_loss``; ``keras.regularizers.L2(s / 2)`` is the same penalty.

    Parameters
    ----------
    strength : float or vector of them
        :math:`s`, not negative.

    Notes
    -----
    Source: the study notes, section 4.2 (2).

    Derivation: ``npnet derive l2``, ``npnet derive weight-decay``.

    Examples
    --------
    >>> print(L2(0.5)([[1.0, -2.0]]), L2(0.5).gradient([[1.0, -2.0]]))
    1.25 [[ 0.5 -1. ]]
    """

    strength = Number(0.01, low=0)
    by_place = 1

    def penalty(self, W: Array, axis: tuple[int, ...] | None) -> Any:
        """Return ``strength / 2 * sum(W**2)``."""
        return cast_like(self.strength / 2, W) * total(np.square(W), axis)

    def slope(self, W: Array) -> Array:
        """Return ``strength * W``."""
        return np.multiply(cast_like(self.strength, W), W)


class L1L2(Regularizer):
    r"""The sum of both penalties, :math:`s_1 \sum |w| + \frac{s_2}2 \sum w^2`.

    Parameters
    ----------
    l1, l2 : float or vector of them
        :math:`s_1` and :math:`s_2`, not negative.

    Examples
    --------
    >>> print(L1L2(0.5, 0.5)([[1.0, -2.0]]), L1L2(0.5, 0.5).gradient([[1.0, -2.0]]))
    2.75 [[ 1.  -1.5]]
    """

    l1 = Number(0.01, low=0)
    l2 = Number(0.01, low=0)
    _l1: L1
    _l2: L2

    def store(self, name: str, value: Any) -> None:
        """Keep a strength, and make the penalty that it belongs to."""
        super().store(name, value)
        setattr(self, f"_{name}", {"l1": L1, "l2": L2}[name].unchecked(strength=value))

    def penalty(self, W: Array, axis: tuple[int, ...] | None) -> Any:
        """Return the sum of both penalties."""
        return self._l1.penalty(W, axis) + self._l2.penalty(W, axis)

    def slope(self, W: Array) -> Array:
        """Return the sum of both derivatives."""
        return np.add(self._l1.slope(W), self._l2.slope(W))


Choice = str | Regularizer | Sequence[str | Regularizer | None] | None
"""What chooses the penalties of a net: one for all layers, one for each, or None."""

_KNOWN: dict[str, Callable[[], Any]] = {"l1": L1, "l2": L2, "l1_l2": L1L2, "none": lambda: None}


def get(regularizer: str | Regularizer | None, name: str = "regularizer") -> Regularizer | None:
    """Return the regularizer of that name (with strength 0.01), the one given, or None for None and ``"none"``.

    Examples
    --------
    >>> get("l2")
    L2(0.01)
    """
    return None if regularizer is None else lookup(name, regularizer, Regularizer, _KNOWN)


def of_layers(regularizer: Choice, layers: int, name: str = "regularizer") -> tuple[Regularizer | None, ...]:
    """Return the regularizer of each layer, None where it has none, from one for all or one for each.

    Examples
    --------
    >>> of_layers("l2", 2), of_layers([None, L1(0.5)], 2)
    ((L2(0.01), L2(0.01)), (None, L1(0.5)))
    """
    given: Any = regularizer
    if not is_sequence(given):
        return (get(given, name),) * layers
    if len(given) != layers:
        raise ValueError(f"{name}: expected one regularizer, or {layers} for {layers} layers, got {given!r}")
    return tuple(get(one, name) for one in given)


def subset(chosen: tuple[Regularizer | None, ...], members: slice | int) -> tuple[Regularizer | None, ...]:
    """Return copies of layers' regularizers, with the numbers of some members, or of one."""
    # Layers that share one share its copy too
    copies = {id(one): one.subset(members) for one in chosen if one is not None}
    return tuple(copies.get(id(one)) for one in chosen)
