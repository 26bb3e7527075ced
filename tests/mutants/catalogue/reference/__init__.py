"""Mutants of reference."""
