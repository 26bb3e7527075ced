"""Mutants of npnet/engine/splitting.py."""

FUNCTIONS = ["split", "split_groups"]
EQUIVALENT = {"split": {"call np.zeros #0": "a class without samples gives none"}}
