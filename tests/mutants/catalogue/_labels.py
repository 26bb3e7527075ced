"""Mutants of npnet/_labels.py."""

TESTS = ["tests/test_labels.py"]
FUNCTIONS = ["encode_labels", "_one_kind", "_distinct", "_kind", "_refuse_missing"]
