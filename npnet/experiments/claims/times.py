"""Section 3.1 (1) to (3): what the exponential and a comparison cost."""

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from npnet import activations
from npnet.activations import Activation
from npnet.experiments.claims._shared import CROSS_ENTROPY, digits
from npnet.experiments.claims.claim import Measure, Measured, claim, exceptions
from npnet.experiments.claims.verdicts import Verdict, above, below, judge
from npnet.experiments.statistics import Interval
from npnet.experiments.timing import Times, interleaved
from npnet.language import Message
from npnet.network import MLP
from npnet.optimizers import SGD

SIZE = 1 << 16
NAMES = ("relu", "sigmoid", "tanh")


@lru_cache(maxsize=2)
def _values(seeds: tuple[int, ...]) -> Times:
    """Time the activations on 65536 float32 numbers, with one round for each seed."""
    z = np.random.default_rng(seeds[0]).standard_normal(SIZE).astype(np.float32)
    out = np.empty_like(z)

    def timed(activation: Activation) -> Callable[[], object]:
        return lambda: [activation(z, out) for _ in range(3)]

    return interleaved({name: timed(activations.get(name)) for name in NAMES}, len(seeds))


def _epochs(seeds: tuple[int, ...]) -> Times:
    """Time an epoch of a net on digits with each activation."""
    x, y, _, _ = digits(320)
    nets = {name: MLP([64, 32, 32, 10], name, "softmax", seed=seeds[0]) for name in NAMES}
    return interleaved(
        {name: partial(net.fit, x, y, CROSS_ENTROPY, SGD(1e-3)) for name, net in nets.items()},
        len(seeds),
    )


def _costly(sigmoid: Interval, tanh: Interval, sigmoid_epoch: Interval, tanh_epoch: Interval) -> Verdict:
    # "Long" is taken as twice as long; less than that is not the same from one run to the next
    long = [above(interval, 2) for interval in (sigmoid_epoch, tanh_epoch)]
    return judge(min(above(sigmoid, 1), above(tanh, 1)), *long)


@claim(
    "exponential-is-costly",
    "3.1 (1)",
    "The exponential in sigmoid, and in tanh, is costly, so that training takes long.",
    _costly,
    "An exponential takes longer than a comparison, but in training it stands beside matrix products, which take "
    "most of the time.",
    quotation="幂运算复杂,训练时间长",
)
def exponential(seeds: tuple[int, ...]) -> Measured:
    """Time sigmoid and tanh beside ReLU: alone, and in a net's training."""
    values, epochs = _values(seeds), _epochs(seeds)
    alone = [values.ratio(name, "relu") for name in NAMES[1:]]
    trained = [epochs.ratio(name, "relu") for name in NAMES[1:]]
    measures = {
        "sigmoid": Measure("processor time of sigmoid over ReLU", alone[0]),
        "tanh": Measure("processor time of tanh over ReLU", alone[1]),
        "sigmoid_epoch": Measure("processor time of an epoch, sigmoid over ReLU", trained[0]),
        "tanh_epoch": Measure("processor time of an epoch, tanh over ReLU", trained[1]),
    }
    return Measured(
        Message(
            "By itself sigmoid takes {alone:.1f} times as long as ReLU, but an epoch of a 64-32-32-10 net on digits "
            "takes {trained:.2f} times as long with it.",
            alone=alone[0].estimate,
            trained=trained[0].estimate,
        ),
        measures,
        exceptions(
            {name: above(ratio, 2) for name, ratio in zip(NAMES[1:], trained)},
            "An epoch takes less than twice as long with {cases} as with ReLU: less than half of its time is the "
            "exponential's.",
            "That an epoch takes twice as long with {cases} as with ReLU is not certain.",
        ),
        values,
    )


def _cheap(sigmoid: Interval, tanh: Interval) -> Verdict:
    # How much of tanh's time it takes is another number on each machine, and with what else is in its caches
    return judge(min(below(sigmoid, 1), below(tanh, 1)))


@claim(
    "relu-is-cheap",
    "3.1 (3)",
    "ReLU only has to compare its input with 0, so it is fast.",
    _cheap,
    "A comparison with 0 is timed beside an exponential, each on the same numbers.",
    quotation="只需判断输入是否大于0,计算速度快",
)
def relu_cheap(seeds: tuple[int, ...]) -> Measured:
    """Time ReLU beside sigmoid and tanh."""
    values = _values(seeds)
    ratios = [values.ratio("relu", name) for name in NAMES[1:]]
    measures = {
        name: Measure(Message("processor time of ReLU over {name}", name=name), value)
        for name, value in zip(NAMES[1:], ratios)
    }
    return Measured(
        Message(
            "On {size} float32 numbers, ReLU takes {sigmoid:.2f} of the time of sigmoid, and {tanh:.2f} of that of "
            "tanh.",
            size=SIZE,
            sigmoid=ratios[0].estimate,
            tanh=ratios[1].estimate,
        ),
        measures,
        result=values,
    )
