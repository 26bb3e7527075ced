"""Mutants of npnet/tabular/streamed.py."""

FUNCTIONS = ["StreamedTable"]
