"""Mutants of npnet/tabular/preparation.py."""

FUNCTIONS = ["Preparation", "_filled", "_refused"]
EQUIVALENT = {
    "Preparation.transform": {"always filter #0": "a target that is asked for is in each part"},
    "Preparation._cells": dict.fromkeys(
        ["always if #0", "bound < #0"], "the places of all rows are those of all cells"
    ),
    "Preparation._features": {"without upper #0": "a feature writes to as many columns as it has"},
}
