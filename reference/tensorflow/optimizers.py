"""TensorFlow's optimizers: the notes' hand-written loops with ``assign_sub``, and Keras's own.

The notes' loops have no epsilon: they are the counterparts of npnet's optimizers with ``epsilon=0``.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from npnet.optimizers import (
    SGD,
    SGDM,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    CenteredRMSProp,
    CenteredRMSPropMomentum,
    Momentum,
    Nadam,
    Nesterov,
    Optimizer,
    RMSProp,
    RMSPropMomentum,
)
from npnet.schedules import Constant

from .floatx import floatx


class NotesLoop:
    """One optimizer of the notes' section 5.2: moments for each variable, kept from step to step.

    Parameters
    ----------
    optimizer : Optimizer
        npnet's optimizer, one of the notes' five, whose rate and decay factors are taken. Its epsilon must be 0.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        if type(optimizer) not in (SGD, SGDM, Adagrad, RMSProp, Adam):
            raise ValueError(f"optimizer: expected one of the notes' five, got {optimizer!r}")
        if getattr(optimizer, "epsilon", 0):
            raise ValueError(f"optimizer: expected epsilon=0, which the notes' loops have, got {optimizer!r}")
        self.optimizer = optimizer
        self.global_step = 0
        self.m: list[Any] = []
        self.v: list[Any] = []

    def apply(self, grads: list[Any], variables: list[Any]) -> None:
        """Update the variables in place, as the notes' loop body does."""
        optimizer, lr = self.optimizer, self.optimizer.learning_rate
        if not self.m:
            first = getattr(optimizer, "initial_accumulator_value", 0.0)
            self.m = [tf.zeros_like(w) for w in variables]
            self.v = [tf.fill(w.shape, tf.constant(first, w.dtype)) for w in variables]
        self.global_step += 1
        t = self.global_step
        for i, (w, g) in enumerate(zip(variables, grads)):
            if isinstance(optimizer, SGD):
                w.assign_sub(lr * g)
            elif isinstance(optimizer, SGDM):
                self.m[i] = optimizer.beta * self.m[i] + (1 - optimizer.beta) * g
                w.assign_sub(lr * self.m[i])
            elif isinstance(optimizer, Adagrad):
                self.v[i] += tf.square(g)
                w.assign_sub(lr * g / tf.sqrt(self.v[i]))
            elif isinstance(optimizer, RMSProp):
                self.v[i] = optimizer.rho * self.v[i] + (1 - optimizer.rho) * tf.square(g)
                w.assign_sub(lr * g / tf.sqrt(self.v[i]))
            else:
                self.m[i] = optimizer.beta_1 * self.m[i] + (1 - optimizer.beta_1) * g
                self.v[i] = optimizer.beta_2 * self.v[i] + (1 - optimizer.beta_2) * tf.square(g)
                m_hat = self.m[i] / (1 - tf.pow(tf.constant(optimizer.beta_1, w.dtype), t))
                v_hat = self.v[i] / (1 - tf.pow(tf.constant(optimizer.beta_2, w.dtype), t))
                w.assign_sub(lr * m_hat / tf.sqrt(v_hat))


class _Counterpart(NamedTuple):
    """Keras's optimizer of one of npnet's kinds."""

    make: Callable[..., Any]
    hyperparameters: tuple[str, ...] = ()
    """Those that have the same name in both, beside the learning rate."""
    moments: tuple[tuple[str, str], ...] = ()
    """npnet's name of each moment, and Keras's attribute with a variable for each variable of the model."""
    factors: Mapping[str, Callable[[Any], float]] = {}
    """From an optimizer to what a moment of npnet's is multiplied by in Keras, where that is not 1."""


def _minus(optimizer: Any) -> float:
    return -1.0


_ADAM = (("m", "_momentums"), ("V", "_velocities"))
_RMSPROP = (("V", "_velocities"),)
_COUNTERPARTS = {
    SGD: _Counterpart(keras.optimizers.SGD),
    SGDM: _Counterpart(
        lambda rate, beta: keras.optimizers.SGD(rate * (1 - beta), momentum=beta),
        ("beta",),
        (("m", "momentums"),),
        {"m": lambda optimizer: -optimizer.learning_rate},
    ),
    Adagrad: _Counterpart(
        keras.optimizers.Adagrad, ("initial_accumulator_value", "epsilon"), (("V", "_accumulators"),)
    ),
    RMSProp: _Counterpart(keras.optimizers.RMSprop, ("rho", "epsilon"), _RMSPROP),
    Adam: _Counterpart(keras.optimizers.Adam, ("beta_1", "beta_2", "epsilon"), _ADAM),
    Momentum: _Counterpart(keras.optimizers.SGD, ("momentum",), (("v", "momentums"),)),
    Nesterov: _Counterpart(partial(keras.optimizers.SGD, nesterov=True), ("momentum",), (("v", "momentums"),)),
    RMSPropMomentum: _Counterpart(
        keras.optimizers.RMSprop, ("rho", "epsilon", "momentum"), (*_RMSPROP, ("v", "_momentums")), {"v": _minus}
    ),
    CenteredRMSProp: _Counterpart(
        partial(keras.optimizers.RMSprop, centered=True), ("rho", "epsilon"), (*_RMSPROP, ("m", "_average_gradients"))
    ),
    CenteredRMSPropMomentum: _Counterpart(
        partial(keras.optimizers.RMSprop, centered=True),
        ("rho", "epsilon", "momentum"),
        (*_RMSPROP, ("m", "_average_gradients"), ("v", "_momentums")),
        {"v": _minus},
    ),
    AdamW: _Counterpart(keras.optimizers.AdamW, ("beta_1", "beta_2", "epsilon", "weight_decay"), _ADAM),
    AMSGrad: _Counterpart(
        partial(keras.optimizers.Adam, amsgrad=True),
        ("beta_1", "beta_2", "epsilon"),
        (*_ADAM, ("V_max", "_velocity_hats")),
    ),
    Nadam: _Counterpart(keras.optimizers.Nadam, ("beta_1", "beta_2", "epsilon"), _ADAM),
}
# What Keras's optimizers can do and npnet's can't, or what another of npnet's does
EXTRAS = ("nesterov", "amsgrad", "centered", "weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema")
EXTRAS += ("gradient_accumulation_steps", "loss_scale_factor")


