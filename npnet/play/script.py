"""The training of the page as a script: npnet's public calls, which give the same bits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from npnet import _choices
from npnet.engine.hyperparameters import show
from npnet.play.choices import State
from npnet.play.run import Edit, Learner, Part, Run, made_optimizer
from npnet.schedules import Schedule

OF_DATA = ("data", "columns", "target", "points", "noise", "test_share", "samples", "standardize", "features", "seed")
"""What the points depend on."""
WIDTH = 100
MODULES = {
    "MLP": "npnet", "Ensemble": "npnet", "State": "npnet.play.choices", "prepared": "npnet.play.data",
    "DivergenceError": "npnet.training",
    **dict.fromkeys(("L1", "L1L2", "L2"), "npnet.regularizers"),
    **dict.fromkeys(("CosineDecay", "ExponentialDecay", "WarmupCosineDecay"), "npnet.schedules"),
}  # fmt: skip
"""Where a script has its names from, beside those of optimizers."""


def text(run: Run) -> str:
    """Return the script of what a run has trained so far.

    Examples
    --------
    >>> run = Run(State(widths=(4,), activations=("relu",), learning_rate=0.5))
    >>> run.epoch()
    >>> print(text(run))
    from npnet import MLP
    from npnet.optimizers import SGD
    from npnet.play.choices import State
    from npnet.play.data import prepared
    <BLANKLINE>
    # The points, in the order in which they are trained on
    points = prepared(State(data='dots', noise=0.0, test_share=0.3, samples=300, standardize=True,
                            features=('x1', 'x2'), seed=0))
    x, y = points.x_train, points.y_train
    <BLANKLINE>
    net = MLP([2, 4, 1], hidden=['relu'], output='sigmoid', dtype='float32',
              kernel_initializer='glorot_uniform', seed=0)
    optimizer = SGD(0.5)
    net.fit(x, y, loss='binary_crossentropy', optimizer=optimizer, batch_size=32, epochs=1,
            initial_epoch=0, shuffle=False, regularizer='none')
    <BLANKLINE>
    print(net.evaluate(x, y, regularizer='none'))
    print(net.evaluate(points.x_test, points.y_test, regularizer='none'))
    """
    body = "\n".join(_lines(run))
    optimizers = {type(one).__name__: type(one).__module__ for one in (learner.optimizer for learner in run.learners)}
    modules: dict[str, list[str]] = {}
    for name, module in sorted((MODULES | optimizers).items()):
        if re.search(rf"\b{name}\b", body):
            modules.setdefault(module, []).append(name)
    imports = [f"from {module} import {', '.join(names)}" for module, names in sorted(modules.items())]
    return "\n".join(imports) + "\n\n" + body + "\n"


def _lines(run: Run) -> Iterator[str]:
    yield from _points(run)
    named = [("", run.state), *([("_b", run.state.second())] if run.state.rival is not None else [])]
    for (suffix, state), learner in zip(named, run.learners):
        yield ""
        yield from _made(suffix, state, learner)
        yield from _trained(suffix, learner, run, second=bool(suffix))
    yield ""
    for (suffix, _), learner in zip(named, run.learners):
        penalty = f"regularizer={learner.penalty!r}"
        yield f"print(net{suffix}.evaluate(x, y, {penalty}))"
        if len(run.points.y_test):
            yield f"print(net{suffix}.evaluate(points.x_test, points.y_test, {penalty}))"


def _points(run: Run) -> Iterator[str]:
    values = {name: getattr(run.state, name) for name in OF_DATA}
    given = [f"{name}={value!r}" for name, value in values.items() if name != "points" and value not in ((), "")]
    if run.state.points:
        yield _filled("clicked = [", map(repr, run.state.points), "]")
        given.append("points=clicked")
    # From whatever folder the script is run
    file = f", {str(Path(run.file).resolve())!r}" if run.state.data == "file" and run.file is not None else ""
    yield "# The points, in the order in which they are trained on"
    yield _filled("points = prepared(State(", given, f"){file})")
    yield "x, y = points.x_train, points.y_train"


def _made(suffix: str, state: State, learner: Learner) -> Iterator[str]:
    """Yield the net with its first weights, and the optimizer."""
    net = learner.net
    seeds = f"range({state.seed}, {state.seed + state.members})"
    given = [
        str(list(net.widths)), f"hidden={list(state.activations)!r}", f"output={net.activations[-1].name!r}",
        f"dtype={state.dtype!r}", f"kernel_initializer={state.initializer!r}",
        f"seed={state.seed}" if net.members is None else f"seeds={seeds}",
    ]  # fmt: skip
    yield _filled(f"net{suffix} = {type(net).__name__}(", given, ")")
    if state.scale != 1:
        yield f"net{suffix}.weights = [W * {state.scale!r} for W in net{suffix}.weights]"


def _trained(suffix: str, learner: Learner, run: Run, second: bool) -> Iterator[str]:
    """Yield the calls of `fit`, and what was changed between them."""
    before: State | None = None
    for part in run.parts:
        if isinstance(part, Edit):
            if part.net == second:
                yield _edited(suffix, part, learner)
            continue
        state = part.state.second() if second else part.state
        yield from _rated(suffix, state, before)
        before = state
        fit = _fit(suffix, learner, state, part)
        if part is run.parts[-1] and learner.stopped and learner.net.members is None:
            yield from ("try:", *(f"    {line}" for line in fit.split("\n")))
            yield from ("except DivergenceError as error:", "    print(error)")
        else:
            yield fit
    if before is None:
        yield from _rated(suffix, learner.state, None)


def _edited(suffix: str, edit: Edit, learner: Learner) -> str:
    """Return the line that sets a weight or a bias."""
    if edit.row < learner.net.widths[edit.layer]:
        return f"net{suffix}.weights[{edit.layer}][{edit.row}, {edit.column}] = {edit.value!r}"
    return f"net{suffix}.biases[{edit.layer}][{edit.column}] = {edit.value!r}"


def _fit(suffix: str, learner: Learner, state: State, part: Part) -> str:
    rows = "" if part.whole else f"[{part.start}:{part.stop}]"
    given = [
        f"x{rows}", f"y{rows}", f"loss={learner.net.loss.name!r}", f"optimizer=optimizer{suffix}",
        f"batch_size={state.batch_size}", f"epochs={part.last}", f"initial_epoch={part.first}", "shuffle=False",
        f"regularizer={_choices.penalty(state.l1, state.l2) or 'none'!r}",
    ]  # fmt: skip
    return _filled(f"net{suffix}.fit(", given, ")")


def _rated(suffix: str, state: State, before: State | None) -> Iterator[str]:
    """Yield the optimizer, or after the first time its learning rate where it has changed."""
    numbers = made_optimizer(state).hyperparameters()
    rate = numbers["learning_rate"]
    if before is not None and rate == made_optimizer(before).hyperparameters()["learning_rate"]:
        return
    if isinstance(rate, Schedule):
        yield _call("schedule", type(rate).__name__, rate.hyperparameters())
    shown = "schedule" if isinstance(rate, Schedule) else show(rate)
    if before is None:
        others = {name: value for name, value in numbers.items() if name != "learning_rate"}
        yield _call(f"optimizer{suffix}", type(made_optimizer(state)).__name__, others, shown)
    else:
        yield f"optimizer{suffix}.learning_rate = {shown}"


def _call(to: str, name: str, numbers: Mapping[str, Any], *first: str) -> str:
    """Return the line that assigns what a class makes of some numbers."""
    return _filled(f"{to} = {name}(", [*first, *(f"{key}={show(value)}" for key, value in numbers.items())], ")")


def _filled(before: str, pieces: Iterable[str], after: str) -> str:
    """Return what stands in brackets, in as few lines as it takes."""
    lines, indent = [before], " " * len(before)
    *others, last = pieces
    for piece in (*(f"{piece}," for piece in others), last + after):
        line = lines[-1] + ("" if lines[-1].endswith(("(", "[", " ")) else " ") + piece
        if len(line) > WIDTH and lines[-1].strip() and lines[-1] != before:
            lines.append(indent + piece)
        else:
            lines[-1] = line
    return "\n".join(lines)
