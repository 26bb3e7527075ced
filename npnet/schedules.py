"""Schedules: the learning rate of an epoch, counted from 0.

Names and order of the arguments are those of ``keras.optimizers.schedules``, which counts steps where these count
epochs: ``decay_steps`` there is ``decay_epochs`` here.

Source: the study notes, section 2.2.
"""

from __future__ import annotations

import bisect
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from npnet._checks import number
from npnet.engine.hyperparameters import Flag, Hyperparameters, Number, Numbers

__all__ = [
    "Constant",
    "CosineDecay",
    "CyclicPolynomialDecay",
    "ExponentialDecay",
    "InverseTimeDecay",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "Schedule",
    "WarmupCosineDecay",
    "get",
]


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
    r"""Half a cosine down to a share of the first rate, which is kept after :math:`s` epochs.

    .. math:: \mathrm{lr} = \mathrm{lr}_0 \Bigl(\alpha + (1-\alpha) \frac{1 + \cos(\pi e/s)}{2}\Bigr)

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`\mathrm{lr}_0`, above 0.
    decay_epochs : float or vector of them
        :math:`s`, above 0: the number of epochs until the last rate.
    alpha : float or vector of them
        :math:`\alpha`, not negative: the last rate as a share of the first one, 0 by default.

    Notes
    -----
    Source: Loshchilov and Hutter 2017, "SGDR", equation 5 without restarts; ``keras.optimizers.schedules.CosineDecay``.

    Derivation: ``npnet derive cosine-decay``.

    Examples
    --------
    >>> CosineDecay(0.2, decay_epochs=100)(0), CosineDecay(0.2, decay_epochs=100)(100)
    (0.2, 0.0)
    >>> CosineDecay(0.5, decay_epochs=100, alpha=0.25)(100)
    0.125
    """

    initial_learning_rate = Number(above=0)
    decay_epochs = Number(above=0)
    alpha = Number(0.0, low=0)

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        return _number_or_vector(self.initial_learning_rate * _half_cosine(epoch / self.decay_epochs, self.alpha))


class WarmupCosineDecay(Schedule):
    r"""A line up to a rate, then half a cosine down to a share of it.

    .. math:: \mathrm{lr} = \begin{cases} \mathrm{lr}_0 + (\mathrm{lr}_w - \mathrm{lr}_0)\,e/w & e < w \\
              \mathrm{lr}_w \bigl(\alpha + (1-\alpha)(1 + \cos(\pi (e-w)/s))/2\bigr) & e \ge w \end{cases}

    and :math:`\alpha\,\mathrm{lr}_w` from epoch :math:`w + s` on.

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`\mathrm{lr}_0`, not negative: where the line begins.
    decay_epochs : float or vector of them
        :math:`s`, above 0: the number of epochs from the highest rate to the last one.
    warmup_target : float or vector of them
        :math:`\mathrm{lr}_w`, above 0: the highest rate.
    warmup_epochs : float or vector of them
        :math:`w`, above 0: the number of epochs until the highest rate.
    alpha : float or vector of them
        :math:`\alpha`, not negative: the last rate as a share of the highest one, 0 by default.

    Notes
    -----
    Source: Goyal et al. 2017, "Accurate, large minibatch SGD", section 2.2, for the line; Loshchilov and Hutter 2017,
    "SGDR", equation 5, for the cosine. It is ``keras.optimizers.schedules.CosineDecay`` with a warm-up.

    Derivation: ``npnet derive warmup-cosine-decay``.

    Examples
    --------
    >>> schedule = WarmupCosineDecay(0.0, decay_epochs=10, warmup_target=0.4, warmup_epochs=4)
    >>> [schedule(epoch) for epoch in (0, 1, 4, 9, 14)]
    [0.0, 0.1, 0.4, 0.2, 0.0]
    """

    initial_learning_rate = Number(low=0)
    decay_epochs = Number(above=0)
    warmup_target = Number(above=0)
    warmup_epochs = Number(above=0)
    alpha = Number(0.0, low=0)

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        first, target = self.initial_learning_rate, self.warmup_target
        up = first + (target - first) * (epoch / self.warmup_epochs)
        down = target * _half_cosine((epoch - self.warmup_epochs) / self.decay_epochs, self.alpha)
        return _number_or_vector(np.where(epoch < self.warmup_epochs, up, down))


