"""Mutants of npnet/engine/parts.py."""

FUNCTIONS = ["PartBatches"]
