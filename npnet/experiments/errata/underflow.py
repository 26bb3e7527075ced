"""Erratum of section 5.2 (4): the notes' RMSProp divides by 0 once the squared gradient underflows."""

import numpy as np

from npnet import datasets
from npnet.experiments import notes
from npnet.experiments.errata.erratum import Shown, erratum, row
from npnet.language import Message
from npnet.optimizers import RMSProp, StepError
from npnet.typing import Array

RATE, BATCH_SIZE, EPOCHS = notes.IRIS
TINY = np.finfo(np.float32).tiny


class NotesRMSProp:
    """The notes' update in float32: no ε; with `flush`, numbers that are not normal become 0, as TensorFlow has it."""

    def __init__(self, flush: bool) -> None:
        self.V, self._flush = np.float32(0), flush

    def step(self, w: Array, g: Array) -> None:
        """Update `w` in place."""
        self.V = self._kept(np.float32(notes.BETA) * self.V) + np.float32(1 - notes.BETA) * self._kept(np.square(g))
        w -= np.float32(RATE) * g / np.sqrt(self._kept(self.V))

    def _kept(self, values: Array) -> Array:
        return np.where(abs(values) < TINY, 0, values) if self._flush else values


def train(optimizer: NotesRMSProp | RMSProp) -> str:
    """Return when the notes' net on the irises has parameters that are not finite, as text."""
    net = notes.iris_net(seed=0)
    x_train, y_train, _, _ = datasets.iris_split()
    for epoch in range(EPOCHS):
        for x, y in datasets.batches(x_train, y_train, BATCH_SIZE):
            _, gradient = net.loss_and_gradient(x, y, loss="mse")
            try:
                optimizer.step(net.parameters, gradient)
            except StepError:
                return Message("not finite in epoch {epoch}", epoch=epoch)
            if not np.isfinite(net.parameters).all():
                return Message("not finite in epoch {epoch}", epoch=epoch)
    return Message("finite in all {epochs} epochs", epochs=EPOCHS)


def first_step(optimizer: NotesRMSProp | RMSProp) -> float:
    """Return how far the first step of a gradient goes whose square is under all float32 numbers."""
    w = np.zeros(1, np.float32)
    optimizer.step(w, np.full(1, 1e-30, np.float32))
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
            row("first step, gradient 1e-30", first_step(NotesRMSProp(flush=False)), first_step(shipped())),
            row("training, small numbers become 0", train(NotesRMSProp(flush=True)), trained),
            row("training, small numbers kept", train(NotesRMSProp(flush=False)), trained),
        )
