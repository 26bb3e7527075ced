"""Mutants of npnet/gradcheck.py."""

FUNCTIONS = [
    "", "Derivative.difference", "Derivative.excess", "Check", "check", "assert_gradient", "complex_step",
    "_checked_gradient", "_unit_vectors", "_random_directions", "_check_certainty", "_scalar", "_slope", "_central",
]  # fmt: skip
EQUIVALENT = {
    "Derivative.difference": {"exchange - #0": "its absolute value is taken"},
    "check": {
        "without .copy #0": "x is a copy already, and not used again",
        "negative 2.0 #0": "an even power",
    },
    "_checked_gradient": {
        "negative 2.0 #0": "an even power",
        "without .astype #0": "the product with a direction is float64, or made so afterwards",
    },
    "_check_certainty": {"bound > #0": "no slack is exactly a thousandth"},
    "_central": {"exchange - #3": "its absolute value is taken"},
}
