"""Mutants of npnet/gradcheck/checks.py."""

FUNCTIONS = ["check", "checked", "check_vjp", "check_hessian_vector", "assert_gradient"]
