"""npnet's side of each kind of line: its result, the exact one, and how far the framework's may be from that.

The exact result is that of the same lines of code in a wide type.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from npnet import MLP, regularizers

from ..bounds import errors
from ..bounds.activations import ACTIVATION
from ..bounds.losses import folded, logarithm_rounded
from ..bounds.saturation import Saturating
from ..bounds.tolerance import Inexact, bound
from ..bounds.training import clipped, stepped_by_step, trained
from .adapter import Reported, Setting, Trained
from .problem import Problem, batches


class Side(NamedTuple):
    """npnet's result of one line."""

    name: str
    ours: Any
    """The result in the net's dtype."""
    found: Inexact
    """The exact one, with a bound on the framework's error, which may replace subnormal results by 0."""
    flat: bool = False
    """Whether it is a flat vector of parameters."""


class Part(NamedTuple):
    """The weights or the biases of a layer, as a part of the flat vector."""

    name: str
    layer: int
    place: slice
    shape: tuple[int, ...]


def parts(net: MLP) -> list[Part]:
    """Return the parts of the flat vector, in its order."""
    found, start = [], 0
    for layer, arrays in enumerate(zip(net.weights, net.biases), 1):
        for name, array in zip("Wb", arrays):
            if array is not None:
                found.append(Part(f"{name} of layer {layer}", layer, slice(start, start + array.size), array.shape))
                start += array.size
    return found


def last_layer_first(net: MLP) -> list[Part]:
    """Return the parts in the order in which their gradients are computed."""
    return sorted(parts(net), key=lambda part: -part.layer)


def counts(problem: Problem) -> list[int]:
    """Return the numbers of steps after which parameters are compared."""
    return sorted({1, len(problem.batches)})


def outputs(problem: Problem, setting: Setting) -> Iterator[Side]:
    """Yield the output of each layer."""
    x, net = problem.first[0], _wide(setting)
    for i, found in enumerate(errors.layer_outputs(net, x.astype(net.dtype), _dtype(setting), True), 1):
        yield Side(f"output of layer {i}", _first_layers(setting.net, i)(x), found)


def weights(problem: Problem, setting: Setting) -> Iterator[Side]:
    """Yield the weights and the biases of each layer, which no rounding keeps apart."""
    for part in parts(setting.net):
        ours = setting.net.parameters[part.place].reshape(part.shape)
        yield Side(part.name, ours, Inexact(ours, np.zeros_like(ours)))


def _first_layers(net: MLP, count: int) -> MLP:
    """Return a net of the first layers of another one."""
    *hidden, output = net.activations[:count]
    made = MLP(net.widths[: count + 1], hidden, output, net.dtype, seed=0, use_bias=net.use_bias[:count])
    made.parameters = net.parameters[: made.parameters.size]
    return made


def _wide(setting: Setting) -> MLP:
    """Return the net in a type in which the roundings of its own are seen."""
    return setting.net.astype(np.float64 if setting.net.dtype == np.float32 else np.longdouble)


def _dtype(setting: Setting) -> Any:
    return setting.net.dtype if setting.dtype is None else np.dtype(setting.dtype)


def penalty(problem: Problem, setting: Setting) -> Iterator[Side]:
    """Yield the sum of the penalties of all layers."""
    terms = _penalties(_wide(setting))
    roundings = max(W.size for W in setting.net.weights) + 6 + len(terms)
    exact = np.sum(terms)
    found = Inexact(exact, bound(roundings, exact, _dtype(setting), flushed=True))
    yield Side("penalty of the weights", np.sum(_penalties(setting.net)), found)


def _penalties(net: MLP) -> list[Any]:
    rules = regularizers.of_layers(net.regularizer, len(net.weights))
    return [rule(W) for rule, W in zip(rules, net.weights) if rule is not None]


def loss(problem: Problem, setting: Setting) -> Iterator[Side]:
    """Yield the loss of the first batch, with the penalty."""
    ours, found = _loss(problem.first, setting)
    yield Side("loss", ours, found)


