"""Mutants of npnet/sweeping/data.py."""

FUNCTIONS = ["Split", "_folded", "parts_of"]
EQUIVALENT = {
    "Split.validation": dict.fromkeys(["without one or #0", "without one or #1"], "both are there, or neither is")
}
