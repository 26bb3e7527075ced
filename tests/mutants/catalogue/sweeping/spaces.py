"""Mutants of npnet/sweeping/spaces.py."""

FUNCTIONS = ["Uniform", "LogUniform", "Integers", "grid"]
PLACES = "there are two numbers to show by place"
EQUIVALENT = {name: {"next 2 #0": PLACES} for name in ("Uniform", "LogUniform", "Integers")}
