"""The lines of a check: one result of both sides, and the verdict about it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from npnet import MLP
from npnet.engine.errors import NotFiniteError

from ..bounds.tolerance import excess
from . import sides
from .adapter import Adapter, Reason, Reported, Setting, Trained
from .problem import Problem
from .sides import Side

LARGEST = 3
"""How many elements are shown of a line that disagrees."""


class Element(NamedTuple):
    """One number of a line."""

    place: str
    theirs: float
    ours: float
    difference: float
    excess: float
    """The difference in units of its bound."""


@dataclass(frozen=True)
class Line:
    """One result of the framework's beside npnet's."""

    name: str
    difference: float
    """The largest difference from npnet's exact result."""
    bound: float
    """The bound at that place."""
    excess: float
    """The largest difference in units of its bound."""
    reason: str | None = None
    """For which known reason it disagrees, where it agrees under that reason."""
    elements: tuple[Element, ...] = ()
    """Of a line that disagrees, the largest elements."""
    error: str | None = None
    """Why there is nothing to compare: what the framework's side raised."""

    @property
    def agrees(self) -> bool:
        """Whether the two sides agree, be it for a known reason."""
        return self.error is None and self.excess <= 1


def lines(adapter: Adapter, problem: Problem) -> Iterator[Line]:
    """Yield the lines of a check, in the order in which a model computes."""
    x, y = problem.first
    compared, setting = partial(_compared, adapter, problem), adapter.setting
    yield from compared("output", partial(adapter.outputs, x), sides.outputs)
    if adapter.parameters is not None:
        yield from compared("weights", lambda: _by_layer(setting.net, adapter.parameters, sides.parts), sides.weights)
    yield from compared("penalty", partial(_penalty, adapter), sides.penalty)
    yield from compared("loss", lambda: _one(adapter.loss(x, y)), sides.loss)
    yield from compared("loss gradient", lambda: _one(adapter.loss_gradient(x, y)), sides.loss_gradient)
    by_layer = partial(_by_layer, setting.net)
    yield from compared("gradient", lambda: by_layer(adapter.gradient(x, y), sides.last_layer_first), sides.gradient)
    if setting.optimizer is not None:
        yield from compared("optimizer", partial(_alone, adapter, problem), sides.optimizer)
        yield from _of_training(adapter, problem)
    reported: list[Reported] = []

    def report() -> list[float]:
        reported[:] = adapter.report(problem.x, problem.y)
        return [one.value for one in reported]

    yield from compared("reported", report, partial(sides.reported, theirs=reported))


def _one(result: Any) -> list[Any]:
    return [] if result is None else [result]


def _penalty(adapter: Adapter) -> list[float]:
    # Where only one of the two sides has one, the other's is 0
    value = adapter.penalty()
    return [] if value is None and adapter.setting.net.regularizer is None else [value or 0.0]


def _by_layer(net: MLP, vector: Any, parts: Callable[[MLP], list[sides.Part]]) -> list[Any]:
    return [] if vector is None else [vector[part.place].reshape(part.shape) for part in parts(net)]


def _alone(adapter: Adapter, problem: Problem) -> list[Any]:
    after = [adapter.optimizer_steps(problem.parameters, problem.gradients[:count]) for count in sides.counts(problem)]
    return [] if after[0] is None else after


class _TooLargeError(ValueError):
    """npnet's own results are not finite, and have nothing to be compared with."""


class _NotFiniteError(Exception):
    """There is no gradient at the framework's parameters."""


def _of_training(adapter: Adapter, problem: Problem) -> Iterator[Line]:
    trained: list[Trained] = []

    def train() -> list[Any]:
        found = adapter.train(problem.batches)
        if found is None:
            return []
        for step, parameters in enumerate(found.parameters, 1):
            if not np.isfinite(parameters).all():
                until = replace(problem, batches=problem.batches[:step])
                _sides(sides.training, until, adapter.setting, Trained(found.parameters[:step]))
                raise _NotFiniteError(f"its parameters are not finite after step {step}")
        trained.append(found)
        return [found.parameters[count - 1] for count in sides.counts(problem)]

    yield from _compared(adapter, problem, "training", train, lambda *of: sides.training(*of, trained[0]))
    if trained:
        record = trained[0]
        losses = [*_one(record.losses), *([] if record.mean_loss is None else [record.mean_loss.value])]
        yield from _compared(adapter, problem, "reported", lambda: losses, lambda *of: sides.step_losses(*of, record))


