"""Schedules: the learning rate of an epoch, counted from 0.

Names and order of the arguments are those of ``keras.optimizers.schedules``, which counts steps where these count
epochs: ``decay_steps`` there is ``decay_epochs`` here.

Source: the study notes, section 2.2.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from npnet._checks import number
from npnet.engine.hyperparameters import Flag, Hyperparameters, Number

__all__ = ["Constant", "CosineDecay", "ExponentialDecay", "InverseTimeDecay", "Schedule", "get"]


def __dir__() -> list[str]:
    return __all__


class Schedule(Hyperparameters, ABC):
    """A rule that gives the learning rate for each epoch; a subclass writes it in `rate`.

    Each hyperparameter may be a vector, with one number for each member of an `Ensemble`; so are then the rates.
    """

    def __call__(self, epoch: float) -> Any:
        """Return the learning rate of `epoch`, a number of at least 0."""
        epoch = number("epoch", epoch, low=0)
        try:
            with np.errstate(over="ignore", under="ignore"):
                rate = self.rate(epoch)
        except OverflowError:
            rate = math.inf
        if not _is_rate(rate):
            expected = "one at which the rate is finite and not negative"
            raise ValueError(f"epoch: expected {expected}, got {epoch!r}, at which it is {rate!r}")
        return rate

    @abstractmethod
    def rate(self, epoch: float) -> Any:
        """Return the learning rate of `epoch`."""


def _is_rate(rate: Any) -> bool:
    if isinstance(rate, float):
        return 0 <= rate < math.inf
    rates = np.asarray(rate)
    return rates.dtype.kind in "fiu" and bool(((rates >= 0) & (rates < math.inf)).all())


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
    r"""The notes' decay, :math:`\mathrm{lr} = \mathrm{lr}_0 \cdot r^{\,e/s}`.

    (The formula that the notes print, :math:`\mathrm{lr}_0^{\,e/s}`, is not the one that their code runs.)

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`\mathrm{lr}_0`, above 0.
    decay_epochs : float or vector of them
        :math:`s`, above 0: over how many epochs the rate shrinks by one factor.
    decay_rate : float or vector of them
        :math:`r`, above 0: that factor.
    staircase : bool
        Whether :math:`e/s` is rounded down, so that the rate falls in steps.

    Notes
    -----
    Source: the study notes, section 2.2 (2), ``lr_base * lr_decay ** (epoch / lr_step)``. Keras's
    ``ExponentialDecay`` of the same numbers has the same rate after as many steps.

    Derivation: ``npnet derive learning-rate-decay``.

    Examples
    --------
    >>> ExponentialDecay(0.2, decay_epochs=1, decay_rate=0.99)(5)
    0.19019800998
    """

    initial_learning_rate = Number(above=0)
    decay_epochs = Number(above=0)
    decay_rate = Number(above=0)
    staircase = Flag(False)

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        exponent = epoch / self.decay_epochs
        if self.staircase:
            floor = np.floor if isinstance(exponent, np.ndarray) else math.floor
            exponent = floor(exponent)
        return self.initial_learning_rate * self.decay_rate**exponent


class InverseTimeDecay(Schedule):
    r"""A slower decay, :math:`\mathrm{lr} = \mathrm{lr}_0 / (1 + r\,e/s)`.

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`\mathrm{lr}_0`, above 0.
    decay_epochs : float or vector of them
        :math:`s`, above 0: after how many epochs the divisor has grown by :math:`r`.
    decay_rate : float or vector of them
        :math:`r`, not negative.

    Examples
    --------
    >>> InverseTimeDecay(0.2, decay_epochs=1, decay_rate=1)(1)
    0.1
    """

    initial_learning_rate = Number(above=0)
    decay_epochs = Number(above=0)
    decay_rate = Number(low=0)

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        return self.initial_learning_rate / (1 + self.decay_rate * epoch / self.decay_epochs)


class CosineDecay(Schedule):
    r"""Half a cosine, :math:`\mathrm{lr} = \mathrm{lr}_0\,(1 + \cos(\pi e/s))/2`, and 0 after :math:`s` epochs.

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`\mathrm{lr}_0`, above 0.
    decay_epochs : float or vector of them
        :math:`s`, above 0: the number of epochs until the rate is 0.

    Notes
    -----
    Source: Loshchilov and Hutter 2017, "SGDR", equation 5 without restarts.

    Examples
    --------
    >>> CosineDecay(0.2, decay_epochs=100)(0), CosineDecay(0.2, decay_epochs=100)(100)
    (0.2, 0.0)
    """

    initial_learning_rate = Number(above=0)
    decay_epochs = Number(above=0)

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        fraction = np.minimum(epoch / self.decay_epochs, 1)
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
