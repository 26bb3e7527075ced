"""Mutants of npnet/saving/machine.py."""

TESTS = ["tests/saving/test_machine.py", "tests/saving/test_checkpoints.py"]
FUNCTIONS = ["described", "differences", "threads_of", "_libraries"]
