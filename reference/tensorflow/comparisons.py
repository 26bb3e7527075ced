"""The comparisons: each function computes one case with npnet and with TensorFlow, and the bounds on their errors.

The bounds are derived in `reference.bounds`; where one is a count of roundings alone, a comment says of which. npnet
and TensorFlow may be apart by the sum of their bounds. TensorFlow's has the smallest normal number as its floor,
because it replaces smaller ones by 0.
"""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import tensorflow as tf

from npnet import MLP, activations
from npnet.activations import Activation, Elementwise
from npnet.clipping import Clipping
from npnet.losses import Loss
from npnet.optimizers import Optimizer
from npnet.regularizers import Choice, Regularizer
from npnet.schedules import (
    CyclicPolynomialDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
    Schedule,
    WarmupCosineDecay,
)

from ..bounds.activations import ACTIVATION, activated, pulled_back
from ..bounds.clipping import clipped_bound
from ..bounds.comparison import Comparison, compared
from ..bounds.errors import network_bounds, output_bound
from ..bounds.losses import gradient_rounded, logarithm_rounded, value_rounded
from ..bounds.optimizers import stepped, steps_bound
from ..bounds.tolerance import Rounding, bound, exactly
from . import activations as activation_counterparts
from . import clipping as clipping_counterparts
from . import keras_models
from . import losses as loss_counterparts
from . import network as network_counterparts
from . import optimizers as optimizer_counterparts
from . import regularizers as regularizer_counterparts
from . import schedules as schedule_counterparts
from .floatx import floatx


def activation_value(name: str | Activation, z: Any) -> Comparison:
    """Compare an activation's values."""
    f, wide = activations.get(name), exactly(z.astype(np.longdouble))
    theirs = activation_counterparts.value(f, z)
    case = compared(f(z), theirs, f(wide.value), z.dtype, lambda rounding: activated(f, wide, rounding).error)
    # TensorFlow's ReLU6 hands on a subnormal z below 0, which it compares as 0
    handed_on = np.where(abs(z) < np.finfo(z.dtype).smallest_normal, abs(wide.value), 0)
    return replace(case, their_limit=case.their_limit + handed_on)


def activation_backward(name: str | Activation, grad_y: Any, z: Any) -> Comparison:
    """Compare an activation's vector-Jacobian products."""
    f = activations.get(name)
    if isinstance(f, Elementwise) and f.kinks:
        # TensorFlow reads a subnormal z as 0, where the slope is another; so is the exp(z) - 1 of a smaller z than u
        least = np.finfo(z.dtype).smallest_normal if f.needs == "y" else ACTIVATION * np.finfo(z.dtype).eps
        z = np.where(abs(z) < least, 0, z).astype(z.dtype)
    wide, grad = exactly(z.astype(np.longdouble)), exactly(grad_y.astype(np.longdouble))
    ours, theirs = f.backward(grad_y, f.kept(z, f(z))), activation_counterparts.backward(f, grad_y, z)
    exact = f.backward(grad.value, f.kept(wide.value, f(wide.value)))

    def error(rounding: Rounding) -> Any:
        return pulled_back(f, grad, wide, activated(f, wide, rounding), rounding).error

    return compared(ours, theirs, exact, z.dtype, error)


def loss_value(loss: Loss, y: Any, p: Any, keras_form: bool = False, weights: Any = None) -> Comparison:
    """Compare a loss's values; labels have the predictions' shape, `weights` are those of the samples."""
    wide_y, wide_p, wide_weights = (None if a is None else a.astype(np.longdouble) for a in (y, p, weights))
    exact = loss(wide_y, wide_p, wide_weights)
    of_tensorflow = loss_counterparts.keras_counterpart if keras_form else loss_counterparts.counterpart
    theirs = loss_counterparts.value_and_gradient(of_tensorflow(loss, weights), y, p)[0]

    def error(rounding: Rounding) -> Any:
        return value_rounded(loss, wide_y, wide_p, rounding, wide_weights)

    return _with_logarithm(loss, compared(loss(y, p, weights), theirs, exact, p.dtype, error))


def _with_logarithm(loss: Loss, value: Comparison) -> Comparison:
    """Return the comparison of a loss with TensorFlow's, which may have a logarithm of a rounded sum."""
    return replace(value, their_limit=value.their_limit + logarithm_rounded(loss, value.exact, value.dtype))


