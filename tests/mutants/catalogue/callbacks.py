"""Mutants of npnet/callbacks.py."""

TESTS = ["tests/test_callbacks.py", "tests/saving/test_checkpoints.py"]
FUNCTIONS = ["KeepBest", "EarlyStopping", "ReduceLROnPlateau"]
EQUIVALENT = {
    "ReduceLROnPlateau._reduce": {"bound > #0": "a rate at the minimum is replaced by itself"},
}
