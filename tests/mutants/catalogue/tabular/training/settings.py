"""Mutants of npnet/tabular/training/settings.py."""

FUNCTIONS = ["_fits"]
