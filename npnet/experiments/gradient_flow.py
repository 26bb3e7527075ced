"""Gradient flow: how large the gradient still is in each layer of a deep net, for several activations.

Source: the study notes, section 3.1 (1) to (3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from npnet import activations, datasets
from npnet._checks import integer
from npnet._equality import ByValue
from npnet.activations import Activation
from npnet.ensemble import Ensemble
from npnet.experiments.statistics import bootstrap
from npnet.initializers import Initializer
from npnet.language import Message
from npnet.typing import Array

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class GradientFlow(ByValue):
    """The size of the gradient in each hidden layer of untrained nets."""

    names: tuple[str, ...]
    """The activations."""
    norms: Array
    """float64, shape (activations, layers, seeds): the Euclidean norm of the loss's gradient with respect to each
    hidden layer's weights, first layer first."""

    @property
    def factors(self) -> Array:
        """The factor per layer going back, shape (activations, seeds).

        It is the geometric mean of the ratio of each hidden layer's norm to the next one's, over the hidden layers of
        one shape: all but the first, whose inputs are the data. Under 1 the gradient vanishes, over 1 it
        explodes. Where no gradient reaches the last hidden layer, it is 0.

        A gradient that is small in all layers alike has a factor of 1: the outputs of the layers shrink on the
        way forward as much as the gradient does on the way back.
        """
        second, last = self.norms[:, 1], self.norms[:, -1]
        ratios = np.divide(second, last, out=np.zeros_like(second), where=last > 0)
        return ratios ** (1 / (self.norms.shape[1] - 2))

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each activation: medians over the seeds, with 95 % intervals."""
        import pandas

        rows = [
            {
                Message("activation"): name,
                **bootstrap(norms[0]).columns("first layer"),
                **bootstrap(norms[-1]).columns("last layer"),
                **bootstrap(factors).columns("factor per layer"),
            }
            for name, norms, factors in zip(self.names, self.norms, self.factors)
        ]
        return pandas.DataFrame(rows)


def gradient_flow(
    depth: int = 10,
    width: int = 32,
    seeds: Iterable[int] = range(100),
    hidden: Sequence[str | Activation] = ("sigmoid", "tanh", "relu"),
    kernel_initializer: str | Initializer = "he_normal",
    samples: int = 64,
) -> GradientFlow:
    """Return the gradient's norm in each hidden layer of untrained nets on the digits.

    The nets have 64 inputs, `depth` hidden layers of one width, and a softmax over 10 classes with the
    cross-entropy. For each activation they start from the same weights, with biases 0. Everything is float64.

    Parameters
    ----------
    depth : int
        The number of hidden layers, at least 3.
    width : int
        The units of each.
    seeds : iterable of int
        The seeds of the nets' initial weights.
    hidden : sequence of str or Activation
        The activations that are compared.
    kernel_initializer : str or Initializer
        The rule for the initial weights; by default the notes' N(0, sqrt(2/d)).
    samples : int
        How many digits the loss is the mean of: the first ones, standardized.

    Notes
    -----
    Source: the study notes, section 3.1 (1) to (3).

    Examples
    --------
    >>> flow = gradient_flow(depth=4, seeds=range(3))
    >>> flow.names, flow.norms.shape
    (('sigmoid', 'tanh', 'relu'), (3, 4, 3))
    >>> print((flow.norms[0, 0] < flow.norms[2, 0] / 10).all())
    True
    """
    depth, seeds = integer("depth", depth, 3), list(seeds)
    widths = [64, *[integer("width", width, 1)] * depth, 10]
    chosen = [activations.get(activation, "hidden") for activation in hidden]
    features, labels, _ = datasets.load_digits()
    count = integer("samples", samples, 1)
    (x,), y = datasets.standardize(features[:count]), labels[:count]
    norms = [
        _norms(Ensemble(widths, f, "softmax", "float64", seeds=seeds, kernel_initializer=kernel_initializer), x, y)
        for f in chosen
    ]
    return GradientFlow(tuple(f.name for f in chosen), np.array(norms))


def _norms(nets: Ensemble, x: Array, y: Array) -> Array:
    _, nets.parameters = nets.loss_and_gradient(x, y, loss="categorical_crossentropy")
    # The layout of the gradient is that of the parameters: the nets' weights are now its parts
    return np.array([np.sqrt(np.square(dW).sum(axis=(0, 1))) for dW in nets.weights[:-1]])
