"""Mutants of npnet/saving/checkpoints.py."""

TESTS = ["tests/saving/test_checkpoints.py", "tests/engine/test_ranks.py", "tests/test_optimizers.py"]
FUNCTIONS = [
    "Run",
    "_check_given",
    "digests",
    "_rules",
    "_history",
    "_under",
    "_take_over",
]
EQUIVALENT = {
    "Run.given": {"turn is not #0": "only whether it is the same on all ranks is asked"},
    "Run._state": {
        "never if else #0": "the numbers of one net have no axis in either case",
        "left - #0": "a callback that has parameters has them in its file too",
    },
    "Run.parts": {"without one or #0": "the machine stays the same; it is not asked for each epoch"},
    "Run.resume": {
        "without one or #0": "it is described the same way again",
        "without one and #0": "one is there where the other is",
        "without one and #1": "one is there where the other is",
    },
    "_take_over": {"drop call #0": "all that it forgets is replaced"},
    "_history": {"next 0 #0": "a checkpoint is written after an epoch"},
    "digests": {
        "next 16 #0": "other samples have another number, however long",
        "without digest_size= #0": "other samples have another number, however long",
    },
}
