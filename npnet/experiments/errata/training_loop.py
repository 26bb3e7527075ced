"""Errata of section 4.2 (3): the training loop on the dots."""

import numpy as np

from npnet import datasets
from npnet.experiments import notes
from npnet.experiments.errata.erratum import Code, Shown, erratum, row
from npnet.history import History
from npnet.language import Message
from npnet.network import MLP
from npnet.optimizers import SGD
from npnet.typing import Array, Seed

# The notes print every 20 epochs
PRINTED_EPOCHS = (0, 20, 40)
SEEDS = 100


@erratum(
    "unseeded-weights",
    "4.2 (3)",
    "The initial weights have no seed, so that no run can be repeated",
    Code("w1 = tf.Variable(tf.random.normal([2, 11]), dtype=tf.float32)"),
    Code("net = MLP([2, 11, 1], seed=0)"),
    "The initial weights come from a generator without a seed (so do the numbers of section 1), so that no run can be "
    "repeated, and the nets with and without a penalty start from different weights: their difference is in part that "
    "of the seeds.",
    MLP,
    quotation="w1 = tf.Variable(tf.random.normal([2, 11]), dtype=tf.float32)",
)
def unseeded_weights() -> tuple[Shown, ...]:
    x, y, _ = datasets.load_dots()
    losses = [notes.dots_net(seed).evaluate(x, y, loss="mse").loss for seed in range(SEEDS)]
    return (
        row("two runs have the same initial weights", _same(None), _same(0)),
        row(
            "loss before training",
            Message("{least:.3g} to {most:.3g}", least=min(losses), most=max(losses)),
            Message("{loss:.3g}, with seed 0", loss=losses[0]),
        ),
    )


def _same(seed: Seed) -> str:
    first, second = (notes.dots_net(seed).parameters for _ in range(2))
    return Message("yes") if np.array_equal(first, second) else Message("no")


def last_batch_losses(net: MLP, epochs: int) -> Array:
    """Return what the notes' loop has in `loss` at the end of each epoch, of a net that it trains in place."""
    x, y, _ = datasets.load_dots()
    optimizer, last = SGD(notes.DOTS.learning_rate), np.empty(epochs)
    for epoch in range(epochs):
        for x_batch, y_batch in datasets.batches(x, y, notes.DOTS.batch_size):
            last[epoch], gradient = net.loss_and_gradient(x_batch, y_batch, loss="mse")
            optimizer.step(net.parameters, gradient)
    return last


@erratum(
    "printed-loss",
    "4.2 (3)",
    "The loss printed for an epoch is that of its last 12 dots",
    r"L = L_{\text{last batch}}",
    r"L = \frac1N \sum_{b=1}^B n_b L_b",
    "The loss that is printed for an epoch is that of its last batch alone, the 12 dots that are left of 300 after "
    "nine batches of 32. npnet records the mean over all batches of the epoch, each weighted by its dots.",
    History,
    quotation="print('epoch:', epoch, 'loss:', float(loss))",
)
def printed_loss() -> tuple[Shown, ...]:
    x, y, _ = datasets.load_dots()
    rate, batch_size, _ = notes.DOTS
    epochs = PRINTED_EPOCHS[-1] + 1
    last = last_batch_losses(notes.dots_net(0), epochs)
    net = notes.dots_net(0)
    history = net.fit(x, y, loss="mse", optimizer=SGD(rate), batch_size=batch_size, epochs=epochs, shuffle=False)
    sizes = [len(y_batch) for _, y_batch in datasets.batches(x, y, batch_size)]
    return (
        row("dots that it is measured on", sizes[-1], sum(sizes)),
        *(
            row(Message("loss of epoch {epoch}", epoch=epoch), last[epoch], history.loss[epoch])
            for epoch in PRINTED_EPOCHS
        ),
    )
