"""Mutants of npnet/saving/generators.py."""

FUNCTIONS = ["described", "made", "take_over", "_as_text", "_as_numbers", "_number"]
EQUIVALENT = {
    "made": {"next 0 #0": "a seed, whose state is replaced"},
    "_as_numbers": {"negative 2 #0": "an even power"},
}
