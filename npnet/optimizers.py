r"""Optimizers: the notes' one template, :math:`w \leftarrow w - \mathrm{lr} \cdot m / \sqrt V`, on one flat vector.

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

Beyond the notes are rules with a velocity, :math:`w \leftarrow w + v`: `Momentum`, `Nesterov`, and RMSProp's
(`RMSPropMomentum`, `CenteredRMSProp`, `CenteredRMSPropMomentum`); and Adam's kin, `AdamW`, `AMSGrad` and `Nadam`.

Source: the study notes, section 5; of the others, their docstrings.
"""

from __future__ import annotations

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

import numpy as np

from npnet import schedules
from npnet._checks import instance, is_finite, lookup
from npnet.engine import tuning
from npnet.engine.errors import NotFiniteError
from npnet.engine.hyperparameters import Hyperparameters, Number, cast_like, check_members, show, vectors_of
from npnet.engine.moments import Place, State, Workspace, drop_subnormal
from npnet.schedules import Schedule
from npnet.typing import Array

__all__ = [
    "SGD",
    "SGDM",
    "AMSGrad",
    "Adagrad",
    "Adam",
    "AdamW",
    "CenteredRMSProp",
    "CenteredRMSPropMomentum",
    "Momentum",
    "Nadam",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "RMSPropMomentum",
    "Rate",
    "StepError",
    "get",
]


def __dir__() -> list[str]:
    return __all__


Made = TypeVar("Made", bound="Optimizer")
Refuse = Callable[[Array, Array, int], None]


class StepError(NotFiniteError):
    """A gradient or an update that is not finite; `index` is the last such place in the flat vector."""

    def __init__(self, what: str, values: Array, offset: int = 0) -> None:
        self.what, self.values = what, values
        where = tuple(int(axis[-1]) for axis in np.nonzero(~np.isfinite(values)))
        self.index = offset + where[0]
        super().__init__(f"the {what} is not finite: {values[where]} at index {self.index}")


class Rate(Number):
    """A learning rate above 0: a number, a vector with one for each member, or a `Schedule`."""

    def __init__(self, default: float) -> None:
        super().__init__(default, above=0)

    def checked(self, value: Any) -> Schedule:
        """Return the schedule."""
        return schedules.get(value)


