"""Training steps: the objective of a batch with its gradient, and the steps of an epoch."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from itertools import zip_longest
from operator import add
from typing import Any, Protocol

import numpy as np

from npnet import activations, losses, metrics, regularizers
from npnet.activations import Activation
from npnet.clipping import Clipping
from npnet.engine.errors import NotFiniteError
from npnet.engine.layers import Pass, backward, forward, inputs, layers_of, passes_of
from npnet.engine.parameters import layer_of, matrices, variables
from npnet.history import History
from npnet.losses import Loss
from npnet.optimizers import Optimizer, StepError
from npnet.regularizers import Choice, Regularizer
from npnet.typing import Array


class Net(Protocol):
    """A net, or an ensemble of nets, as the engine sees it."""

    widths: tuple[int, ...]
    activations: list[Activation]
    use_bias: tuple[bool, ...]

    @property
    def parameters(self) -> Array:
        """The flat vector, or one for each member."""

    @property
    def members(self) -> int | None:
        """The number of members; None for a single net."""


class Objective:
    """A net's loss with its penalty, as a function of a batch, with buffers that are used again.

    Parameters
    ----------
    net : MLP or Ensemble
        The net; its parameters are read at each call. Of an ensemble, values are vectors.
    loss : str or Loss
        The loss; folded with the output's activation where the two form a pair.
    regularizer : str, Regularizer, a sequence of them or None
        The penalty on the weights of all layers, or one for each.
    passes : dict or None
        The arrays for each batch size, shared with the objectives of other nets of the same shape.
    """

    def __init__(
        self,
        net: Net,
        loss: str | Loss,
        regularizer: Choice,
        passes: dict[int, list[Pass]] | None = None,
    ) -> None:
        self.net = net
        self.given = self.loss = losses.get(loss)
        self.layers = layers_of(net.parameters, net.widths, net.activations, net.use_bias)
        self.regularizers = regularizers.of_layers(regularizer, len(self.layers))
        folded = self.loss.fold(net.activations[-1])
        if folded is not None:
            self.loss, self.layers[-1].activation = folded, activations.identity
        self.threshold = 0.0 if self.loss.from_logits else 0.5
        self.per_label = self.given.labels == "shares"
        self.clipping: Clipping | None = None
        """What makes the gradient of a step smaller."""
        self.counts_right = False
        """Whether a step counts the predictions that are right, from before its update."""
        self.right: list[Any] = []
        """How many were right in each batch of the epoch, if they are counted."""
        self._passes = {} if passes is None else passes
        self._gradient: Array | None = None
        self._variables: list[Array] | None = None
        self._last: list[Pass] = []
        self.square: float | None = None
        """A bound on the sum of squares of the last gradient, if it was quicker to have than the sum itself."""
        self.check_members()

    @property
    def regularizers(self) -> tuple[Regularizer | None, ...]:
        """The penalty of each layer, or None where it has none."""
        return self._regularizers

    @regularizers.setter
    def regularizers(self, chosen: tuple[Regularizer | None, ...]) -> None:
        self._regularizers = chosen
        self.penalized = [(layer, rule) for layer, rule in zip(self.layers, chosen) if rule is not None]
        """The layers that have one, with it."""

    def check_members(self) -> None:
        """Check that vectors have a number for each member, and so have an ensemble's penalties."""
        members = self.net.members
        if self.clipping is not None:
            self.clipping.check_members(members)
        for layer, regularizer in self.penalized:
            regularizer.check_members(members)
            if members is None:
                continue
            with np.errstate(all="ignore"):
                shape = np.shape(regularizer.penalty(layer.weights, (0, 1)))
            if shape != (members,):
                raise ValueError(
                    f"regularizer: expected a penalty of {regularizer!r} for each of the {members} members, the sum "
                    f"over `axis`, got shape {shape}"
                )

    @property
    def gradient(self) -> Array:
        """The gradient that the last `value_and_gradient` left, of the shape of the parameters.

        The next ones are left in the array that is assigned.
        """
        return self._make_gradient() if self._gradient is None else self._gradient

    @gradient.setter
    def gradient(self, memory: Array) -> None:
        self._gradient, self._variables = memory, None
        for layer, gradient in zip(self.layers, matrices(memory, self.net.widths, self.net.use_bias)):
            layer.gradient, layer.weights_gradient = gradient, layer.without_biases(gradient)

    def hold(self, parameters: Array) -> None:
        """Compute with parameters that are elsewhere than the net's."""
        for layer, W in zip(self.layers, matrices(parameters, self.net.widths, self.net.use_bias)):
            layer.hold(W)

    def _make_gradient(self) -> Array:
        self.gradient = np.empty_like(self.net.parameters)
        return self.gradient

    def labels(self, y: Array, weights: Array | None = None) -> Array:
        """Return checked labels, (batch, units), as they are computed with: units first, an axis for members last.

        Samples that have weights, (batch,), have them in one more row; others later have a weight of 1 there.
        """
        y = np.ascontiguousarray(self.loss.prepared(y.T))
        self.loss = losses.for_labels(self.loss, y)
        if weights is not None and not isinstance(self.loss, losses.Weighted):
            self.loss = losses.Weighted(self.loss)
        if isinstance(self.loss, losses.Weighted):
            y = losses.with_weights(y, 1 if weights is None else weights)
        return y if self.net.members is None else y[..., np.newaxis]

    def outputs(self) -> list[Array]:
        """Return each layer's output in the last pass, (units, batch[, members]); the last may be logits."""
        return [p.y for p in self._last]

    def right_of(self, accuracy: metrics.Accuracy) -> Any:
        """Return how many predictions of the last pass are right."""
        return accuracy.right(self._last[-1].y.swapaxes(0, 1))

    def sum(self, x: Array, y: Array) -> Any:
        """Return the sum of the loss's terms; `x` is a batch of `Batches`, `y` is from `labels`."""
        passes = self._passes.get(x.shape[1]) or self._allocate(x.shape[1], training=False)
        self._last, last = passes, passes[-1]
        p = forward(self.layers, passes, x)
        (a, b), _ = self.loss.terms(y, p, last.grad, last.scratch)
        return losses.sum_of_products(a, b, p)

    def mean(self, sums: list[Any], count: int) -> Any:
        """Return the loss of all samples of some batches, with its penalty, from each batch's `sum`."""
        total = sums[0]
        if len(sums) > 1:
            parts = np.array(sums)
            total = np.add.reduce(parts, dtype=np.result_type(parts, np.float64))
        return self._with_penalty(total / count)

    def value(self, x: Array, y: Array) -> Any:
        """Return the loss of one batch, with its penalty."""
        return self.mean([self.sum(x, y)], self._last[-1].count)

    def value_and_gradient(self, x: Array, y: Array) -> Any:
        """Return the loss with its penalty, and leave its gradient in `gradient`."""
        passes = self._passes.get(x.shape[1])
        if self._gradient is None:
            self._make_gradient()
        if passes is None or passes[0].grad is None:
            passes = self._allocate(x.shape[1], training=True)
        self._last = passes
        layers, last, loss = self.layers, passes[-1], self.loss
        p = forward(layers, passes, x)
        (a, b), saved = loss.terms(y, p, last.grad, last.scratch)
        value = losses.sum_of_products(a, b, p) / last.count
        backward(layers, passes, loss.derivative(y, saved, last.count))
        self.square = None
        if not self.penalized:
            if last.any_wide:
                self.square = sum(layer.square(p) for layer, p in zip(layers, passes))
            return value
        for layer, regularizer in self.penalized:
            layer.weights_gradient += regularizer.slope(layer.weights)
        return self._with_penalty(value)

    @property
    def of_step(self) -> Callable[[Array, Array], Any]:
        """What a step calls: `value_and_gradient`, followed by the clipping and the count if there is one."""
        if self.counts_right:
            return self._counted
        return self.value_and_gradient if self.clipping is None else self._clipped

    def _counted(self, x: Array, y: Array) -> Any:
        value = self.value_and_gradient(x, y) if self.clipping is None else self._clipped(x, y)
        self._count_right(y)
        return value

    def _count_right(self, y: Array) -> None:
        self.right.append(self.right_of(self.accuracy(y)))

    def accuracy(self, y: Array) -> metrics.Accuracy:
        """Return what counts the predictions of a batch that are right; `y` is from `labels`."""
        return metrics.Accuracy(self.original(y), self.threshold, self.per_label)

    def original(self, y: Array) -> Array:
        """Return labels from `labels` as they were given, (batch, units[, 1])."""
        return self.loss.original(y[: self.net.widths[-1]]).swapaxes(0, 1)

    def is_classification(self, batches: Iterable[tuple[Array, Array]]) -> bool:
        """Return whether the labels name classes."""
        return all(metrics.is_classification(self.original(y), self.per_label) for _, y in batches)

    def _clipped(self, x: Array, y: Array) -> Any:
        value, self.square = self.value_and_gradient(x, y), None
        self.clip()
        return value

    def clip(self) -> None:
        """Make the gradient smaller, as the clipping says."""
        if self._variables is None:
            self._variables = variables(self.gradient, self.net.widths, self.net.use_bias)
        self.clipping.clip(self.gradient, self._variables)  # type: ignore[union-attr]

    def shard(self, x: Array, y: Array, whole: int, number: int) -> Any:
        """Return what some samples add to the mean over a `whole` batch, and leave its gradient in `gradient`.

        The penalty belongs to the shard with the number 0.
        """
        batch, penalized = x.shape[1], self.penalized
        passes = self._passes.get(batch)
        if passes is None or passes[0].grad is None:
            passes = self._allocate(batch, training=True)
        last = passes[-1]
        last.count = losses.count(self.loss, last.y) // batch * whole
        if number:
            self.penalized = []
        value = self.value_and_gradient(x, y)
        self.penalized = penalized
        if self.counts_right:
            self._count_right(y)
        return value

    def first_layer(self) -> int:
        """Return the first layer whose output or penalty is not finite; the last if all are."""
        for number, (layer, y, rule) in enumerate(zip(self.layers, self.outputs(), self.regularizers), 1):
            if not np.isfinite(y).all() or (rule is not None and not math.isfinite(rule(layer.weights))):
                return number
        return len(self.layers)

    def _allocate(self, batch: int, training: bool) -> list[Pass]:
        passes = self._passes[batch] = passes_of(self.layers, batch, training)
        last = passes[-1]
        last.count = losses.count(self.loss, last.y)
        last.any_wide = any(p.wide for p in passes)
        if last.grad is None and len(passes) > 1:
            last.grad, last.scratch = np.empty_like(last.y), np.empty_like(last.y)
        return passes

    def _with_penalty(self, value: Any) -> Any:
        penalties = [regularizer.penalty(layer.weights, (0, 1)) for layer, regularizer in self.penalized]
        return value + reduce(add, penalties) if penalties else value


