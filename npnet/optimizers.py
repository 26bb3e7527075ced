r"""Optimizers: the notes' one template, :math:`w \leftarrow w - lr \cdot m / \sqrt V`, on one flat vector.

================  =====================================  ===================================
optimizer         m                                      V
================  =====================================  ===================================
`SGD`             :math:`g`                              1
`SGDM`            :math:`\beta m + (1-\beta) g`          1
`Adagrad`         :math:`g`                              :math:`V + g^2`
`RMSProp`         :math:`g`                              :math:`\rho V + (1-\rho) g^2`
`Adam`            :math:`\beta_1 m + (1-\beta_1) g`      :math:`\beta_2 V + (1-\beta_2) g^2`
================  =====================================  ===================================

``epsilon`` keeps a quotient finite where the gradient is so small that its square is 0. With
``epsilon=0`` each is the notes' formula to the letter, except that 0/0 is 0: a weight that never had
a gradient stays.

Source: the study notes, section 5.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from npnet import schedules
from npnet.schedules import Schedule
from npnet.settings import Setting, Settings, cast, setting, show
from npnet.validation import Array, is_finite, lookup

# A step moves this many parameters at once: fewer cost more calls, more need more scratch memory
SLICE = 1 << 16


class StepError(FloatingPointError):
    """A gradient or an update that is not finite; `index` is the last such place in the flat vector."""

    def __init__(self, what: str, values: Array, offset: int = 0) -> None:
        self.what, self.values = what, values
        where = tuple(int(axis[-1]) for axis in np.nonzero(~np.isfinite(values)))
        self.index = offset + where[0]
        super().__init__(f"the {what} is not finite: {values[where]} at index {self.index}")


class Optimizer(Settings, ABC):
    """A rule that updates a flat vector of parameters in place.

    Each number may be a vector, with one number for each member of an `Ensemble`, whose parameters have
    a second axis: that of the members.

    Attributes
    ----------
    learning_rate : float or vector of them
        The rate of the current epoch; setting it replaces the schedule by a constant.
    schedule : Schedule
        The rule that gives the rate of each epoch.
    state : dict of ndarray
        The moments, ``"m"`` and ``"V"`` where the rule has them, each of the parameters' shape.
    iterations : int
        How many steps were taken.
    """

    slots: tuple[str, ...] = ()

    def __init__(self, learning_rate: Setting | Schedule) -> None:
        self.schedule = schedules.get(learning_rate)
        self._check_lengths()
        self._rate = self.schedule(0)
        self.reset()

    @property
    def learning_rate(self) -> Any:
        """The rate of the current epoch."""
        return self._rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: Setting | Schedule) -> None:
        self.schedule = schedules.get(learning_rate)
        self._rate = self.schedule(0)

    def begin_epoch(self, epoch: int) -> None:
        """Set the learning rate to the schedule's for `epoch`, counted from 0."""
        self._rate = self.schedule(epoch)

    def reset(self) -> None:
        """Forget the moments and the count of steps."""
        self.state: dict[str, Array] = {}
        self.iterations = 0
        self._scratch = np.empty(0)

    def check(self, parameters: Array) -> None:
        """Check that this optimizer can update `parameters`.

        Raises
        ------
        ValueError
            If they are not one contiguous vector of floats (or one for each member, along the second
            axis), the moments belong to another vector, or a setting has another number of members.
        """
        if not isinstance(parameters, np.ndarray) or parameters.dtype.kind != "f" or parameters.ndim not in (1, 2):
            kind = f"{getattr(parameters, 'dtype', type(parameters).__name__)} {np.shape(parameters)}"
            raise ValueError(f"parameters: expected one flat vector of floats, got {kind}")
        if not (parameters.flags.c_contiguous and parameters.flags.writeable):
            raise ValueError("parameters: expected a contiguous vector that can be written to, got another view")
        self._check_members(parameters.shape[1] if parameters.ndim == 2 else None)
        for name, slot in self.state.items():
            if slot.shape != parameters.shape or slot.dtype != parameters.dtype:
                raise ValueError(
                    f"parameters: expected {slot.dtype} {slot.shape}, as the optimizer's {name} has it, got "
                    f"{parameters.dtype} {parameters.shape}; reset() makes an optimizer ready for another net"
                )

    def step(self, parameters: Array, gradient: Array) -> None:
        """Take one step: update `parameters` in place; `gradient` is left as it is.

        Parameters
        ----------
        parameters : ndarray of float, shape (size,) or (size, members)
            The flat vector to update, or one for each member of an ensemble.
        gradient : ndarray, of the same shape and dtype
            The gradient of the loss at these parameters.

        Raises
        ------
        ValueError
            If the vectors do not fit each other or the optimizer's moments.
        StepError
            If the gradient (or its square, where V needs it) is not finite, before anything is changed;
            or if the updated parameters are not, before that slice of 65536 of them (of an ensemble:
            before any) is changed.
        """
        self.check(parameters)
        if getattr(gradient, "shape", None) != parameters.shape or gradient.dtype != parameters.dtype:
            kind = f"{getattr(gradient, 'dtype', type(gradient).__name__)} {np.shape(gradient)}"
            raise ValueError(f"gradient: expected {parameters.dtype} {parameters.shape}, got {kind}")
        self._step(parameters, gradient)

    def _step(
        self, parameters: Array, gradient: Array, refuse: Callable[[Array, Array, int], None] | None = None
    ) -> None:
        """Take one step; `refuse` may mend an update that is not finite, given it, the parameters and their place."""
        if not math.isfinite(np.vdot(gradient, gradient)):
            self._check_gradient(gradient)
        # A member of an ensemble is moved as a whole or not at all
        size = len(parameters) if parameters.ndim > 1 else min(len(parameters), SLICE)
        if self._scratch.shape != (size, *parameters.shape[1:]) or self._scratch.dtype != parameters.dtype:
            self._scratch = np.empty((size, *parameters.shape[1:]), parameters.dtype)
        if len(self.state) < len(self.slots):
            self._allocate(parameters)
        self.iterations += 1
        slots, refuse = [self.state[name] for name in self.slots], refuse or _raise
        if size == len(parameters):
            self._move(parameters, gradient, self._scratch, slots, 0, refuse)
            return
        for start in range(0, len(parameters), size):
            part = slice(start, start + size)
            w = parameters[part]
            self._move(w, gradient[part], self._scratch[: len(w)], [slot[part] for slot in slots], start, refuse)

    def _move(
        self,
        w: Array,
        gradient: Array,
        scratch: Array,
        slots: list[Array],
        start: int,
        refuse: Callable[[Array, Array, int], None],
    ) -> None:
        update = self._update(gradient, scratch, *slots)
        # Squares with a finite sum belong to numbers that are no roundings beside the largest one: w - update is finite
        if math.isfinite(np.vdot(update, update)):
            w -= update
            return
        moved = np.subtract(w, update, out=update)
        if not is_finite(moved):
            refuse(moved, w, start)
        w[...] = moved

    def _check_gradient(self, gradient: Array) -> None:
        """Raise StepError if the sum of squares overflowed for a reason that matters to this optimizer."""
        if not np.isfinite(gradient).all():
            raise StepError("gradient", gradient)
        with np.errstate(over="ignore"):
            squares = np.square(gradient)
        if "V" in self.slots and not np.isfinite(squares).all():
            raise StepError("squared gradient", squares)

    def _allocate(self, parameters: Array) -> None:
        for name in self.slots:
            if name not in self.state:
                self.state[name] = np.full_like(parameters, self._first(name))

    def _first(self, slot: str) -> Any:
        """Return what the moments of a slot are before the first step."""
        return 0.0

    def _pick(self, members: slice | int) -> Optimizer:
        twin = super()._pick(members)
        twin.state = {name: np.ascontiguousarray(slot[..., members]) for name, slot in self.state.items()}
        twin._scratch = np.empty(0)
        return twin

    def __repr__(self) -> str:
        """Return the expression that makes this optimizer."""
        settings = {name: value for name, value in self._public() if isinstance(value, (float, np.ndarray))}
        rate = show(self.schedule(0)) if isinstance(self.schedule, schedules.Constant) else repr(self.schedule)
        return f"{type(self).__name__}({', '.join([rate, *(f'{k}={show(v)}' for k, v in settings.items())])})"

    @abstractmethod
    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        """Return what is taken off the parameters, in `out`; bring the moments up to date."""


