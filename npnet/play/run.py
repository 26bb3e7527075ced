"""The training that the page shows: public calls of `fit`, some batches of an epoch at a time, in one order.

The data are put into an order once, by the seed, and are not shuffled again: an epoch at once, its batches one by one,
and one `fit` over all epochs take the same steps, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from npnet import MLP, Ensemble, _choices
from npnet._checks import integer
from npnet.optimizers import Optimizer
from npnet.play.choices import State, new_optimizer
from npnet.play.curves import Curves
from npnet.play.data import Points, prepared
from npnet.regularizers import Regularizer
from npnet.training import DivergenceError

PIECE = 128
"""The most batches of one call of `fit`, after which the page is heard again."""


def made_net(state: State, points: Points) -> MLP | Ensemble:
    """Return the net, or the ensemble, with its first weights."""
    loss, output = trained_for(state, points)
    widths = [len(state.features), *state.widths, points.classes if points.classes > 2 else 1]
    options: dict[str, Any] = {"hidden": list(state.activations), "output": output, "dtype": state.dtype,
                               "kernel_initializer": state.initializer}  # fmt: skip
    net: MLP | Ensemble
    if state.members > 1:
        net = Ensemble(widths, seeds=range(state.seed, state.seed + state.members), **options)
    else:
        net = MLP(widths, seed=state.seed, **options)
    if state.scale != 1:
        net.weights = [W * state.scale for W in net.weights]
    net.loss = loss
    return net


def made_optimizer(state: State) -> Optimizer:
    """Return the optimizer, before its first step."""
    made = new_optimizer(state.optimizer)
    for name, value in state.numbers.items():
        setattr(made, name, value)
    made.learning_rate = _choices.scheduled(state.schedule, state.learning_rate, state.decay_epochs)
    return made


def trained_for(state: State, points: Points) -> tuple[str, str]:
    """Return the names of the loss and of the last layer's activation."""
    if state.loss == "crossentropy" and points.classes:
        several = points.classes > 2
        return ("categorical_crossentropy", "softmax") if several else ("binary_crossentropy", "sigmoid")
    return ("mse" if state.loss == "crossentropy" else state.loss), "identity"


@dataclass
class Part:
    """Batches that were trained on with the same choices: whole epochs, or a part of one."""

    state: State
    first: int
    """The first epoch."""
    last: int
    """The one before which it ends."""
    start: int
    """The first sample of a part of an epoch."""
    stop: int
    """The sample before which it ends."""
    samples: int

    @property
    def whole(self) -> bool:
        """Whether it is of whole epochs."""
        return self.start == 0 and self.stop == self.samples

    def goes_on(self, other: Part | Edit) -> bool:
        """Return whether the other part begins where this one ends, with the same choices, and take it over then."""
        if isinstance(other, Edit) or other.state is not self.state:
            return False
        # No batch is left out between the two: within an epoch a sample is where both meet
        if self.stop == other.start:
            self.stop = other.stop
        elif self.whole and other.whole:
            self.last = other.last
        else:
            return False
        return True


@dataclass
class Edit:
    """A weight, or a bias, that was set by hand."""

    net: int
    """Which of two nets."""
    layer: int
    row: int
    """The input that it belongs to; that behind the last one is the bias."""
    column: int
    """The unit."""
    value: float

    def goes_on(self, other: Part | Edit) -> bool:
        """Return whether the other one is of the same weight, and take its value over then."""
        if not isinstance(other, Edit) or replace(other, value=self.value) != self:
            return False
        self.value = other.value
        return True


