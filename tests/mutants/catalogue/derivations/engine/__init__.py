"""Mutants of npnet/derivations/engine."""
