"""Mutants of npnet/gradcheck/results.py."""

FUNCTIONS = ["Derivative", "Check"]