def loss_gradient(loss: Loss, y: Any, p: Any, weights: Any = None) -> Comparison:
    """Compare a loss's gradients."""
    wide_y, wide_p, wide_weights = (None if a is None else a.astype(np.longdouble) for a in (y, p, weights))
    theirs = loss_counterparts.value_and_gradient(loss_counterparts.counterpart(loss, weights), y, p)[1]
    exact = loss.gradient(wide_y, wide_p, wide_weights)

    def error(rounding: Rounding) -> Any:
        return gradient_rounded(loss, wide_y, wide_p, rounding, wide_weights)

    return compared(loss.gradient(y, p, weights), theirs, exact, p.dtype, error)


def regularizer_value(regularizer: Regularizer, w: Any, keras_form: bool = False) -> Comparison:
    """Compare penalties."""
    counterparts = regularizer_counterparts
    function = counterparts.keras_counterpart(regularizer) if keras_form else counterparts.counterpart(regularizer)
    exact = regularizer(w.astype(np.longdouble))
    theirs = counterparts.value_and_gradient(function, w)[0]
    # Of the squares, their sum, the strength and its product
    return compared(regularizer(w), theirs, exact, w.dtype, lambda rounding: rounding(w.size + 6, exact))


def regularizer_gradient(regularizer: Regularizer, w: Any) -> Comparison:
    """Compare the gradients of penalties."""
    exact = regularizer.gradient(w.astype(np.longdouble))
    counterpart = regularizer_counterparts.counterpart(regularizer)
    theirs = regularizer_counterparts.value_and_gradient(counterpart, w)[1]
    magnitude = abs(regularizer.gradient(abs(w).astype(np.longdouble)))
    # Of two strengths, two products and their sum
    return compared(regularizer.gradient(w), theirs, exact, w.dtype, lambda rounding: rounding(5, magnitude))


def schedule_value(schedule: Schedule, epoch: int) -> Comparison:
    """Compare a schedule's rates; Keras rounds to float32, and an exponent's rounding grows with its logarithm."""
    ours = np.float64(schedule(epoch))
    theirs = np.float64(schedule_counterparts.keras_counterpart(schedule)(epoch))
    exact, size = _exact_rate(schedule, epoch)
    # With a share of the first rate, three more: the rest of it, a product and a sum
    roundings = 9 if "alpha" in schedule.table else 6
    limits = [bound(roundings, size, dtype) for dtype in (np.float64, np.float32)]
    return Comparison(ours, theirs, exact, np.float64, *limits)


def _exact_rate(schedule: Any, epoch: int) -> tuple[Any, Any]:
    """Return a schedule's rate in a wide type, and the size whose roundings it has, those of an exponent magnified."""
    if isinstance(schedule, PiecewiseConstantDecay):
        rate = schedule.values[sum(boundary < epoch for boundary in schedule.boundaries)]
        return np.longdouble(rate), rate
    first = np.longdouble(schedule.initial_learning_rate)
    if isinstance(schedule, WarmupCosineDecay):
        target, share = np.longdouble(schedule.warmup_target), np.longdouble(epoch) / schedule.warmup_epochs
        if share < 1:
            return first + (target - first) * share, first + target
        first, epoch = target, epoch - schedule.warmup_epochs
    steps = np.longdouble(epoch) / schedule.decay_epochs
    if isinstance(schedule, ExponentialDecay):
        power = np.floor(steps) if schedule.staircase else steps
        growth = steps * (abs(np.log(schedule.decay_rate)) + 1)
        return first * np.longdouble(schedule.decay_rate) ** power, first * (1 + growth)
    if isinstance(schedule, InverseTimeDecay):
        return first / (1 + schedule.decay_rate * steps), first
    if isinstance(schedule, CyclicPolynomialDecay):
        steps /= np.maximum(np.ceil(steps), 1)
    steps = np.minimum(steps, 1)
    if isinstance(schedule, (PolynomialDecay, CyclicPolynomialDecay)):
        last, left = np.longdouble(schedule.end_learning_rate), 1 - steps
        # What is left has the rounding of the share that is gone, and its logarithm's is magnified by the power
        growth = schedule.power * (1 / left - np.log(left)) if left > 0 else 0
        return (first - last) * left ** np.longdouble(schedule.power) + last, (first + last) * (1 + growth)
    alpha = np.longdouble(schedule.alpha)
    return first * (alpha + (1 - alpha) * (1 + np.cos(_PI * steps)) / 2), first * (1 + alpha + steps * _PI)


# 64 bits of π, which longdouble can hold and float64 can't
_PI = 4 * np.arctan(np.longdouble(1))


