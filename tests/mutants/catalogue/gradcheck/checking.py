"""Mutants of npnet/gradcheck/checking.py."""

FUNCTIONS = ["Task", "Way", "elements", "directions_of"]
