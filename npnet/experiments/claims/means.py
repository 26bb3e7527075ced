"""Section 3.1 (1) to (3): whether outputs have mean 0, and whether a mean that is not slows convergence.

A net whose hidden units are shifted by a constant computes the same function once its biases are mended. So
a shifted copy can start from the very function of the original: all that then differs is the mean of the outputs.
"""

import math

import numpy as np

from npnet import activations
from npnet.activations import Elementwise
from npnet.engine.hyperparameters import Declared, Scalar
from npnet.ensemble import Ensemble
from npnet.experiments.activation_curves import LABELS
from npnet.experiments.claims._shared import (
    CROSS_ENTROPY,
    best_rate,
    epochs_needed,
    hidden_outputs,
    irises,
    ratio,
)
from npnet.experiments.claims.claim import Measure, Measured, claim, exceptions
from npnet.experiments.claims.verdicts import Verdict, above, below, between, judge
from npnet.experiments.statistics import Interval, bootstrap
from npnet.language import Message
from npnet.optimizers import SGD
from npnet.typing import Array

WIDTHS, RATES, LEVEL, EPOCHS = (4, 16, 16, 3), (3.0, 1.0, 10.0, 0.3), 0.1, 100


class Shifted(Elementwise):
    """An activation with a constant taken off, ``f(z) - shift``, whose slope is that of ``f``.

    Parameters
    ----------
    activation : Elementwise
        ``f``.
    shift : float
        The constant.

    Examples
    --------
    >>> print(Shifted(activations.sigmoid, 0.5)([0.0]), Shifted(activations.sigmoid, 0.5).derivative([0.0]))
    [0.] [0.25]
    """

    name = "shifted"

    activation = Declared()
    shift = Scalar()

    def value(self, z: Array, out: Array | None = None) -> Array:
        """Return ``f(z) - shift``."""
        return np.subtract(self.activation.value(z, out), self.shift, out=out)

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return the slope of ``f`` where its output is ``y + shift``."""
        return self.activation.slope(y + self.shift, out)


def shifted_copy(nets: Ensemble, shift: float) -> Ensemble:
    """Return nets of the same functions whose hidden units are those of `nets` minus `shift`."""
    *hidden, output = nets.activations
    units = [Shifted(activation, shift) for activation in hidden if isinstance(activation, Elementwise)]
    shifted = Ensemble(nets.widths, units, output, nets.dtype, members=len(nets))
    shifted.parameters = nets.parameters
    for W, b in zip(shifted.weights[1:], shifted.biases[1:]):
        b += shift * W.sum(axis=0)
    return shifted


def _mean_outputs(nets: Ensemble, x: Array) -> Interval:
    return bootstrap(
        np.mean([outputs.mean(axis=(0, 1), dtype=np.float64) for outputs in hidden_outputs(nets, x)], axis=0)
    )


def _distances(outputs: Array) -> Array:
    """Return how far the units' means are from 0, on average."""
    return abs(outputs.mean(axis=0, dtype=np.float64)).mean(axis=0)


def _slowed(activation: Elementwise, shift: float, rate: float, seeds: tuple[int, ...]) -> Measured:
    x, y, _, _ = irises()
    nets = Ensemble(WIDTHS, activation, "softmax", seeds=seeds)
    both = (nets, shifted_copy(nets, shift))
    best, best_shifted = (best_rate(n, x, y, RATES, LEVEL, EPOCHS) for n in both)
    same, same_shifted = (epochs_needed(n, x, y, rate, LEVEL, EPOCHS) for n in both)
    mean, at_same, at_best = _mean_outputs(nets, x), ratio(same, same_shifted, 2), ratio(best, best_shifted, 2)
    name = LABELS[activation.name]
    epochs = Message("epochs until the loss is under {level}, {name} over shifted", level=LEVEL, name=name)
    measures = {
        "mean": Measure("mean of the hidden outputs", mean),
        "at_same": at_same.measure(Message("{what}, at rate {rate:g}", what=epochs, rate=rate)),
        "at_best": at_best.measure(Message("{what}, each at its best rate", what=epochs)),
    }
    return Measured(
        Message(
            "Beside nets of the same function whose hidden outputs have a mean of 0, {name} nets need {at_same} times "
            "the epochs at the same rate, and {at_best} times with each at its best rate.",
            name=name,
            at_same=str(at_same),
            at_best=str(at_best),
        ),
        measures,
        exceptions(
            {
                Message("at the same rate"): above(at_same.value, 1),
                Message("at the best rate of each"): above(at_best.value, 1),
            },
            "A mean that is not 0 saves epochs {cases}.",
            "That a mean that is not 0 costs epochs {cases} is not certain.",
        ),
    )


