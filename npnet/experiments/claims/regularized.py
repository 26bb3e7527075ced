"""Section 4.2: what L1 and L2 do to the weights, and to the boundary."""

from functools import lru_cache

import numpy as np

from npnet.experiments.claims.claim import Measure, Measured, Verdict, claim, judge
from npnet.experiments.regularization import Regularization, regularization
from npnet.experiments.statistics import Interval, bootstrap
from npnet.validation import Array

regularized = lru_cache(maxsize=2)(lambda seeds: regularization(seeds=seeds))


def _runs(seeds: tuple[int, ...]) -> tuple[Regularization, dict[str, list[Array]]]:
    """Return the notes' experiment, and each net's weights in one vector."""
    found: Regularization = regularized(seeds)
    weights = {
        name: [np.concatenate([W.ravel() for W in boundary.net.weights]) for boundary in run.boundaries]
        for name, run in found.runs.items()
    }
    return found, weights


def _share(weights: list[Array], size: float) -> Array:
    """Return for each net the share of weights of that size at most."""
    return np.array([np.mean(abs(W) <= size) for W in weights])


def _zeroed(exact: Interval, small: Interval, without: Interval) -> Verdict:
    many = small.above(0.3) and small.low > without.high
    return judge(many, exact.above(0.3))


@claim("l1-zeroes-weights", "4.2 (1)", "L1 sets many weights to zero.", _zeroed)
def l1_zeroes(seeds: tuple[int, ...]) -> Measured:
    """Count the weights that are 0, or nearly, in the notes' nets with L1."""
    found, weights = _runs(seeds)
    exact, small = (
        bootstrap(_share(weights["L1(0.03)"], 0), np.mean),
        bootstrap(_share(weights["L1(0.03)"], 1e-3), np.mean),
    )
    without = bootstrap(_share(weights["none"], 1e-3), np.mean)
    return Measured(
        f"In the notes' 2-11-1 nets on the dots, {small.estimate:.0%} of the weights are within 0.001 of zero with "
        f"L1(0.03), {without.estimate:.0%} without; {exact.estimate:.0%} are exactly zero with L1.",
        (
            Measure("share of weights that are exactly 0, L1(0.03)", exact),
            Measure("share of weights up to 0.001, L1(0.03)", small),
            Measure("share of weights up to 0.001, without", without),
        ),
        "A subgradient step moves a weight by rate × strength = 0.00015, so that it swings around zero.",
        found,
    )


def _shrunk(norm: Interval, near: Interval, without: Interval) -> Verdict:
    # "Many" is taken as half of the weights
    return judge(norm.below(1), near.low > without.high, near.above(0.5))


@claim("l2-shrinks-weights", "4.2 (1)", "L2 brings many weights close to zero.", _shrunk)
def l2_shrinks(seeds: tuple[int, ...]) -> Measured:
    """Measure the size of the weights in the notes' nets with L2."""
    found, weights = _runs(seeds)
    norm = bootstrap(found.runs["L2(0.03)"].of("weight_norm") / found.runs["none"].of("weight_norm"))
    near, without = (bootstrap(_share(weights[name], 0.1), np.mean) for name in ("L2(0.03)", "none"))
    return Measured(
        f"In the notes' 2-11-1 nets on the dots, the norm of the weights is {norm.estimate:.2f} times as large with "
        f"L2(0.03) as without; {near.estimate:.0%} of the weights are within 0.1 of zero with it, "
        f"{without.estimate:.0%} without.",
        (
            Measure("norm of the weights, L2(0.03) over none", norm),
            Measure("share of weights up to 0.1, L2(0.03)", near),
            Measure("share of weights up to 0.1, without", without),
        ),
        "Their norm shrinks, but fewer than half of them come close to zero.",
        found,
    )


def _smooth(turns: Interval, length: Interval, accuracy: Interval) -> Verdict:
    return judge(turns.below(0) or length.below(0), turns.below(0), length.below(0))


@claim("smooth-boundary", "4.2 (3)", "With regularization, the boundary is visibly smoother.", _smooth)
def smooth_boundary(seeds: tuple[int, ...]) -> Measured:
    """Measure how far the notes' boundaries turn, and how long they are, with and without L2."""
    found, _ = _runs(seeds)
    none, l2 = found.runs["none"], found.runs["L2(0.03)"]
    turns, lengths = ([bootstrap(run.of(name)).estimate for run in (none, l2)] for name in ("turns", "length"))
    accuracies = [bootstrap(run.of("accuracy"), np.mean).estimate for run in (none, l2)]
    return Measured(
        f"The boundaries of the notes' 2-11-1 nets turn by {turns[0]:.2f} full turns without regularization and by "
        f"{turns[1]:.2f} with L2(0.03) (a circle turns by 1), over a length of {lengths[0]:.1f} and {lengths[1]:.1f}. "
        f"{accuracies[0]:.1%} and {accuracies[1]:.1%} of the training dots are on the right side.",
        (
            Measure("full turns of the boundary, L2(0.03) minus none", bootstrap(l2.of("turns") - none.of("turns"))),
            Measure("length of the boundary, L2(0.03) minus none", bootstrap(l2.of("length") - none.of("length"))),
            Measure(
                "share of dots on the right side, L2(0.03) minus none",
                bootstrap(l2.of("accuracy") - none.of("accuracy"), np.mean),
            ),
        ),
        "It is smoother by one of the two measures only.",
        found,
    )
