"""Losses on probabilities as frameworks compute them, which limit what becomes of those near 0 and 1.

npnet takes the loss of the logits, and limits nothing. Labels y and probabilities p are (batch, units), in a wide type.
Next to 1, what a loss makes of a probability depends on how that was rounded: so each has an error, and all is computed
at both ends of what it may be. The terms of a loss, and the parts of their slopes, rise or fall with p all the way.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from npnet import MLP
from npnet.losses import Loss

from . import errors
from .activations import ACTIVATION
from .cases import single
from .losses import OF_DISTRIBUTIONS, kind, unsmoothed
from .multiples import Multiple
from .tolerance import Inexact, Rounding, bound, exactly


@dataclass(frozen=True)
class Saturating(ABC):
    """A loss on probabilities as a framework computes it.

    Attributes
    ----------
    loss : Loss
        npnet's, on the probabilities.
    dtype : dtype
        The type in which the framework computes it.
    outputs : callable or None
        Of a net and samples the framework's own probabilities, to the last bit. Without it, they are any within their
        bounds.
    """

    loss: Loss
    dtype: Any
    outputs: Callable[[MLP, Any], Any] | None = None

    def probabilities(self, net: MLP, x: Any, wide: Any) -> Inexact:
        """Return the framework's probabilities, in a wide type.

        Of its own, those out of their bounds are brought back: a fault of the outputs is not excused.
        """
        found = errors.layer_outputs(net.astype(wide), x.astype(wide), net.dtype, flushed=True)[-1]
        if self.outputs is None:
            return found
        return exactly(np.clip(self.outputs(net, x), found.value - found.error, found.value + found.error))

    def value(self, y: Any, p: Inexact) -> Inexact:
        """Return the mean of the losses of the samples."""
        loss, y = self._plain(y)
        low, middle, high = (self.terms(loss, y, cast) for cast in self.cast(p))
        moved = sum(np.maximum(abs(a - b), abs(c - b)).sum() for a, b, c in zip(low, middle, high))
        size = sum(abs(term).sum() for term in middle)
        # Ratios, and probabilities less than 1, are rounded before their logarithms
        rounded = self._rounding(p.value.size + ACTIVATION, size) + self._rounding(4, p.value.size)
        part = self._part(p)
        return Inexact(sum(term.sum() for term in middle) * part, (moved + rounded) * part)

    @abstractmethod
    def terms(self, loss: Loss, y: Any, p: Any) -> list[Any]:
        """Return the terms of all samples and units, of which each rises or falls with p."""

    def by_logits(self, y: Any, p: Inexact) -> Inexact:
        """Return the gradient of the mean by that of which the activation made the probabilities."""
        loss, y = self._plain(y)
        gradient, part = self.pulled_back(loss, y, p), self._part(p)
        return Inexact(gradient.value * part, gradient.error * part)

    @abstractmethod
    def pulled_back(self, loss: Loss, y: Any, p: Inexact) -> Inexact:
        """Return the gradient of the sum of all terms by what the activation was given."""

    def cast(self, p: Inexact) -> list[Any]:
        """Return the least, the right and the largest of what each probability may be, in the type of the loss."""
        numbers = (p.value - p.error, p.value, p.value + p.error)
        return [np.clip(number, 0, 1).astype(self.dtype).astype(p.value.dtype) for number in numbers]

    def _plain(self, y: Any) -> tuple[Loss, Any]:
        """Return the loss without a factor or smoothing, and the labels of which it then is the same."""
        return unsmoothed(self.loss.loss if isinstance(self.loss, Multiple) else self.loss, y)

    def _part(self, p: Inexact) -> float:
        """Return the part of a term in the mean."""
        factor = self.loss.factor if isinstance(self.loss, Multiple) else 1.0
        return factor / (len(p.value) if kind(self.loss) in OF_DISTRIBUTIONS else p.value.size)

    @property
    def _rounding(self) -> Rounding:
        return partial(bound, dtype=self.dtype, flushed=True)


@dataclass(frozen=True)
class Clipped(Saturating):
    """A loss on probabilities that are clipped, outside of whose limits it has no slope."""

    low: float = 0.0
    high: float = 1.0
    clips_labels: bool = False
    """Whether labels are clipped, too."""
    divides_before: bool = False
    """Whether probabilities are divided by their sum before they are clipped."""
    divides_after: bool = False
    """Whether they are afterwards, as by a softmax of their logarithms."""

    def terms(self, loss: Loss, y: Any, p: Any) -> list[Any]:
        """Return the terms of the clipped probabilities."""
        y, p = self._labels(y), self._clipped(p)
        found = [-y * np.log(p)]
        if kind(loss) == "binary_crossentropy":
            found.append(-(1 - y) * np.log(1 - p))
        if kind(loss) == "kl_divergence":
            found.append(y * np.log(np.where(y == 0, 1, y)))
        return [*found, np.log(p.sum(axis=1))] if self.divides_after else found

    def pulled_back(self, loss: Loss, y: Any, p: Inexact) -> Inexact:
        """Return the gradient by the logits, through sigmoid or softmax, of the exact slopes at what p may be."""
        y, numbers = self._labels(y), self.cast(p)
        slopes = [(-y, self._slope(numbers, lambda q: q))]
        if kind(loss) == "binary_crossentropy":
            slopes.append((1 - y, self._slope(numbers, lambda q: 1 - q)))
        if self.divides_after:
            slopes.append((1.0, self._slope(numbers, lambda q: q.sum(axis=1, keepdims=True) + 0 * q)))
        size = sum(abs(factor) * slope.value for factor, slope in slopes)
        # After a softmax of logarithms, of which each has the error of its size
        size = size * (1 - np.log(self._clipped(numbers[1]))) if self.divides_after else size
        error = sum(abs(factor) * slope.error for factor, slope in slopes) + self._rounding(ACTIVATION, size)
        through = _through_sigmoid if kind(loss) == "binary_crossentropy" else _through_softmax
        return through(Inexact(sum(factor * slope.value for factor, slope in slopes), error), p, self._rounding)

    def cast(self, p: Inexact) -> list[Any]:
        """Return what each probability may be, before it is clipped."""
        low, middle, high = super().cast(p)
        if not self.divides_before:
            return [low, middle, high]
        # By a sum that is 1 but for the errors, and rounded, as the quotient is
        moved = p.value * p.error.sum(axis=1, keepdims=True) + self._rounding(p.value.shape[1] + 1, p.value)
        return [low - moved, middle, high + moved]

    def _slope(self, numbers: list[Any], of: Callable[[Any], Any]) -> Inexact:
        """Return 1 over what `of` makes of clipped numbers, 0 where they are clipped; the numbers are ascending."""
        found = [1 / of(self._clipped(number)) for number in numbers]
        inside = [self._clipped(number) == number for number in numbers]
        moved = np.where(np.all(inside, axis=0), abs(found[2] - found[0]), np.max(found, axis=0))
        return Inexact(np.where(inside[1], found[1], 0), np.where(np.any(inside, axis=0), moved, 0))

    def _labels(self, y: Any) -> Any:
        return self._clipped(y) if self.clips_labels else y

    def _clipped(self, p: Any) -> Any:
        low, high = np.array([self.low, self.high], self.dtype).astype(p.dtype)
        return np.clip(p, low, high)


@dataclass(frozen=True)
class Limited(Saturating):
    """PyTorch's binary cross-entropy, whose logarithms and the slopes' divisor p (1 - p) have a least number."""

    logarithm: float = -100.0
    divisor: float = single(1e-12)
    """A float32 number there, in float64 too."""

    def terms(self, loss: Loss, y: Any, p: Any) -> list[Any]:
        """Return the terms with the limited logarithms."""
        with np.errstate(divide="ignore"):
            logarithms = np.maximum(np.log(p), self.logarithm), np.maximum(np.log1p(-p), self.logarithm)
        return [-y * logarithms[0], -(1 - y) * logarithms[1]]

    def pulled_back(self, loss: Loss, y: Any, p: Inexact) -> Inexact:
        """Return p - y, less where the slope of the sigmoid is below the least divisor."""
        slope = p.value * (1 - p.value)
        gradient = (p.value - y) * slope / np.maximum(slope, self.divisor)
        moved = p.error + abs(p.value - y) * np.minimum(1, p.error / self.divisor)
        return Inexact(gradient, moved + self._rounding(ACTIVATION, gradient))


def _through_sigmoid(grad: Inexact, p: Inexact, rounding: Rounding) -> Inexact:
    slope, moved = p.value * (1 - p.value), p.error * (abs(1 - 2 * p.value) + p.error)
    gradient = grad.value * slope
    return Inexact(gradient, grad.error * (slope + moved) + abs(grad.value) * moved + rounding(4, gradient))


def _through_softmax(grad: Inexact, p: Inexact, rounding: Rounding) -> Inexact:
    def total(values: Any) -> Any:
        return values.sum(axis=1, keepdims=True)

    largest, size = p.value + p.error, total(abs(grad.value) * p.value)
    # The slope of p by its own logit is p (1 - p): a gradient of what is nearly 1 has hardly an effect
    felt = largest * grad.error
    moved = felt * (1 - p.value + p.error) + largest * (total(felt) - felt)
    moved += p.error * (abs(grad.value) + size) + largest * total(p.error * abs(grad.value))
    rounded = rounding(4 + 3 * p.value.shape[1], p.value * (abs(grad.value) + 3 * size))
    return Inexact(p.value * (grad.value - total(grad.value * p.value)), moved + rounded)
