"""Section 4.2: what L1 and L2 do to the weights, and to the boundary."""

from functools import lru_cache

import numpy as np

from npnet.experiments import notes
from npnet.experiments.claims.claim import Measure, Measured, claim, exceptions
from npnet.experiments.claims.verdicts import Verdict, above, below, judge, larger, some, together
from npnet.experiments.regularization import SMALL, Regularization, regularization
from npnet.experiments.statistics import Interval, bootstrap, median
from npnet.language import Message, joined

NONE, L1, L2 = notes.regularizers()


@lru_cache(maxsize=2)
def _regularized(seeds: tuple[int, ...]) -> Regularization:
    return regularization(seeds=seeds)


def _share(found: Regularization, name: str, size: float) -> Interval:
    """Return the share of weights of that size at most, the mean over the nets with a regularizer."""
    return bootstrap(found.runs[name].share_within(size), np.mean)


def _zeroed(exact: Interval, small: Interval, without: Interval) -> Verdict:
    many = min(above(small, 0.3), larger(small, without))
    return judge(many, above(exact, 0.3))


@claim(
    "l1-zeroes-weights",
    "4.2 (1)",
    "L1 sets many weights to zero.",
    _zeroed,
    "L1 pulls with the same force at any size, so that it can take a weight all the way to 0; a plain gradient step "
    "jumps over 0 and back, and comes near.",
    quotation="L1正则化大概率把很多参数清零:减少参数数量,降低复杂度",
)
def l1_zeroes(seeds: tuple[int, ...]) -> Measured:
    """Count the weights that are 0, or nearly, in the notes' nets with L1."""
    found = _regularized(seeds)
    exact, small, without = (_share(found, *which) for which in ((L1, 0), (L1, SMALL), (NONE, SMALL)))
    return Measured(
        Message(
            "In the notes' nets with L1, {small:.0%} of the weights end within 0.001 of zero, and {exact:.0%} are "
            "exactly zero.",
            small=small.estimate,
            exact=exact.estimate,
        ),
        {
            "exact": Measure(Message("share of weights that are exactly 0, {name}", name=L1), exact),
            "small": Measure(Message("share of weights up to {size:g}, {name}", size=SMALL, name=L1), small),
            "without": Measure(Message("share of weights up to {size:g}, without", size=SMALL), without),
        },
        Message(
            "A subgradient step moves a weight by rate × strength = {step:g}, so that it swings around zero.",
            step=notes.DOTS.learning_rate * notes.STRENGTH,
        ),
        found,
    )


def _shrunk(norm: Interval, near: Interval, without: Interval) -> Verdict:
    # "Many" is taken as half of the weights
    return judge(below(norm, 1), larger(near, without), above(near, 0.5))


@claim(
    "l2-shrinks-weights",
    "4.2 (1)",
    "L2 brings many weights close to zero.",
    _shrunk,
    "L2 pulls in proportion to the weight: large ones shrink fast, small ones hardly, and few come to 0.",
    quotation="L2正则化使很多参数接近零:减少参数大小,降低复杂度",
)
def l2_shrinks(seeds: tuple[int, ...]) -> Measured:
    """Measure the size of the weights in the notes' nets with L2."""
    found = _regularized(seeds)
    norms = (found.runs[name].of("weight_norm") for name in (L2, NONE))
    norm, near, without = bootstrap(np.divide(*norms)), _share(found, L2, 0.1), _share(found, NONE, 0.1)
    measures = {
        "norm": Measure(Message("norm of the weights, {name} over none", name=L2), norm),
        "near": Measure(Message("share of weights up to {size:g}, {name}", size=0.1, name=L2), near),
        "without": Measure(Message("share of weights up to {size:g}, without", size=0.1), without),
    }
    return Measured(
        Message(
            "In the notes' nets with L2, the weights are {norm:.2f} times as large as without it, and {near:.0%} of "
            "them end within 0.1 of zero.",
            norm=norm.estimate,
            near=near.estimate,
        ),
        measures,
        joined(
            (
                exceptions(
                    {"0.1": above(near, 0.5)},
                    "Fewer than half of the weights come within {cases} of zero: L2 makes all of them smaller, but "
                    "hardly pulls on those that are small.",
                    "That half of the weights come within {cases} of zero is not certain.",
                ),
                exceptions(
                    {"0.1": larger(near, without)},
                    "More weights are within {cases} of zero without L2.",
                    "That more weights are within {cases} of zero than without L2 is not certain.",
                ),
            )
        ),
        found,
    )


def _smooth(turns: Interval, length: Interval, **_: Interval) -> Verdict:
    return some(0, below)(turns=turns, length=length)


@claim(
    "smooth-boundary",
    "4.2 (3)",
    "With regularization, the boundary is visibly smoother.",
    _smooth,
    "A boundary that follows single dots turns more, and is longer, than one that follows the circle.",
    quotation="分类面明显更加光滑",
)
def smooth_boundary(seeds: tuple[int, ...]) -> Measured:
    """Measure how far the notes' boundaries turn, and how long they are, with and without L2."""
    found = _regularized(seeds)
    none, l2 = found.runs[NONE], found.runs[L2]
    measures = {
        name: Measure(
            Message("{what}, {name} minus none", what=what, name=L2),
            bootstrap(l2.of(name) - none.of(name), level=together(2)),
        )
        for name, what in (
            ("turns", Message("full turns of the boundary")),
            ("length", Message("length of the boundary")),
        )
    }
    right = bootstrap(l2.of("accuracy") - none.of("accuracy"), np.mean)
    return Measured(
        Message(
            "The boundaries of the notes' nets turn by {none:.2f} full turns without regularization and by {l2:.2f} "
            "with L2, where a circle turns by 1.",
            none=median(none.of("turns")),
            l2=median(l2.of("turns")),
        ),
        {
            **measures,
            "accuracy": Measure(
                Message("{what}, {name} minus none", what=Message("share of dots on the right side"), name=L2), right
            ),
        },
        exceptions(
            {
                Message("full turns"): below(measures["turns"].value, 0),
                Message("length"): below(measures["length"].value, 0),
            },
            "Measured by its {cases}, the boundary is rougher with L2.",
            "Measured by its {cases}, the boundary is not certain to be smoother.",
        ),
        found,
    )
