"""Mutants of npnet/metrics.py."""

FUNCTIONS = ["is_classification", "Accuracy", "accuracy", "binary_accuracy", "_checked"]
