"""Mutants of npnet/engine/parameters.py."""

FUNCTIONS = ["size", "matrices", "layer_of", "Views", "cast"]
