"""Mutants of npnet/callbacks.py."""

TESTS = ["tests/test_callbacks.py", "tests/saving/test_checkpoints.py"]
FUNCTIONS = ["KeepBest", "EarlyStopping", "ReduceLROnPlateau"]
EQUIVALENT = {
    "ReduceLROnPlateau.__init__": {"call np.zeros #0": "a training that goes on has its own in its checkpoint"},
    "ReduceLROnPlateau.on_train_begin": {
        "call np.zeros #0": "the first epoch ends a cooldown of one epoch, and its last epoch counts as any other"
    },
    "ReduceLROnPlateau._reduce": {"bound > #0": "a rate at the minimum is replaced by itself"},
}
