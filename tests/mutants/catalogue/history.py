"""Mutants of npnet/history.py."""

FUNCTIONS = ["History"]
TESTS = ["tests/test_training.py"]
