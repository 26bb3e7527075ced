"""The learning rate's polynomial decay, in one go and in cycles, which the notes do not have."""

import numpy as np

from npnet.derivations.engine import BEYOND, Derivation, Notation, Variable, counts, uniform
from npnet.derivations.engine.shipped import rate_of
from npnet.schedules import CyclicPolynomialDecay, PolynomialDecay

RATES = {
    "lr_0": uniform("the first learning rate", 0.1, 1, example=0.75),
    "r": uniform("the last learning rate", 0.01, 0.09, example=0.25),
}
REST = {
    "p": uniform("the power", 0.5, 3, example=1.5),
    "e": counts("the epoch", 10, example=3),
}
chain = Derivation(
    "polynomial-decay",
    BEYOND,
    "A rate whose way to the last one shrinks as a power of the epochs left is a polynomial",
    {**RATES, "s": uniform("after how many epochs it is the last one", 11, 30, example=8.5), **REST},
    cases=40,
    notation=Notation(indices={"e": lambda e: e}),
)
cyclic = Derivation(
    "cyclic-polynomial-decay",
    BEYOND,
    "A polynomial decay over all cycles begun begins again at a half, a third, a quarter of the way",
    {
        **RATES,
        # In the first cycle, and in the third
        "s": Variable("the epochs of a cycle", lambda rng: rng.uniform(1.1, 15), (8.5, 1.25), positive=True),
        **REST,
    },
    cases=40,
    notation=Notation(indices={"t": lambda e: e}),
)


@chain.line(
    r"d_e + r, \quad d_e = d_{e-1} \Bigl(\frac{s-e}{s-e+1}\Bigr)^p, \quad d_0 = \mathrm{lr}_0 - r",
    "What is sought: in each epoch the way to the last rate shrinks as the p-th power of the epochs left does.",
)
def _(lr_0: float, r: float, s: float, p: float, e: int) -> float:
    d = lr_0 - r
    for i in range(1, e + 1):
        d = d * ((s - i) / (s - i + 1)) ** p
    return d + r


@chain.line(
    r"(\mathrm{lr}_0 - r)\Bigl(\frac{s-e}{s}\Bigr)^p + r",
    "Each numerator cancels the next denominator: the first one, s, and the last numerator are left.",
)
def _(lr_0: float, r: float, s: float, p: float, e: int) -> float:
    return (lr_0 - r) * ((s - e) / s) ** p + r


@chain.line(r"(\mathrm{lr}_0 - r)(1 - e/s)^p + r", "The quotient, as a share of all epochs.")
def _(lr_0: float, r: float, s: float, p: float, e: int) -> float:
    return (lr_0 - r) * (1 - e / s) ** p + r


@chain.line(r"(\mathrm{lr}_0 - r)(1 - e/s)^p + r", "npnet's schedule.")
def _(lr_0: float, r: float, s: float, p: float, e: int) -> float:
    rates = {"initial_learning_rate": lr_0, "end_learning_rate": r}
    return rate_of(PolynomialDecay, e, **rates, decay_epochs=s, power=p)


@cyclic.line(
    r"d_e + r, \quad d_t = d_{t-1} \Bigl(\frac{h-t}{h-t+1}\Bigr)^p, \quad d_0 = \mathrm{lr}_0 - r, "
    r"\quad h = c s, \quad c = 1 + \sum_{k=1}^e [k s < e]",
    "What is sought: the polynomial decay whose last epoch is the end of the cycle that e is in, the c-th one.",
)
def _(lr_0: float, r: float, s: float, p: float, e: int) -> float:
    h = (1 + sum(k * s < e for k in range(1, e + 1))) * s
    d = lr_0 - r
    for t in range(1, e + 1):
        d = d * ((h - t) / (h - t + 1)) ** p
    return d + r


@cyclic.line(
    r"(\mathrm{lr}_0 - r)\Bigl(1 - \frac{e}{cs}\Bigr)^p + r",
    "The numerators cancel the denominators, as they do in one go.",
)
def _(lr_0: float, r: float, s: float, p: float, e: int) -> float:
    c = 1 + sum(k * s < e for k in range(1, e + 1))
    return (lr_0 - r) * (1 - e / (c * s)) ** p + r


@cyclic.line(
    r"(\mathrm{lr}_0 - r)\Bigl(1 - \frac{e}{cs}\Bigr)^p + r, \quad c = \lceil e/s \rceil",
    "The cycles that ended before e, and one more, are e/s rounded up.",
)
def _(lr_0: float, r: float, s: float, p: float, e: int) -> float:
    return (lr_0 - r) * (1 - e / (np.ceil(e / s) * s)) ** p + r


@cyclic.line(r"(\mathrm{lr}_0 - r)\Bigl(1 - \frac{e}{cs}\Bigr)^p + r", "npnet's schedule.")
def _(lr_0: float, r: float, s: float, p: float, e: int) -> float:
    rates = {"initial_learning_rate": lr_0, "end_learning_rate": r}
    return rate_of(CyclicPolynomialDecay, e, **rates, decay_epochs=s, power=p)
