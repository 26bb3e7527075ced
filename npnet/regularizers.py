"""Regularizers: a penalty on the weights, never on the biases, and its gradient.

Source: the study notes, section 4.2, where the L2 penalty is ``tf.nn.l2_loss(w) = sum(w ** 2) / 2``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from npnet.settings import Setting, Settings, cast, setting, show
from npnet.validation import Array, lookup, numeric


class Regularizer(Settings, ABC):
    """A penalty that is a sum over the weights; a subclass writes `_penalty` and `_gradient`.

    A strength may be a vector, with one number for each member of an `Ensemble`; the last axis of the
    weights is then that of the members, and there is one penalty for each.
    """

    def __call__(self, weights: Any) -> Any:
        """Return the penalty of an array of weights, a scalar.

        Raises
        ------
        ValueError
            If `weights` holds anything but numbers, or has no member for a strength.
        """
        weights = self._checked(weights)
        return self._penalty(weights, tuple(range(weights.ndim - 1)) if self._vectors() else None)

    def gradient(self, weights: Any) -> Array:
        """Return the gradient of the penalty, of the shape of `weights`.

        Raises
        ------
        ValueError
            If `weights` holds anything but numbers, or has no member for a strength.
        """
        return self._gradient(self._checked(weights))

    def _checked(self, weights: Any) -> Array:
        array = numeric("weights", weights)
        if self._vectors():
            self._check_members(array.shape[-1] if array.ndim else None)
        return array

    @abstractmethod
    def _penalty(self, weights: Array, axis: tuple[int, ...] | None) -> Any:
        """Return the penalty, summed over `axis`."""

    @abstractmethod
    def _gradient(self, weights: Array) -> Array: ...


class L1(Regularizer):
    r"""The sum of absolute values, :math:`s \sum |w|`, with the gradient :math:`s\,\mathrm{sign}(w)`.

    At 0 the gradient is taken as 0.

    Parameters
    ----------
    strength : float or vector of them
        :math:`s`, not negative.

    Raises
    ------
    ValueError
        If a strength is negative or not a finite number.

    Notes
    -----
    Source: the study notes, section 4.2 (1).

    Examples
    --------
    >>> print(L1(0.5)([[1.0, -2.0]]), L1(0.5).gradient([[1.0, -2.0]]))
    1.5 [[ 0.5 -0.5]]
    """

    def __init__(self, strength: Setting = 0.01) -> None:
        self.strength = setting("strength", strength, low=0)

    def _penalty(self, weights: Array, axis: tuple[int, ...] | None) -> Any:
        # max(w, -w) rather than abs(w): complex numbers and symbols pass through it analytically
        return cast(self.strength, weights) * np.add.reduce(np.maximum(weights, -weights), axis=axis)

    def _gradient(self, weights: Array) -> Array:
        return np.multiply(cast(self.strength, weights), np.sign(weights))

    def __repr__(self) -> str:
        """Return the expression that makes this regularizer."""
        return f"L1({show(self.strength)})"


class L2(Regularizer):
    r"""Half the sum of squares, :math:`\frac s2 \sum w^2`, with the gradient :math:`s\,w`.

    The factor ½ is that of ``tf.nn.l2_loss``; ``keras.regularizers.L2(s / 2)`` is the same penalty.

    Parameters
    ----------
    strength : float or vector of them
        :math:`s`, not negative.

    Raises
    ------
    ValueError
        If a strength is negative or not a finite number.

    Notes
    -----
    Source: the study notes, section 4.2 (2).

    Examples
    --------
    >>> print(L2(0.5)([[1.0, -2.0]]), L2(0.5).gradient([[1.0, -2.0]]))
    1.25 [[ 0.5 -1. ]]
    """

    def __init__(self, strength: Setting = 0.01) -> None:
        self.strength = setting("strength", strength, low=0)

    def _penalty(self, weights: Array, axis: tuple[int, ...] | None) -> Any:
        return cast(self.strength / 2, weights) * np.add.reduce(np.square(weights), axis=axis)

    def _gradient(self, weights: Array) -> Array:
        return np.multiply(cast(self.strength, weights), weights)

    def __repr__(self) -> str:
        """Return the expression that makes this regularizer."""
        return f"L2({show(self.strength)})"


class L1L2(Regularizer):
    r"""The sum of both penalties, :math:`s_1 \sum |w| + \frac{s_2}2 \sum w^2`.

    Parameters
    ----------
    l1, l2 : float or vector of them
        :math:`s_1` and :math:`s_2`, not negative.

    Raises
    ------
    ValueError
        If a strength is negative or not a finite number.

    Examples
    --------
    >>> print(L1L2(0.5, 0.5)([[1.0, -2.0]]), L1L2(0.5, 0.5).gradient([[1.0, -2.0]]))
    2.75 [[ 1.  -1.5]]
    """

    def __init__(self, l1: Setting = 0.01, l2: Setting = 0.01) -> None:
        self.l1 = L1(setting("l1", l1, low=0))
        self.l2 = L2(setting("l2", l2, low=0))
        self._check_lengths()

    def _vectors(self) -> list[tuple[str, Array]]:
        return [(name, vector) for name in ("l1", "l2") for _, vector in getattr(self, name)._vectors()]

    def _penalty(self, weights: Array, axis: tuple[int, ...] | None) -> Any:
        return self.l1._penalty(weights, axis) + self.l2._penalty(weights, axis)

    def _gradient(self, weights: Array) -> Array:
        return np.add(self.l1._gradient(weights), self.l2._gradient(weights))

    def __repr__(self) -> str:
        """Return the expression that makes this regularizer."""
        return f"L1L2(l1={show(self.l1.strength)}, l2={show(self.l2.strength)})"


_KNOWN: dict[str, Callable[[], Regularizer]] = {"l1": L1, "l2": L2, "l1_l2": L1L2}


def get(regularizer: str | Regularizer | None) -> Regularizer | None:
    """Return the regularizer of that name (with strength 0.01), the one given, or None for None.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.

    Examples
    --------
    >>> get("l2")
    L2(0.01)
    """
    return None if regularizer is None else lookup("regularizer", regularizer, Regularizer, _KNOWN)
