"""Schedules: the learning rate of an epoch, counted from 0.

Source: the study notes, section 2.2.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from npnet._checks import number
from npnet.engine.hyperparameters import Flag, Hyperparameters, Number


class Schedule(Hyperparameters, ABC):
    """A rule that gives the learning rate for each epoch; a subclass writes it in `rate`.

    Each hyperparameter may be a vector, with one number for each member of an `Ensemble`; so are then the rates.
    """

    def __call__(self, epoch: float) -> Any:
        """Return the learning rate of `epoch`, a number of at least 0."""
        epoch = number("epoch", epoch, low=0)
        try:
            with np.errstate(over="raise"):
                return self.rate(epoch)
        except (OverflowError, FloatingPointError):
            raise ValueError(f"epoch: expected one at which the rate is finite, got {epoch!r}") from None

    @abstractmethod
    def rate(self, epoch: float) -> Any:
        """Return the learning rate of `epoch`."""


class Constant(Schedule):
    """The same learning rate always.

    Parameters
    ----------
    learning_rate : float or vector of them
        The rate, above 0.

    Examples
    --------
    >>> Constant(0.1)(50)
    0.1
    """

    learning_rate = Number(above=0)

    def rate(self, epoch: float) -> Any:
        """Return the rate."""
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

    Notes
    -----
    Source: the study notes, section 2.2 (2), ``lr_base * lr_decay ** (epoch / lr_step)``; the names
    are those of ``keras.optimizers.schedules.ExponentialDecay``.

    Examples
    --------
    >>> ExponentialDecay(0.2, decay_rate=0.99, decay_steps=1)(5)
    0.19019800998
    """

    initial_learning_rate = Number(above=0)
    decay_rate = Number(above=0)
    decay_steps = Number(1.0, above=0)
    staircase = Flag(False)

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        exponent = epoch / self.decay_steps
        if self.staircase:
            exponent = np.floor(exponent) if isinstance(exponent, np.ndarray) else math.floor(exponent)
        return self.initial_learning_rate * self.decay_rate**exponent


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

    Notes
    -----
    The names are those of ``keras.optimizers.schedules.InverseTimeDecay``.

    Examples
    --------
    >>> InverseTimeDecay(0.2, decay_rate=1.0)(1)
    0.1
    """

    initial_learning_rate = Number(above=0)
    decay_rate = Number(low=0)
    decay_steps = Number(1.0, above=0)

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        return self.initial_learning_rate / (1 + self.decay_rate * epoch / self.decay_steps)


class CosineDecay(Schedule):
    r"""Half a cosine from :math:`lr_0` to 0, :math:`lr = lr_0\,(1 + \cos(\pi e/s))/2`, 0 after that.

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`lr_0`, above 0.
    decay_steps : float or vector of them
        :math:`s`, above 0: the number of epochs until the rate is 0.

    Notes
    -----
    Source: Loshchilov and Hutter 2017, "SGDR", equation 5 without restarts; the names are those of
    ``keras.optimizers.schedules.CosineDecay``.

    Examples
    --------
    >>> CosineDecay(0.2, decay_steps=100)(0), CosineDecay(0.2, decay_steps=100)(100)
    (0.2, 0.0)
    """

    initial_learning_rate = Number(above=0)
    decay_steps = Number(above=0)

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        fraction = np.minimum(epoch / self.decay_steps, 1)
        rate = self.initial_learning_rate * (1 + np.cos(np.pi * fraction)) / 2
        return rate if rate.ndim else float(rate)


def get(learning_rate: Any) -> Schedule:
    """Return the schedule given, or a constant one for a number.

    Examples
    --------
    >>> get(0.1)(7)
    0.1
    """
    return learning_rate if isinstance(learning_rate, Schedule) else Constant(learning_rate)
