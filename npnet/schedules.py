"""Schedules: the learning rate of an epoch, counted from 0.

Source: the study notes, section 2.2.
"""

import math
from abc import ABC, abstractmethod
from typing import Any

from npnet.validation import flag, number


class Schedule(ABC):
    """A rule that gives the learning rate for each epoch."""

    @abstractmethod
    def __call__(self, epoch: float) -> float:
        """Return the learning rate of `epoch`, a number of at least 0."""

    def __repr__(self) -> str:
        """Return the expression that makes this schedule."""
        settings = (f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({', '.join(settings)})"


class Constant(Schedule):
    """The same learning rate always.

    Parameters
    ----------
    learning_rate : float
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

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = number("learning_rate", learning_rate, above=0)

    def __call__(self, epoch: float) -> float:
        """Return the rate."""
        number("epoch", epoch, low=0)
        return self.learning_rate


class ExponentialDecay(Schedule):
    r"""The notes' decay, :math:`lr = lr_0 \cdot r^{\,e/s}`.

    (The formula that the notes print, :math:`lr_0^{\,e/s}`, is not the one that their code runs.)

    Parameters
    ----------
    initial_learning_rate : float
        :math:`lr_0`, above 0.
    decay_rate : float
        :math:`r`, above 0: the factor by which the rate shrinks.
    decay_steps : float
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
        self, initial_learning_rate: float, decay_rate: float, decay_steps: float = 1, staircase: bool = False
    ) -> None:
        self.initial_learning_rate = number("initial_learning_rate", initial_learning_rate, above=0)
        self.decay_rate = number("decay_rate", decay_rate, above=0)
        self.decay_steps = number("decay_steps", decay_steps, above=0)
        self.staircase = flag("staircase", staircase)

    def __call__(self, epoch: float) -> float:
        """Return the rate of `epoch`."""
        exponent = number("epoch", epoch, low=0) / self.decay_steps
        try:
            if self.staircase:
                exponent = math.floor(exponent)
            return self.initial_learning_rate * self.decay_rate**exponent
        except OverflowError:
            raise ValueError(f"epoch: expected one at which the rate is finite, got {epoch!r}") from None


class InverseTimeDecay(Schedule):
    r"""A slower decay, :math:`lr = lr_0 / (1 + r\,e/s)`.

    Parameters
    ----------
    initial_learning_rate : float
        :math:`lr_0`, above 0.
    decay_rate : float
        :math:`r`, not negative.
    decay_steps : float
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

    def __init__(self, initial_learning_rate: float, decay_rate: float, decay_steps: float = 1) -> None:
        self.initial_learning_rate = number("initial_learning_rate", initial_learning_rate, above=0)
        self.decay_rate = number("decay_rate", decay_rate, low=0)
        self.decay_steps = number("decay_steps", decay_steps, above=0)

    def __call__(self, epoch: float) -> float:
        """Return the rate of `epoch`."""
        return self.initial_learning_rate / (1 + self.decay_rate * number("epoch", epoch, low=0) / self.decay_steps)


class CosineDecay(Schedule):
    r"""Half a cosine from :math:`lr_0` to 0, :math:`lr = lr_0\,(1 + \cos(\pi e/s))/2`, 0 after that.

    Parameters
    ----------
    initial_learning_rate : float
        :math:`lr_0`, above 0.
    decay_steps : float
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

    def __init__(self, initial_learning_rate: float, decay_steps: float) -> None:
        self.initial_learning_rate = number("initial_learning_rate", initial_learning_rate, above=0)
        self.decay_steps = number("decay_steps", decay_steps, above=0)

    def __call__(self, epoch: float) -> float:
        """Return the rate of `epoch`."""
        fraction = min(number("epoch", epoch, low=0) / self.decay_steps, 1)
        return self.initial_learning_rate * (1 + math.cos(math.pi * fraction)) / 2


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
