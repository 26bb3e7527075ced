"""The learning rate's polynomial decay, which the notes do not have."""

from npnet.derivations.engine import BEYOND, Derivation, Notation, counts, uniform
from npnet.schedules import PolynomialDecay

chain = Derivation(
    "polynomial-decay",
    BEYOND,
    "A rate whose way to the last one shrinks as a power of the epochs left is a polynomial",
    {
        "lr_0": uniform("the first learning rate", 0.1, 1, example=0.75),
        "r": uniform("the last learning rate", 0.01, 0.09, example=0.25),
        "s": uniform("after how many epochs it is the last one", 11, 30, example=8.5),
        "p": uniform("the power", 0.5, 3, example=1.5),
        "e": counts("the epoch", 10, example=3),
    },
    cases=40,
    notation=Notation(indices={"e": lambda e: e}),
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


@chain.line(r"(\mathrm{lr}_0 - r)(1 - e/s)^p + r", "The shipped schedule.", floats_only=True)
def _(lr_0: float, r: float, s: float, p: float, e: int) -> float:
    return PolynomialDecay(lr_0, decay_epochs=s, end_learning_rate=r, power=p)(e)
