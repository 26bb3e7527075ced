"""What is compared: each function computes one case with npnet and with TensorFlow, and the bound between them.

The bounds are derived (see `tolerance` and `errors`); where a result is a sum or a product of several, the comment says
how many roundings were counted. TensorFlow replaces numbers under the smallest normal one by 0, so that each bound
has that number as its floor.
"""

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from npnet import MLP, activations
from npnet.activations import Activation, Elementwise
from npnet.losses import BinaryCrossentropy, Loss, MeanSquaredError
from npnet.optimizers import Adam, Optimizer
from npnet.regularizers import Regularizer
from npnet.schedules import ExponentialDecay, InverseTimeDecay, Schedule
from reference import activations as activation_twins
from reference import losses as loss_twins
from reference import network as network_twins
from reference import optimizers as optimizer_twins
from reference import regularizers as regularizer_twins
from reference import schedules as schedule_twins
from reference.errors import ACTIVATION, network_bounds, output_bound
from reference.floatx import floatx
from reference.tolerance import bound, excess, ulps


@dataclass(frozen=True)
class Case:
    """One case: the two results, the exact one in a wide type, and how far they may be apart."""

    ours: Any
    theirs: Any
    exact: Any
    limit: Any
    """Between the two."""
    dtype: Any
    our_limit: Any = None
    """Between npnet's and the exact one; half of `limit`, which counts two errors, if not given."""

    @property
    def excess(self) -> float:
        """The largest difference between npnet and TensorFlow, in units of its bound."""
        return float(np.max(excess(self.ours, self.theirs, self.limit), initial=0))

    @property
    def our_excess(self) -> float:
        """The largest error of npnet, in units of its own bound."""
        limit = self.limit / 2 if self.our_limit is None else self.our_limit
        return float(np.max(excess(self.ours, self.exact, limit), initial=0))

    def ulps(self, result: Any) -> float:
        """Return the largest error of a result, in units in the last place of the largest exact number."""
        exact, result = np.longdouble(self.exact), np.longdouble(result)
        finite = np.isfinite(exact)
        size = np.full(exact.shape, abs(exact[finite]).max(initial=0))
        with np.errstate(invalid="ignore"):
            error = np.where((result == exact) | (np.isnan(result) & np.isnan(exact)), 0, result - exact)
        return ulps(size + error, size, self.dtype)


def _case(ours: Any, theirs: Any, exact: Any, roundings: Any, magnitude: Any, dtype: Any) -> Case:
    return Case(ours, theirs, exact, bound(roundings, magnitude, dtype, flushed=True), dtype)


def activation_value(name: str | Activation, z: Any) -> Case:
    """Compare an activation's values."""
    f = activations.get(name)
    exact = f(z.astype(np.longdouble))
    # An exponential of a few ulps, a sum and a quotient on either side; softmax adds its sum
    roundings = 2 * ACTIVATION + (2 * z.shape[-1] if f.name == "softmax" else 0)
    # Softmax's exponent is a rounded difference: its error is an absolute one of the logits' size
    magnitude = exact * (1 + _spread(z)) if f.name == "softmax" else exact
    return _case(f(z), activation_twins.value(f, z), exact, roundings, magnitude, z.dtype)


def _spread(z: Any) -> Any:
    # Beyond 800 every exponential is 0, in float64 too
    return (z.max(axis=-1, keepdims=True) - z).astype(np.longdouble).clip(0, 800)


def activation_backward(name: str | Activation, grad_y: Any, z: Any) -> Case:
    """Compare an activation's vector-Jacobian products."""
    f = activations.get(name)
    if f.name in ("relu", "leaky_relu"):
        # TensorFlow reads a subnormal z as 0, where the slope is another
        z = np.where(abs(z) < np.finfo(z.dtype).smallest_normal, 0, z).astype(z.dtype)
    wide, g = f(z.astype(np.longdouble)), grad_y.astype(np.longdouble)
    exact = f.backward(g, wide)
    if isinstance(f, Elementwise):
        # y's error of ACTIVATION roundings moves y(1 - y) and 1 - y² by at most twice that; alpha's by none
        magnitude = abs(g) * (1 + getattr(f, "alpha", 0)) * (abs(wide) if f.name == "sigmoid" else 1)
    else:
        magnitude = wide * (abs(g) + (abs(g) * wide).sum(axis=-1, keepdims=True)) * (1 + _spread(z))
        magnitude = magnitude + wide * (abs(g) * wide * (1 + _spread(z))).sum(axis=-1, keepdims=True)
    roundings = 4 * ACTIVATION + 4 * z.shape[-1] * (f.name == "softmax")
    ours = f.backward(grad_y, f(z))
    return _case(ours, activation_twins.backward(f, grad_y, z), exact, roundings, magnitude, z.dtype)


