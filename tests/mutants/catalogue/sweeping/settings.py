"""Mutants of npnet/sweeping/settings.py."""

FUNCTIONS = ["Training.key", "_fold", "joined", "_shape", "_fixed"]
