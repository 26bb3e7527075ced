"""Section 3.1 (1) to (3): which activations lose the gradient with depth."""

from functools import lru_cache

from npnet.experiments.claims.claim import Measure, Measured, Verdict, claim, judge, together
from npnet.experiments.claims.training import LABELS
from npnet.experiments.gradient_flow import GradientFlow, gradient_flow
from npnet.experiments.statistics import Interval, bootstrap
from npnet.initializers import Initializer, Normal

# The notes' own weights: N(0, sqrt(2/d)) of section 3.1 (5), and N(0, 1) of section 4.2 (3); and small ones
HIDDEN, CONTROL = ("sigmoid", "tanh", "relu"), "identity"
"""The activations, and what stands beside them: whose slope is 1, so that it shows what the weights do alone."""
WEIGHTS: dict[str, str | Initializer] = {"N(0, √(2/d))": "he_normal", "N(0, 1)": Normal(1), "N(0, 0.1)": Normal(0.1)}


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
    factors = {weights: bootstrap(flow.factors[row], level=LEVEL) for weights, flow in flows.items()}
    first = {weights: bootstrap(flow.norms[row, 0], level=LEVEL) for weights, flow in flows.items()}
    listed = ", ".join(f"{factor.estimate:.2f} with weights from {weights}" for weights, factor in factors.items())
    control = {weights: bootstrap(flow.norms[-1, 0], level=LEVEL) for weights, flow in flows.items()}
    sizes, linear = (", ".join(f"{norm.estimate:.2g}" for norm in norms.values()) for norms in (first, control))
    lost = _lost(*factors.values(), *first.values(), *control.values())
    kept = "; ".join(weights for weights, gone in zip(WEIGHTS, lost) if not gone)
    return Measured(
        f"In untrained nets of 10 hidden layers of 32 {LABELS[name]} units, on digits, each layer back multiplies the "
        f"norm of the weights' gradient by {listed}. In the first layer it is {sizes}; without activations {linear}.",
        tuple(Measure(f"factor per layer, {weights}", factor) for weights, factor in factors.items())
        + tuple(Measure(f"norm in the first layer, {weights}", norm) for weights, norm in first.items())
        + tuple(Measure(f"the same without activations, {weights}", norm) for weights, norm in control.items()),
        limit or f"It is not for certain with weights from: {kept}.",
        next(iter(flows.values())),
    )


# The factors per layer that leave half of the gradient, and twice of it, after the 9 layers to the first
HALF, TWICE = 0.5 ** (1 / 9), 2 ** (1 / 9)


def _tiny(norms: tuple[Interval, ...]) -> list[bool]:
    """Return for each of the weights whether the first layer has under a hundredth of what N(0, sqrt(2/d)) gives."""
    return [norm.below(norms[0].low / 100) for norm in norms]


def _lost(*intervals: Interval) -> list[bool]:
    """Return for each of the weights whether the activation loses the gradient: layer by layer, or in all alike."""
    factors, norms, control = intervals[:3], intervals[3:6], intervals[6:]
    # What is tiny without activations too is the weights' doing
    alike = [tiny and not anyway for tiny, anyway in zip(_tiny(norms), _tiny(control))]
    return [factor.below(HALF) or tiny for factor, tiny in zip(factors, alike)]


def _vanishes(*intervals: Interval) -> Verdict:
    lost = _lost(*intervals)
    return judge(any(lost), *lost)


@claim("sigmoid-vanishes", "3.1 (1)", "Sigmoid easily makes the gradient vanish: factors under 1 multiply.", _vanishes)
def sigmoid_vanishes(seeds: tuple[int, ...]) -> Measured:
    """Measure the gradient's factor per layer in deep sigmoid nets."""
    return _measured("sigmoid", seeds)


@claim("tanh-vanishes", "3.1 (2)", "Tanh easily makes the gradient vanish.", _vanishes)
def tanh_vanishes(seeds: tuple[int, ...]) -> Measured:
    """Measure the gradient's factor per layer in deep tanh nets."""
    return _measured("tanh", seeds)


def _kept(*intervals: Interval) -> Verdict:
    factors, norms, lost = intervals[:3], intervals[3:6], _lost(*intervals)
    exploded = [norm.above(100 * norms[0].high) for norm in norms]
    steady = factors[0].above(HALF) and factors[0].below(TWICE)
    return judge(steady, not any(lost), not any(exploded))


@claim("relu-keeps-gradient", "3.1 (3)", "ReLU solves the vanishing gradient, where its input is positive.", _kept)
def relu_keeps(seeds: tuple[int, ...]) -> Measured:
    """Measure the gradient's factor per layer in deep ReLU nets."""
    return _measured(
        "relu", seeds, "The layers are alike, but the weights decide how large the gradient is in all of them."
    )
