"""Mutants of npnet/history.py."""

FUNCTIONS = ["History"]
