"""Section 3.1 (1) to (3): which activations lose the gradient with depth."""

from functools import lru_cache

from npnet.experiments.claims.claim import Measure, Measured, Verdict, claim, judge
from npnet.experiments.claims.training import LABELS
from npnet.experiments.gradient_flow import GradientFlow, gradient_flow
from npnet.experiments.statistics import Interval, bootstrap
from npnet.initializers import Initializer, Normal

# The notes' own weights: N(0, sqrt(2/d)) of section 3.1 (5), and N(0, 1) of section 4.2 (3); and small ones
WEIGHTS: dict[str, str | Initializer] = {"N(0, √(2/d))": "he_normal", "N(0, 1)": Normal(1), "N(0, 0.1)": Normal(0.1)}


@lru_cache(maxsize=2)
def _flows(seeds: tuple[int, ...]) -> dict[str, GradientFlow]:
    return {name: gradient_flow(seeds=seeds, kernel_initializer=weights) for name, weights in WEIGHTS.items()}


def _measured(name: str, seeds: tuple[int, ...], limit: str) -> Measured:
    flows = _flows(seeds)
    row = next(iter(flows.values())).names.index(name)
    factors = {weights: bootstrap(flow.factors[row]) for weights, flow in flows.items()}
    first = {weights: bootstrap(flow.norms[row, 0]) for weights, flow in flows.items()}
    listed = ", ".join(f"{factor.estimate:.2f} with weights from {weights}" for weights, factor in factors.items())
    sizes = ", ".join(f"{norm.estimate:.2g}" for norm in first.values())
    return Measured(
        f"In untrained nets of 10 hidden layers of 32 {LABELS[name]} units, on digits, each layer back multiplies the "
        f"gradient's norm by {listed}. In the first layer it is {sizes}.",
        tuple(Measure(f"factor per layer, {weights}", factor) for weights, factor in factors.items())
        + tuple(Measure(f"norm in the first layer, {weights}", norm) for weights, norm in first.items()),
        limit,
        next(iter(flows.values())),
    )


# The factors per layer that leave half of the gradient, and twice of it, after the 9 layers to the first
HALF, TWICE = 0.5 ** (1 / 9), 2 ** (1 / 9)


def _lost(factors: tuple[Interval, ...], norms: tuple[Interval, ...]) -> list[bool]:
    """Return for each of the weights whether the gradient is lost: with the layers, or in all of them alike."""
    # Alike: the first layer has a hundredth of what N(0, sqrt(2/d)) gives it
    return [factor.below(HALF) or norm.below(norms[0].low / 100) for factor, norm in zip(factors, norms)]


def _vanishes(*intervals: Interval) -> Verdict:
    lost = _lost(intervals[:3], intervals[3:])
    return judge(any(lost), *lost)


@claim("sigmoid-vanishes", "3.1 (1)", "Sigmoid easily makes the gradient vanish: factors under 1 multiply.", _vanishes)
def sigmoid_vanishes(seeds: tuple[int, ...]) -> Measured:
    """Measure the gradient's factor per layer in deep sigmoid nets."""
    return _measured("sigmoid", seeds, "With some of these weights it does not.")


@claim("tanh-vanishes", "3.1 (2)", "Tanh easily makes the gradient vanish.", _vanishes)
def tanh_vanishes(seeds: tuple[int, ...]) -> Measured:
    """Measure the gradient's factor per layer in deep tanh nets."""
    return _measured(
        "tanh", seeds, "With some of these weights it does not; where it does, it is the weights that are too small."
    )


def _kept(*intervals: Interval) -> Verdict:
    factors, norms = intervals[:3], intervals[3:]
    lost = _lost(factors, norms)
    exploded = [norm.above(100 * norms[0].high) for norm in norms]
    steady = factors[0].above(HALF) and factors[0].below(TWICE)
    return judge(steady, not any(lost), not any(exploded))


@claim("relu-keeps-gradient", "3.1 (3)", "ReLU solves the vanishing gradient, where its input is positive.", _kept)
def relu_keeps(seeds: tuple[int, ...]) -> Measured:
    """Measure the gradient's factor per layer in deep ReLU nets."""
    return _measured(
        "relu", seeds, "The layers are alike, but the weights decide how large the gradient is in all of them."
    )
