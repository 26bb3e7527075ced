"""Section 2.1: what the time of a net depends on."""

from functools import partial

import numpy as np

from npnet.experiments.claims.claim import Measure, Measured, claim
from npnet.experiments.claims.verdicts import Verdict, between, judge
from npnet.experiments.statistics import Interval
from npnet.experiments.timing import interleaved
from npnet.language import Message
from npnet.network import MLP


def _rule(wide: Interval, narrow: Interval) -> Verdict:
    # Within a factor of 2 of being proportional
    return judge(between(wide, 8, 32), between(narrow, 8, 32))


@claim(
    "multiply-adds",
    "2.1",
    "The time that a net takes is measured by its multiply-adds.",
    _rule,
    "Each net is timed beside one with a sixteenth of its multiply-adds: if these were all that counts, it would "
    "take sixteen times as long.",
    quotation="空间:层数;时间:乘加运算次数。",
)
def multiply_adds(seeds: tuple[int, ...]) -> Measured:
    """Time forward passes of pairs of nets, of which one has 16 times the multiply-adds."""
    x = np.random.default_rng(seeds[0]).standard_normal((32, 64)).astype(np.float32)
    nets = {str(units): MLP([64, units, 10], seed=seeds[0]) for units in (8, 128, 1024, 16384)}
    times = interleaved({name: partial(net, x) for name, net in nets.items()}, len(seeds))
    wide, narrow = times.ratio("16384", "1024"), times.ratio("128", "8")
    small = (
        Message("A small net's time is that of the calls, which do not depend on its size.")
        if narrow.below(8)
        else Message("For a small net it is {found}.", found=between(narrow, 8, 32).words)
    )
    return Measured(
        Message(
            "With 16 times the multiply-adds, a forward pass of 32 samples takes {wide:.1f} times as long from 1024 "
            "hidden units to 16384, and {narrow:.1f} times from 8 to 128.",
            wide=wide.estimate,
            narrow=narrow.estimate,
        ),
        {
            "wide": Measure("time, 64-16384-10 over 64-1024-10", wide),
            "narrow": Measure("time, 64-128-10 over 64-8-10", narrow),
        },
        small,
        times,
    )
