"""One step taken apart: each of npnet's own lines, with the arrays that went in and came out.

The engine's functions compute it, layer by layer, on copies of the net and the optimizer, from a batch of the reader's.
Arrays that are the same in two entries have the same ``id``, by which the page shows where a number goes next.
"""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from npnet import MLP, losses, source
from npnet._checks import integer
from npnet.engine.hyperparameters import cast_like
from npnet.engine.layers import Layer, Pass, backward, forward, passes_of
from npnet.engine.parameters import matrices
from npnet.engine.stepping import Batches, Objective
from npnet.ensemble import Ensemble
from npnet.language import ENGLISH, Language, Message
from npnet.optimizers import Optimizer
from npnet.play.run import Learner, Run
from npnet.study import highlighting
from npnet.study.api.names import DERIVATION
from npnet.typing import Array

SAMPLES = 16
"""Of more samples, so many are shown."""


class Shown(NamedTuple):
    """An array of an entry."""

    name: str
    """What the lines call it."""
    id: str
    """What it is: the same in each entry that has it."""
    values: Array


class Entry(NamedTuple):
    """Lines of npnet, and the arrays that went in and came out."""

    title: str
    functions: Sequence[Callable[..., Any]]
    into: Sequence[Shown]
    out: Sequence[Shown]
    explained: Any = None
    """What has the derivation: an object whose class names it, or its name."""


