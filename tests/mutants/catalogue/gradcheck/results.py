"""Mutants of npnet/gradcheck/results.py."""

FUNCTIONS = ["Derivative", "Check"]
EQUIVALENT = {"Derivative.difference": {"exchange - #0": "its absolute value is taken"}}
