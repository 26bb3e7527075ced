"""Mutants of reference/bounds/multiples.py."""

FUNCTIONS = ["Multiple"]
