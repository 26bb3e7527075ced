"""Mutants of npnet/engine/team.py."""

TESTS = ["tests/engine/test_ranks.py"]
FUNCTIONS = ["Team"]
