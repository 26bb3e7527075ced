"""Mutants of npnet/gradcheck/differences.py."""

FUNCTIONS = ["scales", "granularity", "table_noise"]