def _raise(moved: Array, w: Array, start: int) -> None:
    raise StepError("update", moved, start)


def _average(mean: Array, value: Array, beta: Any, scratch: Array) -> None:
    """Set ``mean = beta * mean + (1 - beta) * value``; `scratch` may be `value`."""
    np.multiply(value, cast(1 - beta, value), out=scratch)
    mean *= cast(beta, mean)
    mean += scratch


def _divide(numerator: Array, root: Array, epsilon: Array) -> None:
    """Set ``root = numerator / root``, with 0/0 = 0, which only an `epsilon` of 0 can meet."""
    if not (epsilon.all() if epsilon.ndim else epsilon):
        root[numerator == 0] = 1
    np.divide(numerator, root, out=root)


class SGD(Optimizer):
    r"""Stochastic gradient descent, :math:`w \leftarrow w - lr \cdot g`.

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`lr`, above 0.

    Raises
    ------
    ValueError
        If the rate is not a finite number above 0.

    Notes
    -----
    Source: the study notes, section 5.2 (1). Its twin is ``keras.optimizers.SGD``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> SGD(0.1).step(w, np.array([1.0, -1.0]))
    >>> print(w)
    [0.9 2.1]
    """

    def __init__(self, learning_rate: Setting | Schedule = 0.01) -> None:
        super().__init__(learning_rate)

    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        return np.multiply(gradient, cast(self._rate, out), out=out)