def network(
    net: MLP, x: Any, y: Any, loss: Loss, regularizer: Choice, weights: Any = None
) -> tuple[Comparison, Comparison]:
    """Compare a net's loss and its gradient; labels have the outputs' shape, `weights` are those of the samples."""
    x, y = np.asarray(x, net.dtype), np.asarray(y, net.dtype)
    wide, wide_x, wide_y = net.astype(np.longdouble), x.astype(np.longdouble), y.astype(np.longdouble)
    wide_weights = None if weights is None else weights.astype(np.longdouble)
    ours = net.loss_and_gradient(x, y, loss, regularizer, weights)
    theirs = network_counterparts.loss_and_gradient(net, x, y, loss, regularizer, weights)
    exact = wide.loss_and_gradient(x, y, loss, regularizer, wide_weights)
    limits = [
        network_bounds(wide, wide_x, wide_y, loss, regularizer, net.dtype, flushed, wide_weights)
        for flushed in (False, True)
    ]
    value, gradient = (
        Comparison(*results, net.dtype, *errors) for *results, errors in zip(ours, theirs, exact, zip(*limits))
    )
    return _with_logarithm(loss, value), gradient


def optimizer_steps(
    make: Callable[[], Optimizer], parameters: Any, gradients: Any, keras_form: bool
) -> list[Comparison]:
    """Compare the parameters and the moments after one step for each gradient; `make` returns npnet's optimizer."""
    parameters, dtype = np.asarray(parameters), np.asarray(parameters).dtype
    ours, exact = parameters.copy(), parameters.astype(np.longdouble)
    optimizer, wide = stepped(make(), ours, gradients), stepped(make(), exact, gradients.astype(np.longdouble))
    theirs, moments = (_keras_steps if keras_form else _notes_steps)(make(), parameters, gradients)
    limit, moment_limits = steps_bound(make, parameters, gradients)
    their_limit, _ = steps_bound(make, parameters, gradients, single=True)
    found = [Comparison(ours, theirs, exact, dtype, limit, their_limit)]
    for name, size in moment_limits.items():
        found.append(Comparison(optimizer.state[name], moments[name], wide.state[name], dtype, size, size))
    return found


def _keras_steps(optimizer: Optimizer, parameters: Any, gradients: Any) -> tuple[Any, dict[str, Any]]:
    """Return the parameters after Keras's steps, and the moments in npnet's form."""
    counterpart = optimizer_counterparts.keras_counterpart(optimizer, parameters.dtype)
    theirs = optimizer_counterparts.keras_steps(counterpart, parameters, gradients)
    optimizer_counterparts.state_from_keras(optimizer, counterpart, parameters.dtype)
    return theirs, dict(optimizer.state)


def _notes_steps(optimizer: Optimizer, parameters: Any, gradients: Any) -> tuple[Any, dict[str, Any]]:
    """Return the parameters after the steps of the notes' loop, and its moments."""
    variable, loop = tf.Variable(parameters), optimizer_counterparts.NotesLoop(optimizer)
    for gradient in gradients:
        loop.apply([tf.constant(gradient)], [variable])
    return variable.numpy(), {"m": loop.m[0].numpy(), "V": loop.v[0].numpy()}


def clipped(rule: Clipping, gradients: list[Any]) -> list[Comparison]:
    """Compare the clipped gradients of some variables."""
    dtype = np.asarray(gradients[0]).dtype
    exact = rule([g.astype(np.longdouble) for g in gradients])
    theirs, limits = clipping_counterparts.keras_clipped(rule, gradients), clipped_bound(rule, gradients, dtype)
    return [Comparison(*found, dtype, limit, limit) for *found, limit in zip(rule(gradients), theirs, exact, limits)]


def keras_round_trip(net: MLP, optimizer: Optimizer, x: Any) -> Comparison:
    """Compare predictions of the Keras model of a net; what comes back from Keras must be the net to the bit."""
    with floatx(net.dtype):
        model = keras_models.to_keras(net, optimizer)
        theirs = np.asarray(model(x))
    back = copy.deepcopy(optimizer)
    returned = keras_models.from_keras(model, back)
    np.testing.assert_array_equal(returned.parameters, net.parameters)
    assert repr(returned.activations) == repr(net.activations)
    assert back.iterations == optimizer.iterations
    for name, slot in optimizer.state.items():
        assert (abs(back.state[name] - slot) <= bound(4, slot, net.dtype, flushed=True)).all()
    wide, wide_x = net.astype(np.longdouble), x.astype(np.longdouble)
    limits = [output_bound(wide, wide_x, net.dtype, flushed) for flushed in (False, True)]
    return Comparison(net(x), theirs, wide(x), net.dtype, *limits)
