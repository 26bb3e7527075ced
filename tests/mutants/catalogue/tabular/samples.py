"""Mutants of npnet/tabular/samples.py."""

FUNCTIONS = ["InMemory", "Stored"]
