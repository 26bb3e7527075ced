"""A derivative as it can be known from values, with an error of its own."""

from typing import NamedTuple

DIGITS = 1 / 200
"""A derivative is known if its error is under this part of it."""

AT_ZERO = 16
"""A derivative and a gradient are 0 if so many roundings of x can cause both."""


AT_OPTIMUM = 64
"""At an optimum so many roundings of x are what a solver's last one leaves of a derivative."""

FARTHER = 64
"""A gradient so many times further away than two derivatives are from each other is wrong, whichever is right."""

SURE = 8
"""No two numbers of some noise are so many of its standard deviations apart."""


class Estimate(NamedTuple):
    """A derivative along a direction, and how far it may be off."""

    value: float
    error: float
    zero: float = -1.0
    """Gradients up to this size are 0 as far as x is known; negative if nothing speaks for a derivative of 0."""
    idle: bool = False
    """Whether no usual step changes the value by more than its rounding errors, so that the derivative may be 0."""
    uneven: bool = False
    """Whether the derivative changes far more near x than a rounding of x is worth, as it does at a corner."""
    sides: tuple[float, float] | None = None
    """At a corner, the derivatives against the direction and along it."""
    coarse: tuple[float, float] | None = None
    """Another derivative and its error that larger steps show, where the difference may be noise."""
    stepped: bool = False
    """Whether f changes in steps near x, as where it is rounded inside, so that no difference tells its slope."""
    jumps: bool = False
    """Whether f's value jumps at x itself."""
    curved: float = 0.0
    """By how much the derivative changes as x is moved by its size, if it changes evenly."""
    step: float = 0.0
    """The step of the central difference that it is; 0 if it is none."""
    doubt: str = ""
    """Why the error is as large as it is, if it is known."""

    @property
    def known(self) -> bool:
        """Whether the derivative is known to half a percent of itself; 0 is not."""
        return self.value != 0 and self.error <= DIGITS * abs(self.value)
