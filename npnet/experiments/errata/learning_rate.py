"""Errata of section 2.2 (2): the learning rate's decay."""

from npnet.experiments.errata.erratum import Code, Shown, erratum, row
from npnet.experiments.notes import LR_BASE, LR_DECAY, LR_STEP
from npnet.history import History
from npnet.language import Message
from npnet.network import MLP
from npnet.optimizers import SGD
from npnet.schedules import ExponentialDecay

# The notes' call, which gives three values to two places
PLACES = "After {} epoch, lr={}"


@erratum(
    "decay-formula",
    "2.2 (2)",
    "The decayed learning rate is lr₀ · rᵃ, not lr₀ᵃ",
    r"\mathrm{lr} = \mathrm{lr}_0^{\,a}, \quad a = \frac{e}{s}",
    r"\mathrm{lr} = \mathrm{lr}_0 \cdot r^{\,a}, \quad a = \frac{e}{s}",
    "The formula has no decay rate: the base of the power is the initial learning rate. The code beside it, and the "
    "rates that it prints, are the right form.",
    ExponentialDecay,
    quotation="这里老师推荐了指数衰减学习率",
)
def decay_formula() -> tuple[Shown, ...]:
    schedule = ExponentialDecay(LR_BASE, decay_epochs=LR_STEP, decay_rate=LR_DECAY)
    return tuple(
        row(Message("rate of epoch {epoch}", epoch=epoch), repr(LR_BASE ** (epoch / LR_STEP)), repr(schedule(epoch)))
        for epoch in (0, 1, 2, 9)
    )


@erratum(
    "decay-print",
    "2.2 (2)",
    "The line that is to print the learning rate prints the weights",
    Code("print('After {} epoch, lr={}'.format(epoch, w1, lr))"),
    Code("print('After {} epoch, lr={}'.format(epoch, lr))"),
    "Two places get three values, so that the weights are printed as the learning rate; the printed result cannot "
    "come from this line. A training's record keeps the rate of each epoch.",
    History,
    quotation="print('After {} epoch, lr={}'.format(epoch, w1, lr))",
)
def decay_print() -> tuple[Shown, ...]:
    net = MLP([1, 1], seed=0)
    optimizer = SGD(ExponentialDecay(LR_BASE, LR_STEP, LR_DECAY))
    history = net.fit([[0.0], [1.0]], [0.0, 1.0], loss="mse", optimizer=optimizer, epochs=2, shuffle=False)
    epoch, w1, lr = 1, net.weights[0], history.learning_rate[1]
    return (row("the line of epoch 1", PLACES.format(epoch, w1, lr), PLACES.format(epoch, lr)),)
