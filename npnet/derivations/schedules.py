"""The learning rate's exponential decay: section 2.2 (2)."""

import numpy as np

from npnet.derivations.engine import Derivation, Notation, counts, uniform
from npnet.derivations.engine.shipped import rate_of
from npnet.schedules import ExponentialDecay

chain = Derivation(
    "learning-rate-decay",
    "2.2 (2)",
    "A rate that shrinks by a factor r every s epochs is lr₀ r^(e/s)",
    {
        "lr_0": uniform("the first learning rate", 0.01, 1, example=0.25),
        "r": uniform("the factor by which it shrinks", 0.5, 1, example=0.75),
        "s": uniform("over how many epochs it shrinks by that factor", 1, 10, example=2.5),
        "e": counts("the epoch", 50, example=3),
    },
    cases=40,
    notation=Notation(indices={"e": lambda e: e}),
)


@chain.line(
    r"\mathrm{lr}_e = \mathrm{lr}_{e-1} \cdot r^{1/s}",
    "What is sought: each epoch takes the same factor; s of them make it r.",
)
def _(lr_0: float, r: float, s: float, e: int) -> float:
    lr = lr_0
    for _ in range(e):
        lr = lr * r ** (1 / s)
    return lr


@chain.line(r"\mathrm{lr}_0 \cdot \bigl(r^{1/s}\bigr)^e", "The same factor e times.")
def _(lr_0: float, r: float, s: float, e: int) -> float:
    return lr_0 * (r ** (1 / s)) ** e


@chain.line(
    r"\mathrm{lr}_0 \cdot \exp\Bigl(\frac es \ln r\Bigr)",
    "A power is the exponential of a logarithm: the decay's name.",
)
def _(lr_0: float, r: float, s: float, e: int) -> float:
    return lr_0 * np.exp(e / s * np.log(r))


@chain.line(r"\mathrm{lr}_0 \cdot r^{e/s}", "Backwards. The notes print lr₀^(e/s), but their code computes this.")
def _(lr_0: float, r: float, s: float, e: int) -> float:
    return lr_0 * r ** (e / s)


@chain.line(r"\mathrm{lr}_0 \cdot r^{e/s}", "npnet's schedule.")
def _(lr_0: float, r: float, s: float, e: int) -> float:
    return rate_of(ExponentialDecay, e, initial_learning_rate=lr_0, decay_epochs=s, decay_rate=r)
