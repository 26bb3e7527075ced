"""Mutants of npnet/gradcheck/nets.py."""

FUNCTIONS = ["check_net"]
