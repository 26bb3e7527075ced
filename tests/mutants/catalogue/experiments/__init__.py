"""Mutants of npnet/experiments."""
