"""Mutants of npnet/tabular/training/settings.py."""

FUNCTIONS = ["scheduled", "_fits"]
