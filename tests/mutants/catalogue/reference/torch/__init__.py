"""Mutants of reference/torch."""
