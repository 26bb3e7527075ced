"""The notes' nets, data, rates and numbers: each once, under the section that has it.

Source: the study notes; the net of section 5 is that of their first part, to which the section refers.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from npnet.ensemble import Ensemble
from npnet.initializers import Constant, Normal, TruncatedNormal
from npnet.language import Message
from npnet.network import MLP
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.regularizers import L1, L2, Regularizer
from npnet.typing import Array, Seed


class Loop(NamedTuple):
    """The hyperparameters of a training loop."""

    learning_rate: float
    batch_size: int
    epochs: int


class Reported(NamedTuple):
    """One row of the table of section 5.3."""

    seconds: float
    """The time of the training."""
    epochs: str
    """The epochs to converge, read off the curves."""


LR_BASE, LR_DECAY, LR_STEP, DECAY_EPOCHS = 0.2, 0.99, 1, 100
"""Section 2.2 (2): what the printed rates imply of the decay, by the names of the code, and how many are printed."""

LABELS = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0), (0, 1, 0))
"""Section 3.2 (2): the labels of the five samples."""
LOGITS = ((12, 3, 2), (3, 10, 1), (1, 2, 5), (4, 6.5, 1.2), (3, 6, 1))
"""Section 3.2 (2): their logits."""

DOTS = Loop(learning_rate=0.005, batch_size=32, epochs=800)
"""Section 4.2 (3): the training on the dots."""
DOTS_WIDTHS = (2, 11, 1)
"""Section 4.2 (3): the widths of the net on the dots."""
STRENGTH = 0.03
"""Section 4.2 (2): the strength of the regularizer."""

IRIS = Loop(learning_rate=0.1, batch_size=32, epochs=500)
"""Section 5.2: the training on the irises."""
IRIS_WIDTHS = (4, 3)
"""Section 5: the widths of the net on the irises."""
BETA, BETA_1, BETA_2 = 0.9, 0.9, 0.999
"""Section 5.2 (2) to (5): the decay factor of SGDM and of RMSProp, and the two of Adam."""
SMALLER_RATE = 0.01
"""Section 5.2 (4): the rate that RMSProp is reduced to, as it oscillates at that of the others."""

REPORTED = {
    "SGD": Reported(8.394366025924683, "≈ 200"),
    "SGDM": Reported(9.672947883605957, "> 100"),
    "Adagrad": Reported(9.278505802154541, "60–70"),
    "RMSProp at 0.1": Reported(9.854762315750122, Message("unsteady")),
    "RMSProp at 0.01": Reported(9.869148254394531, "≈ 40"),
    "Adam": Reported(12.487653255462646, "20–30"),
}
"""Sections 5.2 and 5.3: the results, by the names of `optimizers`."""
FIVE = ("SGD", "SGDM", "Adagrad", "RMSProp at 0.01", "Adam")
"""Section 5.3: the rows of the table, the slowest to converge first."""

_DOTS_START: Any = {"kernel_initializer": Normal(), "bias_initializer": Constant(0.01)}
_IRIS_START: Any = {"kernel_initializer": TruncatedNormal(0.1), "bias_initializer": TruncatedNormal(0.1)}


def dots_net(seed: Seed = None) -> MLP:
    """Return the net on the dots of section 4.2 (3): 2-11-1, ReLU, weights from N(0, 1) and biases 0.01.

    Examples
    --------
    >>> dots_net(seed=0).biases[1]
    array([0.01], dtype=float32)
    """
    return MLP(DOTS_WIDTHS, seed=seed, **_DOTS_START)


def dots_nets(seeds: Iterable[int], hidden_units: int = DOTS_WIDTHS[1]) -> Ensemble:
    """Return nets on the dots, as `dots_net` gives them.

    Examples
    --------
    >>> dots_nets(range(3)).widths
    (2, 11, 1)
    """
    inputs, _, outputs = DOTS_WIDTHS
    return Ensemble((inputs, hidden_units, outputs), seeds=seeds, **_DOTS_START)


def iris_net(seed: Seed = None) -> MLP:
    """Return the net on the irises of section 5: 4-3, softmax, with weights and biases from a truncated normal.

    The normal distribution's standard deviation is 0.1.

    Examples
    --------
    >>> iris_net(seed=0).widths
    (4, 3)
    """
    return MLP(IRIS_WIDTHS, output="softmax", seed=seed, **_IRIS_START)


def iris_nets(seeds: Iterable[int]) -> Ensemble:
    """Return nets on the irises, as `iris_net` gives them.

    Examples
    --------
    >>> iris_nets(range(3)).widths
    (4, 3)
    """
    return Ensemble(IRIS_WIDTHS, output="softmax", seeds=seeds, **_IRIS_START)


def regularizers(strength: float = STRENGTH) -> dict[str, Regularizer | None]:
    """Return the regularizers of section 4.2 by their names, and first None, which the net is trained without.

    Examples
    --------
    >>> list(regularizers())
    ['none', 'L1(0.03)', 'L2(0.03)']
    """
    penalties: tuple[Regularizer, ...] = (L1(strength), L2(strength))
    return {Message("none"): None, **{repr(penalty): penalty for penalty in penalties}}


def grid() -> tuple[Array, Array]:
    """Return the coordinates of the grid of section 4.2 (3), ``mgrid[-3:3:.1, -3:3:.1]``: 60 × 60 points up to 2.9.

    Examples
    --------
    >>> grid()[0].shape
    (60, 60)
    """
    xx, yy = np.mgrid[-3:3:0.1, -3:3:0.1]
    return xx, yy


def optimizers() -> dict[str, Optimizer]:
    """Return new optimizers of section 5.2, all at its rate, and RMSProp also at the smaller one.

    Examples
    --------
    >>> optimizers()["RMSProp at 0.01"]
    RMSProp(0.01, rho=0.9, epsilon=1e-07)
    """
    rate = IRIS.learning_rate
    return {
        "SGD": SGD(rate),
        "SGDM": SGDM(rate, beta=BETA),
        "Adagrad": Adagrad(rate),
        Message("RMSProp at 0.1"): RMSProp(rate, rho=BETA),
        Message("RMSProp at 0.01"): RMSProp(SMALLER_RATE, rho=BETA),
        "Adam": Adam(rate, beta_1=BETA_1, beta_2=BETA_2),
    }
