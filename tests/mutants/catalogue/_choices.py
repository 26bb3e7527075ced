"""Mutants of npnet/_choices.py."""

TESTS = ["tests/test_choices.py"]
FUNCTIONS = ["scheduled", "penalty"]
