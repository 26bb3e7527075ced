"""TensorFlow's optimizers: the notes' hand-written loops with ``assign_sub``, and Keras's own.

The notes' loops have no epsilon: they are the twins of npnet's optimizers with ``epsilon=0``.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.schedules import Constant
from reference.floatx import floatx


class NotesLoop:
    """One optimizer of the notes' section 5.2: moments for each variable, kept from step to step.

    Parameters
    ----------
    optimizer : Optimizer
        npnet's optimizer, whose kind, rate and decay factors are taken. Its epsilon must be 0.

    Raises
    ------
    ValueError
        If it is none of the notes' five, or has an epsilon.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, (SGD, SGDM, Adagrad, RMSProp, Adam)):
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


def keras_twin(optimizer: Optimizer, dtype: Any = "float32") -> Any:
    """Return Keras's optimizer with the same settings, whose rate is held in `dtype`.

    SGDM becomes SGD with the rate ``lr * (1 - beta)`` and the momentum ``beta``, which takes the same path; its
    velocity is ``-lr`` times npnet's moment.

    Raises
    ------
    ValueError
        If Keras has no such optimizer, or the rate follows a schedule: Keras's count steps, npnet's count epochs.
    """
    if not isinstance(optimizer.schedule, Constant):
        raise ValueError(f"optimizer: expected a constant learning rate, got {optimizer.schedule!r}")
    with floatx(dtype):
        if isinstance(optimizer, SGDM):
            return keras.optimizers.SGD(optimizer.learning_rate * (1 - optimizer.beta), momentum=optimizer.beta)
        rate = optimizer.learning_rate
        if isinstance(optimizer, SGD):
            return keras.optimizers.SGD(rate)
        if isinstance(optimizer, Adagrad):
            return keras.optimizers.Adagrad(
                rate, initial_accumulator_value=optimizer.initial_accumulator_value, epsilon=optimizer.epsilon
            )
        if isinstance(optimizer, RMSProp):
            return keras.optimizers.RMSprop(rate, rho=optimizer.rho, epsilon=optimizer.epsilon)
        if isinstance(optimizer, Adam):
            return keras.optimizers.Adam(
                rate, beta_1=optimizer.beta_1, beta_2=optimizer.beta_2, epsilon=optimizer.epsilon
            )
    raise ValueError(f"optimizer: expected one that Keras has, got {optimizer!r}")


def keras_steps(optimizer: Any, parameters: Any, gradients: Any) -> Any:
    """Return the parameters after one step of a Keras optimizer for each gradient, as an array."""
    with floatx(np.asarray(parameters).dtype):
        variable = keras.Variable(parameters, dtype=np.asarray(parameters).dtype.name)
        for gradient in gradients:
            optimizer.apply([tf.constant(gradient)], [variable])
    return variable.numpy()


# npnet's name of each moment, and Keras's attribute with one variable for each variable of the model
_SLOTS = {
    "SGDM": {"m": "momentums"},
    "Adagrad": {"V": "_accumulators"},
    "RMSProp": {"V": "_velocities"},
    "Adam": {"m": "_momentums", "V": "_velocities"},
}
# What Keras's optimizers can do and npnet's can't
_EXTRAS = ("nesterov", "amsgrad", "centered", "weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema")


def state_to_keras(optimizer: Optimizer, twin: Any, shapes: list[tuple[int, ...]]) -> None:
    """Copy npnet's moments and count of steps into a Keras optimizer that was built for variables of these shapes."""
    twin.iterations.assign(optimizer.iterations)
    for name, flat in _to_keras_signs(optimizer):
        for variable, part in zip(getattr(twin, _attribute(optimizer, name)), _split(flat, shapes)):
            variable.assign(part)


def state_from_keras(optimizer: Optimizer, twin: Any, dtype: Any) -> None:
    """Copy a Keras optimizer's moments and count of steps into npnet's.

    Raises
    ------
    ValueError
        If the two are not twins, of one kind and with the same settings, or Keras's is not built yet.
    """
    _check_twins(optimizer, twin)
    optimizer.reset()
    optimizer.iterations = int(twin.iterations)
    for name in optimizer.slots:
        variables = getattr(twin, _attribute(optimizer, name))
        flat = np.concatenate([variable.numpy().ravel() for variable in variables]).astype(dtype)
        if isinstance(optimizer, SGDM):
            flat /= -optimizer.learning_rate
        optimizer.state[name] = flat


def _check_twins(optimizer: Optimizer, twin: Any) -> None:
    expected = keras_twin(optimizer)
    if type(twin) is not type(expected) or not getattr(twin, "built", False):
        raise ValueError(f"model: expected a built {type(expected).__name__} as its optimizer, got {twin!r}")
    theirs, ours = twin.get_config(), expected.get_config()
    for name in ("learning_rate", "momentum", "rho", "beta_1", "beta_2", "epsilon"):
        # Keras's rates are float32 unless its float type says otherwise
        if name in ours and np.float32(theirs[name]) != np.float32(ours[name]):
            raise ValueError(f"model: expected its optimizer's {name} to be {ours[name]}, got {theirs[name]}")
    for name in _EXTRAS:
        if theirs.get(name):
            raise ValueError(f"model: expected an optimizer without {name}, which npnet does not have")


def _attribute(optimizer: Optimizer, name: str) -> str:
    return _SLOTS[type(optimizer).__name__][name]


def _to_keras_signs(optimizer: Optimizer) -> list[tuple[str, Any]]:
    sign = -optimizer.learning_rate if isinstance(optimizer, SGDM) else 1
    return [(name, flat * sign) for name, flat in optimizer.state.items()]


def _split(flat: Any, shapes: list[tuple[int, ...]]) -> list[Any]:
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes)]