class Learner:
    """A net with its optimizer and its curves.

    Parameters
    ----------
    state : State
        Its choices.
    points : Points
        The data.
    """

    def __init__(self, state: State, points: Points) -> None:
        self.points = points
        self.net, self.optimizer, self.curves = made_net(state, points), made_optimizer(state), Curves()
        self.stopped = ""
        """Why the training has ended, if a number was not finite."""
        self.adjust(state)
        self.record(0)

    def adjust(self, state: State) -> None:
        """Take over what takes effect in the next step."""
        self.state = state
        self.penalty: Regularizer | str = _choices.penalty(state.l1, state.l2) or "none"
        self.optimizer.learning_rate = _choices.scheduled(state.schedule, state.learning_rate, state.decay_epochs)

    def train(self, start: int, stop: int, epoch: int) -> None:
        """Take the steps of some samples of an epoch."""
        x, y = self.points.x_train[start:stop], self.points.y_train[start:stop]
        try:
            history = self.net.fit(
                x, y, optimizer=self.optimizer, initial_epoch=epoch, epochs=epoch + 1, shuffle=False,
                batch_size=self.state.batch_size, regularizer=self.penalty,
            )  # fmt: skip
        except DivergenceError as error:
            self.stopped = str(error)
            return
        for member, frozen in history.frozen.items():
            self.stopped = f"member {member}: the {frozen.what} is not finite in epoch {frozen.epoch}"

    def measured(self) -> tuple[Any, Any, Any, Any]:
        """Return loss and accuracy of the training data, then of the test data; of an ensemble, for each member."""
        train = self.net.evaluate(self.points.x_train, self.points.y_train, regularizer=self.penalty)
        if not len(self.points.y_test):
            return (*train, None, None)
        test = self.net.evaluate(self.points.x_test, self.points.y_test, regularizer=self.penalty)
        return (*train, *test)

    def record(self, step: int) -> None:
        """Add a point to the curves, if it is one that they take."""
        if self.curves.wants(step):
            self.curves.add(step, self.measured())

    def shown(self) -> MLP:
        """Return the net whose units and weights are shown: of an ensemble the first one."""
        return self.net[0] if isinstance(self.net, Ensemble) else self.net


class Run:
    """A training from its first weights: one net, an ensemble, or two nets side by side.

    Parameters
    ----------
    state : State
        The choices.
    file : str, path or None
        The file of ``--data``.

    Examples
    --------
    >>> run = Run(State(data="xor", samples=40, batch_size=10, test_share=0.0))
    >>> run.batch()
    >>> run.epoch()
    >>> run.step, run.epochs, len(run.parts)
    (4, 1, 1)
    """

    def __init__(self, state: State, file: str | Path | None = None) -> None:
        self.state, self.file = state, file
        self.points = prepared(state, file)
        self.learners = [Learner(state, self.points)]
        if state.rival is not None:
            self.learners.append(Learner(state.second(), self.points))
        self.epochs = self.step = self.place = 0
        """Epochs and steps that were completed, and the sample of this epoch that comes next."""
        self.parts: list[Part | Edit] = []
        """What was trained, and set by hand, so far, from which the script is made."""

    @property
    def stopped(self) -> str:
        """Why the training has ended, if a number was not finite."""
        return next((learner.stopped for learner in self.learners if learner.stopped), "")

    def adjust(self, state: State) -> None:
        """Take over choices that take effect in the next step."""
        self.state = state
        self.learners[0].adjust(state)
        for other in self.learners[1:]:
            other.adjust(state.second())

    def epoch(self) -> None:
        """Train on what is left of this epoch."""
        epoch = self.epochs
        while self.epochs == epoch and not self.stopped:
            self.advance(PIECE)

    def batch(self) -> None:
        """Train on the next batch."""
        if not self.stopped:
            self.advance(1)
            self._record()

    def advance(self, batches: int) -> None:
        """Train on so many batches, or on those that are left of this epoch."""
        samples, size = len(self.points.y_train), self.state.batch_size
        start, stop = self.place, min(self.place + batches * size, samples)
        for learner in self.learners:
            learner.train(start, stop, self.epochs)
        self._note(Part(self.state, self.epochs, self.epochs + 1, start, stop, samples))
        self.step += -(-(stop - start) // size)
        self.place = stop % samples
        if stop == samples:
            self.epochs += 1
            self._record()

    def _record(self) -> None:
        for learner in self.learners:
            learner.record(self.step)

    def set_weight(self, edit: Edit) -> None:
        """Set a weight or a bias by hand, while the training goes on with it.

        Raises
        ------
        ValueError
            If there is no such weight, or the training has ended.
        """
        if self.stopped:
            raise ValueError(f"value: expected a training that has not ended, got one that has: {self.stopped}")
        if self.state.members > 1:
            raise ValueError(f"value: expected one net, got {self.state.members} of them")
        net = self.learners[_below("net", edit.net, len(self.learners))].net
        W, b = net.weights[_below("layer", edit.layer, len(net.weights))], net.biases[edit.layer]
        row, column = _below("row", edit.row, len(W) + 1), _below("column", edit.column, W.shape[1])
        if row < len(W):
            W[row, column] = edit.value
        else:
            b[column] = edit.value
        self._note(edit)

    def _note(self, part: Part | Edit) -> None:
        """Note what was done, with what came before it as one part where that is so."""
        self.parts.append(part)
        while len(self.parts) > 1 and self.parts[-2].goes_on(self.parts[-1]):
            self.parts.pop()


def _below(name: str, value: Any, count: int) -> int:
    if integer(name, value, 0) >= count:
        raise ValueError(f"{name}: expected one of {count}, from 0, got {value}")
    return int(value)