def _slow(mean: Interval, at_same: Interval, at_best: Interval) -> Verdict:
    off_zero, slower = max(above(mean, 0), below(mean, 0)), (above(at_same, 1), above(at_best, 1))
    return judge(min(off_zero, max(slower)), *slower)


@claim(
    "sigmoid-mean",
    "3.1 (1)",
    "Sigmoid's outputs do not have mean 0, so that training converges slowly.",
    _slow,
    "A net with the same outputs, but with hidden ones that are shifted to a mean of 0, is trained beside it: the "
    "epochs that it saves are the price of the mean.",
    quotation="输出非0均值,收敛慢(一般数据都是服从标准正态分布的)",
)
def sigmoid_mean(seeds: tuple[int, ...]) -> Measured:
    """Train sigmoid nets beside nets whose units are sigmoids minus ½."""
    return _slowed(activations.sigmoid, 0.5, 1.0, seeds)


@claim(
    "relu-mean",
    "3.1 (3)",
    "ReLU's outputs do not have mean 0, so that training converges slowly.",
    _slow,
    "A net with the same outputs, but with hidden ones that are shifted to a mean of 0, is trained beside it: the "
    "epochs that it saves are the price of the mean.",
    quotation="输出非0均值,收敛慢",
)
def relu_mean(seeds: tuple[int, ...]) -> Measured:
    """Train ReLU nets beside nets whose units are shifted by the mean that ReLU has of a standard normal."""
    return _slowed(activations.relu, 1 / math.sqrt(2 * math.pi), 0.3, seeds)


# A tenth of the way from 0 to tanh's bounds
ABOUT = 0.1


def _zero_mean(before: Interval, after: Interval, unit: Interval) -> Verdict:
    return judge(between(before, -ABOUT, ABOUT), between(after, -ABOUT, ABOUT), below(unit, ABOUT))


@claim(
    "tanh-mean",
    "3.1 (2)",
    "Tanh's outputs have mean 0.",
    _zero_mean,
    "Over all units the means of both signs cancel; a single unit, once it is trained, may well be off 0.",
    quotation="输出是0均值",
)
def tanh_mean(seeds: tuple[int, ...]) -> Measured:
    """Measure the mean of tanh units before and after training."""
    x, y, _, _ = irises()
    nets = Ensemble(WIDTHS, "tanh", "softmax", seeds=seeds)
    before = _mean_outputs(nets, x)
    nets.fit(x, y, loss=CROSS_ENTROPY, optimizer=SGD(0.3), epochs=30, shuffle=False)
    after = _mean_outputs(nets, x)
    units = np.mean([_distances(outputs) for outputs in hidden_outputs(nets, x)], axis=0)
    unit = bootstrap(units)
    measures = {
        "before": Measure("mean of the hidden outputs, untrained", before),
        "after": Measure("mean of the hidden outputs, trained", after),
        "unit": Measure("distance of a unit's own mean from 0, trained", unit),
    }
    return Measured(
        Message(
            "All hidden outputs of trained tanh nets together have a mean of {after:.3f}; that of a single unit is "
            "{unit:.2f} away from 0.",
            after=after.estimate,
            unit=unit.estimate,
        ),
        measures,
        exceptions(
            {
                Message("all units together"): between(after, -ABOUT, ABOUT),
                Message("a single unit"): below(unit, ABOUT),
            },
            "After training, the outputs of {cases} have a mean that is more than a tenth away from 0.",
            "After training, it is not certain that the outputs of {cases} have a mean within a tenth of 0.",
        ),
    )
