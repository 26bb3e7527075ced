"""Mutants of npnet/engine/parameters.py."""

FUNCTIONS = ["size", "matrices", "layer_of", "Views", "cast"]
EQUIVALENT = {"cast": {"never if #0": "a cast to the dtype that an array has leaves its numbers"}}