class Apart:
    """One step of a net, taken apart.

    Parameters
    ----------
    learner : Learner
        The net with its optimizer, which both stay as they are; of an ensemble, the first member.
    x, y : ndarray
        The batch.
    epoch : int
        The epoch, which the learning rate belongs to.
    """

    def __init__(self, learner: Learner, x: Array, y: Array, epoch: int) -> None:
        alone = not isinstance(learner.net, Ensemble)
        self.net: MLP = learner.net.copy() if alone else learner.shown()  # type: ignore[assignment]
        self.optimizer: Optimizer = copy.deepcopy(learner.optimizer) if alone else learner.optimizer.subset(0)
        self.entries: list[Entry] = []
        objective = self.objective = Objective(self.net, self.net.loss, learner.penalty)
        samples = self.net.checked_samples("x", x)
        labels = objective.labels(self.net.checked_labels("y", y, len(samples), objective.loss))
        ((self.x, self.y),) = Batches(samples, labels, len(samples), None)
        self.layers: list[Layer] = objective.layers
        self.passes: list[Pass] = passes_of(self.layers, len(samples), training=True)
        self.gradient = objective.gradient
        with np.errstate(all="ignore"):
            self._forward()
            grad = self._loss()
            self._backward(grad)
            self._penalize()
            self._update(epoch)

    def _add(self, title: str, functions: Sequence[Any], into: list[Shown], out: list[Shown], of: Any = None) -> None:
        # The engine's arrays are written to again
        before, after = ([shown._replace(values=np.array(shown.values)) for shown in arrays] for arrays in (into, out))
        self.entries.append(Entry(title, functions, before, after, of))

    def _input(self, number: int) -> Shown:
        """Return the input of a layer, counted from 1, with its row of ones."""
        return Shown("x", f"y{number - 1}", self.passes[number - 1].x)

    def _forward(self) -> None:
        x = self.x
        for number, (layer, p) in enumerate(zip(self.layers, self.passes), 1):
            p.x = x
            layer.forward(x, p)
            z = Shown("z", f"z{number}", p.z.copy())
            W = Shown("W", f"W{number}", layer.W)
            title = Message("Layer {number}, forward: the product", number=number)
            self._add(title, [Layer.forward], [W, self._input(number)], [z], "affine")
            forward([layer], [p], x)
            if number < len(self.layers) or self._apart_from_loss:
                title = Message("Layer {number}, forward: the activation", number=number)
                y = Shown("y", f"y{number}", p.y)
                self._add(title, [type(layer.activation).value], [z], [y], layer.activation)
            x = p.with_ones

    def _loss(self) -> Array:
        loss, last, number = self.objective.loss, self.passes[-1], len(self.layers)
        p = Shown("p", f"y{number}" if self._apart_from_loss else f"z{number}", last.y.copy())
        y, count = Shown("y", "labels", self.y), losses.count(loss, last.y)
        (a, b), saved = loss.terms(self.y, last.y, last.grad, last.scratch)
        value = losses.sum_of_products(a, b, last.y) / count
        out = [Shown("value", "loss", np.asarray(value))]
        self._add(Message("The loss"), [type(loss).terms, losses.sum_of_products], [y, p], out, loss)
        grad = loss.derivative(self.y, saved, count)
        out = [Shown("grad", f"grad{number}", grad)]
        self._add(Message("The loss, backward"), [type(loss).derivative], [y, p], out, loss)
        return grad

    @property
    def _apart_from_loss(self) -> bool:
        """Whether the last activation is a step of its own, and not one with the loss."""
        return not self.objective.loss.from_logits

    def _backward(self, grad: Array) -> None:
        for number in range(len(self.layers), 0, -1):
            layer, p = self.layers[number - 1], self.passes[number - 1]
            given, saved = Shown("grad_y", f"grad{number}", grad.copy()), p.saved.copy()
            backward([layer], [p], grad)
            delta = Shown("delta", f"delta{number}", p.delta)
            if number == len(self.layers) and not self._apart_from_loss:
                delta = delta._replace(id=given.id)
            else:
                needs = layer.activation.needs
                into = [given, Shown(needs, f"{needs}{number}", saved)]
                title = Message("Layer {number}, backward: through the activation", number=number)
                self._add(title, _backward_of(layer.activation), into, [delta], layer.activation)
            title = Message("Layer {number}, backward: the gradient of the weights", number=number)
            gradient = Shown("gradient", f"gradient{number}", layer.gradient)
            self._add(title, [Layer.gradients], [self._input(number), delta], [gradient], "affine")
            if number > 1:
                grad = layer.back(p.delta, p, self.passes[number - 2].grad)
                title = Message("Layer {number}, backward: to the layer before", number=number)
                weights, before = Shown("weights", f"W{number}", layer.weights), f"grad{number - 1}"
                self._add(title, [Layer.back], [weights, delta], [Shown("out", before, grad)], "affine-input")

    def _penalize(self) -> None:
        for number, (layer, rule) in enumerate(zip(self.layers, self.objective.regularizers), 1):
            if rule is None:
                continue
            into = [Shown("W", f"W{number}", layer.weights), Shown("gradient", f"gradient{number}", layer.gradient)]
            into[1] = into[1]._replace(values=layer.gradient.copy())
            layer.weights_gradient += rule.slope(layer.weights)
            out = [Shown("gradient", f"sum{number}", layer.gradient)]
            title = Message("Layer {number}: the penalty's gradient is added", number=number)
            self._add(title, [type(rule).slope], into, out, rule)

    def _update(self, epoch: int) -> None:
        """Show the update on copies, then take the step."""
        net, optimizer, w, g = self.net, self.optimizer, self.net.parameters, self.gradient
        optimizer.begin_epoch(epoch)
        optimizer.allocate(w)
        kept = optimizer.state.kept
        moments = {name: kept[name].copy() for name in optimizer.slots}
        values = [cast_like(value, w) for value in optimizer.numbers(optimizer.iterations + 1)]
        functions, names = _updates(type(optimizer), len(moments))
        into = [*self._by_layer("w", "W", w), *self._by_layer("g", "sum" if self._penalized else "gradient", g)]
        for name, moment in zip(names, moments.values()):
            into += self._by_layer(name, f"{name} before ", moment.copy())
        into += [Shown(name, name, value) for name, value in zip(names[len(moments) :], values)]
        update = optimizer.update(w, g, np.empty_like(w), *moments.values(), *values)
        out = self._by_layer("update", "update", update)
        for name, moment in zip(names, moments.values()):
            out += self._by_layer(name, f"{name} after ", moment)
        self._add(Message("The update"), functions, into, out, optimizer)
        before = [*self._by_layer("w", "W", w.copy()), *out[: len(self.layers)]]
        optimizer.apply(w, g)
        after = self._by_layer("w", "W after ", net.parameters)
        self._add(Message("The step"), [Optimizer.apply], before, after)

    @property
    def _penalized(self) -> bool:
        return bool(self.objective.penalized)

    def _by_layer(self, name: str, kind: str, flat: Array) -> list[Shown]:
        """Return the parts of a flat vector that belong to each layer."""
        parts = matrices(flat, self.net.widths, self.net.use_bias)
        return [Shown(name, f"{kind}{number}", part) for number, part in enumerate(parts, 1)]


