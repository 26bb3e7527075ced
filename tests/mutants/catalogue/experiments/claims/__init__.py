"""Mutants of npnet/experiments/claims."""
