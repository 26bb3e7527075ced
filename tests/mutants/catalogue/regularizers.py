"""Mutants of npnet/regularizers.py."""

FUNCTIONS = ["Regularizer", "L1", "L2", "L1L2", "get"]