class Epoch(Protocol):
    """The batches of an epoch, one after another."""

    count: int
    """The number of samples."""
    largest: int
    """The samples in the largest batch."""
    shares: Array
    """Each batch's share of the samples."""
    rng: np.random.Generator | None

    def draw(self) -> None:
        """Put the samples into the order of the next epoch."""

    def contents(self) -> Iterator[tuple[Array, Array]]:
        """Yield all samples and labels as they are computed with, in the order in which they are stored."""

    def __len__(self) -> int:
        """Return the number of batches."""

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        """Yield each batch's samples, (features + 1, batch), and labels, (units, batch)."""


class Batches:
    """The batches of an epoch, laid out once: consecutive, or in another order for each epoch.

    Parameters
    ----------
    x : ndarray, shape (samples, features)
        The samples.
    y : ndarray, shape (units, samples[, 1])
        The labels, from `Objective.labels`.
    size : int
        The samples in a batch; the last may have fewer.
    rng : numpy.random.Generator or None
        The source of the orders; None to leave the samples in order.
    bias : bool
        Whether the first layer has biases, for which the samples end with a 1.
    """

    def __init__(self, x: Array, y: Array, size: int, rng: np.random.Generator | None, bias: bool = True) -> None:
        self.rows, self.y, self.rng, self.count = inputs(x, bias), y, rng, len(x)
        self.drawn = self.rows if rng is None else np.empty_like(self.rows)
        bounds = [slice(start, start + size) for start in range(0, len(x), size)]
        # The labels of a batch are contiguous, which elementwise formulas are faster on
        self.pairs = [(self.drawn[part].T, y[:, part].copy()) for part in bounds]
        self.largest = self.pairs[0][0].shape[1]
        self.shares = np.array([x.shape[1] / len(self.rows) for x, _ in self.pairs])
        """Each batch's share of the samples."""

    def draw(self) -> None:
        """Put the samples into the order of the next epoch."""
        if self.rng is None:
            return
        order = self.rng.permutation(len(self.rows))
        np.take(self.rows, order, axis=0, out=self.drawn, mode="clip")
        start = 0
        for x, y in self.pairs:
            end = start + x.shape[1]
            y[...] = self.y[:, order[start:end]]
            start = end

    def contents(self) -> Iterator[tuple[Array, Array]]:
        """Yield all samples and labels as they are computed with, in the order in which they were given."""
        yield self.rows, self.y

    def without_members(self) -> Batches:
        """Return the same batches for a single net: the labels without their axis for members."""
        one = copy.copy(self)
        one.pairs = [(x, y[..., 0]) for x, y in self.pairs]
        return one

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        return iter(self.pairs)


