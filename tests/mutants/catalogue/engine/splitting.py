"""Mutants of npnet/engine/splitting.py."""

FUNCTIONS = ["split", "split_groups"]
