"""Mutants of npnet/_arrays.py."""

TESTS = ["tests/test_arrays.py"]
FUNCTIONS = [
    "read", "as_numbers", "fractions_as_floats", "place", "is_missing", "_count_masked", "_is_refused", "_is_number",
    "_without_objects",
]  # fmt: skip
EQUIVALENT = {
    "read": {"never if #0": "numpy.asarray returns an array as it is"},
    "_count_masked": {"always if else #0": "numbers have no mask; the test spares looking at each"},
}