def _updates(kind: type[Optimizer], moments: int) -> tuple[list[Any], list[str]]:
    """Return the functions that an update consists of, and what they call the moments and then the numbers."""
    own, *others = (vars(one)["update"] for one in kind.__mro__ if "update" in vars(one))
    names = list(inspect.signature(own).parameters)[4:]
    if names != ["arrays"]:
        return [own], names
    # A velocity, behind the moments of the rule whose step it goes on with; and its number, behind that one's
    rule = list(inspect.signature(others[0]).parameters)[4:]
    return [own, others[0]], [*rule[: moments - 1], "U", *rule[moments - 1 :], "momentum"]


def _backward_of(activation: Any) -> list[Any]:
    """Return the functions that an activation's way back consists of."""
    kind = type(activation)
    return [kind.pullback, kind.slope] if hasattr(kind, "slope") else [kind.pullback]


def entries(run: Run, batch: Any, net: Any = 0, say: Language = ENGLISH) -> list[dict[str, Any]]:
    """Return a step on a batch of the epoch as JSON has it, the entries in the order in which they are computed.

    Parameters
    ----------
    run : Run
        The run, which stays as it is.
    batch : int
        The batch, counted from 0.
    net : int
        0, or 1 for the second net.
    say : Language
        The language of the titles.
    """
    return [_json(entry, say) for entry in taken(run, batch, net).entries]


def taken(run: Run, batch: Any, net: Any = 0) -> Apart:
    """Return the step of a batch, counted from 0, taken apart."""
    size, place = run.state.batch_size, integer("batch", batch, 0)
    if place * size >= len(run.points.y_train):
        raise ValueError(f"batch: expected one of {-(-len(run.points.y_train) // size)}, from 0, got {batch}")
    if integer("net", net, 0) >= len(run.learners):
        raise ValueError(f"net: expected one of {len(run.learners)}, from 0, got {net}")
    part = slice(place * size, (place + 1) * size)
    return Apart(run.learners[int(net)], run.points.x_train[part], run.points.y_train[part], run.epochs)


def _json(entry: Entry, say: Language) -> dict[str, Any]:
    listings = [source.listing(function) for function in entry.functions]
    file, _, line = listings[0].where.partition(":")
    return {
        "title": say(entry.title), "file": file, "line": int(line),
        "code": highlighting.python("\n\n".join(listing.code for listing in listings)),
        "in": list(map(_array, entry.into)), "out": list(map(_array, entry.out)),
        "derivation": derivation_of(entry.explained),
    }  # fmt: skip


def derivation_of(explained: Any) -> str | None:
    """Return the name of the derivation of a formula, which its class names in its docstring.

    Examples
    --------
    >>> from npnet import activations
    >>> derivation_of(activations.sigmoid), derivation_of("affine"), derivation_of(activations.identity)
    ('sigmoid', 'affine', None)
    """
    if isinstance(explained, str):
        return explained
    found = DERIVATION.search(inspect.getdoc(type(explained)) or "")
    return None if found is None else found[1]


def _array(shown: Shown) -> Mapping[str, Any]:
    """Return an array with four digits, of many samples those of the first ones."""
    values = shown.values
    part = values[..., :SAMPLES] if values.ndim > 1 else values
    return {"name": shown.name, "id": shown.id, "shape": list(values.shape), "values": _nested(part.tolist())}


def _nested(values: Any) -> Any:
    if isinstance(values, list):
        return [_nested(value) for value in values]
    return float(f"{values:.4g}") if math.isfinite(values) else None
