"""Mutants of npnet/sweeping/groups.py."""

FUNCTIONS = ["cut", "most"]
