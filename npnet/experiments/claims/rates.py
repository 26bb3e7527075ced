"""Sections 2.2 and 3.1 (5): learning rates too small, too large, decayed, and small for ReLU."""

import numpy as np

from npnet import datasets
from npnet.ensemble import Ensemble
from npnet.experiments.claims.claim import Measure, Measured, Verdict, claim, exceptions, judge, some, together
from npnet.experiments.claims.training import CROSS_ENTROPY, dead, irises
from npnet.experiments.optimizer_comparison import optimizer_comparison
from npnet.experiments.statistics import Interval, bootstrap, median, paired, proportion
from npnet.history import History
from npnet.optimizers import SGD
from npnet.schedules import ExponentialDecay
from npnet.typing import Array


def _last_loss(history: History) -> Array:
    """Return each net's last loss; infinity of one that diverged."""
    return np.where(np.isnan(history.loss[-1]), np.inf, history.loss[-1])


def _slower(slow: Interval, notes: Interval, difference: Interval) -> Verdict:
    return judge(difference.above(0))


@claim("rate-too-small", "2.2 (1)", "With too small a learning rate, the update is too slow.", _slower)
def too_small(seeds: tuple[int, ...]) -> Measured:
    """Train the notes' iris net at a hundredth of its rate."""
    runs = optimizer_comparison(200, seeds=seeds, optimizers={"0.001": SGD(0.001), "0.1": SGD(0.1)}).runs
    slow, notes = (run.history.loss[-1] for run in runs.values())
    measures = (
        Measure("loss after 200 epochs at rate 0.001", bootstrap(slow)),
        Measure("loss after 200 epochs at rate 0.1", bootstrap(notes)),
        Measure("the first minus the second", paired(slow, notes).difference),
    )
    return Measured(
        f"The notes' iris net, 4-3 with softmax and mean squared error, has a loss of {measures[0].value.estimate:.3f} "
        f"after 200 epochs at rate 0.001, and of {measures[1].value.estimate:.3f} at their rate, 0.1.",
        measures,
    )


def _diverges(large: Interval, small: Interval, stuck: Interval) -> Verdict:
    fails = large.low > small.high
    return judge(fails or stuck.above(0), fails, stuck.above(0))


@claim("rate-too-large", "2.2 (1)", "With too large a learning rate, training does not converge.", _diverges)
def too_large(seeds: tuple[int, ...]) -> Measured:
    """Train regression nets on the dots at rates 0.1 and 1, and the notes' iris net at 0.1 and 10."""
    x, y, _ = datasets.load_dots()
    nets = Ensemble([2, 11, 1], seeds=seeds)
    diverged = []
    for rate in (1, 0.1):
        history = nets.copy().fit(x, y, optimizer=SGD(rate), epochs=50)
        diverged.append(proportion(np.isin(np.arange(len(nets)), list(history.frozen)), together(2)))
    runs = optimizer_comparison(100, seeds=seeds, optimizers={"10": SGD(10), "0.1": SGD(0.1)}).runs
    large, notes = (_last_loss(run.history) for run in runs.values())
    measures = (
        Measure("share of nets that overflow on the dots at rate 1", diverged[0]),
        Measure("share of nets that overflow on the dots at rate 0.1", diverged[1]),
        Measure("loss on iris after 100 epochs, rate 10 minus rate 0.1", paired(large, notes, together(2)).difference),
    )
    return Measured(
        f"Of 2-11-1 ReLU nets on the dots, {diverged[0].estimate:.0%} overflow within 50 epochs at rate 1, and "
        f"{diverged[1].estimate:.0%} at 0.1. The notes' iris net, whose outputs a softmax bounds, stays finite, and "
        f"has a loss of {median(large):.3f} after 100 epochs at rate 10, and of "
        f"{median(notes):.3f} at 0.1.",
        measures,
        exceptions(measures[2:]) or "That more nets overflow at rate 1 is left open.",
    )


@claim("exponential-decay", "2.2 (2)", "An exponentially decayed learning rate is recommended.", some(0, below=True))
def exponential_decay(seeds: tuple[int, ...]) -> Measured:
    """Train the notes' iris net with constant rates, and with the same rates times 0.99 to the epoch."""
    rates = (0.1, 0.2, 0.5)
    optimizers = {f"{kind} {rate}": SGD(schedule) for rate in rates for kind, schedule in (
        ("constant", rate), ("decayed", ExponentialDecay(rate, decay_rate=0.99)))}  # fmt: skip
    runs = optimizer_comparison(100, seeds=seeds, optimizers=optimizers).runs
    last = {name: run.history.loss[-1] for name, run in runs.items()}
    pairs = ", ".join(
        f"{median(last[f'decayed {rate}']):.3f} against {median(last[f'constant {rate}']):.3f} from a first rate of "
        f"{rate}"
        for rate in rates
    )
    measures = tuple(
        Measure(
            f"loss, decayed minus constant, from {rate}",
            paired(last[f"decayed {rate}"], last[f"constant {rate}"], together(len(rates))).difference,
        )
        for rate in rates
    )
    return Measured(
        "After 100 epochs, the notes' iris net has these losses with their decay of 0.99 per epoch, against a "
        f"constant rate: {pairs}.",
        measures,
        exceptions(measures, below=True),
    )


RELU_RATES = (0.003, 0.3, 3.0)


def _small_is_better(*intervals: Interval) -> Verdict:
    small, middle, large, tanh = intervals[:4]
    return judge(large.high < middle.low, not small.high < middle.low, large.high < tanh.low)


@claim("relu-small-rate", "3.1 (5)", "With ReLU, set the learning rate small.", _small_is_better)
def small_rate(seeds: tuple[int, ...]) -> Measured:
    """Train deep ReLU nets on the irises at a small, a middle and a large rate."""
    x, y, _, _ = irises()
    learned, lost = [], []
    for activation, rate in (*(("relu", rate) for rate in RELU_RATES), ("tanh", RELU_RATES[-1])):
        nets = Ensemble([4, 16, 16, 16, 3], activation, "softmax", seeds=seeds)
        history = nets.fit(x, y, loss=CROSS_ENTROPY, optimizer=SGD(rate), epochs=60)
        # The loss of a net that diverged is NaN, which is not under anything
        learned.append(proportion(history.loss[-1] < 0.1))
        lost.append(bootstrap(dead(nets, x).mean(axis=0), np.mean))
    *learned, tanh = learned
    small, middle, large = learned
    limits = {
        "A rate can also be too small.": small.high < middle.low,
        "That a large rate is worse for ReLU than for tanh is left open.": not large.high < tanh.low,
    }
    listed = ", ".join(
        f"{share.estimate:.0%} at rate {rate:g}, with {units.estimate:.0%} of the hidden units dead"
        for rate, share, units in zip(RELU_RATES, learned, lost)
    )
    return Measured(
        f"Of 4-16-16-16-3 ReLU nets on standardized irises, these have a loss under 0.1 after 60 epochs: {listed}. "
        f"Of tanh nets, {tanh.estimate:.0%} at rate {RELU_RATES[-1]:g}.",
        (
            *(Measure(f"share of nets under 0.1 at rate {rate:g}", share) for rate, share in zip(RELU_RATES, learned)),
            Measure(f"share of tanh nets under 0.1 at rate {RELU_RATES[-1]:g}", tanh),
            *(Measure(f"share of dead units at rate {rate:g}", share) for rate, share in zip(RELU_RATES, lost)),
        ),
        " ".join(sentence for sentence, applies in limits.items() if applies),
    )
