"""Mutants of npnet/tabular/table.py."""

FUNCTIONS = ["few_whole", "are_classes"]
