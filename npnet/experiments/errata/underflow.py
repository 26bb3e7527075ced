"""Erratum of section 5.2 (4): the notes' RMSProp divides by 0 once the squared gradient underflows."""

from typing import Any, ClassVar

import numpy as np

from npnet import datasets
from npnet.engine.hyperparameters import Flag
from npnet.experiments import notes
from npnet.experiments.errata.erratum import Shown, erratum, row
from npnet.language import Message
from npnet.optimizers import Optimizer, RMSProp
from npnet.training import DivergenceError
from npnet.typing import Array

RATE, BATCH_SIZE, EPOCHS = notes.IRIS
TINY = np.finfo(np.float32).tiny


class NotesRMSProp(Optimizer):
    """The notes' update in float32: no ε; with `flush`, numbers that are not normal become 0, as TensorFlow has it."""

    flush = Flag(False)
    slots: ClassVar[tuple[str, ...]] = ("V",)

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return the learning rate, β and 1 - β."""
        return self.learning_rate, notes.BETA, 1 - notes.BETA

    def update(self, w: Array, g: Array, out: Array, V: Array, rate: Array, beta: Array, rest: Array) -> Array:
        """Return the notes' update, in `out`."""
        V[...] = self._normal(beta * V) + rest * self._normal(np.square(g))
        out[...] = rate * g / np.sqrt(self._normal(V))
        return out

    def _normal(self, values: Array) -> Array:
        return np.where(abs(values) < TINY, 0, values) if self.flush else values


def train(optimizer: Optimizer) -> str:
    """Return when the notes' net on the irises has parameters that are not finite, as text."""
    net = notes.iris_net(seed=0)
    x, y, _, _ = datasets.iris_split()
    try:
        net.fit(x, y, loss="mse", optimizer=optimizer, epochs=EPOCHS, batch_size=BATCH_SIZE, shuffle=False)
    except DivergenceError as error:
        return Message("not finite in epoch {epoch}", epoch=error.epoch)
    return Message("finite in all {epochs} epochs", epochs=EPOCHS)


def first_step(optimizer: Optimizer) -> float:
    """Return how far the first step of a gradient goes whose square is under all float32 numbers."""
    w = np.zeros(1, np.float32)
    # A step to infinity is taken too
    optimizer.apply(w, np.full(1, 1e-30, np.float32), refuse=lambda *_: None)
    return -float(w[0])


@erratum(
    "rmsprop-underflow",
    "5.2 (4)",
    "Without an ε, RMSProp divides by 0 once the squared gradient underflows",
    r"w \leftarrow w - \mathrm{lr} \cdot g / \sqrt V",
    r"w \leftarrow w - \mathrm{lr} \cdot g / \sqrt{V + \epsilon}",
    "Once a class is certain, its squared gradients underflow, V shrinks by β a step until it is 0 too, and the "
    "quotient is g/0. At the rate 0.1 that ends our run of the notes' loop in TensorFlow, which replaces numbers under "
    "1.2e-38 by 0. NumPy keeps them, so that V sticks above 0; ε is right for both.",
    RMSProp,
    quotation="曲线振荡明显,因此调小学习率至lr=0.01",
)
def rmsprop_underflow() -> tuple[Shown, ...]:
    def shipped() -> RMSProp:
        return RMSProp(RATE, notes.BETA)

    with np.errstate(divide="ignore", invalid="ignore", under="ignore", over="ignore"):
        trained = train(shipped())
        return (
            row("first step, gradient 1e-30", first_step(NotesRMSProp(RATE, flush=False)), first_step(shipped())),
            row("training, small numbers become 0", train(NotesRMSProp(RATE, flush=True)), trained),
            row("training, small numbers kept", train(NotesRMSProp(RATE, flush=False)), trained),
        )
