"""Mutants of npnet/engine/moments.py."""

FUNCTIONS = ["State", "Moment", "drop_subnormal"]
