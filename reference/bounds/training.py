"""Bounds on optimizer steps whose gradients are only known to within errors, as those of a net in training are."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from npnet.clipping import ClipByGlobalNorm, ClipByValue, Clipping
from npnet.optimizers import Optimizer

from .clipping import clipped_bound
from .intervals import Interval
from .optimizers import steps_bound
from .tolerance import Inexact


def stepped_by_step(optimizer: Optimizer, parameters: Any, gradients: Any) -> Any:
    """Return new parameters after one step of a fresh optimizer for each gradient; a schedule counts the steps."""
    optimizer, moved = optimizer.clone(), np.array(parameters)
    for step, gradient in enumerate(gradients):
        optimizer.begin_epoch(step)
        optimizer.step(moved, gradient)
    return moved


def scheduled_bound(optimizer: Optimizer, parameters: Any, gradients: Any) -> Any:
    """Return a bound on the roundings of `stepped_by_step`, computed in the dtype of the parameters.

    It is that of steps at the largest rate. A warm-up may begin at the rate 0, which an optimizer can't be given: the
    smallest number stands for it.
    """
    steepest, smallest = optimizer.clone(), float(np.finfo(float).tiny)
    steepest.learning_rate = max(smallest, *(optimizer.schedule(step) for step in range(len(gradients))))
    return steps_bound(steepest.clone, parameters, np.asarray(gradients))[0]


def trained(optimizer: Optimizer, parameters: Any, gradients: Sequence[Inexact]) -> Inexact:
    """Return the parameters after one step of a fresh optimizer for each gradient, with a bound on their errors.

    `parameters` are in the dtype in which the steps are computed, the gradients in a wider one. The bound has two
    parts: the roundings of the steps, and what the gradients' errors can make of them, by the optimizer's own formula
    on intervals.
    """
    exact = [one.value for one in gradients]
    wide = np.asarray(parameters, exact[0].dtype)
    ends = stepped_by_step(optimizer, wide, exact)
    moved = _moved(optimizer, wide, gradients).distance(ends)
    limit = scheduled_bound(optimizer, parameters, exact) + moved
    # Where nothing is known of a quotient, any number will do
    return Inexact(ends, np.minimum(limit, np.finfo(wide.dtype).max / 4))


def clipped(clipping: Clipping | None, gradient: Inexact, places: Sequence[slice], dtype: Any) -> Inexact:
    """Return a clipped gradient with a bound on its error, computed in `dtype`.

    Parameters
    ----------
    clipping : Clipping or None
        The rule.
    gradient : Inexact
        The flat gradient, with a bound on the error of each element.
    places : sequence of slice
        The place of each variable.

    Notes
    -----
    A limit on an element moves it no farther than its error. With a norm N, an error of norm E moves the factor c / N
    by at most c / N · E / (N - E), which moves each element in proportion.
    """
    if clipping is None:
        return gradient
    parts = [gradient.value[place] for place in places]
    value = np.concatenate(clipping(parts))
    rounded = np.concatenate(clipped_bound(clipping, parts, dtype))
    if isinstance(clipping, ClipByValue):
        return Inexact(value, gradient.error + rounded)
    whole = [slice(None)] if isinstance(clipping, ClipByGlobalNorm) else places
    moved = np.empty_like(value)
    for place in whole:
        moved[place] = _moved_by_norm(clipping.norm, gradient.value[place], gradient.error[place])
    return Inexact(value, moved + rounded)


def _moved_by_norm(limit: float, g: Any, error: Any) -> Any:
    """Return how far errors can move the elements of a gradient that is clipped by its norm."""
    norm, off = np.sqrt(np.square(g).sum()), np.sqrt(np.square(error).sum())
    if norm + off <= limit:
        return error
    if norm <= off:
        # Nothing is known of its direction, but no element is longer than itself or than the limit
        return np.minimum(abs(g), limit) + np.minimum(abs(g) + error, limit)
    return min(1, limit / (norm - off)) * (error + abs(g) * off / (norm - off))


def _moved(optimizer: Optimizer, parameters: Any, gradients: Sequence[Inexact]) -> Interval:
    """Return all that the parameters can be after steps without roundings."""
    optimizer, dtype = optimizer.clone(), parameters.dtype
    w, out = Interval(parameters, parameters), Interval(parameters, parameters)
    moments = []
    for name in optimizer.slots:
        first = np.full_like(parameters, optimizer.first(name) / optimizer.scale(name))
        moments.append(Interval(first, first))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for step, (value, error) in enumerate(gradients):
            optimizer.begin_epoch(step)
            numbers = [np.asarray(number, dtype) for number in optimizer.numbers(step + 1)]
            w -= optimizer.update(w, Interval(value - error, value + error), out, *moments, *numbers)
    return w