class PolynomialDecay(Schedule):
    r"""A power of what is left, :math:`\mathrm{lr} = (\mathrm{lr}_0 - \mathrm{lr}_s)(1 - e/s)^p + \mathrm{lr}_s`.

    After :math:`s` epochs it is :math:`\mathrm{lr}_s`.

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`\mathrm{lr}_0`, above 0.
    decay_epochs : float or vector of them
        :math:`s`, above 0: the number of epochs until the rate is the last one.
    end_learning_rate : float or vector of them
        :math:`\mathrm{lr}_s`, not negative.
    power : float or vector of them
        :math:`p`, above 0: 1 is a line, the default.

    Notes
    -----
    Source: the documentation of ``keras.optimizers.schedules.PolynomialDecay``; `CyclicPolynomialDecay` has its
    ``cycle``.

    Derivation: ``npnet derive polynomial-decay``.

    Examples
    --------
    >>> PolynomialDecay(0.5, decay_epochs=8, end_learning_rate=0.25)(4), PolynomialDecay(0.5, 8, 0.25)(20)
    (0.375, 0.25)
    """

    initial_learning_rate = Number(above=0)
    decay_epochs = Number(above=0)
    end_learning_rate = Number(1e-4, low=0)
    power = Number(1.0, above=0)

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        left = 1 - np.minimum(epoch / self.decay_epochs, 1)
        last = self.end_learning_rate
        return _number_or_vector((self.initial_learning_rate - last) * left**self.power + last)


class CyclicPolynomialDecay(Schedule):
    r"""A polynomial decay that begins again after each :math:`s` epochs, over all the epochs so far.

    .. math:: \mathrm{lr} = (\mathrm{lr}_0 - \mathrm{lr}_s)\Bigl(1 - \frac{e}{cs}\Bigr)^p + \mathrm{lr}_s,
              \quad c = \lceil e/s \rceil

    It is :math:`\mathrm{lr}_s` at each multiple of :math:`s`; just after the first one what is left is half, then a
    third, of the first one. (At epoch 0, :math:`c` is 1.)

    Parameters
    ----------
    initial_learning_rate : float or vector of them
        :math:`\mathrm{lr}_0`, above 0.
    decay_epochs : float or vector of them
        :math:`s`, above 0: the number of epochs of a cycle.
    end_learning_rate : float or vector of them
        :math:`\mathrm{lr}_s`, not negative.
    power : float or vector of them
        :math:`p`, above 0: 1 is a line, the default.

    Notes
    -----
    Source: the documentation of ``keras.optimizers.schedules.PolynomialDecay``, with its ``cycle``.

    Derivation: ``npnet derive cyclic-polynomial-decay``.

    Examples
    --------
    >>> schedule = CyclicPolynomialDecay(0.5, decay_epochs=8, end_learning_rate=0.25)
    >>> [schedule(epoch) for epoch in (0, 4, 8, 12, 16)]
    [0.5, 0.375, 0.25, 0.3125, 0.25]
    """

    initial_learning_rate = Number(above=0)
    decay_epochs = Number(above=0)
    end_learning_rate = Number(1e-4, low=0)
    power = Number(1.0, above=0)

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        cycles = np.maximum(np.ceil(epoch / self.decay_epochs), 1)
        # A quotient just over a whole number may be rounded to it
        left = np.maximum(1 - epoch / (cycles * self.decay_epochs), 0)
        last = self.end_learning_rate
        return _number_or_vector((self.initial_learning_rate - last) * left**self.power + last)


class PiecewiseConstantDecay(Schedule):
    """One rate up to each boundary, and another after it.

    Parameters
    ----------
    boundaries : sequence of float
        The last epoch of each rate but the last, in ascending order. As in Keras, a rate holds at its boundary too.
    values : sequence of float
        The rates, each above 0, one more than there are boundaries; the same for each member of an ensemble.

    Notes
    -----
    Source: the documentation of ``keras.optimizers.schedules.PiecewiseConstantDecay``.

    Examples
    --------
    >>> schedule = PiecewiseConstantDecay([9, 19], [0.1, 0.01, 0.001])
    >>> [schedule(epoch) for epoch in (0, 9, 10, 20)]
    [0.1, 0.1, 0.01, 0.001]
    """

    boundaries = Numbers()
    values = Numbers(above=0)

    def __init__(self, boundaries: Sequence[float], values: Sequence[float]) -> None:
        super().__init__(boundaries=boundaries, values=values)
        if list(self.boundaries) != sorted(set(self.boundaries)):
            raise ValueError(f"boundaries: expected numbers in ascending order, got {boundaries!r}")
        if len(self.values) != len(self.boundaries) + 1:
            expected = len(self.boundaries) + 1
            raise ValueError(f"values: expected one more number than boundaries, {expected}, got {len(self.values)}")

    def rate(self, epoch: float) -> Any:
        """Return the rate of `epoch`."""
        return self.values[bisect.bisect_left(self.boundaries, epoch)]


def _half_cosine(fraction: Any, last: Any) -> Any:
    """Return what falls along half a cosine, from 1 at a fraction of 0 to `last` at 1 and after it."""
    return last + (1 - last) * ((1 + np.cos(np.pi * np.minimum(fraction, 1))) / 2)


def _number_or_vector(rate: Any) -> Any:
    """Return the Python number of a single rate, and a vector as it is."""
    return rate if rate.ndim else float(rate)


def get(learning_rate: Any) -> Schedule:
    """Return the schedule given, or a constant one for a number.

    Examples
    --------
    >>> get(0.1)(7)
    0.1
    """
    return learning_rate if isinstance(learning_rate, Schedule) else Constant(learning_rate)
