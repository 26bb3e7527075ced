"""Shared by the claims' experiments: data, and how many epochs a net needs at the best of several rates."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from npnet import datasets
from npnet.datasets import Split
from npnet.ensemble import Ensemble
from npnet.experiments.claims.claim import Measure
from npnet.experiments.claims.verdicts import together
from npnet.experiments.statistics import Interval, bootstrap, epochs_to_level
from npnet.history import History
from npnet.language import Message
from npnet.optimizers import SGD
from npnet.typing import Array

CROSS_ENTROPY = "categorical_crossentropy"


@cache
def irises(standardized: bool = True) -> Split:
    """Return the notes' split of the irises, standardized or in cm."""
    x_train, y_train, x_test, y_test = datasets.iris_split()
    if standardized:
        x_train, x_test = datasets.standardize(x_train, x_test)
    return Split(x_train, y_train, x_test, y_test)


@cache
def digits(count: int, standardized: bool = True) -> Split:
    """Return the first digits for training and the last 500 for testing, standardized or with pixels from 0 to 16."""
    features, labels, _ = datasets.load_digits()
    x_train, x_test = features[:count], features[-500:]
    if standardized:
        x_train, x_test = datasets.standardize(x_train, x_test)
    return Split(x_train, labels[:count], x_test, labels[-500:])


def hidden_outputs(nets: Ensemble, x: Array) -> list[Array]:
    """Return the outputs of each hidden layer, each of shape (batch, units, members)."""
    outputs = []
    # Nets that diverged are frozen just before they overflow
    with np.errstate(over="ignore", invalid="ignore"):
        for layers in range(1, len(nets.widths) - 1):
            *hidden, last = nets.activations[:layers]
            part = Ensemble(nets.widths[: layers + 1], hidden, last, nets.dtype, members=len(nets))
            part.parameters = nets.parameters[: len(part.parameters)]
            outputs.append(part(x))
    return outputs


def dead(nets: Ensemble, x: Array) -> Array:
    """Return which hidden units are 0 on all samples, shape (hidden units, members)."""
    return np.concatenate([(outputs <= 0).all(axis=0) for outputs in hidden_outputs(nets, x)])


class Tried(NamedTuple):
    """The epochs that nets needed at one rate."""

    rate: float
    epochs: Array
    """float64, shape (seeds,): counted from 1; the most there are where the net needs more."""
    capped: Array
    """bool, shape (seeds,): whether the net needs more."""


def epochs_needed(nets: Ensemble, x: Array, y: Array, rate: float, level: float, epochs: int) -> Tried:
    """Return the epochs that each net needs until its cross-entropy is under `level`; `epochs` where it needs more.

    The nets stay as they are.
    """
    return best_rate(nets, x, y, [rate], level, epochs)


def best_rate(nets: Ensemble, x: Array, y: Array, rates: Sequence[float], level: float, epochs: int) -> Tried:
    """Return the rate at which 95 % of the nets are there soonest (of two such, by the mean), and their epochs.

    So a rate at which some nets fail is not the best, however fast the others are. All are tried side by side until
    95 % of the nets are there at one of them, and the rest of its nets then go on alone.
    """
    members = list(nets)
    everywhere, each_rate = Ensemble.from_nets(members * len(rates)), np.repeat(rates, len(members))
    shape = len(rates), len(members)

    def most_there(needed: Array) -> Any:
        return (_most(needed.reshape(shape)) <= epochs).any()

    flat, history = _needed(everywhere, x, y, each_rate, level, range(epochs), most_there)
    needed = flat.reshape(shape)
    most = np.minimum(_most(needed), epochs)
    best = most == most.min()
    late = (needed > epochs) & best[:, np.newaxis]
    late.flat[list(history.frozen)] = False
    if late.any() and history.epochs < epochs:
        slow = Ensemble.from_nets([everywhere[member] for member in np.flatnonzero(late).tolist()])
        left = range(history.epochs, epochs)
        needed[late], _ = _needed(slow, x, y, each_rate[late.ravel()], level, left, lambda each: (each <= epochs).all())
    tried = [Tried(rates[i], np.minimum(needed[i], epochs), needed[i] > epochs) for i in np.flatnonzero(best).tolist()]
    return min(tried, key=lambda one: one.epochs.mean())


def _needed(
    nets: Ensemble, x: Array, y: Array, rates: Array, level: float, numbers: range, enough: Callable[[Array], Any]
) -> tuple[Array, History]:
    """Train nets in epochs of these numbers until enough of them are there, and return the epochs that each one needs.

    They are counted from 1, and more than there are where the net is not there yet.
    """

    def found(history: History) -> Array:
        return np.minimum(epochs_to_level(history.loss, level) + numbers.start, numbers.stop) + 1

    history = nets.fit(
        x, y, loss=CROSS_ENTROPY, optimizer=SGD(rates), epochs=numbers.stop, initial_epoch=numbers.start, shuffle=False,
        callbacks=[lambda net, history: bool(enough(found(history)))],
    )  # fmt: skip
    return found(history), history


def _most(epochs: Array) -> Array:
    """Return the epochs within which 95 % of the nets are there, which are the last axis."""
    return np.quantile(epochs, 0.95, axis=-1, method="inverted_cdf")


class Ratio(NamedTuple):
    """How many times the epochs of other nets some nets need."""

    value: Interval
    """The geometric mean over the seeds; the interval of a bound is open to that side."""
    bound: str
    """Whether it is a bound, as some nets needed more epochs than there were: "at least", "at most", "about" or ""."""

    def __str__(self) -> str:
        number = Message("{number:.2f}", number=self.value.estimate)
        return Message("{bound} {number}", bound=self.bound, number=number) if self.bound else number

    def measure(self, what: str) -> Measure:
        """Return it as a measure, which says so if it is a bound."""
        return Measure(Message("{what} ({bound})", what=what, bound=self.bound) if self.bound else what, self.value)


def _geometric_mean(values: Array, axis: int) -> Array:
    return np.exp(np.log(values).mean(axis=axis))


def ratio(first: Tried, second: Tried, among: int = 1) -> Ratio:
    """Return the first's epochs over the second's, with an interval that holds together with those of `among` such."""
    estimate, low, high = bootstrap(first.epochs / second.epochs, _geometric_mean, together(among))
    longer, other_longer = bool(first.capped.any()), bool(second.capped.any())
    bounds = {
        (False, False): "",
        (True, False): Message("at least"),
        (False, True): Message("at most"),
        (True, True): Message("about"),
    }
    value = Interval(estimate, 0 if other_longer else low, np.inf if longer else high)
    return Ratio(value, bounds[longer, other_longer])
