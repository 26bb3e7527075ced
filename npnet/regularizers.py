"""Regularizers: a penalty on the weights, never on the biases, and its gradient.

Source: the study notes, section 4.2, where the L2 penalty is ``tf.nn.l2_loss(w) = sum(w ** 2) / 2``.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from npnet.validation import Array, lookup, number, numeric


class Regularizer(ABC):
    """A penalty that is a sum over the weights."""

    @abstractmethod
    def __call__(self, weights: Any) -> Any:
        """Return the penalty of an array of weights, a scalar."""

    @abstractmethod
    def gradient(self, weights: Any) -> Array:
        """Return the gradient of the penalty, of the shape of `weights`."""


class L1(Regularizer):
    r"""The sum of absolute values, :math:`s \sum |w|`, with the gradient :math:`s\,\mathrm{sign}(w)`.

    At 0 the gradient is taken as 0.

    Parameters
    ----------
    strength : float
        :math:`s`, not negative.

    Raises
    ------
    ValueError
        If `strength` is negative or not a finite number.

    Notes
    -----
    Source: the study notes, section 4.2 (1).

    Examples
    --------
    >>> print(L1(0.5)([[1.0, -2.0]]), L1(0.5).gradient([[1.0, -2.0]]))
    1.5 [[ 0.5 -0.5]]
    """

    def __init__(self, strength: float = 0.01) -> None:
        self.strength = number("strength", strength, low=0)

    def __call__(self, weights: Any) -> Any:
        """Return ``strength * sum(abs(weights))``."""
        weights = numeric("weights", weights)
        # max(w, -w) rather than abs(w): complex numbers and symbols pass through it analytically
        return self.strength * np.add.reduce(np.maximum(weights, -weights), axis=None)

    def gradient(self, weights: Any) -> Array:
        """Return ``strength * sign(weights)``."""
        return np.multiply(self.strength, np.sign(numeric("weights", weights)))

    def __repr__(self) -> str:
        """Return the expression that makes this regularizer."""
        return f"L1({self.strength:g})"


class L2(Regularizer):
    r"""Half the sum of squares, :math:`\frac s2 \sum w^2`, with the gradient :math:`s\,w`.

    The factor ½ is that of ``tf.nn.l2_loss``; ``keras.regularizers.L2(s / 2)`` is the same penalty.

    Parameters
    ----------
    strength : float
        :math:`s`, not negative.

    Raises
    ------
    ValueError
        If `strength` is negative or not a finite number.

    Notes
    -----
    Source: the study notes, section 4.2 (2).

    Examples
    --------
    >>> print(L2(0.5)([[1.0, -2.0]]), L2(0.5).gradient([[1.0, -2.0]]))
    1.25 [[ 0.5 -1. ]]
    """

    def __init__(self, strength: float = 0.01) -> None:
        self.strength = number("strength", strength, low=0)

    def __call__(self, weights: Any) -> Any:
        """Return ``strength * sum(weights**2) / 2``."""
        return self.strength / 2 * np.add.reduce(np.square(numeric("weights", weights)), axis=None)

    def gradient(self, weights: Any) -> Array:
        """Return ``strength * weights``."""
        return np.multiply(self.strength, numeric("weights", weights))

    def __repr__(self) -> str:
        """Return the expression that makes this regularizer."""
        return f"L2({self.strength:g})"


class L1L2(Regularizer):
    r"""The sum of both penalties, :math:`s_1 \sum |w| + \frac{s_2}2 \sum w^2`.

    Parameters
    ----------
    l1, l2 : float
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

    def __init__(self, l1: float = 0.01, l2: float = 0.01) -> None:
        self.l1 = L1(number("l1", l1, low=0))
        self.l2 = L2(number("l2", l2, low=0))

    def __call__(self, weights: Any) -> Any:
        """Return the sum of both penalties."""
        return self.l1(weights) + self.l2(weights)

    def gradient(self, weights: Any) -> Array:
        """Return the sum of both gradients."""
        return np.add(self.l1.gradient(weights), self.l2.gradient(weights))

    def __repr__(self) -> str:
        """Return the expression that makes this regularizer."""
        return f"L1L2(l1={self.l1.strength:g}, l2={self.l2.strength:g})"


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
