"""Mutants of reference/bounds."""