class Validation:
    """Data whose loss and accuracy are measured after each epoch.

    Parameters
    ----------
    objective : Objective
        The loss to measure.
    batches : Batches
        The samples and labels, in batches that are computed one after another. The numbers are those of all together.
    """

    def __init__(self, objective: Objective, batches: Batches) -> None:
        self.objective, self.batches, units = objective, batches, objective.net.widths[-1]
        self.count = sum(losses.count(objective.loss, y[:units]) for _, y in batches)
        self.accuracies: list[metrics.Accuracy] = []
        if objective.is_classification(batches):
            self.accuracies = [objective.accuracy(y) for _, y in batches]
        self.predictions = sum(len(accuracy.classes) for accuracy in self.accuracies)

    def of(self, objective: Objective) -> Validation:
        """Return what measures some members of an ensemble, or one alone, on the same data."""
        some = copy.copy(self)
        some.objective = objective
        if objective.net.members is None:
            some.batches = self.batches.without_members()
        return some

    def measure(self) -> dict[str, Any]:
        """Return the loss, and the accuracy where labels name classes, by the names of their columns."""
        objective, sums, right = self.objective, [], []
        for (x, y), accuracy in zip_longest(self.batches.pairs, self.accuracies):
            sums.append(objective.sum(x, y))
            if accuracy is not None:
                right.append(objective.right_of(accuracy))
        row = {"val_loss": objective.mean(sums, self.count)}
        if right:
            row["val_accuracy"] = reduce(add, right) / self.predictions
            unknown = row["val_loss"] != row["val_loss"]
            # numpy.any of one number takes as long as several products of a small net
            if unknown if objective.net.members is None else unknown.any():
                # Outputs that are no numbers name no class
                row["val_accuracy"] = np.where(unknown, np.nan, row["val_accuracy"])[()]
        return row