def keras_counterpart(optimizer: Optimizer, dtype: Any = "float32") -> Any:
    """Return Keras's optimizer with the same hyperparameters, whose rate is held in `dtype`.

    SGDM becomes SGD with the rate ``lr * (1 - beta)`` and the momentum ``beta``, which takes the same path; its
    velocity is ``-lr`` times npnet's moment. Keras's Nadam has no momentum decay but 1. The rate must be constant:
    Keras's schedules count steps, npnet's epochs.
    """
    if not isinstance(optimizer.schedule, Constant):
        raise ValueError(f"optimizer: expected a constant learning rate, got {optimizer.schedule!r}")
    if isinstance(optimizer, Nadam) and optimizer.momentum_decay != 1:
        raise ValueError(f"optimizer: expected momentum_decay=1, which Keras's Nadam has, got {optimizer!r}")
    found = _found(optimizer)
    with floatx(dtype):
        return found.make(optimizer.learning_rate, **{name: getattr(optimizer, name) for name in found.hyperparameters})


def _found(optimizer: Optimizer) -> _Counterpart:
    if type(optimizer) not in _COUNTERPARTS:
        raise ValueError(f"optimizer: expected one that Keras has, got {optimizer!r}")
    return _COUNTERPARTS[type(optimizer)]


def keras_steps(optimizer: Any, parameters: Any, gradients: Any) -> Any:
    """Return the parameters after one step of a Keras optimizer for each gradient, as an array."""
    with floatx(np.asarray(parameters).dtype):
        variable = keras.Variable(parameters, dtype=np.asarray(parameters).dtype.name)
        for gradient in gradients:
            optimizer.apply([tf.constant(gradient)], [variable])
    return variable.numpy()


def state_to_keras(optimizer: Optimizer, theirs: Any) -> None:
    """Copy npnet's moments and count of steps into a Keras optimizer that was built for the same parameters."""
    theirs.iterations.assign(optimizer.iterations)
    if isinstance(optimizer, Nadam):
        theirs._u_product.assign(optimizer.product(optimizer.iterations))
    for name, attribute in _found(optimizer).moments:
        variables = getattr(theirs, attribute)
        ends = np.cumsum([int(np.prod(variable.shape)) for variable in variables])
        for variable, part in zip(variables, np.split(optimizer.state[name] * _factor(optimizer, name), ends[:-1])):
            variable.assign(part.reshape(variable.shape))


def state_from_keras(optimizer: Optimizer, theirs: Any, dtype: Any) -> None:
    """Copy the moments and the count of steps of a Keras optimizer, of the same kind and settings, into npnet's."""
    _check_settings(optimizer, theirs)
    copy_state(optimizer, theirs, dtype)


def copy_state(optimizer: Optimizer, theirs: Any, dtype: Any) -> None:
    """Copy the moments and the count of steps of a Keras optimizer into npnet's counterpart of it."""
    optimizer.reset()
    # Under a distribution strategy of TensorFlow the value itself is no number
    optimizer.iterations = int(theirs.iterations.numpy())
    for name, attribute in _found(optimizer).moments:
        variables = getattr(theirs, attribute)
        # Without momentum Keras keeps none, and none is needed
        if variables:
            flat = np.concatenate([variable.numpy().ravel() for variable in variables])
            optimizer.state[name] = flat.astype(dtype) / _factor(optimizer, name)


def _factor(optimizer: Optimizer, moment: str) -> float:
    """Return what a moment of npnet's is multiplied by in Keras."""
    factors = _found(optimizer).factors
    return factors[moment](optimizer) if moment in factors else 1.0


def _check_settings(optimizer: Optimizer, theirs: Any) -> None:
    expected = keras_counterpart(optimizer)
    if type(theirs) is not type(expected) or not getattr(theirs, "built", False):
        raise ValueError(f"model: expected a built {type(expected).__name__} as its optimizer, got {theirs!r}")
    has, should = theirs.get_config(), expected.get_config()
    for name in ("learning_rate", "momentum", "rho", "beta_1", "beta_2", "epsilon", "weight_decay"):
        # Keras's rates are float32 unless its float type says otherwise
        if should.get(name) is not None and np.float32(has[name]) != np.float32(should[name]):
            raise ValueError(f"model: expected its optimizer's {name} to be {should[name]}, got {has[name]}")
    for name in EXTRAS:
        if has.get(name) and not should.get(name):
            raise ValueError(f"model: expected an optimizer without {name}, which {type(optimizer).__name__} has not")
        if should.get(name) and not has.get(name):
            raise ValueError(f"model: expected an optimizer with {name}, which {type(optimizer).__name__} has")
