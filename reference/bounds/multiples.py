"""A loss times a constant factor, for frameworks that minimize a multiple of what npnet does."""

from typing import Any

from npnet.activations import Activation
from npnet.losses import Loss


class Multiple(Loss):
    r"""A loss times a constant, :math:`L = c\,l`, :math:`\partial L / \partial p = c\,\partial l / \partial p`.

    Parameters
    ----------
    factor : float
        :math:`c`, above 0.
    loss : Loss
        :math:`l`.

    Examples
    --------
    >>> from npnet.losses import MeanSquaredError
    >>> half = Multiple(0.5, MeanSquaredError())
    >>> print(half([[1.0]], [[3.0]]), half.gradient([[1.0]], [[3.0]]))
    2.0 [[2.]]
    """

    name = "multiple"

    def __init__(self, factor: float, loss: Loss) -> None:
        if not 0 < factor < float("inf"):
            raise ValueError(f"factor: expected a finite number above 0, got {factor}")
        self.factor, self.loss = float(factor), loss
        self.from_logits, self.mean_over_units = loss.from_logits, loss.mean_over_units
        self.labels, self.predictions = loss.labels, loss.predictions

    def fold(self, activation: Activation) -> Loss | None:
        """Return the same multiple of the loss that it folds to."""
        folded = self.loss.fold(activation)
        return None if folded is None else Multiple(self.factor, folded)

    def prepared(self, y: Any) -> Any:
        """Return the labels as the loss takes them."""
        return self.loss.prepared(y)

    def original(self, y: Any) -> Any:
        """Return the labels as they were given."""
        return self.loss.original(y)

    def terms(self, y: Any, p: Any, out: Any = None, scratch: Any = None) -> Any:
        """Return the loss's own terms times the factor, and what it kept."""
        (a, b), saved = self.loss.terms(y, p, out, scratch)
        return (self.factor * a, b), saved

    def derivative(self, y: Any, saved: Any, count: int) -> Any:
        """Return the loss's own derivative times the factor."""
        return self.factor * self.loss.derivative(y, saved, count)

    def __repr__(self) -> str:
        return f"Multiple({self.factor:g}, {self.loss!r})"
