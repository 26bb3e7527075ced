"""Mutants of npnet/play/snapshot.py."""

FUNCTIONS = ["boundary", "dead", "histogram", "_grid", "_slots"]
