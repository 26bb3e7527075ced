"""Section 3.1 (1) to (3): which activations lose the gradient with depth."""

from collections.abc import Mapping
from functools import lru_cache

from npnet.experiments.activation_curves import LABELS
from npnet.experiments.claims.claim import Measure, Measured, claim, exceptions
from npnet.experiments.claims.verdicts import Evidence, Verdict, below, between, judge, larger, together, unless
from npnet.experiments.gradient_flow import GradientFlow, gradient_flow
from npnet.experiments.statistics import Interval, bootstrap
from npnet.initializers import Initializer, Normal
from npnet.language import Message

HIDDEN, CONTROL = ("sigmoid", "tanh", "relu"), "identity"
"""The activations, and what stands beside them: whose slope is 1, so that it shows what the weights do alone."""
NOTED = "N(0, √(2/d))"
WEIGHTS: dict[str, str | Initializer] = {NOTED: "he_normal", "N(0, 1)": Normal(1), "N(0, 0.1)": Normal(0.1)}
"""The notes' own weights, of sections 3.1 (5) and 4.2 (3), and small ones."""


@lru_cache(maxsize=2)
def _flows(seeds: tuple[int, ...]) -> dict[str, GradientFlow]:
    names = (*HIDDEN, CONTROL)
    return {
        name: gradient_flow(seeds=seeds, hidden=names, kernel_initializer=weights) for name, weights in WEIGHTS.items()
    }


# A gradient can be lost in two ways with each of the weights
LEVEL = together(2 * len(WEIGHTS))


def _measured(name: str, seeds: tuple[int, ...], limit: str = "") -> Measured:
    """Return the gradient's factors and norms; the limit is by default which weights may keep it."""
    flows = _flows(seeds)
    row = next(iter(flows.values())).names.index(name)
    values = {
        "factor": {weights: bootstrap(flow.factors[row], level=LEVEL) for weights, flow in flows.items()},
        "norm": {weights: bootstrap(flow.norms[row, 0], level=LEVEL) for weights, flow in flows.items()},
        "control": {weights: bootstrap(flow.norms[-1, 0], level=LEVEL) for weights, flow in flows.items()},
    }
    what = {
        "factor": Message("factor per layer"),
        "norm": Message("norm in the first layer"),
        "control": Message("the same without activations"),
    }
    measures = {
        f"{kind}, {weights}": Measure(Message("{what}, {weights}", what=what[kind], weights=weights), value)
        for kind, by_weights in values.items()
        for weights, value in by_weights.items()
    }
    lost = _lost({key: measure.value for key, measure in measures.items()})
    return Measured(
        Message(
            "In untrained nets of ten hidden {name} layers, each layer back multiplies the norm of the weights' "
            "gradient by {noted:.2f} with weights from N(0, √(2/d)), and by {large:.2f} with weights from N(0, 1).",
            name=LABELS[name],
            noted=values["factor"][NOTED].estimate,
            large=values["factor"]["N(0, 1)"].estimate,
        ),
        measures,
        limit
        or exceptions(
            lost,
            "With weights from {cases} the gradient is not lost.",
            "That the gradient is lost with weights from {cases} is not certain.",
        ),
        next(iter(flows.values())),
    )


# The factors per layer that leave half of the gradient, and twice of it, after the 9 layers to the first
HALF, TWICE = 0.5 ** (1 / 9), 2 ** (1 / 9)


def _times(factor: float, value: Interval) -> Interval:
    return Interval(*(factor * number for number in value))


def _tiny(found: Mapping[str, Interval], kind: str, weights: str) -> Evidence:
    """Return whether the norm in the first layer is under a hundredth of what N(0, sqrt(2/d)) gives."""
    return larger(_times(0.01, found[f"{kind}, {NOTED}"]), found[f"{kind}, {weights}"])


def _lost(found: Mapping[str, Interval]) -> dict[str, Evidence]:
    """Return for each of the weights whether the activation loses the gradient: layer by layer, or in all alike."""
    lost = {}
    for weights in WEIGHTS:
        # What is tiny without activations too is the weights' doing
        alike = min(_tiny(found, "norm", weights), Evidence(-_tiny(found, "control", weights)))
        lost[weights] = max(below(found[f"factor, {weights}"], HALF), alike)
    return lost


def _vanishes(**found: Interval) -> Verdict:
    lost = _lost(found).values()
    return judge(max(lost), *lost)


@claim(
    "sigmoid-vanishes",
    "3.1 (1)",
    "Sigmoid easily makes the gradient vanish: factors under 1 multiply.",
    _vanishes,
    "On its way back through ten hidden layers, the gradient is multiplied by slopes of ¼ at most and by weights: a "
    "factor per layer under 1 leaves little for the first layers to learn from.",
    quotation="易造成梯度消失(导数值小于1,多层相乘之后趋于0)",
)
def sigmoid_vanishes(seeds: tuple[int, ...]) -> Measured:
    """Measure the gradient's factor per layer in deep sigmoid nets."""
    return _measured("sigmoid", seeds)


@claim(
    "tanh-vanishes",
    "3.1 (2)",
    "Tanh easily makes the gradient vanish.",
    _vanishes,
    "The slope of tanh is 1 at 0 and falls to either side: how much of the gradient reaches the first of ten layers "
    "depends on how far the weights push the units to the sides.",
    quotation="易造成梯度消失",
)
def tanh_vanishes(seeds: tuple[int, ...]) -> Measured:
    """Measure the gradient's factor per layer in deep tanh nets."""
    return _measured("tanh", seeds)


def _kept(**found: Interval) -> Verdict:
    most = _times(100, found[f"norm, {NOTED}"])
    exploded = max(larger(found[f"norm, {weights}"], most) for weights in WEIGHTS)
    steady = between(found[f"factor, {NOTED}"], HALF, TWICE)
    return judge(steady, unless(max(_lost(found).values())), unless(exploded))


@claim(
    "relu-keeps-gradient",
    "3.1 (3)",
    "ReLU solves the vanishing gradient, where its input is positive.",
    _kept,
    "An active ReLU has the slope 1, so that what is left of the gradient after ten layers is for the weights alone "
    "to decide.",
    quotation="解决了梯度消失(正区间)",
)
def relu_keeps(seeds: tuple[int, ...]) -> Measured:
    """Measure the gradient's factor per layer in deep ReLU nets."""
    return _measured(
        "relu", seeds, Message("The layers are alike, but the weights decide how large the gradient is in all of them.")
    )