def _loss_magnitude(loss: Loss, y: Any, p: Any) -> Any:
    """Return the sums of the absolute values of the terms of the loss, and of each derivative."""
    if isinstance(loss, MeanSquaredError):
        return (np.square(abs(p) + abs(y))).mean(), 2 * (abs(p) + abs(y)) / p.size
    samples = len(p) * loss._terms_per_sample(p.shape[1])
    terms = abs(loss._terms(y, loss._common(y, p)))
    if loss.from_logits:
        if isinstance(loss, BinaryCrossentropy):
            terms = terms + abs(y * p) + np.maximum(p, 0)
        else:
            # Each logit less the largest is rounded, and their exponentials' sum feels it
            z = p - p.max(axis=1, keepdims=True)
            terms = terms + y * (abs(z) + (abs(z) * np.exp(z)).sum(axis=1, keepdims=True))
        slope = np.ones_like(p) + (_spread(p).clip(0, 1) if not isinstance(loss, BinaryCrossentropy) else 0)
    else:
        slope = abs(y / p)
        if isinstance(loss, BinaryCrossentropy):
            slope = slope + (1 - y) / (1 - p)
    return terms.sum() / samples, slope / samples


def loss_value(loss: Loss, y: Any, p: Any, keras_form: bool = False) -> Case:
    """Compare a loss's values; labels have the predictions' shape."""
    wide_y, wide_p = y.astype(np.longdouble), p.astype(np.longdouble)
    exact = loss(wide_y, wide_p)
    magnitude, _ = _loss_magnitude(loss, wide_y, wide_p)
    function = loss_twins.keras_twin(loss) if keras_form else loss_twins.twin(loss)
    theirs = loss_twins.value_and_gradient(function, y, p)[0]
    our_limit = bound(p.size + ACTIVATION, magnitude, p.dtype)
    # TensorFlow takes the logarithm of a rounded sum near 1, which npnet avoids
    limit = 2 * our_limit + bound(ACTIVATION, 1 + magnitude, p.dtype, flushed=True)
    return Case(loss(y, p), theirs, exact, limit, p.dtype, our_limit)


def loss_gradient(loss: Loss, y: Any, p: Any) -> Case:
    """Compare a loss's gradients."""
    wide_y, wide_p = y.astype(np.longdouble), p.astype(np.longdouble)
    exact = loss.gradient(wide_y, wide_p)
    _, magnitude = _loss_magnitude(loss, wide_y, wide_p)
    theirs = loss_twins.value_and_gradient(loss_twins.twin(loss), y, p)[1]
    return _case(loss.gradient(y, p), theirs, exact, 2 * (p.shape[1] + ACTIVATION), magnitude, p.dtype)


def regularizer_value(regularizer: Regularizer, w: Any, keras_form: bool = False) -> Case:
    """Compare penalties."""
    twins = regularizer_twins
    function = twins.keras_twin(regularizer) if keras_form else twins.twin(regularizer)
    exact = regularizer(w.astype(np.longdouble))
    theirs = twins.value_and_gradient(function, w)[0]
    # The strength is rounded too, on both sides
    return _case(regularizer(w), theirs, exact, 2 * w.size + 12, exact, w.dtype)


def regularizer_gradient(regularizer: Regularizer, w: Any) -> Case:
    """Compare the gradients of penalties."""
    exact = regularizer.gradient(w.astype(np.longdouble))
    theirs = regularizer_twins.value_and_gradient(regularizer_twins.twin(regularizer), w)[1]
    magnitude = abs(regularizer.gradient(abs(w).astype(np.longdouble)))
    return _case(regularizer.gradient(w), theirs, exact, 8, magnitude, w.dtype)


def schedule_value(schedule: Schedule, epoch: int) -> Case:
    """Compare a schedule's rates; Keras rounds to float32, and an exponent's rounding grows with its logarithm."""
    ours = np.float64(schedule(epoch))
    theirs = np.float64(schedule_twins.keras_twin(schedule)(epoch))
    exact, growth = _exact_rate(schedule, epoch)
    magnitude = schedule(0) * (1 + growth)
    return Case(ours, theirs, exact, bound(12, magnitude, np.float32), np.float64, bound(6, magnitude, np.float64))


def _exact_rate(schedule: Any, epoch: int) -> Any:
    """Return a schedule's rate in a wide type, and how much a rounding of its exponent or angle is magnified."""
    steps = np.longdouble(epoch) / schedule.decay_steps
    first = np.longdouble(schedule.initial_learning_rate)
    if isinstance(schedule, ExponentialDecay):
        power = np.floor(steps) if schedule.staircase else steps
        return first * np.longdouble(schedule.decay_rate) ** power, steps * (abs(np.log(schedule.decay_rate)) + 1)
    if isinstance(schedule, InverseTimeDecay):
        return first / (1 + schedule.decay_rate * steps), 0
    return first * (1 + np.cos(_PI * np.minimum(steps, 1))) / 2, np.minimum(steps, 1) * np.pi


# 64 bits of π, which longdouble can hold and float64 can't
_PI = 4 * np.arctan(np.longdouble(1))