class DivergenceError(NotFiniteError):
    """A loss, gradient or update that is not finite; training left the last finite parameters in the net.

    An update is computed and checked for 65536 parameters at a time: those of a larger net before the ones
    whose update is not finite have taken the step.

    Attributes
    ----------
    epoch, batch : int
        Where it happened, counted from 0.
    learning_rate : float
        The rate of that epoch.
    layer : int
        The layer, counted from 1, where the first number that is not finite arose.
    history : History
        The epochs that were completed.
    """

    def __init__(
        self, what: str, epoch: int, batch: int, learning_rate: float, layer: int, place: str, history: History
    ) -> None:
        self.epoch, self.batch, self.learning_rate, self.layer = epoch, batch, learning_rate, layer
        self.history = history
        super().__init__(
            f"the {what} is not finite in epoch {epoch}, batch {batch}, at learning rate {learning_rate:g}, in {place}"
        )


class Policy(Protocol):
    """Takes the steps of an epoch, and decides about numbers that are not finite."""

    def steps(self, optimizer: Optimizer, batches: Epoch, epoch: int) -> Array:
        """Take one step for each batch, and return their losses in float64, shape (batches[, members])."""


class Raise:
    """The policy for a single net: training ends with a `DivergenceError`."""

    def __init__(self, objective: Objective, history: History) -> None:
        self.objective, self.history = objective, history
        self.parameters, self.gradient = objective.net.parameters, objective.gradient

    def steps(self, optimizer: Optimizer, batches: Epoch, epoch: int) -> Array:
        """Take one step for each batch, and return their losses."""
        objective, apply = self.objective, optimizer.apply
        value_and_gradient, parameters, gradient = objective.of_step, self.parameters, self.gradient
        batch, losses = 0, np.empty(len(batches))
        try:
            for batch, (x, y) in enumerate(batches):
                value = value_and_gradient(x, y)
                if not math.isfinite(value):
                    raise self._error("loss", optimizer, epoch, batch, objective.first_layer())
                apply(parameters, gradient, objective.square)
                losses[batch] = value
        except StepError as error:
            layer = layer_of(error.index, self.objective.net.widths, self.objective.net.use_bias)
            raise self._error(error.what, optimizer, epoch, batch, layer) from None
        return losses

    def _error(self, what: str, optimizer: Optimizer, epoch: int, batch: int, layer: int) -> DivergenceError:
        place = describe(self.objective.net, layer)
        return DivergenceError(what, epoch, batch, optimizer.learning_rate, layer, place, self.history)