class SGDM(Optimizer):
    r"""SGD with momentum, :math:`m \leftarrow \beta m + (1-\beta) g`, :math:`w \leftarrow w - lr \cdot m`.

    ``keras.optimizers.SGD(lr * (1 - beta), momentum=beta)`` has the same path.

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`lr`, above 0.
    beta : float or vector of them
        :math:`\beta`, from 0 to under 1.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    Source: the study notes, section 5.2 (2).

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> SGDM(1.0, beta=0.75).step(w, np.array([1.0, -1.0]))
    >>> print(w)
    [0.75 2.25]
    """

    slots = ("m",)

    def __init__(self, learning_rate: Setting | Schedule = 0.01, beta: Setting = 0.9) -> None:
        self.beta = setting("beta", beta, low=0, below=1)
        super().__init__(learning_rate)

    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        (m,) = slots
        _average(m, gradient, self.beta, out)
        return np.multiply(m, cast(self._rate, out), out=out)


class Adagrad(Optimizer):
    r"""Adagrad: :math:`V \leftarrow V + g^2`, :math:`w \leftarrow w - lr \cdot g / \sqrt{V + \epsilon}`.

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`lr`, above 0.
    initial_accumulator_value : float or vector of them
        The first :math:`V`, not negative: 0 in the notes and here, 0.1 in Keras.
    epsilon : float or vector of them
        :math:`\epsilon`, not negative; inside the root.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    Source: the study notes, section 5.2 (3); Duchi, Hazan and Singer 2011, "Adaptive subgradient
    methods". Its twin is ``keras.optimizers.Adagrad``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> Adagrad(0.5, epsilon=0.0).step(w, np.array([3.0, 0.0]))
    >>> print(w)
    [0.5 2. ]
    """

    slots = ("V",)

    def __init__(
        self,
        learning_rate: Setting | Schedule = 0.001,
        initial_accumulator_value: Setting = 0.0,
        epsilon: Setting = 1e-7,
    ) -> None:
        self.initial_accumulator_value = setting("initial_accumulator_value", initial_accumulator_value, low=0)
        self.epsilon = setting("epsilon", epsilon, low=0)
        super().__init__(learning_rate)

    def _first(self, slot: str) -> Any:
        return self.initial_accumulator_value

    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        (V,) = slots
        V += np.square(gradient, out=out)
        epsilon = cast(self.epsilon, V)
        np.sqrt(np.add(V, epsilon, out=out), out=out)
        _divide(gradient, out, epsilon)
        out *= cast(self._rate, out)
        return out