class Optimizer(Hyperparameters, ABC):
    """A rule that updates a flat vector of parameters in place.

    A subclass declares its hyperparameters and the names of its moments, and writes the formula in `update`. Each
    hyperparameter may be a vector, with one number for each member of an `Ensemble`, whose parameters have a second
    axis: that of the members.

    The moments belong to the parameters that were stepped first, in whatever view they come; others are refused, until
    `reset`. A copy, be it a deep or a pickled one, has moments of its own, which belong to no parameters yet: the first
    of their shape that it steps. `clone` returns an optimizer without moments. One that has none, such as `SGD`, may
    step any parameters.

    Attributes
    ----------
    learning_rate : float or vector of them
        The rate of the current epoch; setting it replaces the schedule by a constant.
    schedule : Schedule
        The rule that gives the rate of each epoch.
    state : mutable mapping of str to ndarray
        The moments, such as ``"m"``, ``"V"`` and ``"v"`` where the rule has them, each of the parameters' shape. They
        are kept divided by their `scale`, and multiplied by it when they are read. ``state["m"] = a``,
        ``state["m"][0] = 1`` and ``state["m"] *= 2`` write to the state; functions that write to an array's memory,
        such as `numpy.copyto`, do not. Copying or pickling the optimizer keeps all bits; reading and writing a moment
        may round it.
    iterations : int
        The number of steps that were taken.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    """The names of the moments."""
    numbers_change: ClassVar[bool] = True
    """Whether `numbers` returns others at other steps; where it does not, they are asked for once."""
    by_place = 1
    learning_rate = Rate(0.01)
    iterations: int
    _kept: dict[str, Array]
    _work: Workspace | None
    _place: Place | None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if {"update", "numbers", "scale"} & vars(cls).keys() and "update_bound" not in vars(cls):
            # A bound on the updates of another rule is none on those of this one
            cls.update_bound = Optimizer.update_bound  # type: ignore[method-assign]
        if "numbers" in vars(cls) and "numbers_change" not in vars(cls):
            cls.numbers_change = True

    # The formula

    @abstractmethod
    def update(self, *arrays: Any, **named: Any) -> Array:
        """Return what is taken off the parameters, in `out`, and bring the moments up to date.

        Parameters
        ----------
        w, g, out : ndarray
            Parameters and gradient, or a slice of both, neither of which is written to; and an array like them.
        *moments, *numbers : ndarray
            The moments, in the order of `slots`, as they are kept, and what `numbers` returns, as arrays.
        """

    @abstractmethod
    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return what step `t`, counted from 1, computes with: Python floats, or vectors with one for each member."""

    def scale(self, moment: str) -> Any:
        """Return the factor by which the moment that is kept is smaller than the one that is read."""
        return 1.0

    def first(self, moment: str) -> Any:
        """Return a moment before the first step."""
        return 0.0

    def decays(self, moment: str, dtype: np.dtype[Any]) -> bool:
        """Return whether a moment falls without a gradient, and may be 0 where it is subnormal.

        m and v may; V only where ε is so much larger that it makes no difference.
        """
        return moment in ("m", "v")

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return a bound on the update over the largest gradient so far, infinite if there is none in that dtype.

        What is computed on the way to the update must not be larger either. Where the bound is small beside the largest
        number, no update needs to be looked at. It is not inherited by a class that has an `update` of its own.
        """
        return math.inf

    # Steps

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
        StepError
            If the gradient (or its square over 1 - β₂, as V is kept) is not finite, before anything is changed;
            or if the updated parameters are not, before that slice of them (of an ensemble: before any) is changed.
        """
        self.check(parameters)
        if getattr(gradient, "shape", None) != parameters.shape or gradient.dtype != parameters.dtype:
            kind = f"{getattr(gradient, 'dtype', type(gradient).__name__)} {np.shape(gradient)}"
            raise ValueError(f"gradient: expected {parameters.dtype} {parameters.shape}, got {kind}")
        with np.errstate(over="ignore", under="ignore"):
            self.apply(parameters, gradient)

    def check(self, parameters: Array) -> None:
        """Check that `parameters` are one vector, or one for each member, that this optimizer can update."""
        if not isinstance(parameters, np.ndarray) or parameters.dtype.kind != "f" or parameters.ndim not in (1, 2):
            kind = f"{getattr(parameters, 'dtype', type(parameters).__name__)} {np.shape(parameters)}"
            raise ValueError(f"parameters: expected one flat vector of floats, got {kind}")
        if not (parameters.flags.c_contiguous and parameters.flags.writeable):
            raise ValueError("parameters: expected a contiguous vector that can be written to, got another view")
        for name in self.table:
            if self.stored(name) is None:
                raise ValueError(f"{name}: expected a value, got none: {type(self).__name__} was made without it")
        members = parameters.shape[1] if parameters.ndim == 2 else None
        self.check_members(members)
        # A schedule of one's own may make a vector of numbers
        check_members(vectors_of("learning_rate", self.learning_rate), members)
        for name, moment in self._kept.items():
            if moment.shape != parameters.shape or moment.dtype != parameters.dtype:
                raise ValueError(
                    f"parameters: expected {moment.dtype} {moment.shape}, as the optimizer's {name} has it, got "
                    f"{parameters.dtype} {parameters.shape}; {_ANOTHER_NET}"
                )
        if self._kept and self._place is not None and not self._place.holds(parameters):
            raise ValueError(
                "parameters: expected those that the optimizer has stepped, to which its moments belong, got others; "
                + _ANOTHER_NET
            )

    def apply(
        self,
        parameters: Array,
        gradient: Array,
        square: float | None = None,
        refuse: Refuse | None = None,
    ) -> None:
        """Take one step with vectors that were checked.

        Parameters
        ----------
        parameters, gradient : ndarray
            As for `step`; of any number type.
        square : float or None
            A bound on the gradient's sum of squares, if the caller has one.
        refuse : callable or None
            Called as ``refuse(moved, w, start)`` with updated parameters that are not finite, those before the step
            and their place; it may mend `moved`. By default a `StepError` is raised.
        """
        work = self._work
        if work is None or work.parameters is not parameters:
            work = self._workspace(parameters)
        if work.is_float:
            size = _sum_of_squares(gradient) if square is None else square
            if not size <= work.largest_square:
                self.check_gradient(gradient)
                work.bounded = False
        self.iterations = t = self.iterations + 1
        numbers = work.numbers
        if self.numbers_change:
            for array, value in zip(numbers, self.numbers(t)):
                array[()] = value
        if t % tuning.SWEEP == 0 and work.is_float:
            kept = self._kept.items()
            drop_subnormal([m for name, m in kept if self.decays(name, parameters.dtype)])
        for start, w, out, moments in work.parts:
            g = gradient if w is parameters else gradient[start : start + len(w)]
            update = self.update(w, g, out, *moments, *numbers)
            if work.bounded or math.isfinite(_sum_of_squares(update)):
                w -= update
                continue
            moved = np.subtract(w, update, out=update)
            if not is_finite(moved):
                (refuse or _raise)(moved, w, start)
            w[...] = moved

    def check_gradient(self, gradient: Array) -> None:
        """Raise `StepError` if the gradient is not finite, or so large that V would not be."""
        if not np.isfinite(gradient).all():
            raise StepError("gradient", gradient)
        if "V" in self.slots:
            squares = np.square(gradient) / cast_like(self.scale("V"), gradient)
            if not np.isfinite(squares).all():
                raise StepError("squared gradient", squares)

    def square_limit(self, parameters: Array) -> float:
        """Return up to which sum of squares of a gradient `apply` can't fail; -∞ if it may with any.

        As a step does, it makes the moments where there are none.
        """
        work = self._workspace(parameters)
        return work.largest_square if work.bounded else -math.inf

    def _workspace(self, parameters: Array) -> Workspace:
        """Return the arrays that steps of these parameters work on, the same ones as in the last step if they fit."""
        if self._work is None or not self._work.fits(parameters):
            self._work = self._new_workspace(parameters)
        return self._work

    def _new_workspace(self, parameters: Array) -> Workspace:
        self.allocate(parameters)
        moments = [self._kept[name] for name in self.slots]
        scales = {name: self.scale(name) for name in self.slots}
        update_bound = self.update_bound(parameters.dtype) if parameters.dtype.kind == "f" else 0.0
        return Workspace(parameters, dict(zip(self.slots, moments)), scales, self.numbers(1), update_bound)

    # Moments

    @property
    def state(self) -> State:
        """The moments, by name."""
        return State(self._kept, self.slots, self.scale, self.release)

    @state.setter
    def state(self, moments: Mapping[str, Any]) -> None:
        kept: dict[str, Array] = {}
        State(kept, self.slots, self.scale, self.release).update(instance("state", moments, Mapping))
        self._kept, self._place = kept, None
        self.release()

    def reset(self) -> None:
        """Forget the moments and the number of steps."""
        self._kept, self._place = {}, None
        self.iterations = 0
        self.release()

    def clone(self: Made) -> Made:
        """Return an optimizer with the same hyperparameters for another net: without moments, at its first step.

        Examples
        --------
        >>> optimizer = Adam(0.1)
        >>> optimizer.step(np.ones(2), np.ones(2))
        >>> optimizer.clone(), optimizer.clone().iterations, len(optimizer.clone().state)
        (Adam(0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-07), 0, 0)
        """
        made = copy.deepcopy(self._bare())
        made.reset()
        made.begin_epoch(0)
        return made

    def _bare(self: Made) -> Made:
        """Return a shallow copy without moments."""
        made = object.__new__(type(self))
        vars(made).update(vars(self), _kept={}, _work=None, _place=None)
        return made

    def release(self) -> None:
        """Let go of the parameters of the last step."""
        self._work = None

    def __getstate__(self) -> dict[str, Any]:
        # Its arrays are views of others, and the parameters are not copied with it
        return vars(self) | {"_work": None, "_place": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._kept = {name: moment.copy() for name, moment in self._kept.items()}

    def allocate(self, parameters: Array) -> None:
        """Make the moments that are not there yet; those that are there belong to these parameters from now on."""
        if self._place is None or not self._place.holds(parameters):
            self._place = Place(parameters)
        for name in self.slots:
            if name not in self._kept:
                self._kept[name] = np.empty_like(parameters)
                self._kept[name][...] = cast_like(self.first(name) / self.scale(name), parameters)

    def restart(self, members: Array) -> None:
        """Set the moments of some members, chosen by a vector of truth values, to those before the first step."""
        for name, moment in self._kept.items():
            first = np.broadcast_to(self.first(name) / self.scale(name), members.shape)
            moment[:, members] = first[members]

    def gather(self, part: Optimizer, members: slice) -> None:
        """Take over the moments and the number of steps of a `subset` of the members."""
        for name, moment in part._kept.items():
            self._kept[name][:, members] = moment
        self.iterations = part.iterations
        self.release()

    def subset(self, members: slice | int) -> Any:
        """Return a copy with the hyperparameters and the moments of some members, or of one."""
        # Its moments are not the copy's to rescale
        chosen = Hyperparameters.subset(self._bare(), members)
        chosen._kept = {name: moment[..., members].copy() for name, moment in self._kept.items()}
        return chosen

    def part(self: Made, places: slice, parameters: Array) -> Made:
        """Return a copy for some of the parameters, with their moments."""
        self.allocate(parameters)
        chosen = self._bare()
        chosen._kept = {name: moment[places].copy() for name, moment in self._kept.items()}
        return chosen

    # Hyperparameters

    @property
    def schedule(self) -> Schedule:
        """The rule that gives the rate of each epoch; setting it is setting the learning rate."""
        schedule: Schedule = self.__dict__["schedule"]
        return schedule

    @schedule.setter
    def schedule(self, schedule: Any) -> None:
        self.learning_rate = schedule

    def begin_epoch(self, epoch: int) -> None:
        """Set the learning rate to the schedule's for `epoch`, counted from 0."""
        schedule = self.__dict__["schedule"]
        rate = schedule.learning_rate if isinstance(schedule, schedules.Constant) else schedule(epoch)
        if rate is not self.learning_rate:
            self.__dict__["learning_rate"] = rate
            self.release()

    def check_length(self, name: str, value: Any) -> None:
        """Check that a new value fits the other vectors, and the moments that are there."""
        super().check_length(name, value)
        for moment in self.__dict__.get("_kept", {}).values():
            check_members(vectors_of(name, value), moment.shape[1] if moment.ndim == 2 else None)

    def stored(self, name: str) -> Any:
        """Return what is kept for a hyperparameter: of the learning rate, the schedule."""
        return self.__dict__.get("schedule") if name == "learning_rate" else super().stored(name)

    def store(self, name: str, value: Any) -> None:
        """Keep a hyperparameter; the moments that are read stay the same.

        A value with which a moment can't be kept is refused.
        """
        kept, before = self.__dict__.get("_kept", {}), vars(self).copy()
        scales = {moment: self.scale(moment) for moment in kept}
        if name == "learning_rate":
            self.__dict__["schedule"] = value
            value = value(0) if isinstance(value, Schedule) else value
        super().store(name, value)
        self.release()
        changed = [moment for moment, scale in scales.items() if np.any(scale != self.scale(moment))]
        with np.errstate(over="ignore", under="ignore"):
            rescaled = {m: kept[m] * cast_like(scales[m] / self.scale(m), kept[m]) for m in changed}
        for moment, array in rescaled.items():
            if array.dtype.kind == "f" and not is_finite(array):
                vars(self).update(before)
                raise ValueError(f"{name}: expected one with which {moment} fits {array.dtype}, got {show(value)}")
        for moment, array in rescaled.items():
            kept[moment][...] = array

    def hyperparameters(self) -> dict[str, Any]:
        """Return the value of each hyperparameter, by name: the arguments that make this optimizer again."""
        schedule = self.schedule
        rate = schedule.learning_rate if isinstance(schedule, schedules.Constant) else schedule
        return super().hyperparameters() | {"learning_rate": rate}


_ANOTHER_NET = "for another net, reset() forgets the moments, and clone() returns an optimizer without them"


def _raise(moved: Array, w: Array, start: int) -> None:
    raise StepError("update", moved, start)


def _sum_of_squares(a: Array) -> float:
    """Return the sum of the squares of all elements of a vector, or of a vector for each member."""
    return float(a.dot(a) if a.ndim == 1 else np.vdot(a, a))


def _divide(numerator: Array, root: Array, epsilon: Array) -> None:
    """Set ``root = numerator / root``, with 0/0 = 0, which only an `epsilon` of 0 can meet."""
    if not (epsilon.all() if epsilon.ndim else epsilon):
        root[numerator == 0] = 1
    np.divide(numerator, root, out=root)


def _divisor(epsilon: Any, dtype: np.dtype[Any]) -> Any:
    """Return an epsilon, 0 where nothing is known of a quotient by it.

    One under the smallest normal number of a dtype is rounded much, perhaps to 0; with one over 1 beside a small 1 - β,
    the numbers of a step may overflow.
    """
    return np.where(np.less(epsilon, np.finfo(dtype).tiny) | np.greater(epsilon, 1), 0.0, epsilon)


def _over(a: Any, b: Any) -> Any:
    """Return ``a / b``, infinite where `b` is 0."""
    with np.errstate(divide="ignore", over="ignore"):
        return np.divide(a, b)


def _root(value: Any) -> Any:
    """Return the square root of a number or of a vector of them."""
    return math.sqrt(value) if isinstance(value, float) else np.sqrt(value)


class SGD(Optimizer):
    r"""Stochastic gradient descent, :math:`w \leftarrow w - \mathrm{lr} \cdot g`.

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`\mathrm{lr}`, above 0.

    Notes
    -----
    Source: the study notes, section 5.2 (1). Its counterpart is ``keras.optimizers.SGD``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> SGD(0.1).step(w, np.array([1.0, -1.0]))
    >>> print(w)
    [0.9 2.1]
    """

    numbers_change = False

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return the learning rate."""
        return self.learning_rate

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return the learning rate."""
        return (self.learning_rate,)

    def update(self, w: Array, g: Array, out: Array, rate: Array) -> Array:
        """Return ``rate * g``, in `out`."""
        return np.multiply(g, rate, out=out)


class SGDM(Optimizer):
    r"""SGD with momentum, :math:`m \leftarrow \beta m + (1-\beta) g`, :math:`w \leftarrow w - \mathrm{lr} \cdot m`.

    ``keras.optimizers.SGD(lr * (1 - beta), momentum=beta)`` has the same path.

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`\mathrm{lr}`, above 0.
    beta : float or vector of them
        :math:`\beta`, from 0 to under 1.

    Notes
    -----
    Source: the study notes, section 5.2 (2).

    Derivation: ``npnet derive momentum``, ``npnet derive momentum-path``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> SGDM(1.0, beta=0.75).step(w, np.array([1.0, -1.0]))
    >>> print(w)
    [0.75 2.25]
    """

    numbers_change = False
    beta = Number(0.9, low=0, below=1)
    slots = ("m",)

    def scale(self, moment: str) -> Any:
        """Return 1 - β: what is kept is M = m / (1 - β)."""
        return 1 - self.beta

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return the learning rate: m is an average of gradients."""
        return self.learning_rate

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return β and the factor of M."""
        return self.beta, self.learning_rate * (1 - self.beta)

    def update(self, w: Array, g: Array, out: Array, M: Array, beta: Array, rate: Array) -> Array:
        """Return ``rate * m``, in `out`, with ``M = beta * M + g``."""
        M *= beta
        M += g
        return np.multiply(M, rate, out=out)


class Adagrad(Optimizer):
    r"""Adagrad: :math:`V \leftarrow V + g^2`, :math:`w \leftarrow w - \mathrm{lr} \cdot g / \sqrt{V + \epsilon}`.

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`\mathrm{lr}`, above 0.
    initial_accumulator_value : float or vector of them
        The first :math:`V`, not negative: 0 in the notes and here, 0.1 in Keras.
    epsilon : float or vector of them
        :math:`\epsilon`, not negative; inside the root.

    Notes
    -----
    Source: the study notes, section 5.2 (3); Duchi, Hazan and Singer 2011, "Adaptive subgradient
    methods". Its counterpart is ``keras.optimizers.Adagrad``.

    Derivation: ``npnet derive adagrad``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> Adagrad(0.5, epsilon=0.0).step(w, np.array([3.0, 0.0]))
    >>> print(w)
    [0.5 2. ]
    """

    numbers_change = False
    learning_rate = Rate(0.001)
    initial_accumulator_value = Number(0.0, low=0)
    epsilon = Number(1e-7, low=0)
    slots = ("V",)

    def first(self, moment: str) -> Any:
        """Return V before the first step."""
        return self.initial_accumulator_value

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return ``learning_rate / sqrt(epsilon)``."""
        return _over(self.learning_rate, np.sqrt(_divisor(self.epsilon, dtype)))

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return ε and the learning rate."""
        return self.epsilon, self.learning_rate

    def update(self, w: Array, g: Array, out: Array, V: Array, epsilon: Array, rate: Array) -> Array:
        """Return ``rate * g / sqrt(V + epsilon)``, in `out`, with ``V += g**2``."""
        V += np.square(g, out=out)
        np.add(V, epsilon, out=out)
        np.sqrt(out, out=out)
        _divide(g, out, epsilon)
        out *= rate
        return out


class RMSProp(Optimizer):
    r"""RMSProp: :math:`V \leftarrow \rho V + (1-\rho) g^2, w \leftarrow w - \mathrm{lr} \cdot g / \sqrt{V + \epsilon}`.

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`\mathrm{lr}`, above 0.
    rho : float or vector of them
        :math:`\rho` (the notes' :math:`\beta`), from 0 to under 1.
    epsilon : float or vector of them
        :math:`\epsilon`, not negative; inside the root.

    Notes
    -----
    Source: the study notes, section 5.2 (4); Hinton, "Neural networks for machine learning", lecture
    6e. Its counterpart is ``keras.optimizers.RMSprop``.

    Derivation: ``npnet derive rmsprop``, ``npnet derive rmsprop-steps``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> RMSProp(0.5, rho=0.75, epsilon=0.0).step(w, np.array([3.0, 0.0]))
    >>> print(w)
    [0. 2.]
    """

    numbers_change = False
    learning_rate = Rate(0.001)
    rho = Number(0.9, low=0, below=1)
    epsilon = Number(1e-7, low=0)
    slots: ClassVar[tuple[str, ...]] = ("V",)

    def scale(self, moment: str) -> Any:
        """Return 1 - ρ: what is kept is V / (1 - ρ)."""
        return 1 - self.rho

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return ``learning_rate / sqrt(epsilon)``."""
        return _over(self.learning_rate, np.sqrt(_divisor(self.epsilon, dtype)))

    def decays(self, moment: str, dtype: np.dtype[Any]) -> bool:
        """Return whether ε is so large that a subnormal V is no rounding error of it."""
        limits = np.finfo(dtype)
        return bool(np.min(self.epsilon / (1 - self.rho)) >= limits.tiny / limits.epsneg)

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return ρ, and with the factor of V taken out of the root, ε and the learning rate."""
        return (
            self.rho,
            self.epsilon / (1 - self.rho),
            self.learning_rate / _root(1 - self.rho),
        )

    def update(self, w: Array, g: Array, out: Array, V: Array, rho: Array, epsilon: Array, rate: Array) -> Array:
        """Return ``rate * g / sqrt(V + epsilon)``, in `out`, with ``V = rho * V + g**2``."""
        V *= rho
        V += np.square(g, out=out)
        np.add(V, epsilon, out=out)
        np.sqrt(out, out=out)
        _divide(g, out, epsilon)
        out *= rate
        return out


class Adam(Optimizer):
    r"""Adam, with both moments corrected for their start at 0.

    .. math::
        m \leftarrow \beta_1 m + (1-\beta_1) g, \qquad V \leftarrow \beta_2 V + (1-\beta_2) g^2, \qquad
        w \leftarrow w - \mathrm{lr} \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \cdot \frac{m}{\sqrt V + \epsilon}

    With :math:`\epsilon = 0` this is the notes' :math:`\mathrm{lr}\, \hat m / \sqrt{\hat V}`,
    :math:`\hat m = m/(1-\beta_1^t)`, :math:`\hat V = V/(1-\beta_2^t)`. Outside the root and beside the
    uncorrected :math:`\sqrt V`, :math:`\epsilon` is the paper's "epsilon hat".

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`\mathrm{lr}`, above 0.
    beta_1, beta_2 : float or vector of them
        :math:`\beta_1` and :math:`\beta_2`, from 0 to under 1.
    epsilon : float or vector of them
        :math:`\epsilon`, not negative.

    Notes
    -----
    Source: the study notes, section 5.2 (5); Kingma and Ba 2015, "Adam", the end of section 2. Its
    counterpart is ``keras.optimizers.Adam``.

    Derivation: ``npnet derive adam``, ``npnet derive adam-first-moment``, ``npnet derive adam-second-moment``,
    ``npnet derive scaled-moments``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> Adam(0.5, epsilon=0.0).step(w, np.array([3.0, 0.0]))
    >>> print(w.round(12))
    [0.5 2. ]
    """

    learning_rate = Rate(0.001)
    beta_1 = Number(0.9, low=0, below=1)
    beta_2 = Number(0.999, low=0, below=1)
    epsilon = Number(1e-7, low=0)
    slots: ClassVar[tuple[str, ...]] = ("m", "V")

    def scale(self, moment: str) -> Any:
        """Return 1 - β₁ or 1 - β₂: what is kept is m / (1 - β₁) and V / (1 - β₂)."""
        return 1 - self.beta_1 if moment == "m" else 1 - self.beta_2

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return ``max(learning_rate, sqrt(1 - beta_2)) / (1 - beta_1) / epsilon``: M is divided, then scaled."""
        largest = np.maximum(self.learning_rate, _root(1 - self.beta_2))
        return _over(largest, (1 - self.beta_1) * _divisor(self.epsilon, dtype))

    def decays(self, moment: str, dtype: np.dtype[Any]) -> bool:
        """Return whether it is m, or ε is so large that the root of a subnormal V is no rounding error of it."""
        limits = np.finfo(dtype)
        epsilon = self.epsilon / _root(1 - self.beta_2)
        return moment == "m" or bool(np.min(epsilon) >= np.sqrt(limits.tiny) / limits.epsneg)

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return β₁ and β₂, and with the factors of m and V taken out, ε and the rate of step `t`."""
        root = _root(1 - self.beta_2)
        rate = self.learning_rate * _root(1 - self.beta_2**t) / (1 - self.beta_1**t)
        return (
            self.beta_1,
            self.beta_2,
            self.epsilon / root,
            rate * (1 - self.beta_1) / root,
        )

    def update(
        self,
        w: Array,
        g: Array,
        out: Array,
        M: Array,
        V: Array,
        beta_1: Array,
        beta_2: Array,
        epsilon: Array,
        rate: Array,
    ) -> Array:
        """Return ``rate * M / (sqrt(V) + epsilon)``, in `out`, with ``M = beta_1 * M + g, V = beta_2 * V + g**2``."""
        M *= beta_1
        M += g
        V *= beta_2
        V += np.square(g, out=out)
        np.sqrt(V, out=out)
        out += epsilon
        _divide(M, out, epsilon)
        out *= rate
        return out


class Momentum(Optimizer):
    r"""SGD with a velocity, :math:`v \leftarrow \mu v - \mathrm{lr} \cdot g`, :math:`w \leftarrow w + v`.

    The rate is part of the velocity: after a smaller one, old steps fade as they were taken. With a constant rate,
    ``SGDM(lr / (1 - momentum), beta=momentum)`` has the same path.

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`\mathrm{lr}`, above 0.
    momentum : float or vector of them
        :math:`\mu`, from 0 to under 1.

    Notes
    -----
    Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods", in the form of Sutskever,
    Martens, Dahl and Hinton 2013, "On the importance of initialization and momentum in deep learning", equations 1 and
    2. Its counterpart is ``keras.optimizers.SGD(lr, momentum)``; PyTorch's ``SGD`` keeps :math:`-v/\mathrm{lr}`.

    Examples
    --------
    >>> w, optimizer = np.array([1.0, 2.0]), Momentum(0.5, momentum=0.5)
    >>> for g in ([1.0, -1.0], [0.0, 0.0]):
    ...     optimizer.step(w, np.array(g))
    >>> print(w, optimizer.state["v"])
    [0.25 2.75] [-0.25  0.25]
    """

    numbers_change = False
    momentum = Number(0.9, low=0, below=1)
    slots = ("v",)

    def scale(self, moment: str) -> Any:
        """Return -1: what is kept is -v, which is taken off."""
        return -1.0

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return ``learning_rate / (1 - momentum)``, the sum of all steps that a velocity consists of."""
        return self.learning_rate / (1 - self.momentum)

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return the momentum and the learning rate."""
        return self.momentum, self.learning_rate

    def update(self, w: Array, g: Array, out: Array, U: Array, momentum: Array, rate: Array) -> Array:
        """Return ``U = momentum * U + rate * g``, -v, in `out`."""
        U *= momentum
        U += np.multiply(g, rate, out=out)
        out[...] = U
        return out


class Nesterov(Optimizer):
    r"""Nesterov's momentum, :math:`v \leftarrow \mu v - \mathrm{lr} \cdot g, w \leftarrow w + \mu v - \mathrm{lr} g`.

    The parameters that the gradient is computed at are those that the velocity is about to reach: a step further than
    those of the plain form, :math:`w = \theta + \mu v`.

    Parameters
    ----------
    learning_rate : float, vector of them or Schedule
        :math:`\mathrm{lr}`, above 0.
    momentum : float or vector of them
        :math:`\mu`, above 0 and under 1.

    Notes
    -----
    Source: Sutskever, Martens, Dahl and Hinton 2013, "On the importance of initialization and momentum in deep
    learning", equations 3 and 4, in the form of Bengio, Boulanger-Lewandowski and Pascanu 2013, "Advances in optimizing
    recurrent networks", equation 7. Its counterpart is ``keras.optimizers.SGD(lr, momentum, nesterov=True)``.

    Derivation: ``npnet derive nesterov``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> Nesterov(0.5, momentum=0.5).step(w, np.array([1.0, -1.0]))
    >>> print(w)
    [0.25 2.75]
    """

    numbers_change = False
    momentum = Number(0.9, above=0, below=1)
    slots = ("v",)

    def scale(self, moment: str) -> Any:
        """Return -1 / μ: what is kept is -μv."""
        return -1 / self.momentum

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return ``learning_rate / (1 - momentum)``, the sum of all steps that a velocity consists of."""
        return self.learning_rate / (1 - self.momentum)

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return the momentum and the learning rate."""
        return self.momentum, self.learning_rate

    def update(self, w: Array, g: Array, out: Array, U: Array, momentum: Array, rate: Array) -> Array:
        """Return ``U + rate * g``, in `out`, with ``U = momentum * (U + rate * g)``."""
        U += np.multiply(g, rate, out=out)
        U *= momentum
        out += U
        return out


class RMSPropMomentum(RMSProp):
    r"""RMSProp whose steps have a velocity, :math:`v \leftarrow \mu v - s`, :math:`w \leftarrow w + v`.

    :math:`s = \mathrm{lr} \cdot g / \sqrt{V + \epsilon}` is the step of `RMSProp`.

    Parameters
    ----------
    learning_rate, rho, epsilon
        As for `RMSProp`.
    momentum : float or vector of them
        :math:`\mu`, from 0 to under 1.

    Notes
    -----
    Source: the documentation of ``keras.optimizers.RMSprop(…, momentum)``, its counterpart, which keeps :math:`-v`.

    Examples
    --------
    >>> w, optimizer = np.array([1.0, 2.0]), RMSPropMomentum(0.5, rho=0.75, epsilon=0.0, momentum=0.5)
    >>> for g in ([3.0, 0.0], [0.0, 0.0]):
    ...     optimizer.step(w, np.array(g))
    >>> print(w)
    [-0.5  2. ]
    """

    numbers_change = False
    momentum = Number(0.9, low=0, below=1)
    slots: ClassVar[tuple[str, ...]] = ("V", "v")

    def scale(self, moment: str) -> Any:
        """Return -1 for v, and for the others the rule's own."""
        return -1.0 if moment == "v" else super().scale(moment)

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return the rule's own over ``1 - momentum``."""
        return super().update_bound(dtype) / (1 - self.momentum)

    def decays(self, moment: str, dtype: np.dtype[Any]) -> bool:
        """Return whether it is v, or one of the rule's own that decays."""
        return moment == "v" or super().decays(moment, dtype)

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return the rule's own, and the momentum."""
        return *super().numbers(t), self.momentum

    def update(self, w: Array, g: Array, out: Array, *arrays: Array) -> Array:
        """Return ``U = momentum * U + s``, -v, in `out`, with the step s of the rule without a velocity."""
        count = len(self.slots) - 1
        *numbers, momentum = arrays[count + 1 :]
        U, s = arrays[count], super().update(w, g, out, *arrays[:count], *numbers)
        U *= momentum
        U += s
        out[...] = U
        return out


class CenteredRMSProp(RMSProp):
    r"""RMSProp with the variance of the gradients, :math:`V - m^2`, in the place of the mean of their squares.

    .. math::
        V \leftarrow \rho V + (1-\rho) g^2, \qquad m \leftarrow \rho m + (1-\rho) g, \qquad
        w \leftarrow w - \mathrm{lr} \cdot g / \sqrt{V - m^2 + \epsilon}

    A variance that rounding errors have made negative is taken as 0, what it can't be under: a gradient that stays the
    same has none.

    Parameters
    ----------
    learning_rate, rho, epsilon
        As for `RMSProp`.

    Notes
    -----
    Source: Graves 2013, "Generating sequences with recurrent neural networks", equations 38 to 45. Its counterpart is
    ``keras.optimizers.RMSprop(…, centered=True)``.

    Derivation: ``npnet derive centered-variance``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> CenteredRMSProp(0.5, rho=0.5, epsilon=0.0).step(w, np.array([3.0, 0.0]))
    >>> print(w)
    [0. 2.]
    """

    numbers_change = False
    slots: ClassVar[tuple[str, ...]] = ("V", "m")

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return ``learning_rate / sqrt(epsilon)``."""
        return super().update_bound(dtype)

    def decays(self, moment: str, dtype: np.dtype[Any]) -> bool:
        """Return whether it is m, or RMSProp's V decays."""
        return moment == "m" or super().decays(moment, dtype)

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return RMSProp's numbers, and the root of the factor of m."""
        return *super().numbers(t), _root(1 - self.rho)

    def update(  # type: ignore[override]
        self,
        w: Array,
        g: Array,
        out: Array,
        V: Array,
        M: Array,
        rho: Array,
        epsilon: Array,
        rate: Array,
        root: Array,
    ) -> Array:
        """Return ``rate * g / sqrt(V - (root * M)**2 + epsilon)``, in `out`, with RMSProp's V, ``M = rho * M + g``."""
        V *= rho
        V += np.square(g, out=out)
        M *= rho
        M += g
        np.square(np.multiply(M, root, out=out), out=out)
        np.maximum(np.subtract(V, out, out=out), 0, out=out)
        out += epsilon
        np.sqrt(out, out=out)
        _divide(g, out, epsilon)
        out *= rate
        return out


class CenteredRMSPropMomentum(RMSPropMomentum, CenteredRMSProp):
    r"""`CenteredRMSProp` whose steps have a velocity, :math:`v \leftarrow \mu v - s`, :math:`w \leftarrow w + v`.

    :math:`s = \mathrm{lr} \cdot g / \sqrt{V - m^2 + \epsilon}` is the step of `CenteredRMSProp`.

    Parameters
    ----------
    learning_rate, rho, epsilon
        As for `RMSProp`.
    momentum : float or vector of them
        :math:`\mu`, from 0 to under 1.

    Notes
    -----
    Source: Graves 2013, "Generating sequences with recurrent neural networks", equations 38 to 45. Its counterpart is
    ``keras.optimizers.RMSprop(…, momentum, centered=True)``, which keeps :math:`-v`.

    Examples
    --------
    >>> w, optimizer = np.array([1.0, 2.0]), CenteredRMSPropMomentum(0.5, rho=0.5, epsilon=0.0, momentum=0.5)
    >>> for g in ([3.0, 0.0], [0.0, 0.0]):
    ...     optimizer.step(w, np.array(g))
    >>> print(w)
    [-0.5  2. ]
    """

    slots = ("V", "m", "v")


class AdamW(Adam):
    r"""Adam with decoupled weight decay: beside Adam's step, :math:`\mathrm{lr} \cdot \lambda w` is taken off.

    An `L2` penalty of that strength is no such decay: its gradient goes through the moments, and the quotient takes its
    size away.

    Parameters
    ----------
    learning_rate, beta_1, beta_2, epsilon
        As for `Adam`.
    weight_decay : float or vector of them
        :math:`\lambda`, not negative. It is that of all parameters, biases too.

    Notes
    -----
    Source: Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2, with :math:`\mathrm{lr}`
    in both terms. Its counterpart is ``keras.optimizers.AdamW``, which takes the decay off first, and Adam's step, in
    which no parameter occurs, from the rest: the same sum.

    Derivation: ``npnet derive decoupled-decay``, ``npnet derive decay-in-adam``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> AdamW(0.5, epsilon=0.0, weight_decay=0.25).step(w, np.array([3.0, 0.0]))
    >>> print(w.round(12))
    [0.375 1.75 ]
    """

    weight_decay = Number(0.004, low=0)

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return Adam's bound: a decay of at most 1 moves no parameter away from 0, but a larger one may do so."""
        decays = np.less_equal(self.learning_rate * self.weight_decay, 1)
        return np.where(decays, super().update_bound(dtype), math.inf)

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return Adam's numbers, and the share of the parameters that is taken off."""
        return *super().numbers(t), self.learning_rate * self.weight_decay

    def update(  # type: ignore[override]
        self,
        w: Array,
        g: Array,
        out: Array,
        M: Array,
        V: Array,
        beta_1: Array,
        beta_2: Array,
        epsilon: Array,
        rate: Array,
        decay: Array,
    ) -> Array:
        """Return Adam's update plus ``decay * w``, in `out`."""
        update = super().update(w, g, out, M, V, beta_1, beta_2, epsilon, rate)
        update += decay * w
        return update


class AMSGrad(Adam):
    r"""Adam with the largest :math:`V` so far in the quotient, so that no step grows as :math:`V` falls.

    .. math::
        V_{\max} \leftarrow \max(V_{\max}, V), \qquad
        w \leftarrow w - \mathrm{lr} \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \cdot \frac{m}{\sqrt{V_{\max}} + \epsilon}

    Parameters
    ----------
    learning_rate, beta_1, beta_2, epsilon
        As for `Adam`.

    Notes
    -----
    Source: Reddi, Kale and Kumar 2018, "On the convergence of Adam and beyond", algorithm 2, with Adam's corrections.
    Its counterpart is ``keras.optimizers.Adam(…, amsgrad=True)``.

    Examples
    --------
    >>> w, optimizer = np.array([1.0, 2.0]), AMSGrad(0.5, beta_2=0.5, epsilon=0.0)
    >>> for g in ([3.0, 0.0], [0.0, 0.0]):
    ...     optimizer.step(w, np.array(g))
    >>> print(optimizer.state["V"], optimizer.state["V_max"])
    [2.25 0.  ] [4.5 0. ]
    """

    slots = ("m", "V", "V_max")

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return Adam's bound, which holds for any V."""
        return super().update_bound(dtype)

    def update(  # type: ignore[override]
        self,
        w: Array,
        g: Array,
        out: Array,
        M: Array,
        V: Array,
        V_max: Array,
        beta_1: Array,
        beta_2: Array,
        epsilon: Array,
        rate: Array,
    ) -> Array:
        """Return ``rate * M / (sqrt(V_max) + epsilon)``, in `out`, with ``V_max = max(V_max, V)``, Adam's M and V."""
        M *= beta_1
        M += g
        V *= beta_2
        V += np.square(g, out=out)
        np.maximum(V_max, V, out=V_max)
        np.sqrt(V_max, out=out)
        out += epsilon
        _divide(M, out, epsilon)
        out *= rate
        return out


class Nadam(Adam):
    r"""Adam with Nesterov's momentum: the first moment is looked at one step ahead.

    .. math::
        u_t = \beta_1 \left(1 - \tfrac12 \cdot 0.96^{\psi t}\right), \qquad
        \hat m = \frac{u_{t+1}\, m}{1 - \prod_{i=1}^{t+1} u_i} + \frac{(1 - u_t)\, g}{1 - \prod_{i=1}^t u_i}, \qquad
        w \leftarrow w - \mathrm{lr} \cdot \frac{\hat m}{\sqrt{V / (1-\beta_2^t)} + \epsilon}

    :math:`m` and :math:`V` are Adam's.

    Parameters
    ----------
    learning_rate, beta_1, beta_2
        As for `Adam`.
    epsilon : float or vector of them
        :math:`\epsilon`, not negative; unlike Adam's, it stands beside the root of the corrected V.
    momentum_decay : float or vector of them
        :math:`\psi`, not negative: 1 in Keras and here, 0.004 in the paper's experiments and in PyTorch.

    Notes
    -----
    Source: Dozat 2016, "Incorporating Nesterov momentum into Adam", algorithm 2. Its counterpart is
    ``keras.optimizers.Nadam``.

    Derivation: ``npnet derive nadam``.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> Nadam(0.5, beta_1=0.5, epsilon=0.0, momentum_decay=0.0).step(w, np.array([3.0, 0.0]))
    >>> print(w)
    [0.43333333 2.        ]
    """

    momentum_decay = Number(1.0, low=0)
    _product: tuple[int, Any] = (0, 1.0)
    """A number of steps, and the product of their momentums."""

    def store(self, name: str, value: Any) -> None:
        """Keep a hyperparameter; the moments that are read stay the same."""
        super().store(name, value)
        self._product = 0, 1.0

    def momentum(self, t: int) -> Any:
        """Return the momentum of step `t`."""
        return self.beta_1 * (1 - 0.96 ** (self.momentum_decay * t) / 2)

    def product(self, t: int) -> Any:
        """Return the product of the momentums of the first `t` steps."""
        steps, product = self._product
        if steps > t:
            steps, product = 0, 1.0
        for i in range(steps + 1, t + 1):
            product = product * self.momentum(i)
        # The steps go on from the largest number
        if t > self._product[0]:
            self._product = t, product
        return product

    def update_bound(self, dtype: np.dtype[Any]) -> Any:
        """Return ``2 * max(learning_rate, 1) / (1 - beta_1) / epsilon``: what is divided is at most 2 g / (1 - β₁)."""
        return _over(2 * np.maximum(self.learning_rate, 1), (1 - self.beta_1) * _divisor(self.epsilon, dtype))

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return β₁ and β₂, the factors of M and g, and with that of V taken out, ε and the learning rate."""
        root, product = _root((1 - self.beta_2**t) / (1 - self.beta_2)), self.product(t)
        ahead = self.momentum(t + 1)
        of_m = ahead / (1 - product * ahead) * (1 - self.beta_1)
        of_g = (1 - self.momentum(t)) / (1 - product)
        return self.beta_1, self.beta_2, of_m, of_g, self.epsilon * root, self.learning_rate * root

    def update(  # type: ignore[override]
        self,
        w: Array,
        g: Array,
        out: Array,
        M: Array,
        V: Array,
        beta_1: Array,
        beta_2: Array,
        of_m: Array,
        of_g: Array,
        epsilon: Array,
        rate: Array,
    ) -> Array:
        """Return ``rate * (of_m * M + of_g * g) / (sqrt(V) + epsilon)``, in `out`, with Adam's M and V."""
        M *= beta_1
        M += g
        V *= beta_2
        V += np.square(g, out=out)
        np.sqrt(V, out=out)
        out += epsilon
        ahead = of_m * M
        ahead += of_g * g
        _divide(ahead, out, epsilon)
        out *= rate
        return out


_KNOWN: dict[str, Callable[[], Optimizer]] = {
    "sgd": SGD,
    "sgdm": SGDM,
    "adagrad": Adagrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop_momentum": RMSPropMomentum,
    "centered_rmsprop": CenteredRMSProp,
    "centered_rmsprop_momentum": CenteredRMSPropMomentum,
    "adamw": AdamW,
    "amsgrad": AMSGrad,
    "nadam": Nadam,
}


def get(optimizer: str | Optimizer) -> Optimizer:
    """Return a new optimizer of that name with its default hyperparameters, or the one given.

    Examples
    --------
    >>> type(get("adam")).__name__
    'Adam'
    """
    return lookup("optimizer", optimizer, Optimizer, _KNOWN)
