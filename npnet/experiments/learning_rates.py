"""Learning rates: the notes' exponential decay, and what a rate too small or too large does.

Source: the study notes, section 2.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from npnet import schedules
from npnet._checks import integer, number
from npnet._equality import ByValue
from npnet.experiments import notes
from npnet.language import Message
from npnet.optimizers import SGD
from npnet.schedules import ExponentialDecay, Schedule
from npnet.typing import Array

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class DecayedRates(ByValue):
    """The learning rate of each epoch."""

    epochs: Array
    """int64, shape (epochs,): from 0."""
    learning_rates: Array
    """float64, shape (epochs,)."""

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each epoch."""
        import pandas

        return pandas.DataFrame({Message("epoch"): self.epochs, Message("learning_rate"): self.learning_rates})


def decayed_rates(
    lr_base: float = notes.LR_BASE,
    lr_decay: float = notes.LR_DECAY,
    lr_step: float = notes.LR_STEP,
    epochs: int = notes.DECAY_EPOCHS,
) -> DecayedRates:
    """Return ``lr_base * lr_decay ** (epoch / lr_step)`` for each epoch.

    Parameters
    ----------
    lr_base, lr_decay, lr_step : float
        The notes' names for the first rate, the factor, and the epochs that one factor takes; all
        above 0.
    epochs : int
        How many epochs, at least 1.

    Notes
    -----
    Source: the study notes, section 2.2 (2).

    Examples
    --------
    >>> decayed_rates().learning_rates[9]
    np.float64(0.18270344949672818)
    """
    schedule = ExponentialDecay(lr_base, decay_epochs=lr_step, decay_rate=lr_decay)
    count = np.arange(integer("epochs", epochs, 1))
    return DecayedRates(count, np.array([schedule(int(epoch)) for epoch in count]))


@dataclass(frozen=True, eq=False)
class OneWeight(ByValue):
    """The path of one weight under several learning rates."""

    names: tuple[str, ...]
    """The rates' names."""
    weights: Array
    """float64, shape (rates, epochs + 1): the weight before the first step and after each."""

    @property
    def losses(self) -> Array:
        """The loss ``(w + 1)**2`` along each path."""
        return np.square(self.weights + 1)

    def to_frame(self) -> "pandas.DataFrame":
        """Return a table with one row for each rate: the weight after some steps, and the last loss."""
        import pandas

        last = self.weights.shape[1] - 1
        steps = [step for step in (1, 2, last - 1, last) if step <= last]
        columns: dict[str, Any] = {Message("learning rate"): self.names}
        columns |= {Message("step {step}", step=step): self.weights[:, step] for step in sorted(set(steps))}
        columns[Message("last loss")] = self.losses[:, -1]
        # Of another type, the names would be plain text
        return pandas.DataFrame(columns).set_axis(pandas.Index(columns, dtype=object), axis=1)


def one_weight(rates: Mapping[str, float | Schedule] | None = None, start: float = 5.0, epochs: int = 40) -> OneWeight:
    """Minimize ``(w + 1)**2`` by gradient descent, once for each learning rate.

    The gradient is ``2 (w + 1)``, so that each step multiplies ``w + 1`` by ``1 - 2 lr``: a rate
    near 0 hardly moves, a rate near 1 jumps from side to side, and a rate over 1 diverges.

    Parameters
    ----------
    rates : mapping of str to float or Schedule
        The rates with their names. By default: one too small, one decayed, two too large.
    start : float
        The initial weight.
    epochs : int
        How many steps, one in each epoch.

    Notes
    -----
    Source: the study notes, section 2.2 (1).

    Examples
    --------
    >>> one_weight({"half": 0.5}, epochs=1).weights
    array([[ 5., -1.]])
    """
    if rates is None:
        rates = {
            Message("0.001 (too small)"): 0.001,
            Message("0.2 × 0.99ᵉ (decayed)"): ExponentialDecay(notes.LR_BASE, notes.LR_STEP, notes.LR_DECAY),
            Message("0.999 (jumps)"): 0.999,
            Message("1.05 (diverges)"): 1.05,
        }
    if not isinstance(rates, Mapping) or not rates:
        raise ValueError(f"rates: expected a mapping of names to rates, got {rates!r}")
    start, epochs = number("start", start), integer("epochs", epochs, 1)
    paths = [_descend(start, schedules.get(rate), epochs) for rate in rates.values()]
    return OneWeight(tuple(rates), np.array(paths))


def _descend(start: float, schedule: Schedule, epochs: int) -> Array:
    optimizer, w, path = SGD(schedule), np.array([start]), np.empty(epochs + 1)
    path[0] = start
    for epoch in range(epochs):
        optimizer.begin_epoch(epoch)
        optimizer.step(w, 2 * (w + 1))
        path[epoch + 1] = w[0]
    return path
