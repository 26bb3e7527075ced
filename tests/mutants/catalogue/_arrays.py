"""Mutants of npnet/_arrays.py."""

TESTS = ["tests/test_arrays.py"]
FUNCTIONS = [
    "read", "as_numbers", "fractions_as_floats", "place", "is_missing", "_count_masked", "_is_refused", "_is_number",
    "_without_objects",
]  # fmt: skip
