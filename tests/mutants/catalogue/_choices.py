"""Mutants of npnet/_choices.py."""

FUNCTIONS = ["scheduled", "penalty"]