class RMSProp(Optimizer):
    r"""RMSProp: :math:`V \leftarrow \rho V + (1-\rho) g^2`, :math:`w \leftarrow w - lr \cdot g / \sqrt{V + \epsilon}`.

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`lr`, above 0.
    rho : float or vector of them
        :math:`\rho` (the notes' :math:`\beta`), from 0 to under 1.
    epsilon : float or vector of them
        :math:`\epsilon`, not negative; inside the root.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    Source: the study notes, section 5.2 (4); Hinton, "Neural networks for machine learning", lecture
    6e. Its twin is ``keras.optimizers.RMSprop``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> RMSProp(0.5, rho=0.75, epsilon=0.0).step(w, np.array([3.0, 0.0]))
    >>> print(w)
    [0. 2.]
    """

    slots = ("V",)

    def __init__(self, learning_rate: Setting | Schedule = 0.001, rho: Setting = 0.9, epsilon: Setting = 1e-7) -> None:
        self.rho = setting("rho", rho, low=0, below=1)
        self.epsilon = setting("epsilon", epsilon, low=0)
        super().__init__(learning_rate)

    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        (V,) = slots
        _average(V, np.square(gradient, out=out), self.rho, out)
        epsilon = cast(self.epsilon, V)
        np.sqrt(np.add(V, epsilon, out=out), out=out)
        _divide(gradient, out, epsilon)
        out *= cast(self._rate, out)
        return out


class Adam(Optimizer):
    r"""Adam, with both moments corrected for their start at 0.

    .. math::
        m \leftarrow \beta_1 m + (1-\beta_1) g, \qquad V \leftarrow \beta_2 V + (1-\beta_2) g^2, \qquad
        w \leftarrow w - lr \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \cdot \frac{m}{\sqrt V + \epsilon}

    With :math:`\epsilon = 0` this is the notes' :math:`lr\, \hat m / \sqrt{\hat V}`,
    :math:`\hat m = m/(1-\beta_1^t)`, :math:`\hat V = V/(1-\beta_2^t)`. Outside the root and beside the
    uncorrected :math:`\sqrt V`, :math:`\epsilon` is the paper's "epsilon hat".

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`lr`, above 0.
    beta_1, beta_2 : float or vector of them
        :math:`\beta_1` and :math:`\beta_2`, from 0 to under 1.
    epsilon : float or vector of them
        :math:`\epsilon`, not negative.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    Source: the study notes, section 5.2 (5); Kingma and Ba 2015, "Adam", the end of section 2. Its
    twin is ``keras.optimizers.Adam``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> Adam(0.5, epsilon=0.0).step(w, np.array([3.0, 0.0]))
    >>> print(w.round(12))
    [0.5 2. ]
    """

    slots = ("m", "V")

    def __init__(
        self,
        learning_rate: Setting | Schedule = 0.001,
        beta_1: Setting = 0.9,
        beta_2: Setting = 0.999,
        epsilon: Setting = 1e-7,
    ) -> None:
        self.beta_1 = setting("beta_1", beta_1, low=0, below=1)
        self.beta_2 = setting("beta_2", beta_2, low=0, below=1)
        self.epsilon = setting("epsilon", epsilon, low=0)
        super().__init__(learning_rate)

    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        m, V = slots
        t = self.iterations
        _average(m, gradient, self.beta_1, out)
        _average(V, np.square(gradient, out=out), self.beta_2, out)
        epsilon = cast(self.epsilon, V)
        np.add(np.sqrt(V, out=out), epsilon, out=out)
        _divide(m, out, epsilon)
        out *= cast(self._rate * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t), out)
        return out


_KNOWN: dict[str, Callable[[], Optimizer]] = {
    "sgd": SGD,
    "sgdm": SGDM,
    "adagrad": Adagrad,
    "rmsprop": RMSProp,
    "adam": Adam,
}


def get(optimizer: str | Optimizer) -> Optimizer:
    """Return a new optimizer of that name with its default settings, or the one given.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.

    Examples
    --------
    >>> type(get("adam")).__name__
    'Adam'
    """
    return lookup("optimizer", optimizer, Optimizer, _KNOWN)
