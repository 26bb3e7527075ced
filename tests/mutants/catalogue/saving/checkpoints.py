"""Mutants of npnet/saving/checkpoints.py."""

TESTS = ["tests/saving/test_checkpoints.py", "tests/engine/test_ranks.py"]
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
