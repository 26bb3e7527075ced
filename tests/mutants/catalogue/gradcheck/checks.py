"""Mutants of npnet/gradcheck/checks.py."""

TESTS = ["tests/gradcheck/test_checks.py", "tests/gradcheck/test_arguments.py"]
FUNCTIONS = ["checked", "check_vjp"]
