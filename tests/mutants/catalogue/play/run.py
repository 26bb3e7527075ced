"""Mutants of npnet/play/run.py."""

FUNCTIONS = ["Part.goes_on", "Edit.goes_on", "Run.advance", "Run._note", "trained_for"]
