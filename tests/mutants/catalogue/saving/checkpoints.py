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
EQUIVALENT = {"Run.given": {"turn is not #0": "only whether it is the same on all ranks is asked"}}