def _compared(
    adapter: Adapter,
    problem: Problem,
    kind: str,
    computed: Callable[[], Sequence[Any]],
    of: Callable[[Problem, Setting], Iterable[Side]],
) -> Iterator[Line]:
    """Yield the lines of one kind, those that disagree under the fewest known reasons for which they agree."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            theirs = computed()
    except _TooLargeError:
        raise
    except Exception as error:
        raised = "" if isinstance(error, _NotFiniteError) else f"{adapter.framework} raised {type(error).__name__}: "
        yield Line(kind, np.inf, 0.0, np.inf, error=raised + " ".join(str(error).split()))
        return
    if not theirs:
        return
    setting = adapter.setting
    reasons = [reason for reason in adapter.reasons() if kind in reason.lines]
    found = [_line(setting.net, *pair) for pair in zip(theirs, _sides(of, problem, setting), strict=True)]
    for chosen in _fewest_first(reasons):
        if all(line.agrees for line in found):
            break
        changed = reduce(lambda before, reason: reason.changed(before), chosen, setting)
        again = [_line(setting.net, *pair) for pair in zip(theirs, _sides(of, problem, changed), strict=True)]
        text = "; ".join(reason.text for reason in chosen)
        found = [
            replace(other, reason=text) if other.agrees and not line.agrees else line
            for line, other in zip(found, again)
        ]
    yield from found


def _fewest_first(reasons: Sequence[Reason]) -> Iterator[tuple[Reason, ...]]:
    """Yield each reason alone, then each two of them, and so on to all.

    Of reasons that make the same change the first one stands for all. Keras has seven others for a line at most, in
    127 sets, and other frameworks fewer.
    """
    others: dict[Callable[[Setting], Setting], Reason] = {}
    for reason in reasons:
        others.setdefault(reason.changed, reason)
    for count in range(1, len(others) + 1):
        yield from combinations(others.values(), count)


def _sides(of: Callable[..., Iterable[Side]], *arguments: Any) -> list[Side]:
    """Return npnet's side of lines; ValueError where its own results are no numbers, as are none to compare."""
    _, setting, *_ = arguments
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            found = list(of(*arguments))
        wrong = next((f"the {side.name} is not finite" for side in found if not np.isfinite(side.ours).all()), None)
    except NotFiniteError as error:
        wrong = str(error)
    if wrong is None:
        return found
    expected = f"results that {setting.net.dtype} holds, from weights and samples that are not too large"
    raise _TooLargeError(f"model: expected {expected}, but {wrong}")


def _line(net: MLP, theirs: Any, side: Side) -> Line:
    """Return the line of a result: the framework's must be as near to the exact one as its bound says."""
    theirs, exact = np.asarray(theirs), np.asarray(side.found.value)
    if theirs.shape != exact.shape:
        error = f"its shape is {theirs.shape}, and npnet's is {exact.shape}"
        return Line(side.name, np.inf, 0.0, np.inf, error=error)
    limit = np.broadcast_to(side.found.error, theirs.shape)
    ratio = excess(theirs, exact, limit)
    with np.errstate(invalid="ignore"):
        difference = np.where(ratio == 0, 0, abs(theirs - exact))
    worst = np.unravel_index(np.argmax(ratio), ratio.shape)
    line = Line(side.name, float(difference[worst]), float(limit[worst]), float(ratio[worst]))
    return line if line.agrees else replace(line, elements=tuple(_largest(net, theirs, side, ratio)))


def _largest(net: MLP, theirs: Any, side: Side, ratio: Any) -> Iterator[Element]:
    """Yield the elements whose difference is the most of its bound."""
    ours = np.asarray(side.ours)
    for flat in np.argsort(-ratio, axis=None, kind="stable")[:LARGEST]:
        index = tuple(int(i) for i in np.unravel_index(flat, ratio.shape))
        if ratio[index] > 1:
            a, b = float(theirs[index]), float(ours[index])
            yield Element(_place(net, side, index), a, b, a - b, float(ratio[index]))


def _place(net: MLP, side: Side, index: tuple[int, ...]) -> str:
    """Return the name of an element's place; of a flat vector of parameters, the place in its layer."""
    if not side.flat:
        return str(list(index)) if index else ""
    part = next(part for part in sides.parts(net) if index[0] < part.place.stop)
    inside = np.unravel_index(index[0] - part.place.start, part.shape)
    return f"{part.name}, {[int(i) for i in inside]}"
