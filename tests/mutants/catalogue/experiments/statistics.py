"""Mutants of npnet/experiments/statistics.py."""

FUNCTIONS = [
    "Interval.above", "Interval.below", "median", "bootstrap", "proportion", "_wilson", "_sample", "paired", "band",
    "epochs_to_converge", "epochs_to_level", "_table",
]  # fmt: skip
