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
    wide = _sixteen_times(seeds, samples=128, features=512, units=256)
    narrow = _sixteen_times(seeds, samples=32, features=64, units=8)
    small = (
        Message("A small net's time is that of function calls, which do not depend on its size.")
        if narrow.below(8)
        else Message("That a small net's time follows them too, up to a factor of 2, is not certain.")
    )
    return Measured(
        Message(
            "With 16 times the multiply-adds, a forward pass of a wide net takes {wide:.1f} times as long, and that of "
            "a small one {narrow:.1f} times.",
            wide=wide.estimate,
            narrow=narrow.estimate,
        ),
        {
            "wide": Measure("processor time of 128 samples, 512-4096-10 over 512-256-10", wide),
            "narrow": Measure("processor time of 32 samples, 64-128-10 over 64-8-10", narrow),
        },
        small,
    )


def _sixteen_times(seeds: tuple[int, ...], samples: int, features: int, units: int) -> Interval:
    """Return the time of a net with 16 times as many hidden units, as a multiple of that of the net with `units`."""
    x = np.random.default_rng(seeds[0]).standard_normal((samples, features)).astype(np.float32)
    nets = {str(count): MLP([features, count, 10], seed=seeds[0]) for count in (16 * units, units)}
    times = interleaved({name: partial(net, x) for name, net in nets.items()}, len(seeds))
    return times.ratio(*nets)
