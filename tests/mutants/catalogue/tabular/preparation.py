"""Mutants of npnet/tabular/preparation.py."""

FUNCTIONS = ["Preparation", "_filled", "_refused"]
