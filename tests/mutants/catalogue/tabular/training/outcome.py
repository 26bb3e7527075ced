"""Mutants of npnet/tabular/training/outcome.py."""

FUNCTIONS = ["Outcome"]
EQUIVALENT = {"Outcome.scores": {"exchange - #0": "errors are squared, or their absolute values are taken"}}
