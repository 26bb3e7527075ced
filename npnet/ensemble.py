"""Many nets of one shape, trained together.

With the members on the last axis of every array, the lines that train one net train all: what is elementwise
stays so, sums over the batch or the units give a row with a number for each member, and a hyperparameter
(a learning rate, a strength) may be such a row. Only the products of a layer differ: `npnet.engine.layers`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from npnet import initializers
from npnet._checks import integer, renamed, some_of
from npnet.activations import Activation
from npnet.initializers import Initializer
from npnet.network import MLP, Network
from npnet.regularizers import Choice
from npnet.typing import Seed

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Ensemble"]


def __dir__() -> list[str]:
    return __all__


class Ensemble(Network):
    """Several nets of one shape that are trained together on shared data.

    Parameters
    ----------
    widths, hidden, output, dtype, kernel_initializer, bias_initializer, use_bias, kernel_regularizer
        As for `MLP`.
    members : int or None
        How many nets; by default as many as there are seeds.
    seeds : iterable of int, numpy.random.Generator or None
        The seeds of the members' initial weights: member ``k`` is ``MLP(..., seed=seeds[k])``. By default
        all are drawn anew.

    Notes
    -----
    `parameters` is (size, members); `predict` returns (batch, units, members), `evaluate` and
    `loss_and_gradient` return a vector of losses, and `History` has a second axis. Learning rates,
    strengths and the other numbers of schedules, optimizers and regularizers may be vectors with one number
    for each member. A member whose loss, gradient or update is not finite is frozen at its last finite
    parameters and listed in ``history.frozen``; the others go on. (Its moments are those before a first
    step, but steps are counted for all: ``reset()`` the optimizer to train it on.) Where `fit` shuffles,
    all members see the same order, by default that of the first one's seed. Up to rounding error, each member is
    the net that is trained alone in that order; a learning rate that is too large magnifies the error.
    Recorded losses include the penalty: compare members of different strengths by their accuracies, or by
    `evaluate`.

    Examples
    --------
    >>> from npnet import datasets, optimizers
    >>> x_train, y_train, x_test, y_test = datasets.iris_split()
    >>> ensemble = Ensemble([4, 3], output="softmax", seeds=range(3))
    >>> history = ensemble.fit(x_train, y_train, optimizer=optimizers.Adam([0.001, 0.01, 0.1]), epochs=20)
    >>> history.loss.shape, ensemble.predict(x_test).shape, ensemble[2]
    ((20, 3), (30, 3, 3), MLP([4, 3], [softmax], float32))
    """

    def __init__(
        self,
        widths: Sequence[int],
        hidden: str | Activation | Sequence[str | Activation] = "relu",
        output: str | Activation = "identity",
        dtype: npt.DTypeLike = "float32",
        members: int | None = None,
        seeds: Iterable[Seed] | None = None,
        kernel_initializer: str | Initializer = "he_normal",
        bias_initializer: str | Initializer = "zeros",
        use_bias: bool | Sequence[bool] = True,
        kernel_regularizer: Choice = None,
    ) -> None:
        first, *others = _checked_seeds(members, seeds)
        # Made once: names are looked up for each net
        kernel = initializers.get(kernel_initializer, "kernel_initializer")
        bias = initializers.get(bias_initializer, "bias_initializer")
        with renamed(seed="seeds"):
            net = MLP(widths, hidden, output, dtype, first, kernel, bias, use_bias)
            *inner, last = net.activations
            self._take([net, *(MLP(widths, inner, last, dtype, seed, kernel, bias, use_bias) for seed in others)])
        self._regularize("kernel_regularizer", kernel_regularizer)

    @classmethod
    def from_nets(cls, nets: Iterable[MLP]) -> Ensemble:
        """Return an ensemble with copies of the nets as its members.

        Examples
        --------
        >>> len(Ensemble.from_nets([MLP([4, 3], seed=0), MLP([4, 3], seed=1)]))
        2
        """
        ensemble = object.__new__(cls)
        ensemble._take(_checked_nets(nets))
        return ensemble

    def _take(self, nets: list[MLP]) -> None:
        self.widths, self.activations, self.use_bias = nets[0].widths, nets[0].activations, nets[0].use_bias
        self.rng = copy.deepcopy(nets[0].rng)
        if all(net.loss == nets[0].loss for net in nets):
            self.loss = nets[0].loss
        self._hold(np.stack([net.parameters for net in nets], axis=1))
        self.regularizer = copy.deepcopy(nets[0].regularizer)

    def part(self, members: slice) -> Ensemble:
        """Return an ensemble of some members, a copy."""
        some_of("members", members, len(self))
        return self._with(type(self), self._parameters[:, members].copy(), members)

    def __len__(self) -> int:
        """Return the number of members."""
        return int(self._parameters.shape[1])

    def __getitem__(self, index: int) -> MLP:
        """Return a copy of one member as a net of its own."""
        if isinstance(index, (slice, list, tuple, np.ndarray)):
            raise ValueError(f"index: expected one member; Ensemble.from_nets makes an ensemble of some, got {index!r}")
        position = integer("index", index, -len(self))
        if position >= len(self):
            raise ValueError(f"index: expected a member from {-len(self)} to {len(self) - 1}, got {index}")
        return self._with(MLP, self._parameters[:, position].copy(), position)

    def __iter__(self) -> Iterator[MLP]:
        """Iterate over copies of the members."""
        return (self[index] for index in range(len(self)))


def _checked_seeds(members: int | None, seeds: Iterable[Seed] | None) -> list[Seed]:
    if seeds is None:
        if members is None:
            raise ValueError("members: expected a whole number >= 1, or seeds for the members, got neither")
        return [None] * integer("members", members, 1)
    if not isinstance(seeds, Iterable) or isinstance(seeds, (str, bytes)):
        raise ValueError(f"seeds: expected one for each member, such as range(100), got {seeds!r}")
    chosen = list(seeds)
    if not chosen:
        raise ValueError("seeds: expected at least one, got none")
    if members is not None and integer("members", members, 1) != len(chosen):
        raise ValueError(f"seeds: expected one for each of {members} members, got {len(chosen)}")
    return chosen


def _checked_nets(nets: Iterable[MLP]) -> list[MLP]:
    chosen = list(nets) if isinstance(nets, Iterable) else []
    if not chosen or not all(isinstance(net, MLP) for net in chosen):
        raise ValueError(f"nets: expected at least one MLP, and nothing else, got {nets!r}")
    for net in chosen[1:]:
        if _shape(net) != _shape(chosen[0]):
            raise ValueError(f"nets: expected nets of one shape, {chosen[0]!r}, got {net!r}")
    return chosen


def _shape(net: MLP) -> tuple[Any, ...]:
    return net.widths, net.dtype, net.activations, net.use_bias, net.regularizer
