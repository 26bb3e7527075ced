"""Mutants of npnet/tabular/predictions.py."""

TESTS = ["tests/commands/test_predict.py"]
FUNCTIONS = ["write", "names", "_columns", "_texts", "_quoting"]
