"""Measured constants: each trades calls against memory, and changes no result but for rounding errors."""

SLICE = 1 << 16
"""An optimizer moves this many parameters at once: fewer cost more calls, more leave the cache."""

WIDE = 4
"""A layer with this many times as many weights as numbers in its input and delta is wide: see `Layer.square`."""

ONE_PRODUCT = 512
"""The largest number of terms that one product sums, with digits as many as a sum in pairs keeps: more are added so."""

IN_SINGLE = 1024
"""The largest number of float32 terms that are summed in float32: a sum in float64 takes three times as long."""

REPEATED, REPEATED_ROWS = 1024, 16
"""A sum over the units is repeated for each of them where the matrix has no more elements and rows than this."""

SWEEP = 256
"""In every step of this number, subnormal moments become 0."""

GROUP_BYTES = 8 << 20
"""Members of an ensemble whose arrays take more than this are split into groups, which then fit the cache."""

ALONE = 1 << 18
"""A net with more multiply-adds in a batch is trained alone: its products take longer than the calls that it saves."""

SHARDS = 4
"""Into so many shards at least is a batch cut that several processes share: up to so many of them give the same bits.

Half as many save a seventh of a step of 784-512-512-10 at batch 256, and a twentieth at 1024.
"""

BUFFER = 1536
"""Elements that NumPy's iterators set aside for each operand of a broadcast."""


def few(features: int, units: int, members: int) -> bool:
    """Return whether `numpy.einsum` is faster than `numpy.matmul` for the members' products of a layer.

    Measured with NumPy 2.4 in float32 at batch 32: `numpy.matmul` is faster from 2 units on with 5 members, from 3 on
    with 20, from 5 on with 100.
    """
    return min(features, units) < 1.75 + members / 32
