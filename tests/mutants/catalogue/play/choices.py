"""Mutants of npnet/play/choices.py."""

FUNCTIONS = ["State.restarts", "State.second", "State._replaced", "_resized", "at_most", "declared"]
