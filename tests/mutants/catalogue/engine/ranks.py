"""Mutants of npnet/engine/ranks.py."""

FUNCTIONS = ["shards_of", "added", "Ranks"]