def _loss(batch: tuple[Any, Any], setting: Setting) -> tuple[Any, Inexact]:
    if setting.saturating is not None:
        return _saturated_loss(batch, setting, setting.saturating)
    net, dtype = _wide(setting), _dtype(setting)
    x, y = (array.astype(net.dtype) for array in batch)
    exact, _ = net.loss_and_gradient(x, y, setting.loss)
    limit, _ = errors.network_bounds(net, x, y, setting.loss, net.regularizer, dtype, flushed=True)
    limit += logarithm_rounded(setting.loss, exact, dtype)
    ours, _ = setting.net.loss_and_gradient(*batch, setting.loss)
    return ours, Inexact(exact, limit)


def _saturated_loss(batch: tuple[Any, Any], setting: Setting, saturating: Saturating) -> tuple[Any, Inexact]:
    wide = _wide(setting)
    data = saturating.value(batch[1].astype(wide.dtype), saturating.probabilities(setting.net, batch[0], wide.dtype))
    penalties = _penalties(wide)
    exact, roundings = data.value + sum(penalties), max(W.size for W in wide.weights) + ACTIVATION + len(penalties)
    rounded = bound(roundings, np.sum(penalties), _dtype(setting), True) + bound(4, exact, _dtype(setting), True)
    # A loss in another type than the net's is rounded to it
    rounded += bound(1, exact, saturating.dtype, True)
    found = Inexact(exact, data.error + rounded)
    return np.asarray(found.value, setting.net.dtype), found


def _saturated_delta(batch: tuple[Any, Any], setting: Setting, saturating: Saturating) -> Inexact:
    wide = _wide(setting).dtype
    return saturating.by_logits(batch[1].astype(wide), saturating.probabilities(setting.net, batch[0], wide))


def loss_gradient(problem: Problem, setting: Setting) -> Iterator[Side]:
    """Yield the gradient of the loss by the outputs, or by the logits where it folds."""
    if setting.saturating is not None:
        delta = _saturated_delta(problem.first, setting, setting.saturating)
        yield Side("loss gradient by the logits", delta.value.astype(setting.net.dtype), delta)
        return
    net = _wide(setting)
    x, y = (array.astype(net.dtype) for array in problem.first)
    on_outputs, before = setting.net.activations[-1], setting.net.copy()
    unfolded, before.activations[-1] = folded(setting.loss, on_outputs)
    ours = unfolded.gradient(problem.first[1], before(problem.first[0]))
    by = "outputs" if before.activations[-1] is on_outputs else "logits"
    found = errors.loss_gradient(net, x, y, setting.loss, _dtype(setting), flushed=True)
    yield Side(f"loss gradient by the {by}", ours, found)


def gradient(problem: Problem, setting: Setting) -> Iterator[Side]:
    """Yield the gradient by the weights and by the biases of each layer."""
    _, ours = setting.net.loss_and_gradient(*problem.first, setting.loss)
    exact, limit = _gradient(problem.first, setting)
    for part in last_layer_first(setting.net):
        cut = [whole[part.place].reshape(part.shape) for whole in (ours, exact, limit)]
        yield Side(f"gradient by {part.name}", cut[0], Inexact(*cut[1:]))


def _gradient(batch: tuple[Any, Any], setting: Setting) -> Inexact:
    net = _wide(setting)
    x, y = (array.astype(net.dtype) for array in batch)
    if setting.saturating is not None:
        delta = _saturated_delta(batch, setting, setting.saturating)
        return errors.gradient_of_logits(net, x, delta, net.regularizer, _dtype(setting), flushed=True)
    _, exact = net.loss_and_gradient(x, y, setting.loss)
    _, limit = errors.network_bounds(net, x, y, setting.loss, net.regularizer, _dtype(setting), flushed=True)
    return Inexact(exact, limit)


def optimizer(problem: Problem, setting: Setting) -> Iterator[Side]:
    """Yield the parameters after 1 and after all steps of the optimizer alone, on gradients of all sizes."""
    start, wide = problem.parameters, _wide(setting).dtype
    for steps in counts(problem):
        given = problem.gradients[:steps].astype(wide)
        gradients = [_clipped(setting, Inexact(gradient, np.zeros_like(gradient))) for gradient in given]
        ours = stepped_by_step(setting.optimizer, start, [one.value.astype(start.dtype) for one in gradients])
        found = trained(setting.optimizer, start.astype(_dtype(setting)), gradients)
        yield Side(f"optimizer alone, {_counted(steps)}", ours, found, flat=True)


