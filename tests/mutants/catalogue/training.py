"""Mutants of npnet/training.py."""

TESTS = [
    "tests/test_training.py", "tests/saving/test_checkpoints.py", "tests/engine/test_ranks.py",
    "tests/engine/test_parts.py", "tests/engine/test_splitting.py", "tests/test_ensemble.py", "tests/test_optimizers.py",
    "tests/test_clipping.py",
]  # fmt: skip
FUNCTIONS = [
    "train", "_training", "_checked_epochs", "_checked_accuracy", "_empty_history", "_Data.rows", "_checked_data", "_laid_out",
    "_measured", "_checked_validation", "_checked_split", "_why_none", "_checked_callbacks", "_answered",
]  # fmt: skip
EQUIVALENT = {
    "train": {
        "always if else #4": "of no callbacks none ends the training, and none is told",
        "always if #1": "without a checkpoint there is nothing to take over",
    },
    "_empty_history": {
        "swap - #0": "room that is not used is not shown",
        "left - #0": "room that is not used is not shown",
    },
    "_measured": {"next 0 #0": "a size of no data is not read"},
}
