"""The shipped optimizers and nets, called with any kind of number."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from npnet.activations import Activation
from npnet.network import MLP
from npnet.optimizers import Optimizer
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
