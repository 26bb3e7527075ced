"""The framework's side of a check: what it computes, behind one interface in NumPy arrays.

Arrays are laid out as npnet has them: samples and outputs ``(batch, units)``, weights ``(features_in, features_out)``,
and a flat vector in the order of ``net.parameters``: of each layer the weights row by row, then the biases if it has
some. A method returns None where the framework has no such thing; its line is then left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from npnet import MLP
from npnet.clipping import Clipping
from npnet.losses import Loss
from npnet.optimizers import Optimizer

from ..bounds.saturation import Saturating


@dataclass(frozen=True)
class Setting:
    """npnet's side of a check: the net with the framework's weights, and what belongs to its training."""

    net: MLP
    """The net, with the loss and the regularizers of the model where it has some."""
    loss: Loss
    optimizer: Optimizer | None = None
    """The optimizer, without moments; None if the model has none."""
    clipping: Clipping | None = None
    """What the gradient goes through before the optimizer sees it."""
    dtype: Any = None
    """What it is computed in, if that is not the net's dtype."""
    threshold: float | None = None
    """Over which an output counts as a label 1 in an accuracy; None is 1/2, of logits 0."""
    saturating: Saturating | None = None
    """How a framework has the loss of probabilities that it limits; None unless a `Reason` says otherwise."""
    by_largest: bool = False
    """Whether an accuracy of several labels sees the largest output alone, as that of classes does."""


class Reason(NamedTuple):
    """A known way in which a framework departs from the formula, with which a line is compared again."""

    text: str
    """A clause that begins with the framework: "Keras rounds the strength of L2 to float32"."""
    lines: tuple[str, ...]
    """The kinds of lines that it can change: output, loss, penalty, loss gradient, gradient, optimizer, training,
    reported."""
    changed: Callable[[Setting], Setting]
    """npnet's side as the framework has it."""


class Reported(NamedTuple):
    """A number that the framework reports."""

    name: str
    """As the user finds it: "evaluate: loss", "loss_", "history: loss"."""
    value: float
    quantity: str
    """What it should be: "loss", with the penalty; "data loss", without it; "accuracy"."""


class Trained(NamedTuple):
    """A training that took one step on each batch."""

    parameters: Sequence[Any]
    """The flat vector after each step."""
    losses: Sequence[float] | None = None
    """What the framework reported for each step: the batch's loss, with its penalty, before the step."""
    mean_loss: Reported | None = None
    """What it reported for all steps: their mean, each counted by its samples."""


class Adapter:
    """A model in its framework.

    Samples come in the net's dtype; labels do too, (batch, units): whoever needs class indices makes them.

    Attributes
    ----------
    framework : str
        The framework with its version, as "Keras 3.12.0 on TensorFlow 2.20.0".
    setting : Setting
        npnet's side, with the same weights.
    hard_labels : bool
        Whether labels must be one class or another, each 0 or 1.
    sample_dtype : dtype or None
        The type that samples are rounded to before anything else, if that is not the net's.
    parameters : ndarray or None
        The model's weights and biases, flat, where the net is another one than the model's own; else None.
    """

    framework: str
    setting: Setting
    hard_labels: bool = False
    sample_dtype: Any = None
    parameters: Any = None

    def class_indices(self, y: Any) -> Any:
        """Return labels as npnet takes them, of those given, where the framework's classes have names of their own."""
        return y

    def outputs(self, x: Any) -> list[Any]:
        """Return the output of each layer after its activation, the last one's from the model itself."""
        raise NotImplementedError

    def penalty(self) -> float | None:
        """Return the penalty of the weights, with which the loss begins; None where there is none."""
        return None

    def loss(self, x: Any, y: Any) -> float | None:
        """Return the loss of a batch with the penalty."""
        return None

    def loss_gradient(self, x: Any, y: Any) -> Any:
        """Return the gradient of the loss by the outputs, (batch, units).

        Where npnet folds the last activation into the loss (softmax or sigmoid with its cross-entropy), it is the
        gradient by that activation's input.
        """
        return None

    def gradient(self, x: Any, y: Any) -> Any:
        """Return the gradient of loss and penalty by all weights and biases, flat."""
        return None

    def optimizer_steps(self, parameters: Any, gradients: Any) -> Any:
        """Return the parameters after one step of a fresh optimizer for each gradient, flat.

        The optimizer has the model's settings, the parameters are any of the model's shape; the model stays as it is.
        """
        return None

    def train(self, batches: Sequence[tuple[Any, Any]]) -> Trained | None:
        """Return the record of one training step on each batch, from the model's weights and with a fresh optimizer.

        The model, and its optimizer, are afterwards as they were.
        """
        return None

    def report(self, x: Any, y: Any) -> list[Reported]:
        """Return what the framework reports of the model on these samples."""
        return []

    def reasons(self) -> list[Reason]:
        """Return the known reasons for which lines may disagree, as far as they apply to this model."""
        return []


class Shape(NamedTuple):
    """What a model and the net that it is compared with must have in common, under the names that a net has for it."""

    widths: tuple[int, ...]
    use_bias: tuple[bool, ...]
    dtype: Any


def compared_with(net: MLP, own: MLP | Shape) -> MLP:
    """Return a copy of the net that a model is compared with, which must have the shape and type of its own."""
    for name in Shape._fields:
        expected, got = getattr(own, name), getattr(net, name)
        if got != expected:
            raise ValueError(f"against: expected a net of the model's shape, {name} {expected}, got {name} {got}")
    return net.copy()
