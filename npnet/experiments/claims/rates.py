"""Sections 2.2 and 3.1 (5): learning rates too small, too large, decayed, and small for ReLU."""

import numpy as np

from npnet import datasets
from npnet.ensemble import Ensemble
from npnet.experiments import notes
from npnet.experiments.claims._shared import CROSS_ENTROPY, dead, irises
from npnet.experiments.claims.claim import Measure, Measured, claim, exceptions
from npnet.experiments.claims.verdicts import Evidence, Verdict, above, below, judge, larger, some, together, unless
from npnet.experiments.optimizer_comparison import OptimizerRun, optimizer_comparison
from npnet.experiments.statistics import Interval, bootstrap, median, paired, proportion
from npnet.language import Message, joined
from npnet.optimizers import SGD
from npnet.schedules import ExponentialDecay
from npnet.typing import Array


def _last_loss(run: OptimizerRun) -> Array:
    """Return each net's last loss; infinity of one that diverged."""
    return np.where(np.isnan(run.losses[-1]), np.inf, run.losses[-1])


def _slower(difference: Interval, **_: Interval) -> Verdict:
    return judge(above(difference, 0))


@claim(
    "rate-too-small",
    "2.2 (1)",
    "With too small a learning rate, the update is too slow.",
    _slower,
    "The notes' iris net takes the same number of steps at their rate and at a hundredth of it: what the small steps "
    "have not covered is left as loss.",
    quotation="学习率过小→更新过慢",
)
def too_small(seeds: tuple[int, ...]) -> Measured:
    """Train the notes' iris net at a hundredth of its rate."""
    rate = notes.IRIS.learning_rate
    runs = optimizer_comparison(200, seeds=seeds, optimizers={"slow": SGD(rate / 100), "as noted": SGD(rate)}).runs
    slow, as_noted = (run.losses[-1] for run in runs.values())
    return Measured(
        Message(
            "After 200 epochs the notes' iris net has a loss of {slow:.3f} at a hundredth of their rate, and of "
            "{as_noted:.3f} at the rate itself.",
            slow=median(slow),
            as_noted=median(as_noted),
        ),
        {
            "slow": Measure(Message("loss after 200 epochs at rate {rate:g}", rate=rate / 100), bootstrap(slow)),
            "as_noted": Measure(Message("loss after 200 epochs at rate {rate:g}", rate=rate), bootstrap(as_noted)),
            "difference": Measure("the first minus the second", paired(slow, as_noted).difference),
        },
    )


def _diverges(large: Interval, small: Interval, stuck: Interval) -> Verdict:
    fails, stays = larger(large, small), above(stuck, 0)
    return judge(max(fails, stays), fails, stays)


@claim(
    "rate-too-large",
    "2.2 (1)",
    "With too large a learning rate, training does not converge.",
    _diverges,
    "Steps that are too long leave each point higher than it was: where nothing bounds the outputs the loss grows "
    "until it overflows, and after a softmax it stays high.",
    quotation="学习率过大→不收敛",
)
def too_large(seeds: tuple[int, ...]) -> Measured:
    """Train regression nets on the dots at rates 0.1 and 1, and the notes' iris net at 0.1 and 10."""
    x, y, _ = datasets.load_dots()
    nets = Ensemble([2, 11, 1], seeds=seeds)
    diverged = []
    for rate in (1, 0.1):
        history = nets.copy().fit(x, y, loss="mse", optimizer=SGD(rate), epochs=50, shuffle=False)
        diverged.append(proportion(np.isin(np.arange(len(nets)), list(history.frozen)), together(2)))
    optimizers = {"large": SGD(10), "as noted": SGD(notes.IRIS.learning_rate)}
    runs = optimizer_comparison(100, seeds=seeds, optimizers=optimizers).runs
    large, as_noted = (_last_loss(run) for run in runs.values())
    stuck = paired(large, as_noted, together(2)).difference
    measures = {
        "large": Measure("share of nets that overflow on the dots at rate 1", diverged[0]),
        "small": Measure("share of nets that overflow on the dots at rate 0.1", diverged[1]),
        "stuck": Measure("loss on iris after 100 epochs, rate 10 minus rate 0.1", stuck),
    }
    return Measured(
        Message(
            "At rate 1, {diverged:.0%} of regression nets on the dots overflow; a softmax stays finite, but at rate "
            "10 its loss is {more:.3f} higher than at 0.1.",
            diverged=diverged[0].estimate,
            more=stuck.estimate,
        ),
        measures,
        exceptions(
            {Message("on the dots"): larger(*diverged), Message("after a softmax"): above(stuck, 0)},
            "The large rate does better {cases}.",
            "That the large rate does worse {cases} is not certain.",
        ),
    )


