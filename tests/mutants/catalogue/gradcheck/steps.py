"""Mutants of npnet/gradcheck/steps.py."""

FUNCTIONS = ["complex_step", "along"]
