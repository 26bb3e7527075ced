"""Mutants of npnet/callbacks.py."""

FUNCTIONS = ["KeepBest", "EarlyStopping", "ReduceLROnPlateau"]
