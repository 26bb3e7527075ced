"""Section 3.1 (3): dead ReLUs, units that are 0 on all samples, and what makes them fewer."""

import numpy as np

from npnet.ensemble import Ensemble
from npnet.experiments.claims._shared import CROSS_ENTROPY, dead, irises
from npnet.experiments.claims.claim import Measure, Measured, claim, exceptions
from npnet.experiments.claims.verdicts import Verdict, above, judge, some, together, unless
from npnet.experiments.statistics import Interval, bootstrap, proportion
from npnet.initializers import Initializer, Normal
from npnet.language import Message
from npnet.optimizers import SGD
from npnet.typing import Array

WIDTHS, EPOCHS = (4, 16, 16, 3), 30


def _nets(seeds: tuple[int, ...], weights: str | Initializer = "he_normal") -> Ensemble:
    return Ensemble(WIDTHS, output="softmax", seeds=seeds, kernel_initializer=weights)


def _train(nets: Ensemble, x: Array, y: Array, rate: float) -> Array:
    """Train the nets, and return which of their hidden units are dead."""
    nets.fit(x, y, loss=CROSS_ENTROPY, optimizer=SGD(rate), epochs=EPOCHS, shuffle=False)
    return dead(nets, x)


def _gradients(nets: Ensemble, x: Array, y: Array) -> Array:
    """Return the largest gradient of each hidden unit's weights and bias, shape (hidden units, members)."""
    # The gradient is laid out as the parameters are: a copy that has it as its parameters shows its parts
    gradients = nets.copy()
    _, gradients.parameters = nets.loss_and_gradient(x, y, loss=CROSS_ENTROPY)
    layers = list(zip(gradients.weights, gradients.biases))[:-1]
    return np.concatenate([np.maximum(abs(dW).max(axis=0), abs(db)) for dW, db in layers])


def _never(share: Interval, moved: Interval, first: Interval, second: Interval) -> Verdict:
    # "Never" cannot be shown by any number of nets, but one that is an exception refutes it
    return judge(min(above(share, 0), unless(above(moved, 0))), unless(above(first, 0)), unless(above(second, 0)))


@claim(
    "dead-relus",
    "3.1 (3)",
    "Some ReLU units may never activate again, and their parameters are never updated.",
    _never,
    "A unit that is 0 on all samples has no gradient, so that only a change in the layer before it can wake it.",
    quotation="Dead ReLu:某些神经元可能永远不激活,对应参数永远不更新",
)
def dead_relus(seeds: tuple[int, ...]) -> Measured:
    """Follow the dead units of nets on irises in cm, where there are many, over 60 epochs."""
    x, y, _, _ = irises(standardized=False)
    nets = _nets(seeds)
    halfway = _train(nets, x, y, 0.1)
    gradient = np.where(halfway, _gradients(nets, x, y), 0).max(axis=0)
    end = _train(nets, x, y, 0.1)
    share, moved = bootstrap(end.mean(axis=0), np.mean), proportion(gradient > 0)
    first, second = (proportion(awake.any(axis=0)) for awake in np.split(halfway & ~end, [WIDTHS[1]]))
    return Measured(
        Message(
            "Of the hidden units of ReLU nets on irises in cm, {share:.0%} are dead after 60 epochs; in {second:.0%} "
            "of the nets, one of the second layer that was dead halfway has woken again.",
            share=share.estimate,
            second=second.estimate,
        ),
        {
            "share": Measure("share of dead units after 60 epochs", share),
            "moved": Measure("share of nets with a dead unit whose gradient is not 0", moved),
            "first": Measure("share of nets in which a dead unit of the first layer wakes", first),
            "second": Measure("share of nets in which a dead unit of the second layer wakes", second),
        },
        "A dead unit wakes only when the layer before it changes.",
    )


def _fewer(rate: Interval, weights: Interval, **_: Interval) -> Verdict:
    return some(0)(rate=rate, weights=weights)


@claim(
    "dead-relus-remedies",
    "3.1 (3)",
    "Better initial weights and another learning rate make dead ReLUs fewer.",
    _fewer,
    "Long steps and large weights push units to where no sample reaches them: rates and initial weights are changed "
    "one at a time, and the dead units counted.",
    quotation="可以通过改进初始化、改变学习率等方式减少负数特征缓解",
)
def remedies(seeds: tuple[int, ...]) -> Measured:
    """Count the dead units with better and worse initial weights, rates and inputs, each changed alone."""
    x, y, _, _ = irises()
    raw, _, _, _ = irises(standardized=False)
    shares = {
        "rate 1": _train(_nets(seeds), x, y, 1.0),
        "rate 0.1": _train(_nets(seeds), x, y, 0.1),
        "N(0, 1)": _train(_nets(seeds, Normal(1)), x, y, 1.0),
        "in cm": _train(_nets(seeds), raw, y, 1.0),
    }
    mean = {name: units.mean(axis=0) for name, units in shares.items()}
    pairs = {
        "rate": ("rate 1", "rate 0.1", Message("rate 1 minus rate 0.1")),
        "weights": ("N(0, 1)", "rate 1", Message("weights from N(0, 1) minus N(0, √(2/d))")),
        "inputs": ("in cm", "rate 1", Message("inputs in cm minus standardized ones")),
    }
    measures = {
        name: Measure(
            Message("share of dead units, {what}", what=what),
            bootstrap(mean[worse] - mean[better], np.mean, together(len(pairs))),
        )
        for name, (worse, better, what) in pairs.items()
    }
    return Measured(
        Message(
            "Of the hidden units of ReLU nets on the irises, a tenth of the rate keeps {rate:.0f} in a hundred "
            "more alive, and weights from N(0, √(2/d)) in place of N(0, 1) keep {weights:.0f} in a hundred more.",
            rate=100 * measures["rate"].value.estimate,
            weights=100 * measures["weights"].value.estimate,
        ),
        measures,
        exceptions(
            {
                Message("a smaller rate"): above(measures["rate"].value, 0),
                Message("better initial weights"): above(measures["weights"].value, 0),
            },
            "More units die with {cases}.",
            "That fewer units die with {cases} is not certain.",
        ),
    )
