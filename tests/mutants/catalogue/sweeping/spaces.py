"""Mutants of npnet/sweeping/spaces.py."""

FUNCTIONS = ["Uniform", "LogUniform", "Integers", "grid"]
