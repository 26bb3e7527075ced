"""Mutants of npnet/sweeping/halving.py."""

FUNCTIONS = ["epochs_of_rungs", "survivors"]