def describe(net: Net, layer: int) -> str:
    """Return a layer's number, counted from 1, with its activation and shape."""
    features, units = net.widths[layer - 1 : layer + 1]
    return f"layer {layer} ({features} -> {units}, {net.activations[layer - 1]!r})"


class Stepper:
    """Takes the steps of an epoch, and measures what the history records of it.

    Parameters
    ----------
    objective : Objective
        The loss to minimize.
    optimizer : Optimizer
        The update rule.
    batches : Batches or PartBatches
        The samples and labels of each step.
    validation : Validation or None
        The data to measure after the epoch, if there are any.
    policy : Policy
        Takes the steps, and decides about numbers that are not finite.
    """

    done = False

    def __init__(
        self,
        objective: Objective,
        optimizer: Optimizer,
        batches: Epoch,
        validation: Validation | None,
        policy: Policy,
    ) -> None:
        self.objective, self.optimizer, self.batches = objective, optimizer, batches
        self.validation, self.policy = validation, policy
        self.predictions = batches.count * (objective.net.widths[-1] if objective.per_label else 1)

    def epoch(self, number: int) -> dict[str, Any]:
        """Take one step for each batch, and return the epoch's row of the history."""
        self.optimizer.begin_epoch(number)
        self.objective.right = []
        losses = self.policy.steps(self.optimizer, self.batches, number)
        # A batch with fewer samples counts less
        loss = self.batches.shares.dot(losses)
        row = {"loss": loss, "learning_rate": self.optimizer.learning_rate, "batch_loss": losses}
        if self.objective.right:
            row["accuracy"] = reduce(add, self.objective.right) / self.predictions
        if self.validation is not None:
            row.update(self.validation.measure())
        return row
