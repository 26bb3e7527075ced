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

import math
from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np

from npnet import schedules
from npnet.schedules import Schedule
from npnet.validation import Array, is_finite, lookup, number

# A slice of a few vectors of this many elements stays in a core's cache from its first pass to its last
SLICE = 1 << 15


class StepError(FloatingPointError):
    """A gradient or an update that is not finite; `index` is the last such place in the flat vector."""

    def __init__(self, what: str, values: Array, offset: int = 0) -> None:
        self.what = what
        self.index = offset + int(np.flatnonzero(~np.isfinite(values))[-1])
        super().__init__(f"the {what} is not finite: {values[self.index - offset]} at index {self.index}")


class Optimizer(ABC):
    """A rule that updates a flat vector of parameters in place.

    Attributes
    ----------
    learning_rate : float
        The rate of the current epoch; setting it replaces the schedule by a constant.
    schedule : Schedule
        The rule that gives the rate of each epoch.
    state : dict of ndarray
        The moments, ``"m"`` and ``"V"`` where the rule has them, each of the parameters' shape.
    iterations : int
        How many steps were taken.
    """

    slots: tuple[str, ...] = ()

    def __init__(self, learning_rate: float | Schedule) -> None:
        self.schedule = schedules.get(learning_rate)
        self._rate = self.schedule(0)
        self.reset()

    @property
    def learning_rate(self) -> float:
        """The rate of the current epoch."""
        return self._rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: float | Schedule) -> None:
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
            If they are not one contiguous vector of floats, or the moments belong to another vector.
        """
        if not isinstance(parameters, np.ndarray) or parameters.dtype.kind != "f" or parameters.ndim != 1:
            kind = f"{getattr(parameters, 'dtype', type(parameters).__name__)} {np.shape(parameters)}"
            raise ValueError(f"parameters: expected one flat vector of floats, got {kind}")
        if not (parameters.flags.c_contiguous and parameters.flags.writeable):
            raise ValueError("parameters: expected a contiguous vector that can be written to, got another view")
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
        parameters : ndarray of float, shape (size,)
            The flat vector to update.
        gradient : ndarray, of the same shape and dtype
            The gradient of the loss at these parameters.

        Raises
        ------
        ValueError
            If the vectors do not fit each other or the optimizer's moments.
        StepError
            If the gradient (or its square, where V needs it) is not finite, before anything is changed;
            or if the updated parameters are not, before that slice of 32768 of them is changed.
        """
        self.check(parameters)
        if getattr(gradient, "shape", None) != parameters.shape or gradient.dtype != parameters.dtype:
            kind = f"{getattr(gradient, 'dtype', type(gradient).__name__)} {np.shape(gradient)}"
            raise ValueError(f"gradient: expected {parameters.dtype} {parameters.shape}, got {kind}")
        self._step(parameters, gradient)

    def _step(self, parameters: Array, gradient: Array) -> None:
        if not math.isfinite(np.vdot(gradient, gradient)):
            self._check_gradient(gradient)
        if self._scratch.size != min(parameters.size, SLICE) or self._scratch.dtype != parameters.dtype:
            self._scratch = np.empty(min(parameters.size, SLICE), parameters.dtype)
        if len(self.state) < len(self.slots):
            self._allocate(parameters)
        self.iterations += 1
        for start in range(0, parameters.size, SLICE):
            part = slice(start, start + SLICE)
            w, slots = parameters[part], [self.state[name][part] for name in self.slots]
            update = self._update(gradient[part], self._scratch[: w.size], *slots)
            moved = np.subtract(w, update, out=update)
            if not is_finite(moved):
                raise StepError("update", moved, start)
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
            self.state.setdefault(name, np.zeros_like(parameters))

    def __repr__(self) -> str:
        """Return the expression that makes this optimizer."""
        settings = {name: value for name, value in vars(self).items() if isinstance(value, float) and name != "_rate"}
        rate = self.schedule(0) if isinstance(self.schedule, schedules.Constant) else self.schedule
        return f"{type(self).__name__}({', '.join([repr(rate), *(f'{k}={v:g}' for k, v in settings.items())])})"

    @abstractmethod
    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        """Return what is taken off the parameters, in `out`; bring the moments up to date."""


def _average(mean: Array, value: Array, beta: float, scratch: Array) -> None:
    """Set ``mean = beta * mean + (1 - beta) * value``; `scratch` may be `value`."""
    np.multiply(value, 1 - beta, out=scratch)
    mean *= beta
    mean += scratch


