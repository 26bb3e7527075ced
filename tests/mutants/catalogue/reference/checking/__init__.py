"""Mutants of reference/checking."""
