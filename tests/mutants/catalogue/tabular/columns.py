"""Mutants of npnet/tabular/columns.py."""

FUNCTIONS = ["Column", "_Growing", "_Categories", "joined", "in_order", "refuse_dates", "Declared", "Found", "_first"]
