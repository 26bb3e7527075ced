"""Mutants of npnet/schedules.py."""

FUNCTIONS = ["Schedule", "Constant", "ExponentialDecay", "InverseTimeDecay", "CosineDecay", "get"]
