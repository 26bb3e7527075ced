"""Mutants of npnet/sweeping/table.py."""

FUNCTIONS = ["Saving", "_beaten", "Sweep.best", "Sweep.pareto"]
