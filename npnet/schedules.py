"""Schedules: the learning rate of an epoch, counted from 0.

Source: the study notes, section 2.2.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from npnet.settings import Setting, Settings, setting, show
from npnet.validation import flag, number


class Schedule(Settings, ABC):
    """A rule that gives the learning rate for each epoch.

    Each number may be a vector, with one number for each member of an `Ensemble`; so are then the rates.
    """

    @abstractmethod
    def __call__(self, epoch: float) -> Any:
        """Return the learning rate of `epoch`, a number of at least 0."""

    def __repr__(self) -> str:
        """Return the expression that makes this schedule."""
        settings = (f"{name}={show(value)}" for name, value in vars(self).items())
        return f"{type(self).__name__}({', '.join(settings)})"


class Constant(Schedule):
    """The same learning rate always.

    Parameters
    ----------
    learning_rate : float or vector of them
        The rate, above 0.

    Raises
    ------
    ValueError
        If the rate is not a finite number above 0.

    Examples
    --------
    >>> Constant(0.1)(50)
    0.1
    """

    def __init__(self, learning_rate: Setting) -> None:
        self.learning_rate = setting("learning_rate", learning_rate, above=0)

    def __call__(self, epoch: float) -> Any:
        """Return the rate."""
        number("epoch", epoch, low=0)
        return self.learning_rate


class ExponentialDecay(Schedule):
    r"""The notes' decay, :math:`lr = lr_0 \cdot r^{\,e/s}`.

    (The formula that the notes print, :math:`lr_0^{\,e/s}`, is not the one that their code runs.)

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`lr_0`, above 0.
    decay_rate : float or vector of them
        :math:`r`, above 0: the factor by which the rate shrinks.
    decay_steps : float or vector of them
        :math:`s`, above 0: over how many epochs it shrinks by that factor.
    staircase : bool
        Whether :math:`e/s` is rounded down, so that the rate falls in steps.

    Raises
    ------
    ValueError
        If a parameter is not a finite number above 0.

    Notes
    -----
    Source: the study notes, section 2.2 (2), ``lr_base * lr_decay ** (epoch / lr_step)``; the names
    are those of ``keras.optimizers.schedules.ExponentialDecay``.

    Examples
    --------
    >>> ExponentialDecay(0.2, decay_rate=0.99, decay_steps=1)(5)
    0.19019800998
    """

    def __init__(
        self, initial_learning_rate: Setting, decay_rate: Setting, decay_steps: Setting = 1, staircase: bool = False
    ) -> None:
        self.initial_learning_rate = setting("initial_learning_rate", initial_learning_rate, above=0)
        self.decay_rate = setting("decay_rate", decay_rate, above=0)
        self.decay_steps = setting("decay_steps", decay_steps, above=0)
        self.staircase = flag("staircase", staircase)
        self._check_lengths()

    def __call__(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        exponent = number("epoch", epoch, low=0) / self.decay_steps
        try:
            if self.staircase:
                exponent = np.floor(exponent) if isinstance(exponent, np.ndarray) else math.floor(exponent)
            with np.errstate(over="raise"):
                return self.initial_learning_rate * self.decay_rate**exponent
        except (OverflowError, FloatingPointError):
            raise ValueError(f"epoch: expected one at which the rate is finite, got {epoch!r}") from None


class InverseTimeDecay(Schedule):
    r"""A slower decay, :math:`lr = lr_0 / (1 + r\,e/s)`.

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`lr_0`, above 0.
    decay_rate : float or vector of them
        :math:`r`, not negative.
    decay_steps : float or vector of them
        :math:`s`, above 0.

    Raises
    ------
    ValueError
        If a parameter is not a finite number in its range.

    Notes
    -----
    The names are those of ``keras.optimizers.schedules.InverseTimeDecay``.

    Examples
    --------
    >>> InverseTimeDecay(0.2, decay_rate=1.0)(1)
    0.1
    """

    def __init__(self, initial_learning_rate: Setting, decay_rate: Setting, decay_steps: Setting = 1) -> None:
        self.initial_learning_rate = setting("initial_learning_rate", initial_learning_rate, above=0)
        self.decay_rate = setting("decay_rate", decay_rate, low=0)
        self.decay_steps = setting("decay_steps", decay_steps, above=0)
        self._check_lengths()

    def __call__(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        return self.initial_learning_rate / (1 + self.decay_rate * number("epoch", epoch, low=0) / self.decay_steps)


class CosineDecay(Schedule):
    r"""Half a cosine from :math:`lr_0` to 0, :math:`lr = lr_0\,(1 + \cos(\pi e/s))/2`, 0 after that.

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`lr_0`, above 0.
    decay_steps : float or vector of them
        :math:`s`, above 0: the number of epochs until the rate is 0.

    Raises
    ------
    ValueError
        If a parameter is not a finite number above 0.

    Notes
    -----
    Source: Loshchilov and Hutter 2017, "SGDR", equation 5 without restarts; the names are those of
    ``keras.optimizers.schedules.CosineDecay``.

    Examples
    --------
    >>> CosineDecay(0.2, decay_steps=100)(0), CosineDecay(0.2, decay_steps=100)(100)
    (0.2, 0.0)
    """

    def __init__(self, initial_learning_rate: Setting, decay_steps: Setting) -> None:
        self.initial_learning_rate = setting("initial_learning_rate", initial_learning_rate, above=0)
        self.decay_steps = setting("decay_steps", decay_steps, above=0)
        self._check_lengths()

    def __call__(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        fraction = np.minimum(number("epoch", epoch, low=0) / self.decay_steps, 1)
        rate = self.initial_learning_rate * (1 + np.cos(np.pi * fraction)) / 2
        return rate if rate.ndim else float(rate)


def get(learning_rate: Any) -> Schedule:
    """Return the schedule given, or a constant one for a number.

    Raises
    ------
    ValueError
        If it is neither a schedule nor a finite number above 0.

    Examples
    --------
    >>> get(0.1)(7)
    0.1
    """
    return learning_rate if isinstance(learning_rate, Schedule) else Constant(learning_rate)
