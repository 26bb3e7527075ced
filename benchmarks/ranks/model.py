r"""What a step would take on more ranks than there are here: measured parts, and a network that is assumed.

.. math:: T(p) = a + b \frac Bp + \frac up + s\,(1 - \tfrac1p) + 3 \alpha \log_2 p + 2\,(1 - \tfrac1p)\,n\,\beta

a and b are those of a shard's gradient, u the update of all parameters, s the sum of two gradients of which each rank
makes its part, n the bytes of a gradient, α and β the latency and the time of a byte. The reduce-scatter and the gather
go by halves, as an all-gather of a few numbers does before them. There is one rank on each machine, without congestion
and without a slower rank that all wait for.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

LATENCY, BYTE = 20e-6, 8 / 25e9
"""20 µs, and 25 Gbit/s."""
MOST = 1024
GAINS = (1.4, 1.1)
"""What twice the ranks should bring."""


class Parts(NamedTuple):
    """What was measured of one rank with one thread, in seconds."""

    start: float
    """A gradient's time that does not depend on the samples."""
    sample: float
    update: float
    add: float
    size: int
    """The bytes of a gradient."""


def step(parts: Parts, batch: int, ranks: int, latency: float = LATENCY, byte: float = BYTE) -> float:
    """Return the seconds of a step."""
    levels, others = math.log2(ranks), 1 - 1 / ranks
    exchange = 3 * levels * latency + 2 * others * parts.size * byte
    return parts.start + parts.sample * batch / ranks + parts.update / ranks + parts.add * others + exchange


def least_batch(parts: Parts, ranks: int, gain: float) -> int | None:
    """Return the smallest batch, a power of two, of which twice the ranks make a step so much faster; None if none."""
    for power in range(int(math.log2(ranks)) + 1, 31):
        batch = 2**power
        if step(parts, batch, ranks) >= gain * step(parts, batch, 2 * ranks):
            return batch
    return None


def line(sizes: Sequence[int], seconds: Sequence[float]) -> tuple[float, float]:
    """Return start and slope of the line through times, with the least sum of squared relative errors."""
    weights = [1 / t**2 for t in seconds]
    total = sum(weights)
    x = sum(w * size for w, size in zip(weights, sizes)) / total
    y = sum(w * t for w, t in zip(weights, seconds)) / total
    slope = sum(w * (size - x) * (t - y) for w, size, t in zip(weights, sizes, seconds)) / sum(
        w * (size - x) ** 2 for w, size in zip(weights, sizes)
    )
    return y - slope * x, slope
