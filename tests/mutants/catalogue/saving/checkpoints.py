"""Mutants of npnet/saving/checkpoints.py."""

FUNCTIONS = [
    "Run",
    "_check_given",
    "digests",
    "_rules",
    "_history",
    "_under",
    "_take_over",
]
