"""Mutants of npnet/tabular/preparation.py."""

FUNCTIONS = ["Preparation", "_filled", "_refused"]
EQUIVALENT = {
    "Preparation.transform": {"always filter #0": "a target that is asked for is in each part"},
    "Preparation._cells": dict.fromkeys(
        ["always if #0", "bound < #0"], "the places of all rows are those of all cells"
    ),
    "Preparation.records": {"turn True #0": "NumPy copies what is not aligned"},
    "Preparation.made": {
        "without one or #1": "a record has fields",
        "without .copy #0": "all records stay in memory with their labels",
    },
}
