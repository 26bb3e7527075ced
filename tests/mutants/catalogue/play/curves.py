"""Mutants of npnet/play/curves.py."""

FUNCTIONS = ["Curves.wants", "Curves.add", "number"]
EQUIVALENT = {
    "Curves.wants": {"exchange - #0": "a number is divisible whatever its sign is"},
    "Curves.add": {"negative 2 #0": "a number is divisible by another whatever its sign is"},
}
