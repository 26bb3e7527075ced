"""Mutants of npnet/saving/by_name.py."""

FUNCTIONS = ["described", "made", "made_or_none", "_arguments", "_value"]
