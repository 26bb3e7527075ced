"""Mutants of npnet/gradcheck/arguments.py."""

FUNCTIONS = ["Point", "Function", "unit_of"]
