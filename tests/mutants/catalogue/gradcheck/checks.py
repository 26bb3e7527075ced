"""Mutants of npnet/gradcheck/checks.py."""

FUNCTIONS = ["checked", "check_vjp"]