def _clipped(setting: Setting, gradient: Inexact) -> Inexact:
    return clipped(setting.clipping, gradient, [part.place for part in parts(setting.net)], _dtype(setting))


def _counted(steps: int) -> str:
    return f"{steps} step{'s' * (steps > 1)}"


def training(problem: Problem, setting: Setting, theirs: Trained) -> Iterator[Side]:
    """Yield the parameters after 1 and after all steps of training.

    The gradients are those at the framework's own parameters before each step, so that differences do not grow from
    step to step.
    """
    start = setting.net.parameters.astype(_dtype(setting))
    found = zip(problem.batches, _before(setting, theirs))
    gradients = [_clipped(setting, _gradient(batch, at)) for batch, at in found]
    for steps in counts(problem):
        ours = stepped_by_step(setting.optimizer, start, [one.value.astype(start.dtype) for one in gradients[:steps]])
        found = trained(setting.optimizer, start, gradients[:steps])
        yield Side(f"training, {_counted(steps)}", ours, found, flat=True)


def _before(setting: Setting, theirs: Trained) -> Iterator[Setting]:
    """Yield the setting with the framework's parameters before each step."""
    for parameters in [setting.net.parameters, *theirs.parameters[:-1]]:
        net = setting.net.copy()
        net.parameters = parameters
        yield replace(setting, net=net)


def step_losses(problem: Problem, setting: Setting, theirs: Trained) -> Iterator[Side]:
    """Yield the losses that the framework reports of each step, and their mean."""
    losses = [_loss(batch, at) for batch, at in zip(problem.batches, _before(setting, theirs))]
    if theirs.losses is not None:
        yield _listed("losses of the steps", losses)
    if theirs.mean_loss is not None:
        yield _mean(theirs.mean_loss.name, losses, problem.batches, _dtype(setting))


def _listed(name: str, losses: Sequence[tuple[Any, Inexact]]) -> Side:
    ours, found = zip(*losses)
    return Side(name, np.array(ours), Inexact(*(np.array(column) for column in zip(*found))))


def _mean(name: str, losses: Sequence[tuple[Any, Inexact]], of: Sequence[tuple[Any, Any]], dtype: Any) -> Side:
    """Return the mean of the losses of batches, each counted by its samples."""
    _, ours, (exact, limit), _ = _listed(name, losses)
    sizes = np.array([len(x) for x, _ in of])
    mean = partial(np.average, weights=sizes)
    # A product and a sum for each, and the quotient
    rounded = bound(2 * len(sizes) + 1, mean(abs(exact)), dtype, flushed=True)
    return Side(name, mean(ours), Inexact(mean(exact), mean(limit) + rounded))


def reported(problem: Problem, setting: Setting, theirs: Sequence[Reported]) -> Iterator[Side]:
    """Yield each number that the framework reports of all samples."""
    for one in theirs:
        if one.quantity == "accuracy":
            yield _accuracy(one.name, problem, setting)
            continue
        net = setting.net.copy()
        if one.quantity == "data loss":
            net.regularizer = None
        of = batches(problem.x, problem.y)
        losses = [_loss(batch, replace(setting, net=net)) for batch in of]
        yield _mean(one.name, losses, of, _dtype(setting))


def _accuracy(name: str, problem: Problem, setting: Setting) -> Side:
    """Return the share of samples whose class is right, open where a sample is within its error of another class."""
    net = _wide(setting)
    y = errors.layer_outputs(net, problem.x.astype(net.dtype), _dtype(setting), True)[-1]
    if y.value.shape[1] == 1 or (setting.loss.labels == "shares" and not setting.by_largest):
        middle = (0.0 if setting.loss.from_logits else 0.5) if setting.threshold is None else setting.threshold
        right, margin = (y.value > middle) == (problem.y > 0.5), abs(y.value - middle) - y.error
    else:
        right = y.value.argmax(axis=1) == problem.y.argmax(axis=1)
        margin = np.diff(np.sort(y.value, axis=1)[:, -2:])[:, 0] - 2 * y.error.max(axis=1)
    share = right.mean()
    # Counts up to some thousand are exact, their quotient is rounded, in float32 whatever the net's type
    return Side(name, share, Inexact(share, (margin <= 0).mean() + bound(4, share, np.float32)))
