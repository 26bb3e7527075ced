"""Mutants of npnet/play/curves.py."""

FUNCTIONS = ["Curves.wants", "Curves.add", "number"]
