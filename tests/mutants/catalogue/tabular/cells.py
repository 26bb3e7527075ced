"""Mutants of npnet/tabular/cells.py."""

FUNCTIONS = ["numbers", "number", "truths", "encoded", "_at_once", "_with_gaps", "_written", "_all_bad", "_expanded"]