def _divide(numerator: Array, root: Array, epsilon: float) -> None:
    """Set ``root = numerator / root``, with 0/0 = 0, which only ``epsilon = 0`` can meet."""
    if epsilon == 0:
        root[numerator == 0] = 1
    np.divide(numerator, root, out=root)


class SGD(Optimizer):
    r"""Stochastic gradient descent, :math:`w \leftarrow w - lr \cdot g`.

    Parameters
    ----------
    learning_rate : float or Schedule
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

    def __init__(self, learning_rate: float | Schedule = 0.01) -> None:
        super().__init__(learning_rate)

    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        return np.multiply(gradient, self._rate, out=out)


class SGDM(Optimizer):
    r"""SGD with momentum, :math:`m \leftarrow \beta m + (1-\beta) g`, :math:`w \leftarrow w - lr \cdot m`.

    ``keras.optimizers.SGD(lr * (1 - beta), momentum=beta)`` has the same path.

    Parameters
    ----------
    learning_rate : float or Schedule
        :math:`lr`, above 0.
    beta : float
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

    def __init__(self, learning_rate: float | Schedule = 0.01, beta: float = 0.9) -> None:
        self.beta = number("beta", beta, low=0, below=1)
        super().__init__(learning_rate)

    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        (m,) = slots
        _average(m, gradient, self.beta, out)
        return np.multiply(m, self._rate, out=out)


class Adagrad(Optimizer):
    r"""Adagrad: :math:`V \leftarrow V + g^2`, :math:`w \leftarrow w - lr \cdot g / \sqrt{V + \epsilon}`.

    Parameters
    ----------
    learning_rate : float or Schedule
        :math:`lr`, above 0.
    initial_accumulator_value : float
        The first :math:`V`, not negative: 0 in the notes and here, 0.1 in Keras.
    epsilon : float
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
        self, learning_rate: float | Schedule = 0.001, initial_accumulator_value: float = 0.0, epsilon: float = 1e-7
    ) -> None:
        self.initial_accumulator_value = number("initial_accumulator_value", initial_accumulator_value, low=0)
        self.epsilon = number("epsilon", epsilon, low=0)
        super().__init__(learning_rate)

    def _allocate(self, parameters: Array) -> None:
        self.state.setdefault("V", np.full_like(parameters, self.initial_accumulator_value))
        super()._allocate(parameters)

    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        (V,) = slots
        V += np.square(gradient, out=out)
        np.sqrt(np.add(V, self.epsilon, out=out), out=out)
        _divide(gradient, out, self.epsilon)
        out *= self._rate
        return out


class RMSProp(Optimizer):
    r"""RMSProp: :math:`V \leftarrow \rho V + (1-\rho) g^2`, :math:`w \leftarrow w - lr \cdot g / \sqrt{V + \epsilon}`.

    Parameters
    ----------
    learning_rate : float or Schedule
        :math:`lr`, above 0.
    rho : float
        :math:`\rho` (the notes' :math:`\beta`), from 0 to under 1.
    epsilon : float
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

    def __init__(self, learning_rate: float | Schedule = 0.001, rho: float = 0.9, epsilon: float = 1e-7) -> None:
        self.rho = number("rho", rho, low=0, below=1)
        self.epsilon = number("epsilon", epsilon, low=0)
        super().__init__(learning_rate)

    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        (V,) = slots
        _average(V, np.square(gradient, out=out), self.rho, out)
        np.sqrt(np.add(V, self.epsilon, out=out), out=out)
        _divide(gradient, out, self.epsilon)
        out *= self._rate
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
    learning_rate : float or Schedule
        :math:`lr`, above 0.
    beta_1, beta_2 : float
        :math:`\beta_1` and :math:`\beta_2`, from 0 to under 1.
    epsilon : float
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
        learning_rate: float | Schedule = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ) -> None:
        self.beta_1 = number("beta_1", beta_1, low=0, below=1)
        self.beta_2 = number("beta_2", beta_2, low=0, below=1)
        self.epsilon = number("epsilon", epsilon, low=0)
        super().__init__(learning_rate)

    def _update(self, gradient: Array, out: Array, *slots: Array) -> Array:
        m, V = slots
        t = self.iterations
        _average(m, gradient, self.beta_1, out)
        _average(V, np.square(gradient, out=out), self.beta_2, out)
        np.add(np.sqrt(V, out=out), self.epsilon, out=out)
        _divide(m, out, self.epsilon)
        out *= self._rate * math.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
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
