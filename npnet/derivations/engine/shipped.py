"""The shipped optimizers, schedules and nets, called with any kind of number."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from npnet.activations import Activation
from npnet.network import MLP
from npnet.optimizers import Optimizer
from npnet.schedules import Schedule
from npnet.typing import Array


class Steps(NamedTuple):
    """The end of some steps of an optimizer."""

    w: Array
    """The parameters."""
    state: Mapping[str, Array]
    """The optimizer's moments."""


def take_steps(
    kind: type[Optimizer],
    w: Array,
    gradients: Iterable[Array],
    **settings: Any,
) -> Steps:
    """Return where an optimizer's steps lead from `w`, one step for each gradient.

    Examples
    --------
    >>> from npnet.optimizers import SGD
    >>> print(take_steps(SGD, np.array([1.0]), [np.array([2.0])], learning_rate=0.25).w)
    [0.5]
    """
    w = w.copy()
    if w.dtype != object:
        optimizer = kind(**{name: float(value) for name, value in settings.items()})
        for g in gradients:
            optimizer.step(w, g)
        return Steps(w, optimizer.state)
    # The constructor and `step` check that numbers are floats; these two take any number
    optimizer = kind.unchecked(**settings)
    for g in gradients:
        optimizer.apply(w, g)
    return Steps(w, optimizer.state)


def rate_of(kind: type[Schedule], epoch: int, **settings: Any) -> Any:
    """Return a schedule's rate of an epoch.

    Examples
    --------
    >>> from npnet.schedules import CosineDecay
    >>> print(rate_of(CosineDecay, 5, initial_learning_rate=0.5, decay_epochs=10))
    0.25
    """
    if all(isinstance(value, (int, float)) for value in settings.values()):
        return kind(**settings)(epoch)
    # The rate of a single member, whose numbers are not checked to be floats
    members = {name: np.array([value], object) for name, value in settings.items()}
    return kind.unchecked(**members).rate(epoch)[0]


def net_of(
    w: Array,
    widths: Sequence[int],
    hidden: str | Sequence[str | Activation] = "identity",
) -> MLP:
    """Return the net of these widths with the flat parameters `w`, of their dtype.

    Examples
    --------
    >>> print(net_of(np.array([2.0, 1.0]), [1, 1])([[3.0]]))
    [[7.]]
    """
    net = MLP(widths, hidden, dtype=w.dtype, kernel_initializer="zeros")
    net.parameters = w
    return net


def flat(*arrays: Array) -> Array:
    """Return the elements of all arrays in one vector, as a net holds its parameters.

    Examples
    --------
    >>> print(flat(np.eye(2), np.array([5.0])))
    [1. 0. 0. 1. 5.]
    """
    return np.concatenate([np.ravel(array) for array in arrays])
