"""Mutants of npnet/gradcheck.py."""

FUNCTIONS = [
    "", "Derivative.difference", "Derivative.excess", "Check", "check", "assert_gradient", "complex_step",
    "_checked_gradient", "_unit_vectors", "_random_directions", "_check_certainty", "_scalar", "_slope", "_central",
]  # fmt: skip