def network(net: MLP, x: Any, y: Any, loss: Loss, regularizer: Regularizer | None) -> tuple[Case, Case]:
    """Compare a net's loss and its gradient; labels have the outputs' shape."""
    x, y = np.asarray(x, net.dtype), np.asarray(y, net.dtype)
    wide = net.astype(np.longdouble)
    value, gradient = net.loss_and_gradient(x, y, loss, regularizer)
    their_value, their_gradient = network_twins.loss_and_gradient(net, x, y, loss, regularizer)
    exact_value, exact_gradient = wide.loss_and_gradient(x, y, loss, regularizer)
    limits = network_bounds(wide, x.astype(np.longdouble), y.astype(np.longdouble), loss, regularizer, net.dtype, True)
    return (
        Case(value, their_value, exact_value, 2 * limits[0], net.dtype),
        Case(gradient, their_gradient, exact_gradient, 2 * limits[1], net.dtype),
    )


def optimizer_steps(make: Any, parameters: Any, gradients: Any, keras_form: bool) -> list[Case]:
    """Compare the parameters and the moments after one step for each gradient; `make` returns npnet's optimizer."""
    parameters, dtype = np.asarray(parameters), np.asarray(parameters).dtype
    ours, exact = parameters.copy(), parameters.astype(np.longdouble)
    optimizer, wide = _run(make(), ours, gradients), _run(make(), exact, gradients.astype(np.longdouble))
    if keras_form:
        twin = optimizer_twins.keras_twin(make(), dtype)
        theirs = optimizer_twins.keras_steps(twin, parameters, gradients)
        returned = make()
        optimizer_twins.state_from_keras(returned, twin, dtype)
        moments = returned.state
    else:
        variable, loop = tf.Variable(parameters), optimizer_twins.NotesLoop(make())
        for gradient in gradients:
            loop.apply([tf.constant(gradient)], [variable])
        theirs, moments = variable.numpy(), {"m": loop.m[0].numpy(), "V": loop.v[0].numpy()}
    limit, sizes = optimizer_bound(make, parameters, gradients)
    compared = [Case(ours, theirs, exact, 2 * limit, dtype)]
    for name, size in sizes.items():
        # Three roundings a step, and one more where Keras's sign and rate are taken out of SGDM's moment
        limit = 2 * bound(3 * len(gradients) + 2, size, dtype, flushed=True)
        compared.append(Case(optimizer.state[name], moments[name], wide.state[name], limit, dtype))
    return compared


def _run(optimizer: Optimizer, parameters: Any, gradients: Any) -> Optimizer:
    for gradient in gradients:
        optimizer.step(parameters, gradient)
    return optimizer


def optimizer_bound(make: Any, parameters: Any, gradients: Any) -> tuple[Any, dict[str, Any]]:
    """Return the bound on the parameters' error after one step for each gradient, and the moments' sizes.

    With the gradients' absolute values, every update is positive and as large as it can be: S, their sum, is the sum of
    the terms. The moments take three roundings a step and the update about twelve; each step also rounds the
    parameters, of size |w| + S. Adam's corrections 1 - β^t magnify the power's rounding by β^t / (1 - β^t), most in the
    second step, for in the first the power is exact; the root halves it for V. Where a gradient's square is under the
    smallest number, V is wrong by that much, which moves the update by less than lr · sqrt(smallest) / sqrt(epsilon).
    """
    dtype, steps = np.asarray(parameters).dtype, len(gradients)
    total = np.zeros(np.shape(parameters), np.longdouble)
    optimizer = _run(make(), total, abs(gradients).astype(np.longdouble))
    total, lost = -total, 0.0
    if isinstance(optimizer, Adam) and steps > 1:
        lost = sum(b**2 / (1 - b**2) / n for b, n in ((optimizer.beta_1, 1), (optimizer.beta_2, 2)))
    limit = bound(3 * steps + 12 + lost, total, dtype, True) + bound(steps, abs(parameters) + total, dtype, True)
    epsilon = getattr(optimizer, "epsilon", 1.0)
    if epsilon:
        limit = limit + optimizer.learning_rate * bound(steps, 0, dtype, True) / np.sqrt(epsilon)
    return limit, optimizer.state


def keras_round_trip(net: MLP, optimizer: Optimizer, x: Any) -> Case:
    """Compare predictions of the Keras model of a net; what comes back from Keras must be the net to the bit."""
    with floatx(net.dtype):
        model = network_twins.to_keras(net, optimizer)
        theirs = np.asarray(model(x))
    back = copy.deepcopy(optimizer)
    returned = network_twins.from_keras(model, back)
    np.testing.assert_array_equal(returned.parameters, net.parameters)
    assert repr(returned.activations) == repr(net.activations)
    assert back.iterations == optimizer.iterations
    for name, slot in optimizer.state.items():
        limit = bound(4, slot, net.dtype, flushed=True)
        assert (abs(back.state[name] - slot) <= limit).all()
    wide = net.astype(np.longdouble)
    limit = output_bound(wide, x.astype(np.longdouble), net.dtype, flushed=True)
    return Case(net(x), theirs, wide(x), 2 * limit, net.dtype)
