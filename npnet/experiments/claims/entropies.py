"""Section 3.2 (2): the cross-entropy of a softmax, in two steps and in one."""

import numpy as np

from npnet.experiments.claims.claim import Measure, Measured, claim
from npnet.experiments.claims.verdicts import Verdict, below, judge
from npnet.experiments.cross_entropies import cross_entropies
from npnet.experiments.statistics import Interval, bootstrap
from npnet.language import Message
from npnet.typing import Array

# The notes print 9 digits
SAME = 5e-9


def _differences(seeds: tuple[int, ...], limit: float, dtype: type) -> Array:
    """Return for each seed the largest relative difference of the two, 1 at most, over 100 samples of 3 classes."""
    largest = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        logits, labels = rng.uniform(-limit, limit, (100, 3)), rng.integers(0, 3, 100)
        with np.errstate(divide="ignore"):
            both = cross_entropies(labels, logits.astype(dtype))
        unfused, fused = np.asarray(both.unfused, np.float64), np.asarray(both.fused, np.float64)
        largest.append(np.minimum(abs(unfused - fused) / np.maximum(fused, np.finfo(np.float32).tiny), 1).max())
    return np.array(largest)


def _same(near: Interval, **others: Interval) -> Verdict:
    return judge(below(near, SAME), *(below(difference, SAME) for difference in others.values()))


@claim(
    "softmax-cross-entropy",
    "3.2 (2)",
    "Softmax followed by the cross-entropy gives the numbers of softmax_cross_entropy_with_logits.",
    _same,
    "Both are the same function; they differ in rounding where a probability is nearly 0 or 1, of which the logarithm "
    "keeps few digits.",
    quotation="常常与Softmax结合,如",
)
def softmax_cross_entropy(seeds: tuple[int, ...]) -> Measured:
    """Compare the unfused with the fused cross-entropy on random logits."""
    cases = {
        "near": (6, np.float64), "near32": (6, np.float32), "far": (60, np.float64), "far32": (60, np.float32)
    }  # fmt: skip
    values = {name: bootstrap(_differences(seeds, *case)) for name, case in cases.items()}
    return Measured(
        Message(
            "For logits as far apart as the notes', the two differ by {near:.1g} of the loss at most, in float64; for "
            "logits ten times as far apart by {far:.0%} of it.",
            near=values["near"].estimate,
            far=values["far"].estimate,
        ),
        {
            name: Measure(
                Message(
                    "largest relative difference, logits within ±{limit}, {dtype}", limit=limit, dtype=dtype.__name__
                ),
                values[name],
            )
            for name, (limit, dtype) in cases.items()
        },
        "A probability near 1 keeps few digits of the small loss that belongs to it.",
    )
