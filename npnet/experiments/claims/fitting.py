"""Sections 4.1 and 4.2 (3): what helps against underfitting and overfitting, on the dots."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from npnet import datasets
from npnet.ensemble import Ensemble
from npnet.experiments import notes
from npnet.experiments.claims.claim import Measure, Measured, claim, exceptions
from npnet.experiments.claims.verdicts import Verdict, above, judge, some, together
from npnet.experiments.statistics import Interval, bootstrap, median, paired
from npnet.language import Message
from npnet.optimizers import SGD
from npnet.regularizers import L2
from npnet.typing import Array, Setting

TEST = slice(200, None)
COMPARED = {"gap": Message("gap"), "loss": Message("test loss")}
"""What shows overfitting, by its short name."""


class Fitted(NamedTuple):
    """The losses, without the penalty, of trained nets, one for each seed."""

    train: Array
    test: Array

    @property
    def gap(self) -> Array:
        """The loss on the test data minus that on the training data."""
        return self.test - self.train


def _fit(nets: Ensemble, x: Array, y: Array, count: int, rate: float, epochs: int, penalty: Setting = 0.0) -> Fitted:
    """Train the nets on the first dots with the mean squared error, and return what they have learned."""
    regularizer = L2(penalty) if np.any(penalty) else None
    nets.fit(
        x[:count], y[:count], loss="mse", optimizer=SGD(rate), epochs=epochs, shuffle=False, regularizer=regularizer
    )
    train, test = (np.asarray(nets.evaluate(x[part], y[part]).loss) for part in (slice(count), TEST))
    return Fitted(train, test)


def _fit_with(
    penalties: Sequence[float], nets: Ensemble, x: Array, y: Array, count: int, rate: float, epochs: int
) -> list[Fitted]:
    """Train copies of the nets with L2 of several strengths, all in one ensemble, and return those of each."""
    copies = Ensemble.from_nets([net for _ in penalties for net in nets])
    fitted = _fit(copies, x, y, count, rate, epochs, np.repeat(penalties, len(nets)))
    return [Fitted(*part) for part in zip(*(np.split(losses, len(penalties)) for losses in fitted))]


def _eased(gap: Interval, loss: Interval, **wide: Interval) -> Verdict:
    # The notes say it of their own net
    own = (above(gap, 0), above(loss, 0))
    return judge(max(own), *own, *(above(difference, 0) for difference in wide.values()))


@claim(
    "underfitting",
    "4.1",
    "More input features, more parameters and a weaker regularization help against underfitting.",
    some(0),
    "A net that cannot bend enough, or may not, has a high loss on its own training data: each remedy gives it more "
    "freedom.",
    quotation="解决:增加输入特征、网络参数,减少正则化参数",
)
def underfitting(seeds: tuple[int, ...]) -> Measured:
    """Compare the training losses of nets that are too simple with those of richer ones."""
    x, y, _ = datasets.load_dots()
    squares = np.c_[x, np.square(x)]
    losses = {
        "plane": _fit(Ensemble([2, 1], seeds=seeds), x, y, 200, 0.02, 100),
        "squares": _fit(Ensemble([4, 1], seeds=seeds), squares, y, 200, 0.02, 100),
        "1 unit": _fit(Ensemble([2, 1, 1], seeds=seeds), x, y, 200, 0.05, 100),
        "11 units": _fit(Ensemble([2, 11, 1], seeds=seeds), x, y, 200, 0.05, 100),
        "L2(0.3)": _fit(Ensemble([2, 11, 1], seeds=seeds), x, y, 200, 0.05, 100, 0.3),
        "L2(0.03)": _fit(Ensemble([2, 11, 1], seeds=seeds), x, y, 200, 0.05, 100, 0.03),
    }
    pairs = ((Message("plane"), Message("squares")), (Message("1 unit"), Message("11 units")), ("L2(0.3)", "L2(0.03)"))
    measures = {
        rich: Measure(
            Message("training loss, {poor} minus {rich}", poor=poor, rich=rich),
            paired(losses[poor].train, losses[rich].train, together(len(pairs))).difference,
        )
        for poor, rich in pairs
    }
    return Measured(
        Message(
            "On 200 dots, a net with one hidden unit has a training loss of {one:.3f}, and a net with eleven "
            "{eleven:.3f}; inputs and penalties are compared in the same way.",
            one=median(losses["1 unit"].train),
            eleven=median(losses["11 units"].train),
        ),
        measures,
        exceptions(
            {
                Message("{new} in place of {old}", new=rich, old=poor): above(measures[rich].value, 0)
                for poor, rich in pairs
            },
            "The training loss is higher with {cases}.",
            "The training loss is not certain to be lower with {cases}.",
        ),
    )


@lru_cache(maxsize=2)
def _overfitted(seeds: tuple[int, ...]) -> dict[str, Fitted]:
    """Train nets with far more parameters than samples, and with remedies against it."""
    x, y, _ = datasets.load_dots()
    nets, strengths = Ensemble([2, 50, 1], seeds=seeds), (0.0, 0.01, 0.03, 0.1)
    names = ["40 dots", *(f"L2({strength})" for strength in strengths[1:])]
    fitted = dict(zip(names, _fit_with(strengths, nets, x, y, 40, 0.05, 300)))
    # 2 batches in an epoch of 40 dots, 7 in one of 200: about as many steps
    fitted["200 dots"] = _fit(nets, x, y, 200, 0.05, 86)
    return fitted


@claim(
    "overfitting",
    "4.1",
    "A larger training set, regularization and a larger regularization parameter help against overfitting.",
    some(0),
    "What is learned of the noise shows as a gap between test and training loss: each remedy leaves less room for "
    "noise.",
    quotation="解决:数据清洗(去噪),增大训练集,采用正则化、增大正则化参数",
)
def overfitting(seeds: tuple[int, ...]) -> Measured:
    """Compare the gaps between test and training loss."""
    fitted = _overfitted(seeds)
    pairs = (
        (Message("40 dots"), Message("200 dots")),
        (Message("40 dots"), "L2(0.03)"),
        ("L2(0.01)", "L2(0.03)"),
        ("L2(0.03)", "L2(0.1)"),
    )
    measures = {
        f"{one} minus {other}": Measure(
            Message("gap of test and training loss, {one} minus {other}", one=one, other=other),
            bootstrap(fitted[one].gap - fitted[other].gap, level=together(len(pairs))),
        )
        for one, other in pairs
    }
    return Measured(
        Message(
            "Nets with 50 hidden units have a loss on other dots that is {few:.3f} higher than on the 40 that they "
            "were trained on; with 200 the difference is {many:.3f}, and penalties are compared in the same way.",
            few=median(fitted["40 dots"].gap),
            many=median(fitted["200 dots"].gap),
        ),
        measures,
        exceptions(
            {
                Message("{new} in place of {old}", new=other, old=one): above(measures[f"{one} minus {other}"].value, 0)
                for one, other in pairs
            },
            "The gap between test and training loss is larger with {cases}.",
            "The gap between test and training loss is not certain to be smaller with {cases}.",
        ),
    )


@claim(
    "regularization-eases-overfitting",
    "4.2 (3)",
    "Regularization eases the overfitting visibly.",
    _eased,
    "If the penalty eases overfitting, the gap between test and training loss closes, and the test loss itself falls.",
    quotation="引入正则化后,过拟合现象明显缓解",
)
def eased(seeds: tuple[int, ...]) -> Measured:
    """Compare the gaps and test losses with and without the notes' L2, on their net and on an overfitting one."""
    x, y, _ = datasets.load_dots()
    loop, strength = notes.DOTS, notes.STRENGTH
    own = _fit_with((0.0, strength), notes.dots_nets(seeds), x, y, 200, loop.learning_rate, loop.epochs)
    wide = _overfitted(seeds)
    pairs = (
        ("", Message("2-11-1 on 200 dots"), own[0], own[1]),
        ("wide_", Message("2-50-1 on 40 dots"), wide["40 dots"], wide[f"L2({strength})"]),
    )
    measures = {
        f"{prefix}{short}": Measure(
            Message(
                "{what} without minus with L2({strength}), {name}", what=COMPARED[short], strength=strength, name=name
            ),
            bootstrap(difference, level=together(2))
        )
        for prefix, name, before, after in pairs
        for short, difference in (("gap", before.gap - after.gap), ("loss", before.test - after.test))
    }  # fmt: skip
    return Measured(
        Message(
            "With the notes' L2 the loss of their own net on other dots goes from {before:.3f} to {after:.3f}; a "
            "larger net on fewer dots is compared in the same way.",
            before=median(own[0].test),
            after=median(own[1].test),
        ),
        measures,
        exceptions(
            {
                Message("the {what} of {name}", what=what, name=name): above(measures[f"{prefix}{short}"].value, 0)
                for prefix, name, _, _ in pairs
                for short, what in COMPARED.items()
            },
            "The penalty raises {cases}.",
            "That the penalty lowers {cases} is not certain.",
        ),
    )
