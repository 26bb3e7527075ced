"""Mutants of npnet/sweeping/data.py."""

FUNCTIONS = ["Split", "_folded", "parts_of"]