@claim(
    "exponential-decay",
    "2.2 (2)",
    "An exponentially decayed learning rate is recommended.",
    some(0, below),
    "Long steps are of use far from the minimum and in the way near it; whether a rate that shrinks is better depends "
    "on how much too long the first one was.",
    quotation="这里老师推荐了指数衰减学习率",
)
def exponential_decay(seeds: tuple[int, ...]) -> Measured:
    """Train the notes' iris net with constant rates, and with the same rates times 0.99 to the epoch."""
    rates = (0.1, 0.2, 0.5)
    optimizers = {f"{kind} {rate}": SGD(schedule) for rate in rates for kind, schedule in (
        ("constant", rate), ("decayed", ExponentialDecay(rate, notes.LR_STEP, notes.LR_DECAY)))}  # fmt: skip
    runs = optimizer_comparison(100, seeds=seeds, optimizers=optimizers).runs
    last = {name: run.losses[-1] for name, run in runs.items()}
    measures = {
        f"from {rate}": Measure(
            Message("loss, decayed minus constant, from {rate}", rate=rate),
            paired(last[f"decayed {rate}"], last[f"constant {rate}"], together(len(rates))).difference,
        )
        for rate in rates
    }
    return Measured(
        Message(
            "Against a constant rate, the notes' decay changes the loss after 100 epochs by {small:+.3f} from a first "
            "rate of 0.1, and by {large:+.3f} from one of 0.5.",
            small=measures["from 0.1"].value.estimate,
            large=measures["from 0.5"].value.estimate,
        ),
        measures,
        exceptions(
            {str(rate): below(measures[f"from {rate}"].value, 0) for rate in rates},
            "At {cases} the first rate is not too large, and decay only slows training down.",
            "From a first rate of {cases}, decay makes no certain difference.",
        ),
    )


RELU_RATES = {"small": 0.003, "middle": 0.3, "large": 3.0}


def _small_is_better(small: Interval, middle: Interval, large: Interval, tanh: Interval, **_: Interval) -> Verdict:
    return judge(larger(middle, large), unless(larger(middle, small)), larger(tanh, large))


@claim(
    "relu-small-rate",
    "3.1 (5)",
    "With ReLU, set the learning rate small.",
    _small_is_better,
    "A long step can kill a ReLU unit for good, where tanh recovers; too short a step learns nothing in the same time.",
    quotation="learning rate设置较小值",
)
def small_rate(seeds: tuple[int, ...]) -> Measured:
    """Train deep ReLU nets on the irises at a small, a middle and a large rate."""
    x, y, _, _ = irises()
    learned, lost = {}, {}
    for name, rate in (*RELU_RATES.items(), ("tanh", RELU_RATES["large"])):
        nets = Ensemble([4, 16, 16, 16, 3], "tanh" if name == "tanh" else "relu", "softmax", seeds=seeds)
        history = nets.fit(x, y, loss=CROSS_ENTROPY, optimizer=SGD(rate), epochs=60, shuffle=False)
        # The loss of a net that diverged is NaN, which is not under anything
        learned[name] = proportion(history.loss[-1] < 0.1)
        lost[name] = bootstrap(dead(nets, x).mean(axis=0), np.mean)
    small, large = RELU_RATES["small"], RELU_RATES["large"]
    too_small = larger(learned["middle"], learned["small"]) is Evidence.SHOWN
    limits = (
        Message("At rate {small:g} fewer nets learn: a rate can also be too small.", small=small) if too_small else "",
        exceptions(
            {f"{large:g}": larger(learned["tanh"], learned["large"])},
            "Rate {cases} is worse for tanh than for ReLU.",
            "That rate {cases} is worse for ReLU than for tanh is not certain.",
        ),
    )
    measures = {
        name: Measure(Message("share of nets under 0.1 at rate {rate:g}", rate=rate), learned[name])
        for name, rate in RELU_RATES.items()
    }
    measures["tanh"] = Measure(Message("share of tanh nets under 0.1 at rate {rate:g}", rate=large), learned["tanh"])
    for name, rate in RELU_RATES.items():
        measures[f"dead, {name}"] = Measure(Message("share of dead units at rate {rate:g}", rate=rate), lost[name])
    return Measured(
        Message(
            "Of deep ReLU nets, {middle:.0%} learn the irises within 60 epochs at rate 0.3, and {large:.0%} at rate 3.",
            middle=learned["middle"].estimate,
            large=learned["large"].estimate,
        ),
        measures,
        joined(limits),
    )
