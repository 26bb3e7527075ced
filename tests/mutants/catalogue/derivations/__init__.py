"""Mutants of npnet/derivations."""
