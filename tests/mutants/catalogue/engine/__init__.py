"""Mutants of npnet/engine."""
