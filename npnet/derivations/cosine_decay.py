"""The learning rate's decay along half a cosine, with a warm-up and without, which the notes do not have."""

import numpy as np

from npnet.derivations.engine import BEYOND, Derivation, Notation, Variable, counts, uniform
from npnet.derivations.engine.shipped import rate_of
from npnet.schedules import CosineDecay, WarmupCosineDecay

SHARE = uniform("the last rate as a share of the highest", 0, 0.5, example=0.25)
EPOCH = counts("the epoch", 10, example=3)
chain = Derivation(
    "cosine-decay",
    BEYOND,
    "The height of a point that goes evenly down half a circle is a cosine",
    {
        "lr_0": uniform("the first learning rate", 0.1, 1, example=0.75),
        "alpha": SHARE,
        "s": uniform("after how many epochs it is the last one", 11, 30, example=8.5),
        "e": EPOCH,
    },
    cases=40,
    notation=Notation(indices={"e": lambda e: e}),
)
warmup = Derivation(
    "warmup-cosine-decay",
    BEYOND,
    "A warm-up is a line to where the cosine begins",
    {
        "lr_0": uniform("the first learning rate", 0, 0.05, example=0.125),
        "h": uniform("the highest learning rate", 0.1, 1, example=0.75),
        # The epoch is in the warm-up, and after it
        "w": Variable("the epochs of the warm-up", lambda rng: rng.uniform(0.5, 15), (4.5, 1.25), positive=True),
        "alpha": SHARE,
        "s": uniform("from the highest rate to the last one", 11, 30, example=8.5),
        "e": EPOCH,
    },
    cases=40,
    notation=Notation(indices={"e": lambda e: e}),
)


@chain.line(
    r"m + x_e, \quad x_e = x_{e-1}\cos\frac{\pi}{s} - y_{e-1}\sin\frac{\pi}{s}, "
    r"\quad y_e = x_{e-1}\sin\frac{\pi}{s} + y_{e-1}\cos\frac{\pi}{s}, "
    r"\quad m = \frac{\mathrm{lr}_0 + \alpha\mathrm{lr}_0}{2}, "
    r"\quad x_0 = \frac{\mathrm{lr}_0 - \alpha\mathrm{lr}_0}{2}, \quad y_0 = 0",
    "What is sought: around the middle of the two rates a point turns by π/s in each epoch, by half a turn in s.",
)
def _(lr_0: float, alpha: float, s: float, e: int) -> float:
    x, y = (lr_0 - alpha * lr_0) / 2, 0.0
    c, d = np.cos(np.pi / s), np.sin(np.pi / s)
    for _ in range(e):
        x, y = x * c - y * d, x * d + y * c
    return (lr_0 + alpha * lr_0) / 2 + x


@chain.line(
    r"m + \frac{\mathrm{lr}_0 - \alpha\mathrm{lr}_0}{2} \cos\frac{\pi e}{s}",
    "Turned e times by one angle is turned once by e such angles: cosines of sums.",
)
def _(lr_0: float, alpha: float, s: float, e: int) -> float:
    return (lr_0 + alpha * lr_0) / 2 + (lr_0 - alpha * lr_0) / 2 * np.cos(np.pi * (e / s))


@chain.line(
    r"\mathrm{lr}_0 \Bigl(\alpha + (1-\alpha)\frac{1 + \cos(\pi e/s)}{2}\Bigr)",
    "The last rate, and what is left of the way to it.",
)
def _(lr_0: float, alpha: float, s: float, e: int) -> float:
    return lr_0 * (alpha + (1 - alpha) * (1 + np.cos(np.pi * (e / s))) / 2)


@chain.line(
    r"\mathrm{lr}_0 \Bigl(\alpha + (1-\alpha)\frac{1 + \cos(\pi e/s)}{2}\Bigr)",
    "npnet's schedule.",
)
def _(lr_0: float, alpha: float, s: float, e: int) -> float:
    return rate_of(CosineDecay, e, initial_learning_rate=lr_0, decay_epochs=s, alpha=alpha)


@warmup.line(
    r"[e < w]\,u_e + [e \ge w]\,d, \quad u_e = u_{e-1} + \frac{h - \mathrm{lr}_0}{w}, "
    r"\quad u_0 = \mathrm{lr}_0, "
    r"\quad d = h \Bigl(\alpha + (1-\alpha)\frac{1 + \cos(\pi (e-w)/s)}{2}\Bigr)",
    "What is sought: each epoch before w adds as much; then the cosine decay, with the epochs counted from w on.",
)
def _(lr_0: float, h: float, w: float, alpha: float, s: float, e: int) -> float:
    u = lr_0
    for _ in range(e):
        u = u + (h - lr_0) / w
    d = h * (alpha + (1 - alpha) * (1 + np.cos(np.pi * ((e - w) / s))) / 2)
    return u if e < w else d


@warmup.line(
    r"[e < w]\,u + [e \ge w]\,d, \quad u = \mathrm{lr}_0 + (h - \mathrm{lr}_0)\frac ew",
    "The same number e times.",
)
def _(lr_0: float, h: float, w: float, alpha: float, s: float, e: int) -> float:
    u = lr_0 + (h - lr_0) * (e / w)
    d = h * (alpha + (1 - alpha) * (1 + np.cos(np.pi * ((e - w) / s))) / 2)
    return u if e < w else d


@warmup.line(r"[e < w]\,u + [e \ge w]\,d", "npnet's schedule.")
def _(lr_0: float, h: float, w: float, alpha: float, s: float, e: int) -> float:
    rates = {"initial_learning_rate": lr_0, "warmup_target": h, "alpha": alpha}
    return rate_of(WarmupCosineDecay, e, **rates, decay_epochs=s, warmup_epochs=w)
