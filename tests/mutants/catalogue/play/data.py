"""Mutants of npnet/play/data.py."""

FUNCTIONS = ["prepared", "_circles", "_spirals", "_xor", "_slope", "_hills", "_components", "_labels", "Points.bounds"]
