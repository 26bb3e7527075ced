"""Mutants of npnet/tabular/training/running.py."""

TESTS = ["tests/tabular/training/test_running.py", "tests/commands/test_train.py"]
FUNCTIONS = ["check", "kept", "run", "history"]
